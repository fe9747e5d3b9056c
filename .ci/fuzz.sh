#!/usr/bin/env bash
# Random territories, drawn by revier and checked by shapely (GEOS), which shares no code with it; and
# Germany with 10, 1,000 and 100,000 customers, as drawn and with straighter borders.
#
#     .ci/fuzz.sh [CASES]        default: 6000
#
# Needs cargo, python3 with venv, and a Python package index. Fails when anything of that is missing.
set -euo pipefail
cd "$(dirname "$0")/.."
count="${1:-6000}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check 'shapely>=2.1,<3'

TERRITORY_CASES="$work/cases.jsonl" TERRITORY_COUNT="$count" \
    cargo test --quiet --lib write_cases -- --ignored
TERRITORY_CASES="$work/sizes.jsonl" \
    cargo test --quiet --lib write_sizes -- --ignored
"$work/venv/bin/python" tests/territory_fuzz/test_checker.py
"$work/venv/bin/python" tests/territory_fuzz/check_cases.py "$work/cases.jsonl" "$work/sizes.jsonl"
