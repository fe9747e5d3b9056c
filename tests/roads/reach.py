"""Judges what `revier reach` writes: areas by shapely, counts by the travel of `revier roads --matrix`, and which side of the border places on roads
are on by scipy's Dijkstra on the network of `revier roads --network`.

Usage: reach.py CUSTOMERS.csv REPS.csv MATRIX.csv NETWORK out|back|round REACH.geojson NEAREST.csv

Areas are valid, run as RFC 7946 has it, nest, have 2,000 corners at most, and hold just the customers whose own trip is within the limit. They
are drawn from one place per cell of a lattice (`resolution_m`): of random places on roads few are on the wrong side of a border, and those near it.
"""

import json
import math
import random
import sys

from reference import Network, rows, split
from shapely.geometry import Point, shape

PLACES = 400
WALK_KMH = 5.0


def degrees(metres):
    return metres / 111195.0


def corners(area):
    return sum(len(ring.coords) for p in area.geoms for ring in (p.exterior, *p.interiors))


def judge_areas(features, trips, customers):
    measure = {c["id"]: float(c.get("workload") or 1) for c in customers}
    by_rep = {}
    inside = beside = 0
    for f in features:
        of, area = f["properties"], shape(f["geometry"])
        name = f"{of['rep']}, {of['limit']} {of['unit']}"
        assert area.is_valid, f"{name}: no valid polygon"
        assert all(p.exterior.is_ccw and not any(h.is_ccw for h in p.interiors) for p in area.geoms), f"{name}: rings run the wrong way"
        assert corners(area) <= 2000, f"{name}: {corners(area)} corners"
        within = {c["id"] for c in customers if (t := trips.get((c["id"], str(of["rep"])))) and t[of["unit"]] <= of["limit"]}
        assert of["customers"] == len(within), f"{name}: {of['customers']} customers, not {len(within)}"
        total = sum(measure[c] for c in within)
        assert abs(of["workload"] - total) < 1e-3, f"{name}: workload {of['workload']}, not {total}"
        for c in customers:
            at = Point(float(c["lon"]), float(c["lat"]))
            right = area.covers(at) if c["id"] in within else not area.contains(at)
            beside += not right
            inside += right
            assert right or area.boundary.distance(at) < degrees(of["resolution_m"]), f"{name}: {c['id']} lies on the wrong side"
        by_rep.setdefault((of["rep"], of["unit"]), []).append((of["limit"], area, of))
    for areas in by_rep.values():
        areas.sort(key=lambda a: a[0])
        for (_, small, of), (_, large, _) in zip(areas, areas[1:]):
            assert small.difference(large).area < 1e-12, f"{of['rep']}: areas do not nest"
    print(f"{len(features)} areas: valid, nested; {inside} customers in or out of them by their own trips, {beside} beside the border")
    assert beside <= inside / 1000


def judge_roads(features, network, reps, direction):
    arcs = rows(sys.argv[4] + "/arcs.csv")
    draw = random.Random(11)
    places = []
    for _ in range(PLACES):
        at = draw.randrange(len(arcs))
        # Where a stretch is straight, its place is known from its ends.
        a = arcs[at]
        length = math.hypot((float(a["lon2"]) - float(a["lon1"])) * math.cos(math.radians(float(a["lat1"]))), float(a["lat2"]) - float(a["lat1"]))
        if abs(length - degrees(float(a["km"]) * 1000)) > degrees(0.5) or length == 0:
            continue
        part = draw.uniform(0.01, 0.99)
        twin = next((str(b) for b in range(max(at - 1, 0), min(at + 2, len(arcs))) if arcs[b]["tail"] == a["head"] and arcs[b]["head"] == a["tail"]), "")
        spot = {k: float(a[k + "1"]) + part * (float(a[k + "2"]) - float(a[k + "1"])) for k in ("lon", "lat")}
        places.append(({"arc": str(at), "part": str(part), "twin": twin}, Point(spot["lon"], spot["lat"])))
    bases = {r["id"]: network.snaps["rep", r["id"]] for r in reps}
    ids = list(bases)
    out = network.from_sources([bases[i] for i in ids])
    back = network.from_sources([s for s, _ in places]) if direction != "out" else None
    wrong, right, off = 0, 0, []
    for f in features:
        of, area = f["properties"], shape(f["geometry"])
        j = ids.index(str(of["rep"]))
        for i, (snap, at) in enumerate(places):
            costs = []
            if direction != "back":
                costs.append(network.trip(out[j], bases[ids[j]], snap))
            if direction != "out":
                costs.append(network.trip(back[i], snap, bases[ids[j]]))
            walk = float(bases[ids[j]]["km"])
            if any(c == math.inf for c in costs):
                takes = math.inf
            elif of["unit"] == "minutes":
                takes = sum(split(c)[0] for c in costs) / len(costs) / 60 + walk / WALK_KMH * 60
            else:
                takes = sum(split(c)[1] for c in costs) / len(costs) + walk
            if area.contains(at) == (takes <= of["limit"]):
                right += 1
            else:
                wrong += 1
                off.append(area.boundary.distance(at) / degrees(of["resolution_m"]))
    off.sort()
    share = wrong / (wrong + right)
    most = off[int(len(off) * 0.9)] if off else 0.0
    print(f"{right + wrong} places on roads: {share:.1%} on the wrong side of the border, 9 of 10 of those within {most:.1f} cells of it")
    assert share < 0.05 and most < 3.0, off[-10:]


def main():
    customers, reps, matrix, folder, direction, areas, nearest = sys.argv[1:]
    customers, reps = rows(customers), rows(reps)
    trips = {(r["customer_id"], r["rep_id"]): {"km": float(r["km"]), "minutes": float(r["minutes"])} for r in rows(matrix)}
    with open(areas) as file:
        collection = json.load(file)
    assert collection["attribution"] == "© OpenStreetMap contributors"
    features = collection["features"]
    judge_areas(features, trips, customers)
    for row in rows(nearest):
        of = {r["id"]: trips[row["customer_id"], r["id"]]["minutes"] for r in reps if (row["customer_id"], r["id"]) in trips}
        assert abs(min(of.values()) - float(row["nearest_minutes"])) < 6e-4, row
    judge_roads(features, Network(folder), reps, direction)


if __name__ == "__main__":
    main()
