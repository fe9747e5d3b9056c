#!/usr/bin/env bash
# revier with HiGHS inside (feature `highs`): its LP and its plans against HiGHS on the whole problem, and every small
# problem against all its plans with HiGHS as the solver.
# usage: [CASES_SHARE=8] .ci/highs.sh; FEATURES are those of the build, where another part wants the same one, SMALL are the tests of small problems.
# Installs cmake, libclang and a C++ compiler where they are missing (as root, or with sudo).
set -euo pipefail
cd "$(dirname "$0")/.."

need=()
for package in cmake libclang-dev g++; do
    dpkg -s "$package" >/dev/null 2>&1 || need+=("$package")
done
if [ "${#need[@]}" -gt 0 ]; then
    root=()
    [ "$(id -u)" = 0 ] || root=(sudo)
    "${root[@]}" apt-get update -qq
    DEBIAN_FRONTEND=noninteractive "${root[@]}" apt-get install -y -qq --no-install-recommends "${need[@]}" >/dev/null
fi

cargo test --profile trial --locked --features "${FEATURES:-highs}" --test highs -- --nocapture
small=()
for name in ${SMALL:-rules contiguity solve_small}; do small+=(--test "$name"); done
cargo test --profile trial --locked --features "${FEATURES:-highs}" "${small[@]}"
