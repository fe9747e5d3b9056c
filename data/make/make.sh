#!/bin/sh
# Makes the data and checks them; arguments go to make.py (--check, --packages DIR).
set -eu
cd "$(dirname "$0")"
python3 make.py "$@"
python3 check.py
