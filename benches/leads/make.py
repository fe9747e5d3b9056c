"""A seeded instance: customers at towns, reps at towns, territories in a box of land: make.py DIR CUSTOMERS REPS."""

import pathlib
import sys

import numpy as np


def main():
    directory, customers, reps = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    rng = np.random.default_rng(7)
    towns = np.column_stack([rng.uniform(6, 15, 5000), rng.uniform(47.5, 54.5, 5000)])
    people = np.exp(1.2 * rng.standard_normal(5000))
    near = towns[rng.choice(5000, customers, p=people / people.sum())] + 0.08 * rng.standard_normal((customers, 2))
    work = np.exp(0.8 * rng.standard_normal(customers))
    rows = (f"C{i},{x:.7f},{y:.7f},{w:.2f}\n" for i, ((x, y), w) in enumerate(zip(near, work + 0.01)))
    (directory / "customers.csv").write_text("id,lon,lat,workload\n" + "".join(rows))
    homes = towns[rng.choice(5000, reps, replace=False, p=people / people.sum())]
    (directory / "reps.csv").write_text("id,lon,lat\n" + "".join(f"R{j},{x:.7f},{y:.7f}\n" for j, (x, y) in enumerate(homes)))
    (directory / "scenario.toml").write_text(
        'customers = "customers.csv"\nreps = "reps.csv"\n[[balance]]\nmeasure = "workload"\ntolerance = 0.05\n[solve]\ngap = 0.01\n'
    )


main()
