#!/bin/sh
# Measures revier beside OR-Tools, POT and HiGHS on the same instances; README.md has the protocol.
#
#     benches/peers/run.sh                   the sizes that take minutes
#     benches/peers/run.sh --sizes 1000x50   one size
#     benches/peers/run.sh --all             everything, hours
#     benches/peers/run.sh --help
#
# Needs Python 3.11 or newer with venv, cargo and a network for the first run. All it makes is in target/peers, but for RESULTS.md and
# results.svg beside this file.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=${REVIER_PEERS_DIR:-$here/../../target/peers}
mkdir -p "$work"
work=$(cd "$work" && pwd)
venv=$work/venv
if ! cmp -s "$here/requirements.txt" "$venv/installed.txt"; then
    python3 -m venv --clear "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"
    cp "$here/requirements.txt" "$venv/installed.txt"
fi
exec "$venv/bin/python" -B "$here/run.py" --work "$work" "$@"
