#!/usr/bin/env python3
"""Random small scenarios, each solved by revier and by enumeration: fuzz.py REVIER [--cases N] [--seed S] [--jobs J] [--first I] [--keep DIR]

Judged: the verdict, the bound, the plan, that `revier check` and verify.py agree, that an infeasible case has a reason, exit statuses. What
is wrong is kept in DIR (with all inputs and the plan) and printed with seed and number; `--cases 1 --first I` repeats one case.
"""

import argparse
import collections
import csv
import json
import multiprocessing
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time
from fractions import Fraction

sys.dont_write_bytecode = True

import cases  # noqa: E402
import verify  # noqa: E402

ARGS = None


def run(*command):
    try:
        done = subprocess.run([str(x) for x in command], capture_output=True, text=True, timeout=120, env={**os.environ, "RUST_BACKTRACE": "0"})
        return done.returncode, done.stdout + done.stderr
    except subprocess.TimeoutExpired:
        return -1, "no end within 120 s"


def nodes(node, kinds, depth=1):
    """Counts the kinds of nodes; the depth of the tree."""
    kinds[next(name for name in ("unit", "cutoff", "knapsack", "subset", "ray", "prices") if name in node)] += 1
    below = [*node.get("branches", {}).values(), *([node["rest"]] if "rest" in node else [])]
    return max((nodes(child, kinds, depth + 1) for child in below), default=depth)


def read_plan(case, out):
    rep, customer = ({row["id"]: i for i, row in enumerate(case[kind])} for kind in ("reps", "customers"))
    plan = [None] * len(customer)
    with open(out / "assignments.csv", newline="") as file:
        for row in csv.DictReader(file):
            i, j = (known.get(x, known.get(x[1:])) for known, x in ((customer, row["customer_id"]), (rep, row["rep_id"])))
            plan[i] = j
    return plan


def judge_plan(case, model, best, status, out, wrong):
    """Judges the plan directory; returns the claim."""
    report = json.loads((out / "report.json").read_text(), parse_float=Fraction, parse_int=Fraction)
    certificate = json.loads((out / "certificate.json").read_text(), parse_float=Fraction, parse_int=Fraction)
    if None in model.beside:  # "auto" has chosen
        told = {row["measure"]: row["price"] for row in report["deviation"]}
        model.beside = [told[name] if price is None else price for price, (name, _) in zip(model.beside, case["balance"])]
        best, _ = model.best()
    claim, bound, gap = report.get("claim"), certificate["value"], max(Fraction(case["gap"]), Fraction(1, 10**9))
    if certificate["claim"] != claim or (status == 0) != (claim in ("optimal", "within")):
        wrong.append(f"claim {claim} in the report, {certificate['claim']} in the certificate, status {status}")
    plan = read_plan(case, out)
    cost, broken = model.cost_of(plan), model.broken(plan)
    said = report["objective"]["value"]
    if abs(said - cost) > cost / 10**9 + model.slack:
        wrong.append(f"objective {float(said)}, the plan costs {float(cost)}")
    if best is not None and claim != "infeasible" and bound > best + model.slack:
        wrong.append(f"bound {float(bound)} above the optimum {float(best)}")
    if claim in ("optimal", "within"):
        if broken:
            wrong.append(f"{claim}, and the plan breaks {broken}")
        elif best is None or cost < best - model.slack:
            wrong.append("THE MODEL IS WRONG: the plan keeps the rules")
        elif claim == "optimal" and cost - best > gap * cost + model.slack:
            wrong.append(f"called optimal at {float(cost)}, the optimum is {float(best)}")
    elif best is not None and not broken and not case["rules"]["contiguous"]:
        wrong.append(f"{claim}, and the plan keeps all rules")
    if claim == "infeasible" and best is not None:
        wrong.append(f"called infeasible, a plan costs {float(best)}")
    if claim not in ("optimal", "within", "infeasible", "not-found"):
        wrong.append(f"claim {claim}")
    if best is None and not report["notes"] and not report["violations"]:
        wrong.append("no reason is given")
    if claim == "not-found" and best is not None and len(case["customers"]) <= 8 and not case["rules"]["contiguous"]:
        wrong.append(f"not found, a plan costs {float(best)}")
    return claim, certificate


def judge(number):
    """One case: (number, key for the summary, what is wrong, kinds of nodes, depth, seconds)."""
    rng = random.Random(f"{ARGS.seed}/{number}")
    case, model = cases.random_case(rng)
    best, _ = model.best()
    work = pathlib.Path(tempfile.mkdtemp(prefix="revier-fuzz-", dir=ARGS.work))
    cases.write(case, work, rng)
    out, wrong, kinds, depth, begin = work / "out", [], collections.Counter(), 0, time.monotonic()
    status, said = run(ARGS.revier, "solve", work / "scenario.toml", "--out", out, "--threads", "1", *case["flags"])
    took = time.monotonic() - begin
    truth, claim = "a plan exists" if best is not None else "no plan exists", f"status {status}"
    if status not in (0, 3) or "panicked" in said or "internal error" in said:
        error = said.find("error:")
        wrong.append(f"status {status}: {said[max(0, error):][:400].strip()}")
    else:
        try:
            claim, certificate = judge_plan(case, model, best, status, out, wrong)
            depth = nodes(certificate["tree"], kinds) if certificate.get("tree") else 0
            told, why = verify.judge(out)
            if told != 0:
                wrong.append(f"verify.py: {why}")
            checked, why = run(ARGS.revier, "check", out)
            if checked != 0:
                wrong.append(f"check: status {checked}: {why.strip()[-600:]}")
        except Exception as error:  # what cannot be read is a finding, not an end
            wrong.append(f"cannot be judged: {type(error).__name__}: {error}")
    if wrong:
        kept = ARGS.keep / f"{ARGS.seed}-{number}"
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(work, kept)
        (kept / "wrong.txt").write_text("\n".join([f"seed {ARGS.seed}, case {number}: {truth}" + (f", optimum {float(best)}" if best is not None else ""),
                                                   *wrong, "", said]))
    shutil.rmtree(work, ignore_errors=True)
    return number, f"{truth}; {claim}", wrong, kinds, depth, took


def main():
    global ARGS
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("revier", type=lambda path: pathlib.Path(path).resolve())
    parser.add_argument("--cases", type=int, default=2000)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep", type=pathlib.Path, default=pathlib.Path(tempfile.gettempdir()) / "revier-fuzz-failures")
    parser.add_argument("--work", default=None, help="where cases are solved; a directory in memory is faster")
    ARGS = parser.parse_args()
    ARGS.keep.mkdir(parents=True, exist_ok=True)
    counts, kinds, depth, failed, slow, notfound = collections.Counter(), collections.Counter(), 0, 0, [], []
    with multiprocessing.get_context("fork").Pool(ARGS.jobs) as pool:
        for number, key, wrong, seen, deep, took in pool.imap_unordered(judge, range(ARGS.first, ARGS.first + ARGS.cases), 8):
            counts[key] += 1
            kinds += seen
            depth, failed = max(depth, deep), failed + bool(wrong)
            slow = sorted([*slow, (took, number)], reverse=True)[:5]
            if key.endswith("not-found"):
                notfound.append(number)
            if wrong:
                print(f"seed {ARGS.seed}, case {number}: {key}\n  " + "\n  ".join(wrong), flush=True)
    print(f"{ARGS.cases} cases from {ARGS.first}, seed {ARGS.seed}: {failed} wrong" + (f", kept in {ARGS.keep}" if failed else ""))
    for key, count in sorted(counts.items()):
        print(f"  {count:7} {key}")
    print(f"nodes: {dict(kinds)}, depth {depth}; slowest: {[(round(t, 1), number) for t, number in slow]}")
    if notfound:
        print(f"not found: {len(notfound)}: {sorted(notfound)[:100]}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
