#!/usr/bin/env bash
# Leads to a desk, one per request, from the same machine: how many a second, and how long 99 of 100 wait.
#
#     benches/desk/leads.sh [SCENARIO [SECONDS [CONNECTIONS]]]        default: data/germany/scenario.toml, 20 s, 4 connections
#
# Needs wrk (Debian's package) and curl.
set -euo pipefail
cd "$(dirname "$0")/../.."
scenario=$(realpath "${1:-data/germany/scenario.toml}") seconds=${2:-20} connections=${3:-4}
command -v wrk >/dev/null || { echo "wrk is missing: apt-get install wrk" >&2 && exit 1; }
cargo build --release --locked
work=$(mktemp -d)
desk=""
trap '[ -z "$desk" ] || kill "$desk" 2>/dev/null || true; rm -rf "$work"' EXIT
# The project stands beside its scenario, and is gone with it.
cp -r "$(dirname "$scenario")" "$work/in"
target/release/revier serve "$work/in/$(basename "$scenario")" --no-open --addr 127.0.0.1:0 >"$work/said" 2>"$work/errors" &
desk=$!
url=""
for _ in $(seq 300); do
    url=$(sed -n 's|^the desk is at \(http://[^/]*\).*|\1|p' "$work/said")
    [ -z "$url" ] || break
    sleep 0.1
done
[ -n "$url" ] || { cat "$work/errors" && exit 1; }
until curl -fsS "$url/v1/leads" -H 'Content-Type: application/json' -d '{"lon": 9.9, "lat": 52.1}' 2>/dev/null; do sleep 0.2; done
echo
before=$(awk '/VmRSS/ {print $2}' "/proc/$desk/status")
wrk -t1 "-c$connections" "-d${seconds}s" --latency -s benches/desk/leads.lua "$url"
after=$(awk '/VmRSS/ {print $2}' "/proc/$desk/status")
echo "memory of the desk: $((before / 1024)) MB before, $((after / 1024)) MB after"
