"""Compares the car minutes of `revier roads --matrix` with those of OSRM on the same extract.

Usage: osrm.py CUSTOMERS.csv REPS.csv MATRIX.csv NETWORK URL

OSRM counts from the nearest road; so the walks at both ends are taken off revier's minutes. Where the two start from different stretches
the pairs differ by more than the profiles do; they are counted.
"""

import json
import os
import sys
import urllib.request

from reference import WALK_KMH, great_circle, rows


def table(url, reps, customers):
    """Seconds and metres of OSRM, and the places that it starts from."""
    places = ";".join(f"{p['lon']},{p['lat']}" for p in reps + customers)
    sources = ";".join(str(i) for i in range(len(reps)))
    targets = ";".join(str(len(reps) + i) for i in range(len(customers)))
    ask = f"{url}/table/v1/driving/{places}?sources={sources}&destinations={targets}&annotations=duration,distance"
    with urllib.request.urlopen(ask, timeout=60) as answer:
        found = json.load(answer)
    assert found["code"] == "Ok", found
    return found


def main():
    customers, reps, matrix, folder, url = sys.argv[1:]
    customers, reps = rows(customers), rows(reps)
    snaps = {(s["role"], s["id"]): s for s in rows(os.path.join(folder, "snaps.csv"))}
    minutes = {(r["customer_id"], r["rep_id"]): float(r["minutes"]) for r in rows(matrix)}
    ratios, outliers, skipped = [], [], 0
    for begin in range(0, len(customers), 80):
        some = customers[begin : begin + 80]
        found = table(url, reps, some)
        for j, r in enumerate(reps):
            for i, c in enumerate(some):
                seconds = found["durations"][j][i]
                got = minutes.get((c["id"], r["id"]))
                walks = float(snaps["customer", c["id"]]["km"]) + float(snaps["rep", r["id"]]["km"])
                ends = abs(found["sources"][j]["distance"] - 1000 * float(snaps["rep", r["id"]]["km"])), abs(
                    found["destinations"][i]["distance"] - 1000 * float(snaps["customer", c["id"]]["km"])
                )
                if seconds is None or got is None or seconds < 60 or great_circle(c, r) <= walks:
                    skipped += 1
                    continue
                ratio = (got - walks / WALK_KMH * 60) * 60 / seconds
                ratios.append(ratio)
                if not 0.8 <= ratio <= 1.25:
                    outliers.append((ratio, c["id"], r["id"], seconds, max(ends)))
    ratios.sort()
    median = ratios[len(ratios) // 2]
    near = sum(0.8 <= x <= 1.2 for x in ratios) / len(ratios)
    print(f"{len(ratios)} pairs beside OSRM: median ratio {median:.4f}, {100 * near:.1f} % within 20 %; {skipped} too short or without a way")
    other = sum(end > 1 for *_, end in outliers)
    print(f"outliers: {len(outliers)}, of them {other} start or end on another road")
    for line in sorted(outliers, key=lambda o: -abs(o[0] - 1))[: int(os.environ.get("SHOW", "0"))]:
        print(line)
    assert len(ratios) > len(customers) * len(reps) / 2, "too few pairs to say anything"
    assert abs(median - 1) <= 0.05, f"the median is {median}"
    assert near >= 0.9, f"{100 * near} % are within 20 %"


main()
