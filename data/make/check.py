#!/usr/bin/env python3
"""Checks what stands in data/ without the generator: `python3 data/make/check.py`, exit status 1 if something is wrong.

Also works out the plan of data/tiny by trying all 1,024 of them, and prints it.
"""

import csv
import json
import math
import sys
from collections import Counter
from pathlib import Path

sys.dont_write_bytecode = True

import new

DATA = Path(__file__).resolve().parent.parent
EARTH_KM = 6371.0088
problems = []


def check(holds, what):
    if not holds:
        problems.append(what)


def features(name):
    collection = json.loads((DATA / name).read_text(encoding="utf-8"))
    check(collection["type"] == "FeatureCollection", f"{name}: not a FeatureCollection")
    return [(f["properties"], f["geometry"]) for f in collection["features"]]


def polygons(geometry):
    return [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]


def units(position):
    return round(position[0] * 1e5), round(position[1] * 1e5)


def rings(name):
    """Rings in integers, closed, per feature."""
    out = []
    for properties, geometry in features(name):
        parts = []
        for polygon in polygons(geometry):
            for r, ring in enumerate(polygon):
                ring = [units(p) for p in ring]
                check(ring[0] == ring[-1] and len(ring) >= 4, f"{name}: a ring is not closed")
                check(len(set(ring)) == len(ring) - 1, f"{name}: a ring touches itself")
                area = sum(p[0] * q[1] - q[0] * p[1] for p, q in zip(ring, ring[1:]))
                check((area > 0) == (r == 0), f"{name}: a ring winds the wrong way")
                parts.append(ring)
        out.append((properties, parts))
    return out


def contains(parts, x, y):
    inside = False
    for ring in parts:
        for (x0, y0), (x1, y1) in zip(ring, ring[1:]):
            if (y0 > y) != (y1 > y):
                side = (x1 - x0) * (y - y0) - (x - x0) * (y1 - y0)
                if side == 0:
                    return False
                if (side > 0) == (y1 > y0):
                    inside = not inside
    return inside


def haversine(a, b):
    (lon1, lat1), (lon2, lat2) = [[math.radians(v) for v in p] for p in (a, b)]
    h = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(h))


def results(name):
    with open(DATA / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def germany():
    (_, outline), = rings("germany/germany.geojson")
    laender = rings("germany/laender.geojson")
    check(len(laender) == 16, "laender: not 16")
    # The outline is exactly the union: the borders that only one Land has.
    edges = Counter(e for _, parts in laender for ring in parts for e in zip(ring, ring[1:]))
    check(max(edges.values()) == 1, "laender: two Länder overlap")
    once = {(p, q) for p, q in edges if (q, p) not in edges}
    check(once == {e for ring in outline for e in zip(ring, ring[1:])}, "the outline is not the union of the Länder")

    reps = {r["id"]: (r, g["coordinates"]) for r, g in features("germany/reps.geojson")}
    customers = features("germany/customers.geojson")
    check(len(reps) == 40, "reps: not 40")
    check(len({c["id"] for c, _ in customers}) == len(customers) == 5_000, "customers: ids are not unique")
    check(len({c["name"] for c, _ in customers}) == 5_000, "customers: names are not unique")
    states = {p["name"]: parts for p, parts in laender}
    for r, at in reps.values():
        check(contains(states[r["state"]], *units(at)), f"{r['id']}: not in {r['state']}")
        check(r["capacity"] > 0, f"{r['id']}: capacity")
    total = sum(c["workload"] for c, _ in customers)
    capacity = sum(r["capacity"] for r, _ in reps.values())
    target = {j: total * r["capacity"] / capacity for j, (r, _) in reps.items()}
    today, locked, groups = Counter(), Counter(), {}
    for c, g in customers:
        i = c["id"]
        check(contains(states[c["state"]], *units(g["coordinates"])), f"{i}: not in {c['state']}")
        check(all(v == round(v, 5) for v in g["coordinates"]), f"{i}: more than five digits")
        check(c["owner"] in reps, f"{i}: unknown owner")
        check(isinstance(c["visits"], int) and c["visits"] >= 1, f"{i}: visits")
        check(0.2 <= c["workload"] / c["visits"] <= 3, f"{i}: hours per visit")
        check(0 < c["workload"] <= 70 and c["revenue"] > 0, f"{i}: workload or revenue")
        check(0 <= c["share_rival_a"] + c["share_rival_b"] < 1, f"{i}: shares of the rivals")
        check(set(c.get("requires", ())) <= set(reps[c["owner"]][0]["skills"]), f"{i}: owner lacks a skill")
        today[c["owner"]] += c["workload"]
        if c.get("locked"):
            locked[c["owner"]] += c["workload"]
            check("group" not in c, f"{i}: locked and in a group")
        if "group" in c:
            groups.setdefault(c["group"], []).append(c)
    bought = results("germany/actuals.csv")
    check({r["customer_id"] for r in bought} <= {c["id"] for c, _ in customers}, "results of an unknown customer")
    check(len({(r["customer_id"], r["period"]) for r in bought}) == len(bought), "results that stand twice")
    for name, members in groups.items():
        check(len({c["owner"] for c in members}) == 1, f"{name}: more than one owner")
        needed = {s for c in members for s in c.get("requires", ())}
        check(any(needed <= set(r["skills"]) for r, _ in reps.values()), f"{name}: nobody has all its skills")
    check(sum(locked.values()) <= 0.02 * total, "locks: more than 2 % of the workload")
    for j, hours in locked.items():
        check(hours <= 0.06 * target[j], f"{j}: locks hold more than 6 % of the target")
    index = sorted(today[j] / target[j] for j in reps)
    print(
        f"germany: {len(customers)} customers, {total:.1f} h, {sum(c['revenue'] for c, _ in customers):,} EUR,"
        f" {sum(c['visits'] for c, _ in customers):,} visits; locked {sum(locked.values()):.1f} h;"
        f" {len(groups)} chains; today's indices {index[0]:.2f} to {index[-1]:.2f}"
    )


def small():
    customers = features("tiny/customers.geojson")
    rows = results("tiny/customers.csv")
    check(len(rows) == len(customers) == 10, "tiny: not ten customers")
    for (c, g), row in zip(customers, rows):
        same = {**{k: str(v) for k, v in c.items()}, "lon": str(g["coordinates"][0]), "lat": str(g["coordinates"][1])}
        check(same == row, f"tiny: {c['id']} differs between GeoJSON and CSV")
    reps = features("tiny/reps.geojson")
    km = [[haversine(g["coordinates"], h["coordinates"]) for _, h in reps] for _, g in customers]
    hours = [c["workload"] for c, _ in customers]
    half = sum(hours) / 2
    plans = []
    for code in range(1 << len(hours)):
        owner = [code >> i & 1 for i in range(len(hours))]
        first = sum(h for h, o in zip(hours, owner) if o == 0)
        if 0.9 * half <= first <= 1.1 * half:
            plans.append((sum(h * d[o] for h, d, o in zip(hours, km, owner)), owner, first))
    plans.sort()
    nearest = [0 if d[0] <= d[1] else 1 for d in km]
    best, second = plans[0], plans[1]
    check(best[1] != nearest, "tiny: the optimum is just the nearest rep")
    check(second[0] > best[0] + 1, "tiny: the optimum is not unique")
    print(f"tiny: nearest {sum(h * min(d) for h, d in zip(hours, km)):.2f} h km, "
          f"{sum(h for h, o in zip(hours, nearest) if o == 0)} h : {sum(h for h, o in zip(hours, nearest) if o)} h; "
          f"{len(plans)} of 1024 plans are within 10 %")
    owner = {c["id"]: reps[o][0]["id"] for (c, _), o in zip(customers, best[1])}
    sums = Counter()
    for r in results("tiny/actuals.csv"):
        rep = owner[r["customer_id"]] if r["customer_id"] else r["rep"]
        for measure in ("revenue", "new_customers"):
            sums[rep, measure] += int(r[measure] or 0)
    check(sums == {("R1", "revenue"): 335_800, ("R2", "revenue"): 299_900, ("R1", "new_customers"): 4,
                   ("R2", "new_customers"): 2}, f"tiny: the results are {dict(sums)}")
    for name, (value, owner, first) in (("best", best), ("second", second)):
        print(f"tiny: {name} {value:.2f} h km, {first} h : {sum(hours) - first} h, "
              + " ".join(f"{c['id']}:{reps[o][0]['id']}" for (c, _), o in zip(customers, owner)))


def start():
    """What `revier new` starts with is what `new.py` makes of Germany."""
    text = lambda name: (DATA / name).read_text(encoding="utf-8")
    for name, made in new.files(text("germany/customers.geojson"), text("germany/laender.geojson")).items():
        check(text(name) == made, f"{name} is not what new.py makes")


germany()
small()
start()
for problem in problems[:50]:
    print(problem, file=sys.stderr)
sys.exit(1 if problems else 0)
