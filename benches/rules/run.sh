#!/usr/bin/env bash
# Every rule at once on 100,000 customers and 50 reps (make.py): the whole process must take under 6 s and leave a gap of at most
# 0.1 %. Prints both.
#
#     benches/rules/run.sh [N K]
set -euo pipefail
cd "$(dirname "$0")/../.."
n=${1:-100000} k=${2:-50}
into=target/rules-${n}x${k}
cargo build --release --locked
python3 benches/rules/make.py "$n" "$k" "$into"
begin=$(date +%s.%N)
target/release/revier solve "$into/scenario.toml" --out "$into/plan" --quiet >/dev/null
end=$(date +%s.%N)
target/release/revier check "$into/plan"
python3 - "$into/plan/report.json" "$begin" "$end" <<'PYTHON'
import json
import sys

report = json.load(open(sys.argv[1], encoding="utf-8"))
seconds = float(sys.argv[3]) - float(sys.argv[2])
print(f"{seconds:.2f} s, {report['status']}, gap {report['gap']:.2e}, {report['peak_memory_mb']:.0f} MB")
if report["status"] == "infeasible" or report["gap"] > 1e-3 or seconds > 6.0:
    sys.exit("too slow, or not good enough")
PYTHON
