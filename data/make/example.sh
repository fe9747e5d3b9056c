#!/bin/sh
# Packs data/germany into the archive that `revier serve` opens with one click (src/serve/welcome). The same bytes for the same files.
set -eu
cd "$(dirname "$0")/../germany"
out=../../src/serve/welcome/germany.zip
python3 - "$out" <<'EOF'
import sys, zipfile
names = ["scenario.toml", "customers.geojson", "reps.geojson", "germany.geojson", "laender.geojson"]
with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
    for name in names:
        info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = 0o644 << 16
        archive.writestr(info, open(name, "rb").read())
EOF
ls -l "$out"
