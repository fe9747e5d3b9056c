#!/usr/bin/env bash
# Leads against the territories of a plan: revier beside shapely's STRtree and PostGIS, the same polygons and the same leads, one after the other in one run.
#
#     benches/leads/run.sh [CUSTOMERS [REPS [LEADS]]]        default: 1,000,000 customers, 200 reps, 3,000,000 leads
#
# Needs Python 3 with shapely and numpy (pip install shapely numpy), and PostGIS (apt-get install postgresql-15-postgis-3), of which it starts a server of its own in a
# temporary directory. PROFILE=trial spares the minutes of LTO; REVIER and HARNESS name binaries that are built already. The instance and its plan stay in target/leads.
set -euo pipefail
cd "$(dirname "$0")/../.."
customers=${1:-1000000} reps=${2:-200} leads=${3:-3000000} profile=${PROFILE:-release}
python3 -c 'import numpy, shapely' || { echo "pip install shapely numpy" >&2 && exit 1; }
server=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -1)
[ -n "$server" ] || { echo "apt-get install postgresql-15-postgis-3" >&2 && exit 1; }
target=${CARGO_TARGET_DIR:-target}
work=$target/leads/$customers-$reps
mkdir -p "$work"
here=benches/leads
if [ -z "${REVIER:-}" ]; then
    cargo build --locked --profile "$profile" --bin revier
    REVIER=$target/$profile/revier
fi
if [ -z "${HARNESS:-}" ]; then
    [ "$profile" != release ] || profile=bench
    HARNESS=$(cargo build --locked --profile "$profile" --bench leads --message-format json | python3 -c '
import json, sys
built = [json.loads(line) for line in sys.stdin]
print([m["executable"] for m in built if m.get("executable") and m["target"]["name"] == "leads"][-1])')
fi
[ -f "$work/scenario.toml" ] || python3 -B $here/make.py "$work" "$customers" "$reps"
[ -f "$work/plan/report.json" ] || "$REVIER" solve "$work/scenario.toml" --out "$work/plan" --quiet >/dev/null
python3 -B $here/draw.py "$work" "$leads"

# A server that nobody else reaches.
data=$(mktemp -d)
as() { if [ "$(id -u)" = 0 ]; then (cd "$data" && runuser -u postgres -- "$@"); else "$@"; fi; }
trap 'as "$server/pg_ctl" -D "$data/db" stop -m immediate >/dev/null 2>&1 || true; rm -rf "$data"' EXIT
[ "$(id -u)" != 0 ] || chown postgres "$data"
as "$server/initdb" -D "$data/db" --auth trust --encoding UTF8 >/dev/null
settings="-c listen_addresses='' -c unix_socket_directories='$data' -c shared_buffers=512MB -c work_mem=256MB -c fsync=off -c jit=off"
as "$server/pg_ctl" -D "$data/db" -w -l "$data/log" -o "$settings" start >/dev/null

python3 -B $here/compare.py "$work" "$HARNESS" "$data"
