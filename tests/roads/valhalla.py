"""Compares the car minutes of `revier roads --matrix` with those of Valhalla on the same extract.

Usage: valhalla.py CUSTOMERS.csv REPS.csv MATRIX.csv NETWORK URL

Valhalla counts from the nearest road, as OSRM does: the walks at both ends are taken off revier's minutes. Its speeds and turns are its own, so
nothing is asserted of single pairs; what lies outside of 20 % is told by length of the trip and by the ways that both take.
"""

import csv
import json
import os
import sys
import urllib.request

WALK_KMH = 5.0


def rows(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def table(url, reps, customers):
    """Seconds and km of Valhalla."""
    of = lambda places: [{"lat": float(p["lat"]), "lon": float(p["lon"])} for p in places]  # noqa: E731
    ask = {"sources": of(reps), "targets": of(customers), "costing": "auto", "units": "kilometers", "verbose": False}
    request = urllib.request.Request(f"{url}/sources_to_targets", json.dumps(ask).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)["sources_to_targets"]


def told(name, ratios):
    ratios = sorted(ratios)
    near = sum(0.8 <= x <= 1.2 for x in ratios) / len(ratios)
    print(f"{name}: {len(ratios)} pairs, median ratio {ratios[len(ratios) // 2]:.4f}, {100 * near:.1f} % within 20 %")
    return ratios[len(ratios) // 2], near


def main():
    customers, reps, matrix, folder, url = sys.argv[1:]
    customers, reps = rows(customers), rows(reps)
    snaps = {(s["role"], s["id"]): float(s["km"]) for s in rows(os.path.join(folder, "snaps.csv"))}
    ours = {(r["customer_id"], r["rep_id"]): (float(r["km"]), float(r["minutes"])) for r in rows(matrix)}
    pairs = []
    for begin in range(0, len(customers), 100):
        some = customers[begin : begin + 100]
        found = table(url, reps, some)
        for j, r in enumerate(reps):
            for i, c in enumerate(some):
                seconds, km = found["durations"][j][i], found["distances"][j][i]
                got = ours.get((c["id"], r["id"]))
                walks = snaps["customer", c["id"]] + snaps["rep", r["id"]]
                if seconds is None or got is None or seconds < 60:
                    continue
                pairs.append((60 * (got[1] - walks / WALK_KMH * 60) / seconds, seconds, (got[0] - walks) / max(km, 0.01)))
    assert len(pairs) > len(customers) * len(reps) / 2, "too few pairs to say anything"
    median, _ = told("beside Valhalla", [p[0] for p in pairs])
    for name, holds in (
        ("trips of less than 3 minutes", lambda p: p[1] < 180),
        ("trips of 3 minutes and more", lambda p: p[1] >= 180),
        ("both go as far, to 2 %", lambda p: abs(p[2] - 1) <= 0.02),
        ("revier goes farther", lambda p: p[2] > 1.02),
        ("Valhalla goes farther", lambda p: p[2] < 0.98),
    ):
        some = [p[0] for p in pairs if holds(p)]
        if some:
            told(f"  {name}", some)
    # Another profile is no fault; another unit, or the way back for the way out, would be one.
    assert 0.5 < median < 2, f"the median is {median}"


main()
