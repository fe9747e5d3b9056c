#!/usr/bin/env bash
# Every rule at once on 100,000 customers and 50 reps (make.py), beside the same customers with one balance and no other rule: three runs of each in
# turn. With all rules the whole process may take at most 8 times as long (5 are usual; the machine's own pace cancels out), and leaves a gap of at most 0.1 %.
#
#     benches/rules/run.sh [N K]
set -euo pipefail
cd "$(dirname "$0")/../.."
n=${1:-100000} k=${2:-50}
into=target/rules-${n}x${k}
cargo build --release --locked
python3 benches/rules/make.py "$n" "$k" "$into"
times=()
for _ in 1 2 3; do
    for name in plain scenario; do
        begin=$(date +%s.%N)
        target/release/revier solve "$into/$name.toml" --out "$into/plan-$name" --force --quiet >/dev/null
        times+=("$name" "$begin" "$(date +%s.%N)")
    done
done
target/release/revier check "$into/plan-scenario"
python3 - "$into/plan-scenario/report.json" "${times[@]}" <<'PYTHON'
import json
import statistics
import sys

report = json.load(open(sys.argv[1], encoding="utf-8"))
seconds = {"plain": [], "scenario": []}
for name, begin, end in zip(*[iter(sys.argv[2:])] * 3):
    seconds[name].append(float(end) - float(begin))
plain, ruled = (statistics.median(seconds[name]) for name in ("plain", "scenario"))
print(f"all rules {ruled:.2f} s, one balance {plain:.2f} s, {ruled / plain:.2f} times; {report['status']}, gap {report['gap']:.2e}, {report['peak_memory_mb']:.0f} MB")
if report["status"] == "infeasible" or report["gap"] > 1e-3 or ruled > 8.0 * plain:
    sys.exit("too slow, or not good enough")
PYTHON
