#!/bin/sh
# Tables that other programs write (xlwt, openpyxl, XlsxWriter, pyexcel-ods3) give the plan that their CSV gives, and what they leave open is told.
# usage: .ci/tables.sh [REVIER]; without an argument the release build is made and used.
set -eu
cd "$(dirname "$0")/.."
venv=.ci/cache/tables
if [ ! -x "$venv/bin/python" ]; then
    python3 -m venv "$venv"
fi
"$venv/bin/pip" install -q --disable-pip-version-check 'openpyxl>=3.1,<4' 'xlwt>=1.3,<2' 'XlsxWriter>=3.2,<4' 'pyexcel-ods3>=0.6,<1'
revier=${1:-}
if [ -z "$revier" ]; then
    cargo build --release --locked
    revier=target/release/revier
fi
"$venv/bin/python" tests/clients/tables.py "$revier"
