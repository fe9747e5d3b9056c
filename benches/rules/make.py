"""An instance with every rule at once, seeded.

    python3 benches/rules/make.py N K DIR

N customers near the 5,000 accounts of data/germany (moved by a normal 3 km per axis), K reps at accounts. Workload lognormal
(median 4 h, sigma 0.8), revenue lognormal and only partly in step with it; every tenth customer requires a skill that two of
three reps have; today's owner is the nearest rep with the skill, or, for one in ten, another of the three nearest; every tenth
customer is locked to its owner; one in a hundred begins a group of three neighbours in the list of its place. Bounds: workload 5 %,
revenue 10 %; at most 6 % of the revenue changes hands (that bites); nobody travels farther than 400 km. The bounds of a rep are shares of the
whole in proportion to a capacity that the generator gives it: what it has today, moved by up to 8 %, so that today's plan breaks them
and a plan within the change limit exists.
Writes customers.csv, reps.csv and scenario.toml. The same arguments give the same bytes.
"""

import csv
import json
import math
import random
import sys
from pathlib import Path

GERMANY = Path(__file__).resolve().parents[2] / "data" / "germany" / "customers.geojson"
EARTH_KM = 6371.0088
SCENARIO = """\
name = "{n} customers, {k} reps, all rules"
customers = "customers.csv"
reps = "reps.csv"

[[balance]]
measure = "workload"
tolerance = 0.05

[[balance]]
measure = "revenue"
tolerance = 0.10

[travel]
max_km = 400.0

[change]
max_share = 0.06
measure = "revenue"

[solve]
gap = 1e-3
"""

# The same customers and reps without rules, for comparison.
PLAIN = """\
name = "{n} customers, {k} reps, one balance"
customers = "customers.csv"
reps = "reps.csv"

[[balance]]
measure = "workload"
tolerance = 0.05

[rules]
locks = false
groups = false
skills = false

[solve]
gap = 1e-3
"""


def unit(lon, lat):
    """The place as a unit vector."""
    a, b = math.radians(lon), math.radians(lat)
    return math.cos(b) * math.cos(a), math.cos(b) * math.sin(a), math.sin(b)


def main():
    n, k, into = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    into.mkdir(parents=True, exist_ok=True)
    dice = random.Random(7)
    lines = GERMANY.read_text(encoding="utf-8").splitlines()
    places = [tuple(json.loads(line.rstrip(","))["geometry"]["coordinates"]) for line in lines if line.startswith('{"type":"Feature",')]
    reps = []
    for j in range(k):
        lon, lat = dice.choice(places)
        reps.append((f"R{j}", lon, lat, j % 3 != 0))
    vectors = [unit(lon, lat) for _, lon, lat, _ in reps]
    load, revenue_of = [0.0] * k, [0.0] * k
    rows = []
    group, left = "", 0
    for i in range(n):
        if left == 0:
            lon0, lat0 = dice.choice(places)
        lon = lon0 + dice.gauss(0.0, 3.0) / (111.195 * math.cos(math.radians(lat0)))
        lat = lat0 + dice.gauss(0.0, 3.0) / 111.195
        skilled = left == 0 and dice.random() < 0.1
        if left == 0 and dice.random() < 0.01:
            group, left = f"G{i}", 3
        x = unit(lon, lat)
        near = sorted(range(k), key=lambda j: -sum(a * b for a, b in zip(x, vectors[j])))
        able = [j for j in near if reps[j][3] or not skilled][:3]
        owner = able[0] if dice.random() < 0.9 else dice.choice(able)
        locked = left == 0 and dice.random() < 0.1
        work = math.exp(0.8 * dice.gauss(0.0, 1.0)) * 4.0
        revenue = 1000.0 * work * math.exp(0.7 * dice.gauss(0.0, 1.0))
        load[owner] += work
        revenue_of[owner] += revenue
        rows.append(
            (f"C{i}", f"{lon:.6f}", f"{lat:.6f}", f"{work:.2f}", f"{revenue:.0f}", reps[owner][0], "true" if locked else "", "s" if skilled else "", group if left else "")
        )
        left = max(0, left - 1)
    with open(into / "customers.csv", "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(("id", "lon", "lat", "workload", "revenue", "owner", "locked", "requires", "group"))
        out.writerows(rows)
    with open(into / "reps.csv", "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(("id", "name", "lon", "lat", "capacity", "skills", "min_revenue", "max_revenue"))
        for j, (name, lon, lat, able) in enumerate(reps):
            factor = 1.0 + 0.08 * (2.0 * dice.random() - 1.0)
            low, high = 0.9 * factor * revenue_of[j], 1.1 * factor * revenue_of[j]
            out.writerow((name, f"Rep {j}", lon, lat, f"{load[j] * factor:.3f}", "s" if able else "", f"{low:.0f}", f"{high:.0f}"))
    (into / "scenario.toml").write_text(SCENARIO.format(n=n, k=k), encoding="utf-8")
    (into / "plain.toml").write_text(PLAIN.format(n=n, k=k), encoding="utf-8")


main()
