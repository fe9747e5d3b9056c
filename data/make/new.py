"""What `revier new` starts with: the Saarland of data/germany, without some accounts, which are its leads."""

import csv
import io
import json
from math import cos, hypot, radians

STATE = "Saarland"
# Towns and their positions: GeoNames. Names and capacities are invented.
REPS = [
    ("id", "name", "lon", "lat", "capacity", "skills"),
    ("R1", "Sigrid Saarblick", 7.00982, 49.23262, 1.0, "medtech"),
    ("R2", "Heiner Hochofen", 7.33867, 49.32637, 1.0, "medtech;hazmat"),
    ("R3", "Lotte Ludwigspark", 6.75154, 49.31366, 0.8, "hazmat"),
]
FIELDS = ("id", "name", "place", "lon", "lat", "workload", "visits", "revenue", "industry", "owner", "locked", "requires")
LEADS = ("id", "name", "lon", "lat", "workload", "requires")
EVERY = 9  # one account of so many is a lead


def nearest(x, y):
    """The rep of today, before some accounts changed hands for reasons nobody remembers."""
    far = lambda rep: hypot((rep[2] - x) * cos(radians(y)), rep[3] - y)
    return min(REPS[1:], key=far)[0]


def files(customers, laender):
    """The generated files in data/new from the texts of customers.geojson and laender.geojson."""
    accounts = [f for f in json.loads(customers)["features"] if f["properties"]["state"] == STATE]
    rows, leads = [FIELDS], [LEADS]
    for at, feature in enumerate(accounts):
        p = feature["properties"]
        x, y = feature["geometry"]["coordinates"]
        requires = ";".join(p.get("requires", []))
        if at % EVERY == EVERY - 1:
            leads.append((f"L{len(leads)}", p["name"], x, y, p["workload"], requires))
            continue
        skilled = [rep[0] for rep in REPS[1:] if set(p.get("requires", [])) <= set(rep[5].split(";"))]
        owner = nearest(x, y)
        if at % 7 == 3 or owner not in skilled:
            owner = skilled[at % len(skilled)]
        locked = "true" if p.get("locked") else ""
        number = f"C{len(rows)}"
        rows.append((number, p["name"], p["place"], x, y, p["workload"], p["visits"], p["revenue"], p["industry"], owner, locked, requires))
    land = [f for f in json.loads(laender)["features"] if f["properties"]["name"] == STATE]
    boundary = {"type": "FeatureCollection", "features": land}
    return {
        "new/customers.csv": table(rows),
        "new/leads.csv": table(leads),
        "new/reps.csv": table(REPS),
        "new/boundary.geojson": json.dumps(boundary, ensure_ascii=False, separators=(",", ":")) + "\n",
    }


def table(rows):
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()
