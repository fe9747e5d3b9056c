"""The picture of the README: the same customers as the crow flies and by road, in the centre of Helsinki. Needs osmium, shapely.

Usage: reach_picture.py EXTRACT NETWORK NEAR.geojson NEAR.csv ROAD.geojson ROAD.csv OUT.svg

NETWORK is what `revier roads SCENARIO.toml --network` writes; the pairs are what `revier reach --out FILE.geojson --customers FILE.csv` writes of a scenario with
great circles, and of one with roads. Water and railways are those of the extract.
"""

import csv
import json
import math
import sys

import osmium
from shapely.geometry import LineString, MultiPolygon, Polygon, box, shape
from shapely.ops import unary_union

WIDTH, GAP, TOP, FOOT = 470, 20, 58, 30


def rows(path):
    with open(path, newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


class Land(osmium.SimpleHandler):
    def __init__(self):
        super().__init__()
        self.water, self.coast, self.rails = [], [], []

    def way(self, way):
        tags = way.tags
        kind = tags.get("natural")
        wanted = kind in ("water", "coastline") or tags.get("railway") == "rail"
        if not wanted:
            return
        line = [(n.lon, n.lat) for n in way.nodes if n.location.valid()]
        if len(line) < 2:
            return
        if kind == "coastline":
            self.coast.append(LineString(line))
        elif kind == "water" and way.is_closed() and len(line) > 3:
            self.water.append(Polygon(line))
        elif tags.get("railway") == "rail" and tags.get("tunnel") != "yes":
            self.rails.append(LineString(line))


def sea(coast):
    """Bays: their shores begin and end at the rim of the extract."""
    return [Polygon(line.coords) for line in coast if len(line.coords) > 3]


def main():
    extract, network, *files, out = sys.argv[1:]
    arcs = rows(network + "/arcs.csv")
    land = Land()
    land.apply_file(extract, locations=True)
    found = [(json.load(open(g, encoding="utf-8")), rows(c)) for g, c in (files[:2], files[2:])]
    customers = [(float(r["lon"]), float(r["lat"])) for r in found[0][1]]
    west, east = min(x for x, _ in customers) - 0.0012, max(x for x, _ in customers) + 0.0012
    south, north = min(y for _, y in customers) - 0.0006, max(y for _, y in customers) + 0.0006
    narrow = math.cos(math.radians((south + north) / 2))
    scale = WIDTH / ((east - west) * narrow)
    height = (north - south) * scale
    frame = box(west, south, east, north)

    def at(x, y):
        return f"{(x - west) * narrow * scale:.1f} {(north - y) * scale:.1f}"

    def path(geometry):
        geometry = geometry.intersection(frame)
        text = ""
        for part in getattr(geometry, "geoms", [geometry]):
            rings = [part.exterior, *part.interiors] if part.geom_type == "Polygon" else [part] if part.geom_type == "LineString" else []
            for ring in rings:
                text += "M" + "L".join(at(*p) for p in ring.coords) + ("Z" if part.geom_type == "Polygon" else "")
        return text

    wet = unary_union([p for p in land.water + sea(land.coast) if p.is_valid])
    streets = {tuple(sorted([(a["lon1"], a["lat1"]), (a["lon2"], a["lat2"])])) for a in arcs}
    lines = [LineString([(float(x), float(y)) for x, y in pair]) for pair in streets if pair[0] != pair[1]]
    colors = {f["properties"]["rep"]: f["properties"]["fill"] for f in found[0][0]["features"]}
    homes = {}
    picture = []
    for k, ((areas, table), title) in enumerate(zip(found, ("As the crow flies", "By road, there and back"))):
        of = areas["features"]
        most = max(f["properties"]["limit"] for f in of)
        unit = {"minutes": "minutes", "km": "km"}[of[0]["properties"]["unit"]]
        picture.append(f'<g transform="translate({k * (WIDTH + GAP)} {TOP})">')
        picture.append(f'<text y="-32" font-size="19" font-weight="700">{title}</text>')
        counted = {}
        for f in of:
            p = f["properties"]
            counted.setdefault(p["limit"], []).append(f"{p['rep']} {p['customers']}")
        shown = f"within {most:g} {unit}: " + " · ".join(counted[most]) + " shops"
        picture.append(f'<text y="-12" font-size="13" fill="#66727f">{shown}</text>')
        picture.append(f'<g clip-path="url(#frame)"><rect width="{WIDTH}" height="{height:.1f}" fill="#f7f5f0"/>')
        picture.append(f'<path d="{path(wet)}" fill="#b9d7ea" fill-rule="evenodd"/>')
        picture.append(f'<path d="{"".join(map(path, land.rails))}" fill="none" stroke="#8d8d99" stroke-width="1"/>')
        picture.append(f'<path d="{"".join(map(path, lines))}" fill="none" stroke="#d8d2c4" stroke-width="2.2"/>')
        for f in of:
            color = colors[f["properties"]["rep"]]
            area = shape(f["geometry"])
            area = area if isinstance(area, MultiPolygon) else MultiPolygon([area])
            picture.append(f'<path d="{path(area)}" fill="{color}" fill-opacity=".38" fill-rule="evenodd" stroke="{color}" stroke-width="1.6"/>')
        for row in table:
            x, y = at(float(row["lon"]), float(row["lat"])).split()
            near = row["nearest_rep_id"]
            picture.append(f'<circle cx="{x}" cy="{y}" r="2.6" fill="{colors.get(near, "#888888")}" stroke="#1f2933" stroke-width=".6"/>')
        for row in rows(files[1].rsplit("/", 1)[0] + "/reps.csv"):
            homes[row["id"]] = at(float(row["lon"]), float(row["lat"])).split()
        for rep, (x, y) in homes.items():
            picture.append(f'<rect x="{float(x) - 12}" y="{float(y) - 9}" width="24" height="18" rx="4" fill="#1f2933" stroke="#ffffff"/>')
            picture.append(f'<text x="{x}" y="{float(y) + 4}" font-size="11" font-weight="700" text-anchor="middle" fill="#ffffff">{rep}</text>')
        picture.append("</g></g>")
    width = 2 * WIDTH + GAP
    whole = TOP + height + FOOT
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {whole:.0f}" width="{width}" height="{whole:.0f}" '
        "font-family=\"Inter, 'Segoe UI', Roboto, 'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', sans-serif\" fill=\"#1f2933\">"
        "<title>What is within reach in the centre of Helsinki, as the crow flies and by road</title>"
        f'<rect width="100%" height="100%" fill="#ffffff"/><clipPath id="frame"><rect width="{WIDTH}" height="{height:.1f}"/></clipPath>'
    )
    credit = f'<text x="{width}" y="{whole - 9:.0f}" font-size="11" text-anchor="end" fill="#66727f">Shops have the colour of the nearest home base · map © OpenStreetMap contributors</text>'
    with open(out, "w", encoding="utf-8") as file:
        file.write(head + "\n" + "\n".join(picture) + "\n" + credit + "\n</svg>\n")


if __name__ == "__main__":
    main()
