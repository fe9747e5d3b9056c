#!/usr/bin/env python3
"""A scenario to size: towns.py DIR. Customers round seven towns, places to live in, two reps of today; driving counts as work."""

import pathlib
import random
import sys

SCENARIO = """customers = "customers.csv"
reps = "reps.csv"

[travel]
weight = "visits"
detour = 1.2
stops_per_tour = 3.0
in_workload = true

[sizing]
candidates = ["places.csv", "customers"]
thin = 60
fixed = ["R1"]
may_close = { R2 = 900 }
capacity = { workload = 700.0 }
floor = { workload = 100.0 }
cost_per_rep = 4000
cost_per_km = 0.5
"""


def main(folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True)
    draw = random.Random(29)
    towns = [(draw.uniform(8, 12), draw.uniform(48, 51), draw.uniform(0.05, 0.4)) for _ in range(7)]
    near = lambda: (lambda t: (draw.gauss(t[0], t[2]), draw.gauss(t[1], t[2])))(draw.choice(towns))
    with open(folder / "customers.csv", "w") as out:
        out.write("id,lon,lat,workload,visits\n")
        for i in range(400):
            lon, lat = near()
            out.write(f"C{i},{lon:.5f},{lat:.5f},{draw.choice([2, 4, 6.5, 12])},{draw.randint(1, 9)}\n")
    with open(folder / "places.csv", "w") as out:
        out.write("id,lon,lat,capacity\n")
        for i in range(25):
            lon, lat = near()
            out.write(f"P{i},{lon:.5f},{lat:.5f},{draw.choice([0.5, 1, 1])}\n")
    with open(folder / "reps.csv", "w") as out:
        out.write("id,lon,lat,capacity\nR1,9.1,48.7,1\nR2,11.6,50.2,0.8\n")
    (folder / "scenario.toml").write_text(SCENARIO)


if __name__ == "__main__":
    main(sys.argv[1])
