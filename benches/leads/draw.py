"""Leads: two of three at towns as the customers are, one anywhere, and some on vertices of the territories: draw.py DIR LEADS."""

import json
import pathlib
import sys

import numpy as np
import shapely
from shapely.geometry import shape


def main():
    directory, leads = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    plan = json.loads((directory / "plan" / "territories.geojson").read_text())
    polygons = np.array([shape(f["geometry"]) for f in plan["features"]])
    rng = np.random.default_rng(8)
    customers = np.loadtxt(directory / "customers.csv", delimiter=",", skiprows=1, usecols=(1, 2))
    west, south, east, north = shapely.total_bounds(polygons)
    near = customers[rng.integers(len(customers), size=leads * 2 // 3)] + 0.02 * rng.standard_normal((leads * 2 // 3, 2))
    anywhere = np.column_stack([rng.uniform(west, east, leads - len(near)), rng.uniform(south, north, leads - len(near))])
    at = np.vstack([near, anywhere])
    vertices = shapely.get_coordinates(polygons)
    on = rng.choice(len(at), len(at) // 1000, replace=False)
    at[on] = vertices[rng.integers(len(vertices), size=len(on))]
    rng.shuffle(at)
    np.round(at, 7).astype("<f8").tofile(directory / "leads.bin")


main()
