#!/usr/bin/env python3
"""Contiguous plans against an independent programme: HiGHS on all pairs, with separators added where an optimum is torn.

    benches/hard/contiguity.py --revier target/release/revier --work target/hard --count 200

Random maps of area units (20 to 80; grids with holes, Voronoi cells), 3 to 7 reps, tolerances from 0.2 to 10 %. Each map is solved with
three tolerances, so that it shows whether a looser rule loses a plan. Optima are kept in `optima.json` of the work directory: a second
run measures revier alone. Needs `pip install highspy numpy scipy`.
"""
import argparse
import json
import math
import pathlib
import random
import subprocess
import time

import highspy
import numpy as np
from scipy.spatial import Voronoi

RADIUS_KM = 6371.0088
TOLERANCES = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1]


def km(a, b):
    """Great-circle distance of two (lon, lat)."""
    (x, p), (y, q) = (map(math.radians, a), map(math.radians, b))
    h = math.sin((q - p) / 2) ** 2 + math.cos(p) * math.cos(q) * math.sin((y - x) / 2) ** 2
    return 2 * RADIUS_KM * math.asin(min(1.0, math.sqrt(h)))


def connected(nodes, near):
    """The pieces that some nodes fall into."""
    left, pieces = set(nodes), []
    while left:
        stack, piece = [min(left)], set()
        left.discard(stack[0])
        while stack:
            v = stack.pop()
            piece.add(v)
            for w in near[v] & left:
                left.discard(w)
                stack.append(w)
        pieces.append(piece)
    return pieces


def grid(rng, n):
    """Squares, some left out."""
    columns = max(3, round(math.sqrt(n * rng.uniform(0.6, 1.6))))
    rows = math.ceil(n * 1.1 / columns)
    cells = [(r, c) for r in range(rows) for c in range(columns)]
    while True:
        kept = sorted(rng.sample(cells, min(n, len(cells))))
        at = {cell: i for i, cell in enumerate(kept)}
        near = [set() for _ in kept]
        for (r, c), i in at.items():
            for other in [(r + 1, c), (r, c + 1)]:
                if other in at:
                    near[i].add(at[other])
                    near[at[other]].add(i)
        if len(connected(range(len(kept)), near)) == 1:
            break
    side = 0.25
    corner = lambda r, c: [round(8 + c * side, 6), round(48 + r * side, 6)]
    rings = [[corner(r, c), corner(r, c + 1), corner(r + 1, c + 1), corner(r + 1, c), corner(r, c)] for r, c in kept]
    return rings, near


def voronoi(rng, n):
    """Cells of random points in a square; no border shorter than 300 m."""
    while True:
        points = np.array([[rng.uniform(0, 1), rng.uniform(0, 1)] for _ in range(n)])
        mirrored = [points]
        for axis in (0, 1):
            for wall in (0.0, 1.0):
                copy = points.copy()
                copy[:, axis] = 2 * wall - copy[:, axis]
                mirrored.append(copy)
        cells = Voronoi(np.vstack(mirrored))
        place = lambda v: [round(8 + 3 * float(np.clip(cells.vertices[v][0], 0, 1)), 6),
                           round(48 + 2 * float(np.clip(cells.vertices[v][1], 0, 1)), 6)]
        near, short = [set() for _ in range(n)], False
        for (a, b), (p, q) in zip(cells.ridge_points, cells.ridge_vertices):
            if a < n or b < n:
                short |= km(place(p), place(q)) < 0.3
            if a < n and b < n:
                near[a].add(int(b))
                near[b].add(int(a))
        if not short:
            break
    rings = []
    for i in range(n):
        region = cells.regions[cells.point_region[i]]
        ring = [place(v) for v in region]
        area = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1]))
        ring = ring if area > 0 else ring[::-1]
        rings.append(ring + ring[:1])
    return rings, near


def instance(seed):
    """A map with weights, places and reps."""
    rng = random.Random(seed)
    n, k = rng.randint(20, 80), rng.randint(3, 7)
    rings, near = (grid if seed % 2 else voronoi)(rng, n)
    n = len(rings)
    heavy = rng.random() < 0.5
    weight = [round(rng.lognormvariate(3, 0.6 if heavy else 0.2), rng.choice([0, 1, 3])) or 1.0 for _ in range(n)]
    places = [[round(sum(p[x] for p in ring[:-1]) / (len(ring) - 1), 6) for x in (0, 1)] for ring in rings]
    reps = [[round(x + rng.uniform(-0.05, 0.05), 6) for x in places[i]] for i in rng.sample(range(n), k)]
    first = rng.randrange(len(TOLERANCES) - 2)
    return {"rings": rings, "near": near, "weight": weight, "places": places, "reps": reps,
            "tolerances": TOLERANCES[first:first + 3]}


def separator(near, piece, target):
    """The neighbours of a piece that can be reached from `target` without crossing another."""
    fence = set().union(*(near[v] for v in piece)) - piece
    seen, stack, found = {target}, [target], set()
    while stack:
        for w in near[stack.pop()] - seen:
            seen.add(w)
            if w in fence:
                found.add(w)
            else:
                stack.append(w)
    return found


class Programme:
    """All pairs, all bounds; separators join as they are needed, and serve looser tolerances, too."""

    def __init__(self, case):
        self.case, self.cuts = case, set()
        n, k = len(case["weight"]), len(case["reps"])
        self.cost = [[case["weight"][i] * km(case["places"][i], case["reps"][j]) for j in range(k)] for i in range(n)]

    def model(self, tolerance):
        case, weight = self.case, self.case["weight"]
        n, k = len(weight), len(case["reps"])
        h = highspy.Highs()
        h.setOptionValue("output_flag", False)
        h.setOptionValue("threads", 1)
        h.setOptionValue("mip_rel_gap", 1e-7)
        h.setOptionValue("mip_abs_gap", 0.0)
        h.setOptionValue("mip_feasibility_tolerance", 1e-9)
        h.setOptionValue("primal_feasibility_tolerance", 1e-9)
        for i in range(n):
            for j in range(k):
                h.addVar(0.0, 1.0)
                h.changeColCost(i * k + j, self.cost[i][j])
                h.changeColIntegrality(i * k + j, highspy.HighsVarType.kInteger)
        for i in range(n):
            h.addRow(1.0, 1.0, k, [i * k + j for j in range(k)], [1.0] * k)
        target = sum(weight) / k
        for j in range(k):
            h.addRow((1 - tolerance) * target / target, (1 + tolerance), n,
                     [i * k + j for i in range(n)], [w / target for w in weight])
        for cut in self.cuts:
            self.add(h, cut)
        return h

    def add(self, h, cut):
        k = len(self.case["reps"])
        a, b, between = cut
        for j in range(k):
            columns = [a * k + j, b * k + j] + [s * k + j for s in between]
            h.addRow(-1.0, highspy.kHighsInf, len(columns), columns, [-1.0, -1.0] + [1.0] * len(between))

    def optimum(self, tolerance, seconds):
        """(optimum or None, seconds); raises TimeoutError."""
        n, k, near = len(self.case["weight"]), len(self.case["reps"]), self.case["near"]
        begin, h = time.time(), self.model(tolerance)
        while True:
            left = seconds - (time.time() - begin)
            if left <= 0:
                raise TimeoutError
            h.setOptionValue("time_limit", h.getRunTime() + left)
            h.run()
            status = h.getModelStatus()
            if status == highspy.HighsModelStatus.kInfeasible:
                return None, time.time() - begin
            if status != highspy.HighsModelStatus.kOptimal:
                raise TimeoutError
            x = h.getSolution().col_value
            owner = [max(range(k), key=lambda j: x[i * k + j]) for i in range(n)]
            new = set()
            for j in range(k):
                pieces = sorted(connected([i for i in range(n) if owner[i] == j], near), key=len)
                for piece in pieces[:-1]:
                    for a in (min(piece), max(piece)):
                        for b in (min(pieces[-1]), max(pieces[-1])):
                            new.add((a, b, tuple(sorted(separator(near, piece, b)))))
                            new.add((b, a, tuple(sorted(separator(near, pieces[-1], a)))))
            new -= self.cuts
            if not new:
                return sum(self.cost[i][owner[i]] for i in range(n)), time.time() - begin
            self.cuts |= new
            for cut in sorted(new):
                self.add(h, cut)


def write(case, at, tolerance, limit):
    """The files of a scenario."""
    at.mkdir(parents=True, exist_ok=True)
    unit = lambda i: {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [case["rings"][i]]},
                      "properties": {"id": f"U{i}", "workload": case["weight"][i], "lon": case["places"][i][0], "lat": case["places"][i][1]}}
    rep = lambda j: {"type": "Feature", "geometry": {"type": "Point", "coordinates": case["reps"][j]}, "properties": {"id": f"R{j}"}}
    for name, features in [("units", [unit(i) for i in range(len(case["rings"]))]), ("reps", [rep(j) for j in range(len(case["reps"]))])]:
        (at / f"{name}.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    (at / "s.toml").write_text(
        f'customers = "units.geojson"\nreps = "reps.geojson"\n[[balance]]\nmeasure = "workload"\ntolerance = {tolerance}\n'
        f'[rules]\ncontiguous = true\n[solve]\ntime_limit_s = {limit}\n')


def solved(revier, at):
    """(cost or None, seconds, trouble) of revier's plan, judged by `check` and here."""
    begin = time.time()
    run = subprocess.run([revier, "solve", "s.toml", "--threads", "1", "--quiet", "--out", "out"], cwd=at, capture_output=True, text=True)
    seconds = time.time() - begin
    if run.returncode not in (0, 3):
        return None, seconds, f"status {run.returncode}: {run.stderr.strip()}"
    judged = subprocess.run([revier, "check", "out", "--quiet"], cwd=at, capture_output=True, text=True)
    report = json.loads((at / "out/report.json").read_text())
    trouble = "" if judged.returncode == 0 else f"check: {judged.stdout.strip()} {judged.stderr.strip()}"
    ruled_out = any("ruled out all" in note or "proven" in note for note in report["notes"])
    if run.returncode == 3:
        return None, seconds, trouble or ("ruled out" if ruled_out else "")
    return report["objective"]["value"], seconds, trouble


def pieces_of(case, at):
    """How many pieces too many the plan has, and the loads' greatest deviation."""
    rows = [line.split(",") for line in (at / "out/assignments.csv").read_text().splitlines()]
    unit, rep = rows[0].index("customer_id"), rows[0].index("rep_id")
    owner = {int(row[unit][1:]): int(row[rep][1:]) for row in rows[1:]}
    k = len(case["reps"])
    extra, loads = 0, [0.0] * k
    for j in range(k):
        own = [i for i, l in owner.items() if l == j]
        extra += max(0, len(connected(own, case["near"])) - 1)
        loads[j] = sum(case["weight"][i] for i in own)
    target = sum(loads) / k
    return extra, max(abs(y / target - 1) for y in loads)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--revier", default="target/release/revier")
    parser.add_argument("--work", default="target/hard")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--limit", type=float, default=10.0, help="time limit of revier, seconds")
    parser.add_argument("--patience", type=float, default=120.0, help="time limit of the programme, seconds")
    parser.add_argument("--known", action="store_true", help="only where the optimum is known from an earlier run")
    args = parser.parse_args()
    work = pathlib.Path(args.work)
    work.mkdir(parents=True, exist_ok=True)
    kept = work / "optima.json"
    optima = json.loads(kept.read_text()) if kept.exists() else {}
    revier = str(pathlib.Path(args.revier).resolve())
    rows, lost = [], 0
    for seed in range(args.first, args.first + args.count):
        case = instance(seed)
        programme = Programme(case)
        before = None
        for tolerance in case["tolerances"]:
            key = f"{seed}:{tolerance}"
            if key not in optima and not args.known:
                try:
                    best, seconds = programme.optimum(tolerance, args.patience)
                    optima[key] = {"optimum": best, "seconds": round(seconds, 2)}
                except TimeoutError:
                    optima[key] = {"optimum": "unknown", "seconds": args.patience}
                kept.write_text(json.dumps(optima, indent=0))
            if key not in optima:
                continue
            at = work / f"case{seed}"
            write(case, at, tolerance, args.limit)
            cost, seconds, trouble = solved(revier, at)
            if cost is not None:
                extra, most = pieces_of(case, at)
                if extra or most > tolerance + 1e-9:
                    trouble += f" {extra} pieces too many, {most} from the target"
            best = optima[key]["optimum"]
            if before is not None and (cost is None or cost > before * (1 + 1e-9)):
                lost += 1
                trouble += f" worse than with a tighter tolerance ({before})"
            before = cost if cost is not None else before
            rows.append((best, cost, seconds, trouble))
            above = "" if best in (None, "unknown") or cost is None else f"{100 * (cost / best - 1):8.4f} %"
            print(f"{seed:4} {len(case['weight']):3} x {len(case['reps'])} {tolerance:6}  optimum {best!s:20} {optima[key]['seconds']:7} s  "
                  f"revier {cost!s:20} {seconds:6.2f} s {above} {trouble}", flush=True)
    known = [r for r in rows if r[0] != "unknown"]
    with_plan = [r for r in known if r[0] is not None]
    missed = [r for r in with_plan if r[1] is None]
    false = [r for r in known if r[0] is None and r[1] is not None] + [r for r in missed if "ruled out" in r[3]]
    gaps = [r[1] / r[0] - 1 for r in with_plan if r[1] is not None]
    unproven = [r for r in known if r[0] is None and "ruled out" not in r[3]]
    print(f"\n{len(rows)} cases, {len(known)} optima known, {len(with_plan)} with a plan; not found: {len(missed)} "
          f"({100 * len(missed) / max(1, len(with_plan)):.1f} %); wrong verdicts: {len(false)}; no plan exists and revier says not found: {len(unproven)}")
    if gaps:
        print(f"above the optimum: mean {100 * sum(gaps) / len(gaps):.4f} %, greatest {100 * max(gaps):.4f} %, at the optimum {sum(g < 1e-6 for g in gaps)} of {len(gaps)}")
    print(f"a looser tolerance was worse: {lost} times; mean seconds {sum(r[2] for r in rows) / max(1, len(rows)):.2f}")


if __name__ == "__main__":
    main()
