#!/bin/sh
# Real clients read what revier writes: GDAL, shapely, pyarrow and geopandas, SQLite, librsvg, openpyxl. And revier reads the layers that GDAL writes.
# usage: .ci/clients.sh [REVIER]; without an argument a build with GeoParquet is made and used.
# Installs what is missing (as root, or with sudo); anything that cannot be installed is a failure.
set -eu
cd "$(dirname "$0")/.."

need=""
for package in gdal-bin python3-gdal python3-venv librsvg2-bin; do
    dpkg -s "$package" >/dev/null 2>&1 || need="$need $package"
done
if [ -n "$need" ]; then
    root=""
    [ "$(id -u)" = 0 ] || root="sudo"
    $root apt-get update -qq
    # shellcheck disable=SC2086 # the packages are words
    DEBIAN_FRONTEND=noninteractive $root apt-get install -y -qq --no-install-recommends $need >/dev/null
fi

venv=.ci/cache/clients
if [ ! -x "$venv/bin/python" ]; then
    # With the system's packages: GDAL's bindings come with the system's GDAL.
    /usr/bin/python3 -m venv --system-site-packages "$venv"
fi
"$venv/bin/pip" install -q --disable-pip-version-check \
    'shapely>=2.1,<3' 'pyogrio>=0.11,<1' 'geopandas>=1.0,<2' 'pyarrow>=18' 'openpyxl>=3.1,<4'

revier=${1:-}
if [ -z "$revier" ]; then
    cargo build --profile trial --locked --features parquet
    revier=target/trial/revier
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$venv/bin/python" -W ignore tests/clients/run.py "$revier" "$work"
"$venv/bin/python" tests/clients/layers.py "$revier" "$(mktemp -d -p "$work")"
