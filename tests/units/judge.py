"""Judges territories made of the German postcodes with shapely, which shares nothing with revier.

    python3 judge.py POSTCODES.geojson PLAN_DIR MOST_SECONDS      the postcodes are the customers
    python3 judge.py POSTCODES.geojson PLAN_DIR --points          customers were counted into them
"""

import collections
import csv
import json
import pathlib
import sys

import numpy
import shapely
from shapely.geometry import shape

faults = []


def expect(holds: bool, text: str) -> None:
    print(("ok    " if holds else "FAULT ") + text)
    if not holds:
        faults.append(text)


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def shared_borders(units):
    """Pairs of units with at least one edge in common."""
    seen = collections.defaultdict(list)
    for number, unit in enumerate(units):
        for polygon in getattr(unit, "geoms", [unit]):
            for ring in [polygon.exterior, *polygon.interiors]:
                points = [tuple(p) for p in numpy.round(shapely.get_coordinates(ring) * 1e7).astype(int)]
                for a, b in zip(points, points[1:]):
                    seen[min(a, b), max(a, b)].append(number)
    return {(min(p), max(p)) for p in seen.values() if len(p) == 2 and p[0] != p[1]}


def components(members, pairs):
    root = {m: m for m in members}

    def top(v):
        while root[v] != v:
            root[v] = root[root[v]]
            v = root[v]
        return v

    for a, b in pairs:
        if a in root and b in root:
            root[top(a)] = top(b)
    return [top(m) for m in members]


def rings(geometry):
    parts = list(getattr(geometry, "geoms", [geometry]))
    return len(parts), sum(len(p.interiors) for p in parts)


def judge_drawing(territories, units, owner):
    """Territories against the unions of their units."""
    wrong, worst = [], 0.0
    for rep, territory in territories.items():
        mine = [u for u, j in zip(units, owner) if j == rep]
        union = shapely.coverage_union_all(mine)
        if not union.is_valid or rings(union) != rings(territory):
            union = shapely.union_all(mine)
        area = sum(u.area for u in mine)
        worst = max(worst, abs(territory.area / area - 1))
        if rings(union) != rings(territory) or not shapely.equals(union, territory):
            wrong.append((rep, rings(union), rings(territory), union.symmetric_difference(territory).area))
    expect(worst <= 1e-9, f"area is conserved: off by at most {worst:.1e}")
    expect(not wrong, f"parts and holes are those of shapely's union {wrong[:3]}")
    expect(all(t.is_valid for t in territories.values()), "territories are valid")
    expect(
        bool(shapely.coverage_is_valid(list(territories.values()))),
        "the territories are a valid coverage",
    )
    parts = {rep: rings(t) for rep, t in territories.items()}
    print(f"      {sum(p for p, _ in parts.values())} parts, {sum(h for _, h in parts.values())} holes")


def main(source, plan, mode):
    plan = pathlib.Path(plan)
    features = load(source)["features"]
    units = [shape(f["geometry"]) for f in features]
    ids = [f["properties"]["id"] for f in features]
    number = {unit: i for i, unit in enumerate(ids)}
    print(f"      {len(units)} postcodes, coverage_is_valid: {shapely.coverage_is_valid(units)}")
    drawn = load(plan / "territories.geojson")["features"]
    territories = {f["properties"]["rep"]: shape(f["geometry"]) for f in drawn}
    said = {f["properties"]["rep"]: f["properties"]["parts"] for f in drawn}
    expect(
        all(said[rep] == rings(t)[0] for rep, t in territories.items()),
        "`parts` counts the polygons",
    )
    with open(plan / "assignments.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    report = load(plan / "report.json")
    if mode == "--points":
        judge_points(units, territories, rows, report)
    else:
        judge_postcodes(features, units, number, territories, rows, report, float(mode))
    if faults:
        sys.exit(f"{len(faults)} faults")


def judge_postcodes(features, units, number, territories, rows, report, most):
    owner = [None] * len(units)
    for row in rows:
        owner[number[row["customer_id"]]] = row["rep_id"]
    expect(None not in owner, "every postcode has an owner")
    judge_drawing(territories, units, owner)
    people = [f["properties"]["einwohner"] for f in features]
    total = collections.Counter()
    for rep, count in zip(owner, people):
        total[rep] += count
    target = sum(people) / len(territories)
    spread = [total[rep] / target for rep in territories]
    expect(
        0.95 - 1e-9 <= min(spread) and max(spread) <= 1.05 + 1e-9,
        f"population within 5 %: {min(spread):.4f} to {max(spread):.4f}",
    )
    pairs = shared_borders(units)
    everything = components(range(len(units)), pairs)
    torn = []
    for rep in territories:
        mine = [i for i, j in enumerate(owner) if j == rep]
        pieces = collections.defaultdict(set)
        for unit, piece in zip(mine, components(mine, pairs)):
            pieces[everything[unit]].add(piece)
        if any(len(p) > 1 for p in pieces.values()):
            torn.append(rep)
    islands = len(set(everything)) - 1
    expect(not torn, f"every territory is contiguous ({islands} real islands) {torn}")
    gap, seconds = report["gap"], report["timings_s"]["total"]
    expect(report["status"] != "infeasible", f"status {report['status']}")
    expect(0 <= gap <= 0.02, f"gap {100 * gap:.3f} %")
    expect(seconds <= most, f"{seconds:.2f} s: {report['timings_s']}")


def judge_points(units, territories, rows, report):
    points = shapely.points([(float(r["lon"]), float(r["lat"])) for r in rows])
    tree = shapely.STRtree(units)
    inside, unit = tree.query(points, predicate="intersects")
    owners = collections.defaultdict(set)
    for i, u in zip(inside, unit):
        owners[u].add(rows[i]["rep_id"])
    split = [u for u, reps in owners.items() if len(reps) > 1]
    expect(len(set(inside)) >= 0.99 * len(rows), f"{len(set(inside))} of {len(rows)} are in a postcode")
    expect(not split, f"customers of one postcode go to one rep {split[:3]}")
    shapely.prepare(list(territories.values()))
    away = [
        u
        for u, reps in owners.items()
        for rep in reps
        if not territories[rep].covers(units[u].representative_point())
    ]
    expect(not away, f"every postcode lies in the territory of its customers' rep {away[:3]}")
    area, whole = sum(t.area for t in territories.values()), sum(u.area for u in units)
    expect(abs(area / whole - 1) <= 1e-9, f"all land is given out: {area / whole:.12f}")
    expect(report["status"] != "infeasible", f"status {report['status']}, gap {report['gap']:.5f}")


main(*sys.argv[1:])
