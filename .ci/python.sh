#!/usr/bin/env bash
# The Python package: its wheel is built, installed into a clean virtual environment, and tried with real geopandas, shapely and pandas;
# the notebook is executed; the German example is compared with the command line.
# usage: .ci/python.sh [REVIER]; without an argument the release build, which is made where it is missing.
# Installs what is missing (as root, or with sudo); anything that cannot be installed is a failure.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
    root=""
    [ "$(id -u)" = 0 ] || root="sudo"
    $root apt-get update -qq
    DEBIAN_FRONTEND=noninteractive $root apt-get install -y -qq --no-install-recommends python3 python3-venv >/dev/null
fi

revier=${1:-target/release/revier}
[ -x "$revier" ] || cargo build --release --locked
REVIER=$(realpath "$revier")
export REVIER

# The tools that build and judge are kept from run to run; what users have is made anew.
tools=.ci/cache/python
[ -x "$tools/bin/python" ] || python3 -m venv "$tools"
"$tools/bin/pip" install -q --disable-pip-version-check 'maturin>=1.9.4,<2' 'ruff>=0.14,<1' 'mypy>=1.18,<3' 'numpy>=1.24'
tools=$(realpath "$tools")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The same versions of all crates as revier's, and where they were built already they are not built again.
cp Cargo.lock bindings/python/Cargo.lock
export CARGO_TARGET_DIR="$PWD/target"
cd bindings/python
cargo fmt --check
"$tools/bin/ruff" format --check .
"$tools/bin/ruff" check .
"$tools/bin/mypy"
"$tools/bin/maturin" build --profile trial --auditwheel skip --out "$work"
PYO3_BUILD_EXTENSION_MODULE=1 cargo clippy -q -- -D warnings

python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check "$work"/revier-*-abi3-*.whl \
    'geopandas>=1.0,<2' 'shapely>=2.1,<3' 'pandas>=2.2,<4' 'pyarrow>=18' 'tqdm>=4.60' 'pytest>=8' \
    'nbconvert>=7.16' 'ipykernel>=6.29'

# From another folder, so that it is the wheel that is imported.
cp -r tests pyproject.toml "$work"
ln -s "$PWD/README.md" "$work/README.md"
REVIER_ROOT=$(realpath ../..)
export REVIER_ROOT
(cd "$work" && venv/bin/python -m pytest -q -p no:cacheprovider)
cp example.ipynb "$work"
ln -s "$REVIER_ROOT/data" "$work/data"
(cd "$work" && venv/bin/jupyter-nbconvert --to html --execute --log-level ERROR example.ipynb)
grep -q 'iframe srcdoc' "$work/example.html"
echo "the wheel, its tests and the notebook: all passed"
