"""Seeded instances: customers and reps at German towns.

Customers stand where people live: each is put beside one of the accounts of data/germany, which were drawn in proportion to the
population, moved at random (normal, 3 km per axis; the account itself has been moved round its town already) and drawn again while it
is outside of the country. Workloads are lognormal (median 4 hours, sigma 0.8), in hundredths of an hour, so that they are integers
for solvers that want them. Reps live in different towns, drawn in proportion to the number of accounts there.

The customers of n come in blocks, each with a generator of its own, and are written block by block: ten million need little memory.
"""

import csv
import json
import sys
from pathlib import Path

import numpy as np

SEED = 20260
TOLERANCE = 0.05
GERMANY = Path(__file__).resolve().parents[2] / "data" / "germany"
BLOCK = 200_000
CELL = 0.01  # degrees
JITTER_KM = 3.0
KM_PER_DEGREE = 111.195


def accounts():
    """Positions of the accounts, and the town of each."""
    features = json.loads((GERMANY / "customers.geojson").read_text(encoding="utf-8"))["features"]
    places = np.array([f["geometry"]["coordinates"] for f in features])
    towns = [(f["properties"]["state"], f["properties"]["place"]) for f in features]
    return places, towns


class Mask:
    """Cells of a grid that lie wholly inside of the outline."""

    def __init__(self):
        outline = json.loads((GERMANY / "germany.geojson").read_text(encoding="utf-8"))["features"][0]["geometry"]
        rings = [np.array(ring) for polygon in outline["coordinates"] for ring in polygon]
        a = np.concatenate([ring[:-1] for ring in rings])
        b = np.concatenate([ring[1:] for ring in rings])
        self.low = np.floor(np.minimum(a, b).min(axis=0)) - CELL
        width, height = np.ceil((np.maximum(a, b).max(axis=0) + CELL - self.low) / CELL).astype(int) + 1
        self.inside = np.zeros((height, width), dtype=bool)
        middles = self.low[0] + (np.arange(width) + 0.5) * CELL
        for row in range(height):  # even-odd along the middle of each row of cells
            y = self.low[1] + (row + 0.5) * CELL
            cross = (a[:, 1] > y) != (b[:, 1] > y)
            p, q = a[cross], b[cross]
            x = np.sort(p[:, 0] + (y - p[:, 1]) / (q[:, 1] - p[:, 1]) * (q[:, 0] - p[:, 0]))
            self.inside[row] = np.searchsorted(x, middles) % 2 == 1
        steps = np.linspace(0.0, 1.0, 2 + int(np.abs(b - a).max() / (CELL / 4)))
        for t in steps:  # cells on the border do not count
            column, row = self.cells(a + t * (b - a))
            self.inside[row, column] = False

    def cells(self, points):
        cell = ((points - self.low) / CELL).astype(int)
        return cell[:, 0], cell[:, 1]

    def holds(self, points):
        column, row = self.cells(points)
        height, width = self.inside.shape
        known = (column >= 0) & (column < width) & (row >= 0) & (row < height)
        return known & self.inside[np.clip(row, 0, height - 1), np.clip(column, 0, width - 1)]


def block(n, number, size, places, mask):
    """Positions in 1e-5 degrees and workloads in 1/100 hours, as integers."""
    random = np.random.default_rng([SEED, n, number])
    chosen = np.empty((0, 2))
    while len(chosen) < size:
        at = places[random.integers(len(places), size=size)]
        move = random.normal(0.0, JITTER_KM / KM_PER_DEGREE, size=(size, 2))
        move[:, 0] /= np.cos(np.radians(at[:, 1]))
        at = np.round((at + move) * 1e5) / 1e5
        chosen = np.concatenate([chosen, at[mask.holds(at)]])
    workload = np.maximum(1, np.rint(100 * 4.0 * np.exp(random.normal(0.0, 0.8, size=size))))
    return np.rint(chosen[:size] * 1e5).astype(int), workload.astype(int)


def customers(folder, n):
    """Writes customers-N.csv and .geojson, the same customers."""
    table, collection = folder / f"customers-{n}.csv", folder / f"customers-{n}.geojson"
    if table.exists() and collection.exists():
        return
    places, _ = accounts()
    mask = Mask()
    drafts = [p.with_suffix(".part") for p in (table, folder / f"geo-{n}.csv")]
    with open(drafts[0], "w", encoding="ascii") as rows, open(drafts[1], "w", encoding="ascii") as features:
        rows.write("id,lon,lat,workload\n")
        features.write('{"type":"FeatureCollection","features":[\n')
        for number, start in enumerate(range(0, n, BLOCK)):
            size = min(BLOCK, n - start)
            at, workload = block(n, number, size, places, mask)
            lines, items = [], []
            for i, (x, y), w in zip(range(start + 1, start + size + 1), at.tolist(), workload.tolist()):
                lon, lat, hours = f"{x / 1e5:.5f}", f"{y / 1e5:.5f}", f"{w / 100:.2f}"
                lines.append(f"C{i},{lon},{lat},{hours}\n")
                items.append(
                    f'{{"type":"Feature","properties":{{"id":"C{i}","workload":{hours}}},'
                    f'"geometry":{{"type":"Point","coordinates":[{lon},{lat}]}}}}'
                )
            rows.write("".join(lines))
            features.write(",\n".join(items) + (",\n" if start + size < n else "\n]}\n"))
    drafts[0].replace(table)
    drafts[1].replace(collection)


def reps(folder, k):
    """Writes reps-K.csv: home bases in different towns."""
    places, towns = accounts()
    names = sorted(set(towns))
    where = {name: i for i, name in enumerate(names)}
    town = np.array([where[t] for t in towns])
    count = np.bincount(town)
    middle = np.stack([np.bincount(town, weights=places[:, axis]) / count for axis in (0, 1)], axis=1)
    random = np.random.default_rng([SEED, k])
    homes = random.choice(len(names), size=k, replace=False, p=count / count.sum())
    with open(folder / f"reps-{k}.csv", "w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow(["id", "name", "lon", "lat"])
        for j, home in enumerate(homes):
            lon, lat = middle[home]
            rows.writerow([f"R{j + 1}", names[home][1], f"{lon:.5f}", f"{lat:.5f}"])


def scenario(folder, n, k, suffix, outline):
    name = f"{n}x{k}-{suffix}.toml"
    gap = 1e-4 if n < 100_000 else 1e-5
    (folder / name).write_text(
        f"""name = "{n} customers, {k} reps"
customers = "customers-{n}.{suffix}"
reps = "reps-{k}.csv"
boundary = "{outline}"

[[balance]]
measure = "workload"
tolerance = {TOLERANCE}

[solve]
gap = {gap}
""",
        encoding="utf-8",
    )


def make(folder, n, k):
    folder.mkdir(parents=True, exist_ok=True)
    outline = folder / "germany.geojson"
    if not outline.exists():
        outline.write_bytes((GERMANY / "germany.geojson").read_bytes())
    customers(folder, n)
    reps(folder, k)
    for suffix in ("csv", "geojson"):
        scenario(folder, n, k, suffix, outline.name)


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
