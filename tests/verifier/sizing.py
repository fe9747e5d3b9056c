#!/usr/bin/env python3
"""Verifies the bounds of `revier size` without revier: sizing.py SCENARIO.toml DIR

Reads the scenario, the customers and candidates (CSV or GeoJSON points with lon and lat), and DIR/bounds.json, and recomputes for each number of reps
what no plan can be cheaper than: customers' prices plus the p least knapsacks. Great-circle travel; [sizing] capacity; no skills, no pairs forbidden.
Standard library only.
"""

import csv
import json
import math
import pathlib
import sys
import tomllib

RADIUS_KM = 6371.0088
# Both sides round: each term is off by less than this share of itself.
ROUNDING = 1e-9


def points(path):
    """Ids, coordinates and properties of a file of customers or places."""
    if path.suffix == ".csv":
        with open(path, newline="", encoding="utf-8-sig") as file:
            return [{**row, "lon": float(row["lon"]), "lat": float(row["lat"])} for row in csv.DictReader(file)]
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    places = ((f["geometry"]["coordinates"], f["properties"]) for f in features)
    return [{**properties, "lon": at[0], "lat": at[1]} for at, properties in places]


def vector(row):
    lon, lat = math.radians(row["lon"]), math.radians(row["lat"])
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)


def km(a, b):
    chord = math.sqrt(sum((x - y) ** 2 for x, y in zip(a, b)))
    return 2 * RADIUS_KM * math.asin(min(1.0, chord / 2))


def knapsack(pairs, floor, cap):
    """The least of sum (c - pi) x with floor <= sum a x <= cap and 0 <= x <= 1, or less: what is cheapest per load first."""
    items = sorted((reduced / load, reduced, load) for reduced, load in pairs if load > 0)
    value = math.fsum(min(0.0, reduced) for reduced, load in pairs if load <= 0)
    used = 0.0
    for ratio, reduced, load in items:
        room = (cap if ratio < 0 else floor) - used
        if room <= 0:
            break
        share = min(1.0, room / load)
        value += share * reduced
        used += share * load
    return value


def bases(scenario, home, sizing, customers, candidates):
    """The candidates: files of places, and whoever stays or may go. Places of customers are those that DIR names."""
    named = sizing.get("candidates", [])
    files = [f for f in ([named] if isinstance(named, str) else named) if f != "customers"]
    rows = [(row, False) for f in files for row in points(home / f)]
    if "reps" in scenario:
        today = {str(r["id"]): r for r in points(home / scenario["reps"])}
        rows += [(today[i], True) for i in sizing.get("fixed", [])]
        rows += [(today[i], False) for i in sizing.get("may_close", {})]
    at = "customers" in ([named] if isinstance(named, str) else named) or not rows
    return rows + [(row, False) for row in customers if at and f"at {row['id']}" in candidates]


def main(path, out):
    path, out = pathlib.Path(path), pathlib.Path(out)
    scenario = tomllib.loads(path.read_text(encoding="utf-8"))
    sizing, travel = scenario["sizing"], scenario.get("travel", {})
    customers = points(path.parent / scenario["customers"])
    measure = scenario.get("balance", [{"measure": "workload"}])[0]["measure"]
    cap, floor = sizing["capacity"][measure], sizing.get("floor", {}).get(measure, 0.0)
    weight, detour = travel.get("weight", measure), travel.get("detour", 1.0)
    of = lambda row, name: 1.0 if name in ("none", "customers") or row.get(name) in (None, "") else float(row[name])
    hours = 2.0 / travel.get("speed_kmh", 60.0) / travel.get("stops_per_tour", 1.0) if travel.get("in_workload") else 0.0
    where = [vector(row) for row in customers]
    told = json.loads((out / "bounds.json").read_text())
    everyone = bases(scenario, path.parent, sizing, customers, set(told["candidates"]))
    if len(everyone) != len(told["candidates"]):
        print(f"{len(told['candidates'])} candidates are named, {len(everyone)} are there")
        return 1
    unit = sizing.get("cost_per_km", 0.0) * 2.0 / travel.get("stops_per_tour", 1.0)
    wrong = 0
    table = {int(row["reps"]): row for row in csv.DictReader(open(out / "curve.csv", newline=""))}
    for row in told["rows"]:
        prices, p = row["prices"], row["reps"]
        values, staying, size = [], 0.0, abs(math.fsum(prices))
        for base, stays in everyone:
            home, relative = vector(base), float(base.get("capacity") or 1.0)
            pairs = []
            for place, price, customer in zip(where, prices, customers):
                far = detour * km(home, place)
                load = of(customer, measure) + round(of(customer, "visits") * hours * far, 6)
                pairs.append((of(customer, weight) * far - price, load))
            closing = sizing.get("may_close", {}).get(str(base.get("id")), 0.0)
            value = knapsack(pairs, floor * relative, cap * relative) - (closing / unit if closing else 0.0)
            size += abs(value)
            if stays:
                staying += value
            else:
                values.append(value)
        free = p - sum(stays for _, stays in everyone)
        closings = sum(sizing.get("may_close", {}).values())
        bound = math.fsum(prices) + staying + math.fsum(sorted(values)[:free]) + (closings / unit if closings else 0.0)
        holds = row["bound"] <= bound + ROUNDING * size
        line = table[p]
        if line["feasible"] == "no":
            dearest = math.fsum(max(of(c, weight) * detour * km(vector(b), v) for b, _ in everyone) for c, v in zip(customers, where))
            holds = holds and bound > dearest
        if line["travel"] and not float(line["travel"]) >= row["bound"] * (1 - ROUNDING) - 1e-3:
            holds = False
        if line["bound"] and float(line["bound"]) > bound + ROUNDING * size:
            holds = False
        wrong += not holds
        print(f"{p} reps: at least {bound:.3f}, claimed {row['bound']:.3f}: {'holds' if holds else 'DOES NOT HOLD'}")
    proven = {row["reps"] for row in told["rows"]}
    total = math.fsum(of(row, measure) for row in customers)
    for p, row in table.items():
        most = sorted((cap * float(base.get("capacity") or 1.0) for base, _ in everyone), reverse=True)
        if row["feasible"] == "no" and p not in proven and not hours and total <= math.fsum(most[:p]):
            wrong += 1
            print(f"{p} reps: are said to be too few for {total}, and are not")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
