"""Compares the ways of `revier reach PLAN --routes` with the kilometres of the plan: each customer's trip is the sum of the pieces of its way, and of the walks.

Usage: routes.py CUSTOMERS.csv REPS.csv PLAN NETWORK ROUTES.geojson DIRECTIONS
"""

import json
import sys

from reference import great_circle, rows


def length(line):
    places = [{"lon": lon, "lat": lat} for lon, lat in line]
    return sum(great_circle(p, q) for p, q in zip(places, places[1:]))


def main():
    customers, reps, plan, network, routes, directions = sys.argv[1:]
    customers = {r["id"]: r for r in rows(customers)}
    reps = {r["id"]: r for r in rows(reps)}
    walks = {(s["role"], s["id"]): float(s["km"]) for s in rows(network + "/snaps.csv")}
    driven = {}
    for row in rows(plan + "/assignments.csv"):
        c, r = row["customer_id"], row["rep_id"]
        walk = walks["customer", c] + walks["rep", r]
        if great_circle(customers[c], reps[r]) > walk:
            sums = driven.setdefault(r, [0, 0.0])
            sums[0] += 1
            sums[1] += (float(row["km"]) - walk) * int(directions)
    with open(routes) as file:
        features = json.load(file)["features"]
    assert len({f["id"] for f in features}) == len(features)
    seen = set()
    for r, (n, km) in driven.items():
        own = [f for f in features if f["properties"]["rep"] == r]
        for f in own:
            piece = (r, json.dumps(f["geometry"]["coordinates"]), f["properties"]["direction"])
            assert piece not in seen, f"{piece} is there twice"
            seen.add(piece)
        got = sum(f["properties"]["customers"] * length(f["geometry"]["coordinates"]) for f in own)
        # Centimetres of each piece, and a metre of each trip in the table.
        assert abs(got - km) < 0.002 * n, f"{r}: {got} km on the ways of {n} customers, {km} in the plan"
        print(f"{r}: {len(own)} pieces of road, {got:.3f} km on the ways of {n} customers, {km:.3f} in the plan")


if __name__ == "__main__":
    main()
