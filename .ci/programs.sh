#!/bin/sh
# Programs that planners have, the real ones: LibreOffice (English and German), PostGIS and QGIS write customers and reps that give the plan of their GeoJSON, and read what
# revier writes with the same numbers, valid and in its style.
# usage: .ci/programs.sh [REVIER]; without an argument the release build is made and used.
# Installs what is missing (as root, or with sudo); anything that cannot be installed is a failure.
set -eu
cd "$(dirname "$0")/.."

packages="libreoffice-calc python3-qgis qgis-providers gdal-bin postgresql"
need=""
for package in $packages; do
    dpkg -s "$package" >/dev/null 2>&1 || need="$need $package"
done
ls /usr/share/postgresql/*/extension/postgis.control >/dev/null 2>&1 || need="$need postgis"
if [ -n "$need" ]; then
    root=""
    [ "$(id -u)" = 0 ] || root="sudo"
    $root apt-get update -qq
    # The PostGIS of the PostgreSQL that the system has.
    version=$(apt-cache depends postgresql | sed -n 's/.*Depends: postgresql-\([0-9]*\)$/\1/p' | head -1)
    # shellcheck disable=SC2086 # the packages are words
    DEBIAN_FRONTEND=noninteractive $root apt-get install -y -qq --no-install-recommends $packages "postgresql-$version-postgis-3" >/dev/null
fi

revier=${1:-}
if [ -z "$revier" ]; then
    cargo build --release --locked
    revier=target/release/revier
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Trials in a folder that the server's user may enter.
chmod 755 "$work"
for trial in office postgis in_qgis; do
    mkdir "$work/$trial"
    # The system's Python: PyQGIS comes with the system's QGIS.
    /usr/bin/python3 -B "tests/clients/$trial.py" "$revier" "$work/$trial"
done
