"""Writes a synthetic scenario: generate.py CUSTOMERS REPS SEED DIR.

Customers crowd around towns, with a thin rural rest; the boundary is a coast of many short edges with a lake
and an island. Ids are numbers when the seed is even and texts when it is odd. The same arguments give the same
files.
"""

import json
import math
import pathlib
import random
import sys


def coast(random, x, y, radius, n):
    """A closed ring around a place, counter-clockwise, on the grid of 1e-7 degrees."""
    waves = [(k, random.uniform(0, 0.25 / k), random.uniform(0, 2 * math.pi)) for k in range(2, 9)]
    ring = []
    for i in range(n):
        a = 2 * math.pi * i / n
        r = radius * (1 + sum(size * math.sin(k * a + shift) for k, size, shift in waves))
        ring.append([round(x + 1.5 * r * math.cos(a), 7), round(y + r * math.sin(a), 7)])
    return ring + ring[:1]


def inside(ring, x, y):
    odd = False
    for (ax, ay), (bx, by) in zip(ring, ring[1:]):
        if (ay > y) != (by > y) and x < ax + (y - ay) * (bx - ax) / (by - ay):
            odd = not odd
    return odd


def point(properties, place):
    geometry = {"type": "Point", "coordinates": place}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def write(path, features):
    collection = {"type": "FeatureCollection", "features": features}
    path.write_text(json.dumps(collection, ensure_ascii=False), encoding="utf-8")


def generate(n, k, seed, directory):
    rng = random.Random(seed)
    directory.mkdir(parents=True, exist_ok=True)
    land = coast(rng, 10.0, 50.0, 3.0, 720)
    lake = coast(rng, 10.4, 50.2, 0.25, 60)[::-1]
    island = coast(rng, 17.5, 51.0, 0.3, 90)
    boundary = {"type": "MultiPolygon", "coordinates": [[land, lake], [island]]}
    (directory / "boundary.geojson").write_text(json.dumps(boundary))

    def on_land(x, y):
        return inside(island, x, y) or inside(land, x, y) and not inside(lake, x, y)

    towns = []
    while len(towns) < max(k, 12):
        x, y = rng.uniform(4.5, 18.5), rng.uniform(46.0, 54.0)
        if on_land(x, y):
            towns.append((x, y, rng.lognormvariate(0, 1)))
    weights = [size for _, _, size in towns]
    number = seed % 2 == 0
    customers, taken = [], set()
    while len(customers) < n:
        if rng.random() < 0.2:
            x, y = rng.uniform(4.5, 18.5), rng.uniform(46.0, 54.0)
        else:
            tx, ty, _ = rng.choices(towns, weights)[0]
            x, y = rng.gauss(tx, 0.25), rng.gauss(ty, 0.15)
        place = (round(x, 6), round(y, 6))
        # One customer in a thousand may stand in the water: it is kept, and reported as outside.
        if place in taken or not on_land(*place) and rng.random() > 0.001:
            continue
        taken.add(place)
        i = len(customers) + 1
        properties = {
            "id": i if number else f"K{i}",
            "workload": round(rng.lognormvariate(1, 0.6), 2),
            "revenue": rng.randrange(1000, 90000),
        }
        customers.append(point(properties, list(place)))
    reps = []
    for j, (x, y, _) in enumerate(towns[:k], 1):
        home = [round(x, 5), round(y, 5)]
        name = f"Rep \u201e{j}\u201c <Nord & Süd>" if j == 1 else f"Rep {j}"
        reps.append(point({"id": 100 + j if number else f"R{j}", "name": name, "skills": ["a", "b"]}, home))
    write(directory / "customers.geojson", customers)
    write(directory / "reps.geojson", reps)
    (directory / "scenario.toml").write_text(
        f'name = "{n} customers"\n'
        'customers = "customers.geojson"\nreps = "reps.geojson"\nboundary = "boundary.geojson"\n'
        '[[balance]]\nmeasure = "workload"\ntolerance = 0.10\n'
        '[[balance]]\nmeasure = "customers"\ntolerance = 0.50\n'
        "[solve]\nseed = 1\ngap = 0.01\ntime_limit_s = 20\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    generate(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), pathlib.Path(sys.argv[4]))
