#!/bin/sh
# The proofs of revier, tried by programs that share nothing with it: run.sh REVIER [CASES [SEED]]
#
# 0. what verify.py cannot read it says so of (reading.py);
# 1. every scenario of data/ is solved, and verify.py and `revier check` agree that the plan holds;
# 2. plans are forged in hundreds of ways, and both refuse each;
# 3. the bounds of `revier size` are recomputed (sizing.py), and refused where they are raised;
# 4. staffings of plans are verified (staff.py), and refused where a figure is changed;
# 5. random small scenarios are solved by revier and by enumeration (fuzz.py).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
data=$(cd "$here/../../data" && pwd)
revier=$(realpath "${1:?usage: run.sh REVIER [CASES [SEED]]}")
cases=${2:-2000}
seed=${3:-1}
if ! command -v python3 >/dev/null || ! python3 -c 'import tomllib' 2>/dev/null; then
    echo "tests/verifier needs python3, version 3.11 or later" >&2
    exit 1
fi
lines=$(wc -l < "$here/verify.py")
if [ "$lines" -gt 400 ]; then
    echo "verify.py has $lines lines; a stranger should not have to read more than 400" >&2
    exit 1
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONDONTWRITEBYTECODE=1
python3 "$here/reading.py"

# solve STATUS OUT SCENARIO [FLAGS]: the exit status must be STATUS, and the plan must hold.
solve() {
    wanted=$1 out=$work/$2 scenario=$3
    shift 3
    status=0
    "$revier" solve "$scenario" --out "$out" --quiet "$@" >"$work/said" 2>&1 || status=$?
    if [ "$status" -ne "$wanted" ]; then
        echo "solve $scenario $*: status $status" && cat "$work/said" && exit 1
    fi
    printf '%s %s: ' "${scenario#"$data"/}" "$*"
    # Travel on roads, or round barriers, is a table to whoever verifies without revier.
    if grep -q '^metric = "road"\|^barriers = ' "$scenario"; then
        "$revier" --quiet roads "$scenario" --matrix "$work/travel.csv" --force >"$work/said"
        python3 "$here/verify.py" "$out" "$work/travel.csv"
    else
        python3 "$here/verify.py" "$out"
    fi
    "$revier" check "$out" >"$work/said" 2>&1 || { cat "$work/said" && exit 1; }
}

for scenario in "$data"/*/*.toml; do
    case $scenario in */sizing.toml) continue ;; esac
    solve 0 "$(basename "$(dirname "$scenario")")-$(basename "$scenario" .toml)" "$scenario"
done
solve 3 infeasible "$data/rules/base.toml" --tolerance 0.002

for plan in tiny-scenario rules-all rules-assignment rules-regions rules-deviation infeasible; do
    python3 "$here/forge.py" "$revier" "$work/$plan"
done

python3 "$here/towns.py" "$work/towns"
"$revier" size "$work/towns/scenario.toml" --out "$work/towns/size" --quiet >"$work/said" || { cat "$work/said" && exit 1; }
python3 "$here/sizing.py" "$work/towns/scenario.toml" "$work/towns/size"
# A bound that is a thousandth higher is none.
python3 - "$work/towns/size/bounds.json" <<'RAISED'
import json, sys
told = json.load(open(sys.argv[1]))
for row in told["rows"]:
    row["bound"] *= 1.001
json.dump(told, open(sys.argv[1], "w"))
RAISED
if python3 "$here/sizing.py" "$work/towns/scenario.toml" "$work/towns/size" >"$work/said"; then
    cat "$work/said" && echo "sizing.py took bounds that are too high" >&2 && exit 1
fi

# staff PLAN PEOPLE [FLAGS]: the staffing must hold, and none that says another figure.
staff() {
    plan=$work/$1 people=$2
    shift 2
    "$revier" staff "$plan" "$people" --out "$work/staff.json" --force --quiet "$@" >"$work/said" 2>&1 || { cat "$work/said" && exit 1; }
    printf 'staff %s %s: ' "${plan#"$work"/}" "$*"
    python3 "$here/staff.py" "$work/staff.json" "$plan" "$people"
    python3 "$here/staff_forge.py" "$work/staff.json" "$plan" "$people"
}

staff tiny-scenario "$data/tiny/reps.geojson"
staff rules-all "$data/rules/reps.csv" --knows 10%
staff rules-locks "$data/rules/reps.csv" --knows 20
staff rules-travel_in_workload "$data/rules/reps.csv"
staff rules-prefer "$data/rules/reps.csv" --knows 30%
staff rules-fit "$data/rules/reps.csv"
staff rules-matrix "$data/rules/reps.csv"
staff rules-regions "$data/rules/reps_regions.csv"
staff germany-scenario "$data/germany/reps.geojson"

python3 "$here/fuzz.py" "$revier" --cases "$cases" --seed "$seed" --jobs 2 --work "$work"
