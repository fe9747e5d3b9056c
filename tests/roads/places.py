"""Customers and home bases at random places of an extract, and a scenario on its roads. Usage: places.py DIR EXTRACT CUSTOMERS REPS SEED [KEY=VALUE ...]

The places lie in a box, BOX=west,south,east,north, or on stretches of road that `revier roads --network` wrote, ON=arcs.csv.
"""

import csv
import os
import random
import sys


def main():
    folder, extract, customers, reps, seed = sys.argv[1:6]
    keys = dict(arg.split("=", 1) for arg in sys.argv[6:])
    box, on = keys.pop("BOX", None), keys.pop("ON", None)
    rng = random.Random(int(seed))
    os.makedirs(folder, exist_ok=True)
    if on:
        with open(on, newline="") as file:
            # Short ones are straight.
            arcs = [a for a in csv.DictReader(file) if 0.02 < float(a["km"]) < 0.15]

    def place():
        if on:
            arc = rng.choice(arcs)
            lon1, lat1, lon2, lat2 = (float(arc[k]) for k in ("lon1", "lat1", "lon2", "lat2"))
            share = rng.uniform(0.2, 0.8)
            return f"{lon1 + share * (lon2 - lon1):.6f},{lat1 + share * (lat2 - lat1):.6f}"
        west, south, east, north = map(float, box.split(","))
        return f"{rng.uniform(west, east):.6f},{rng.uniform(south, north):.6f}"

    with open(os.path.join(folder, "customers.csv"), "w") as out:
        out.write("id,lon,lat,workload\n")
        for i in range(int(customers)):
            out.write(f"C{i},{place()},{rng.randint(1, 9)}\n")
    with open(os.path.join(folder, "reps.csv"), "w") as out:
        out.write("id,lon,lat\n")
        for i in range(int(reps)):
            out.write(f"R{i},{place()}\n")
    with open(os.path.join(folder, "scenario.toml"), "w") as out:
        out.write('customers = "customers.csv"\nreps = "reps.csv"\n[[balance]]\nmeasure = "workload"\ntolerance = 0.1\n')
        out.write(f'[travel]\nmetric = "road"\nroads = "{os.path.abspath(extract)}"\ncost = "minutes"\n')
        for key, value in keys.items():
            out.write(f"{key} = {value}\n")


main()
