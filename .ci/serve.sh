#!/usr/bin/env bash
# The planning desk: schemathesis asks every address of its OpenAPI document what it should not, and the README's script of curl does an edit, a price, a plan
# and an export. usage: .ci/serve.sh [REVIER]; without an argument the release build, which is made where it is missing.
# Installs what is missing (as root, or with sudo); anything that cannot be installed is a failure.
set -euo pipefail
cd "$(dirname "$0")/.."

need=()
python3 -c 'import ensurepip, venv' 2>/dev/null || need+=(python3 python3-venv)
for tool in curl jq; do command -v $tool >/dev/null || need+=($tool); done
if [ ${#need[@]} -gt 0 ]; then
    root=""
    [ "$(id -u)" = 0 ] || root="sudo"
    $root apt-get update -qq
    DEBIAN_FRONTEND=noninteractive $root apt-get install -y -qq --no-install-recommends "${need[@]}" >/dev/null
fi

revier=${1:-target/release/revier}
[ -x "$revier" ] || cargo build --release --locked
revier=$(realpath "$revier")
tools=.ci/cache/serve
[ -x "$tools/bin/python" ] || python3 -m venv "$tools"
"$tools/bin/pip" install -q --disable-pip-version-check 'schemathesis>=4.1,<5'
tools=$(realpath "$tools")
home=$PWD
work=$(mktemp -d)
desk=""
trap '[ -z "$desk" ] || kill "$desk" 2>/dev/null || true; rm -rf "$work"' EXIT

# serve [PROJECT]: a desk at a free port, in the folder where it is called.
serve() {
    # A desk of before had another address.
    : >"$work/said"
    url=""
    "$revier" serve "$@" --no-open --addr 127.0.0.1:0 >"$work/said" 2>"$work/errors" &
    desk=$!
    for _ in $(seq 300); do
        url=$(sed -n 's|^the desk is at \(http://[^/]*\).*|\1|p' "$work/said")
        [ -z "$url" ] || break
        sleep 0.1
    done
    [ -n "$url" ] || { cat "$work/errors" && exit 1; }
}

# start PROJECT: a desk that has a plan.
start() {
    serve "$1"
    for _ in $(seq 600); do
        [ "$(curl -fsS "$url/v1/state" | jq .busy)" != null ] || return 0
        sleep 0.1
    done
    echo "the desk has no plan" >&2
    exit 1
}

stop() {
    kill "$desk"
    wait "$desk" || { echo "the desk did not end well" >&2 && cat "$work/errors" && exit 1; }
    desk=""
}

cp -r data/tiny "$work/tiny"
start "$work/tiny/scenario.toml"
# ask WHICH...: schemathesis, on some addresses.
ask() {
    "$tools/bin/schemathesis" run "$url/openapi.json" "$@" --max-examples 25 --workers 2 --request-timeout 60 --seed 1 \
        --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance --no-color
}

# The stream of events never ends, so that there is nothing to compare.
ask --exclude-path /v1/events
[ "$(curl -fsS "$url/healthz" | jq -r .status)" = ok ]
stop

rm -rf "$work/tiny/scenario.desk"
start "$work/tiny/scenario.toml"
# The script as the README has it, at this desk.
sed -n '/^```sh desk$/,/^```$/p' README.md | sed '1d;$d' | sed "s|^desk=.*|desk=$url|" >"$work/script.sh"
grep -q 'v1/edits' "$work/script.sh"
(cd "$work" && bash -euo pipefail script.sh)
[ -s "$work/plan.gpkg" ]
stop
"$revier" check "$work/tiny/scenario.desk/plans/current" >"$work/said"

# Before there is a project: what no project would take, then the README's way to begin one.
mkdir "$work/bare"
cd "$work/bare"
serve
for name in customers.csv reps.geojson; do
    curl -fsS --data-binary @"../tiny/$name" -H 'Content-Type: application/octet-stream' "$url/v1/files?name=$name" >/dev/null
done
ask --include-path /v1/files --include-path '/v1/files/{name}' --include-path /v1/start --include-path /v1/open --include-path /v1/state
stop
mkdir "$work/begun"
cd "$work/begun"
serve
sed -n '/^```sh welcome$/,/^```$/p' "$home/README.md" | sed '1d;$d' | sed "s|^desk=.*|desk=$url|" >"$work/script.sh"
grep -q 'v1/start' "$work/script.sh"
cp ../tiny/customers.csv ../tiny/reps.geojson .
bash -euo pipefail "$work/script.sh"
stop
"$revier" check revier-project/scenario.desk/plans/current >"$work/said"
echo "the interface and the README's script: all passed"
