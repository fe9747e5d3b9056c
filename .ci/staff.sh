#!/bin/sh
# The assignment problem of `revier staff` beside scipy's linear_sum_assignment, on random problems, by the build of the tests. (`cargo bench --bench staff` says
# how long 2,000 people on 2,000 territories take.)
# usage: .ci/staff.sh [CASES]        default: 10000
set -eu
cd "$(dirname "$0")/.."
venv=.ci/cache/staff
if [ ! -x "$venv/bin/python" ]; then
    python3 -m venv "$venv"
fi
"$venv/bin/pip" install -q --disable-pip-version-check 'numpy>=2,<3' 'scipy>=1.14,<2'
"$venv/bin/python" tests/staff/scipy_check.py cargo bench --quiet --profile dev --bench staff -- --cases --count "${1:-10000}"
