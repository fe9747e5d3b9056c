"""Home bases of 60 reps: middles of populous postcodes, chosen with a seed.

    python3 reps.py POSTCODES.geojson REPS.geojson
"""

import json
import random
import sys

import shapely

COUNT, AMONG, SEED = 60, 1500, 1


def main(source: str, target: str) -> None:
    with open(source, encoding="utf-8") as file:
        features = json.load(file)["features"]
    features.sort(key=lambda f: (-f["properties"]["einwohner"], f["properties"]["id"]))
    chosen = random.Random(SEED).sample(features[:AMONG], COUNT)
    reps = []
    for number, feature in enumerate(sorted(chosen, key=lambda f: f["properties"]["id"]), 1):
        middle = shapely.geometry.shape(feature["geometry"]).centroid
        reps.append(
            {
                "type": "Feature",
                "properties": {"id": f"R{number:02}", "name": feature["properties"]["id"]},
                "geometry": {
                    "type": "Point",
                    "coordinates": [round(middle.x, 7), round(middle.y, 7)],
                },
            }
        )
    with open(target, "w", encoding="utf-8") as file:
        json.dump({"type": "FeatureCollection", "features": reps}, file)


main(*sys.argv[1:])
