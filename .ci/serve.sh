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
work=$(mktemp -d)
desk=""
trap '[ -z "$desk" ] || kill "$desk" 2>/dev/null || true; rm -rf "$work"' EXIT

# start PROJECT: a desk at a free port; waits until it has a plan.
start() {
    "$revier" serve "$1" --no-open --addr 127.0.0.1:0 >"$work/said" 2>"$work/errors" &
    desk=$!
    for _ in $(seq 300); do
        url=$(sed -n 's|^the desk is at \(http://[^/]*\).*|\1|p' "$work/said")
        [ -z "$url" ] || break
        sleep 0.1
    done
    [ -n "$url" ] || { cat "$work/errors" && exit 1; }
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
# The stream of events never ends, so that there is nothing to compare.
"$tools/bin/schemathesis" run "$url/openapi.json" --exclude-path /v1/events --max-examples 25 --workers 2 --request-timeout 60 --seed 1 \
    --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance --no-color
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
echo "the interface and the README's script: all passed"
