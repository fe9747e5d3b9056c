"""A plan directory as the checks need it, and what must hold of its GeoJSON."""

import json
import math
import pathlib

import numpy
import shapely
from shapely.geometry import shape

# Radius of the sphere of revier, km.
RADIUS = 6371.0088


def close(a, b, tolerance=1e-9):
    return abs(a - b) <= tolerance * max(abs(a), abs(b), 1e-300)


def ring_km2(ring):
    """Area on the sphere of a ring with straight edges in degrees, by 200 steps along every edge."""
    lon, lat = numpy.radians(ring.coords).T
    step = (numpy.arange(200) + 0.5) / 200
    along = lat[:-1, None] + numpy.diff(lat)[:, None] * step
    return abs((numpy.diff(lon) * numpy.sin(along).mean(axis=1)).sum()) * RADIUS**2


class Plan:
    """The files of a plan directory, read by Python alone."""

    def __init__(self, directory, boundary):
        self.directory = pathlib.Path(directory)
        read = lambda name: json.loads((self.directory / name).read_text(encoding="utf-8"))
        self.territories = read("territories.geojson")
        self.assignments = read("assignments.geojson")
        self.report = read("report.json")
        self.polygons = [shape(f["geometry"]) for f in self.territories["features"]]
        self.properties = [f["properties"] for f in self.territories["features"]]
        rows = self.assignments["features"]
        self.rows = [f["properties"] for f in rows]
        self.places = numpy.array([f["geometry"]["coordinates"] for f in rows])
        self.boundary = None
        if boundary is not None:
            outline = json.loads(pathlib.Path(boundary).read_text(encoding="utf-8"))
            parts = [f["geometry"] for f in outline.get("features", [])] or [outline]
            self.boundary = shapely.union_all([shape(part) for part in parts])

    def verify(self):
        self.rfc7946()
        self.coverage()
        self.customers()
        self.figures()

    def rfc7946(self):
        """Winding, closed rings, ranges, no `crs`; a `bbox` is right where there is one."""
        for collection in (self.territories, self.assignments):
            assert collection["type"] == "FeatureCollection"
            assert "crs" not in collection
        for feature, polygon in zip(self.territories["features"], self.polygons):
            assert feature["geometry"]["type"] == "MultiPolygon"
            for rings in feature["geometry"]["coordinates"]:
                for n, ring in enumerate(rings):
                    assert len(ring) >= 4 and ring[0] == ring[-1]
                    assert shapely.is_ccw(shapely.LinearRing(ring)) == (n == 0), "winding"
                    for x, y in ring:
                        assert -180 <= x <= 180 and -90 <= y <= 90
                        assert round(x, 7) == x and round(y, 7) == y, "more than seven digits"
            if "bbox" in feature and not polygon.is_empty:
                assert list(polygon.bounds) == feature["bbox"]
        if "bbox" in self.territories:
            assert list(shapely.total_bounds(self.polygons)) == self.territories["bbox"]

    def coverage(self):
        """Valid, no gaps, no overlaps, all of the boundary and nothing else."""
        for polygon, properties in zip(self.polygons, self.properties):
            assert polygon.is_valid, (properties["rep"], shapely.is_valid_reason(polygon))
        assert shapely.coverage_is_valid(self.polygons), "the territories are no coverage"
        union = shapely.union_all(self.polygons)
        total = sum(p.area for p in self.polygons)
        assert close(total, union.area), ("overlaps", total, union.area)
        if self.boundary is not None:
            assert close(union.area, self.boundary.area), (union.area, self.boundary.area)
            assert union.symmetric_difference(self.boundary).area <= 1e-6 * union.area

    def customers(self):
        """Every customer within, or on the border of, its owner's territory, but for those that are outside."""
        outside = {str(i) for i in self.report["outside"]}
        index = {p["rep"]: n for n, p in enumerate(self.properties)}
        owner = numpy.array([index[row["rep_id"]] for row in self.rows])
        strays = set()
        for n, polygon in enumerate(self.polygons):
            mine = numpy.flatnonzero(owner == n)
            assert len(mine) == self.properties[n]["customers"]
            shapely.prepare(polygon)
            covered = shapely.intersects_xy(polygon, self.places[mine, 0], self.places[mine, 1])
            strays |= {str(self.rows[i]["customer_id"]) for i in mine[~covered]}
        assert strays == outside, (sorted(strays ^ outside)[:10], len(strays), len(outside))
        if self.boundary is not None:
            shapely.prepare(self.boundary)
            wet = ~shapely.intersects_xy(self.boundary, self.places[:, 0], self.places[:, 1])
            assert {str(self.rows[i]["customer_id"]) for i in numpy.flatnonzero(wet)} == outside

    def figures(self):
        """Areas on the sphere, parts, and the report beside the properties."""
        for polygon, properties, figures in zip(self.polygons, self.properties, self.report["territories"]):
            assert properties["parts"] == len(polygon.geoms)
            assert str(properties["rep"]) == figures["rep"] and properties["name"] == figures["name"]
            for measure, of in figures["measures"].items():
                assert properties[measure] == of["total"] or measure == "customers"
                assert properties[f"{measure}_target"] == of["target"]
            area = sum(ring_km2(p.exterior) - sum(map(ring_km2, p.interiors)) for p in polygon.geoms)
            assert math.isclose(area, properties["area_km2"], rel_tol=1e-5, abs_tol=1e-3), (
                area,
                properties["area_km2"],
            )
