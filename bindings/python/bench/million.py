"""What frames cost beside files: the same customers by the package and by the command line, one after the other.

usage: python bench/million.py REVIER [CUSTOMERS] [REPS]

The package is measured from a GeoDataFrame in memory to `assignments` and `territories`, the command line from GeoJSON to a plan directory.
Each runs twice, the faster time counts. Build both in release, and close everything else.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

import revier

RUNS = 2


def instance(n: int, m: int) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Random customers and reps between 6 and 15 degrees east, 47 and 55 north."""
    random = np.random.default_rng(1)

    def points(count: int) -> object:
        return gpd.points_from_xy(random.uniform(6, 15, count).round(6), random.uniform(47, 55, count).round(6))

    ids = [f"C{i:07}" for i in range(n)]
    customers = gpd.GeoDataFrame({"id": ids, "workload": random.lognormal(1, 0.7, n).round(2)}, geometry=points(n), crs=4326)
    reps = gpd.GeoDataFrame({"id": [f"R{j:03}" for j in range(m)]}, geometry=points(m), crs=4326)
    return customers, reps


def main() -> None:
    """Measure and print."""
    command = sys.argv[1]
    n, m = sys.argv[2:4] if len(sys.argv) == 4 else ("1000000", "50")
    customers, reps = instance(int(n), int(m))
    times: dict[str, list[float]] = {"frames": [], "and saved": [], "command": []}
    with tempfile.TemporaryDirectory() as directory:
        work = Path(directory)
        for name, frame in (("customers", customers), ("reps", reps)):
            frame.to_file(work / f"{name}.geojson", driver="GeoJSON", RFC7946="YES")
        files = [f"--{name}={work / name}.geojson" for name in ("customers", "reps")]
        for _ in range(RUNS):
            begin = time.perf_counter()
            plan = revier.solve(customers, reps, balance={"workload": 0.05}, progress=False)
            found = plan.assignments, plan.territories
            times["frames"].append(time.perf_counter() - begin)
            plan.save(work / "frames")
            times["and saved"].append(time.perf_counter() - begin)
            begin = time.perf_counter()
            options = ["--balance=workload:5%", "--out", str(work / "command"), "--quiet"]
            subprocess.run([command, "solve", *files, *options], check=True, stdout=subprocess.DEVNULL)
            times["command"].append(time.perf_counter() - begin)
        table = pd.read_csv(work / "command" / "assignments.csv", usecols=["rep_id"])
        same = (table["rep_id"].to_numpy() == found[0]["rep_id"].to_numpy()).mean()
    best = {name: min(each) for name, each in times.items()}
    for name, seconds in best.items():
        print(f"{name:10} {seconds:6.2f} s  {seconds / best['command']:.2f} times the command line")
    print(f"{100 * same:.4f} % of the owners are the same")


if __name__ == "__main__":
    main()
