"""Every export, opened by those who will open it: GDAL (two versions), pyarrow, shapely, SQLite, librsvg, openpyxl."""

import csv
import json
import pathlib
import sqlite3
import subprocess
import xml.etree.ElementTree as xml

import numpy
import pyogrio
import shapely
from osgeo import gdal, ogr

gdal.UseExceptions()
ogr.UseExceptions()

KML = "{http://www.opengis.net/kml/2.2}"

# How pyogrio and GDAL open a CSV file with types and geometry.
CSV_OPTIONS = {"AUTODETECT_TYPE": "YES", "QUOTED_FIELDS_AS_STRING": "YES", "GEOM_POSSIBLE_NAMES": "WKT"}


class Exports:
    def __init__(self, plan, files):
        self.plan = plan
        self.files = files
        self.reps = {p["rep"]: n for n, p in enumerate(plan.properties)}

    def verify(self):
        files = self.files
        for format in ("gpkg", "fgb", "csv", "kml", "topojson"):
            for layer in ("territories", "assignments", "reps"):
                path = files[format] if format in ("gpkg", "kml", "topojson") else files[format] / f"{layer}.{format}"
                self.layer(format, path, layer)
        for layer in ("territories", "assignments", "reps"):
            self.parquet(files["parquet"] / f"{layer}.parquet", layer)
        self.geopackage(files["gpkg"])
        self.kml(files["kml"])
        self.topojson(files["topojson"])
        self.csv(files["csv"] / "territories.csv")
        self.svg(files["svg"])
        self.xlsx(files["xlsx"])
        self.shapefile(files["shp"])
        self.styles(files["qml"])

    # What the layers hold, from the GeoJSON.

    def expected(self, layer):
        """Number of rows, and the columns as lists."""
        if layer == "assignments":
            return len(self.plan.rows), {key: [row[key] for row in self.plan.rows] for key in self.plan.rows[0]}
        rows = self.plan.properties
        keys = list(rows[0]) if layer == "territories" else ["rep", "name", "customers", "color"]
        return len(rows), {key: [row[key] for row in rows] for key in keys}

    def same(self, layer, columns, geometry, exact=True):
        """Compares columns and geometries, in any order of rows, with the GeoJSON."""
        n, expected = self.expected(layer)
        key = "customer_id" if layer == "assignments" else "rep"
        assert len(geometry) == n, (layer, len(geometry), n)
        position = {value: row for row, value in enumerate(columns[key].tolist())}
        assert len(position) == n, f"{layer}: the column {key} is not unique"
        order = numpy.array([position[value] for value in expected[key]])
        for name, values in expected.items():
            found = columns[name][order].tolist()
            for a, b in zip(values, found):
                if a is None:
                    assert b is None or b != b or b == "", (layer, name, a, b)
                else:
                    assert a == b and (type(a) is type(b) or not isinstance(a, str)), (layer, name, a, b)
        geometry = geometry[order]
        if layer == "territories":
            for ours, theirs in zip(self.plan.polygons, geometry):
                theirs = shapely.multipolygons([theirs]) if theirs.geom_type == "Polygon" else theirs
                if exact:
                    assert shapely.equals_exact(ours.normalize(), theirs.normalize(), 0.0), layer
                assert abs(ours.area - theirs.area) <= 1e-9 * ours.area
                assert shapely.is_valid(theirs)
        elif layer == "assignments":
            off = numpy.abs(shapely.get_coordinates(geometry) - self.plan.places).max()
            assert off == 0 if exact else off < 1e-12, off
        else:
            assert all(g.geom_type == "Point" for g in geometry)

    def layer(self, format, path, layer):
        options = CSV_OPTIONS if format == "csv" else {}
        n, expected = self.expected(layer)
        name = None if format in ("fgb", "csv") else layer
        meta, _, geometry, values = pyogrio.raw.read(path, layer=name, **options)
        columns = dict(zip(meta["fields"].tolist(), values))
        if "Name" in columns:
            # What KML calls a placemark is the name of a rep or customer, or the id of a customer without one.
            columns["name"] = columns["Name"]
        if format in ("gpkg", "fgb", "kml"):
            assert meta["crs"] == "EPSG:4326", (format, meta["crs"])
        self.same(layer, columns, shapely.from_wkb(geometry), exact=format != "topojson")
        # Debian's GDAL counts and measures the same.
        flags = gdal.OF_VECTOR | gdal.OF_READONLY
        with_options = [f"{key}={value}" for key, value in options.items()]
        source = gdal.OpenEx(str(path), flags, open_options=with_options)
        found = source.GetLayer(0) if name is None else source.GetLayerByName(layer)
        assert found.GetFeatureCount() == n, (format, layer)
        if format in ("gpkg", "fgb", "kml"):
            assert found.GetSpatialRef().GetAuthorityCode(None) == "4326"
        if layer == "territories":
            area = sum(feature.GetGeometryRef().GetArea() for feature in found)
            assert abs(area - sum(p.area for p in self.plan.polygons)) <= 1e-9 * area
            kinds = {f.GetName(): f.GetTypeName() for f in found.schema}
            whole = isinstance(self.plan.properties[0]["rep"], int)
            assert kinds["rep"].startswith("Integer" if whole else "String"), (format, kinds)
            assert kinds["workload"] == "Real", (format, kinds)

    SHORT = {"customer_id": "cust_id", "previous_rep_id": "prev_rep", "travel_minutes": "travel_min"}
    IDS = ("rep", "rep_id", "customer_id", "previous_rep_id")

    def shapefile(self, path):
        """Both GDALs: the polygons bit by bit, every value, names of ten letters, UTF-8, ids as texts."""
        for layer in ("territories", "assignments", "reps"):
            inside = f"/vsizip/{path.resolve()}/{layer}.shp"
            source = gdal.OpenEx(inside, gdal.OF_VECTOR | gdal.OF_READONLY)
            found = source.GetLayer(0)
            names = [field.GetName() for field in found.schema]
            assert all(len(name.encode()) <= 10 for name in names) and len({n.lower() for n in names}) == len(names), names
            assert found.GetSpatialRef().GetAuthorityCode(None) == "4326" or "WGS_1984" in found.GetSpatialRef().ExportToWkt()
            n, expected = self.expected(layer)
            assert found.GetFeatureCount() == n
            features = list(found)
            for at, (name, values) in enumerate(expected.items()):
                column = self.SHORT.get(name, name)
                if len(column) > 10:
                    stem, end = column.rsplit("_", 1)
                    column = stem[:6] + {"target": "_tgt", "index": "_idx"}[end]
                assert names[at] == column, (names, name)
                for feature, value in zip(features, values):
                    told = feature.GetField(at) if feature.IsFieldSetAndNotNull(at) else None
                    if isinstance(value, bool):
                        assert told in ((1, "T", True) if value else (0, "F", False)), (name, told, value)
                    elif value is None or value == "":
                        assert told in (None, ""), (name, told)
                    elif name in self.IDS:
                        assert told == str(value), (name, told, value)
                    else:
                        assert told == value, (layer, name, told, value)
            geometry = [shapely.from_wkb(bytes(f.GetGeometryRef().ExportToWkb())) if f.GetGeometryRef() else None for f in features]
            meta, _, other, _ = pyogrio.raw.read(inside)
            assert meta["encoding"].upper() == "UTF-8" and meta["fields"].tolist() == names
            for shapes in (geometry, shapely.from_wkb(other)):
                if layer == "territories":
                    for ours, theirs in zip(self.plan.polygons, shapes):
                        theirs = shapely.multipolygons([theirs]) if theirs.geom_type == "Polygon" else theirs
                        assert shapely.equals_exact(ours.normalize(), theirs.normalize(), 0.0) and shapely.is_valid(theirs)
                elif layer == "assignments":
                    assert (shapely.get_coordinates(shapes) == self.plan.places).all()

    def styles(self, directory):
        """A category for each rep with its colour, labels by name: well-formed, and of the values that the GeoJSON has."""
        root = xml.parse(directory / "territories.qml").getroot()
        assert root.tag == "qgis" and root.get("labelsEnabled") == "1"
        renderer = root.find("renderer-v2")
        assert (renderer.get("type"), renderer.get("attr")) == ("categorizedSymbol", "rep")
        categories = renderer.findall("categories/category")
        symbols = {s.get("name"): s for s in renderer.findall("symbols/symbol")}
        assert [(c.get("value"), c.get("label")) for c in categories] == [(str(p["rep"]), p["name"]) for p in self.plan.properties]
        for category, properties in zip(categories, self.plan.properties):
            color = symbols[category.get("symbol")].find(".//Option[@name='color']").get("value").split(",")[:3]
            assert "#" + "".join(f"{int(part):02x}" for part in color) == properties["color"]
        assert root.find("labeling/settings/text-style").get("fieldName") == "name"
        assert xml.parse(directory / "assignments.qml").getroot().find("renderer-v2").get("type") == "singleSymbol"

    def parquet(self, path, layer):
        import geopandas
        import pyarrow.parquet

        meta = json.loads(pyarrow.parquet.read_schema(path).metadata[b"geo"])
        column = meta["columns"][meta["primary_column"]]
        assert meta["version"] == "1.1.0" and column["encoding"] == "WKB"
        assert column["crs"]["id"] == {"authority": "OGC", "code": "CRS84"}
        table = geopandas.read_parquet(path)
        assert table.crs.to_authority() == ("OGC", "CRS84")
        assert list(table.total_bounds) == column["bbox"]
        columns = {name: table[name].to_numpy(dtype=object) for name in table.columns if name != "geometry"}
        self.same(layer, columns, table.geometry.to_numpy())
        for shape in table.geometry if layer == "territories" else []:
            assert all(part.exterior.is_ccw for part in shape.geoms)

    def geopackage(self, path):
        """What the standard asks for, styles, and a spatial index that stays true under edits."""
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as db:
            one = lambda sql: db.execute(sql).fetchone()[0]
            assert one("PRAGMA integrity_check") == "ok"
            assert db.execute("PRAGMA foreign_key_check").fetchall() == []
            assert one("PRAGMA application_id") == 0x47504B47
            styles = dict(db.execute("SELECT f_table_name, styleQML FROM layer_styles WHERE useAsDefault"))
            assert set(styles) == {"territories", "assignments", "reps"}
            categories = xml.fromstring(styles["territories"]).findall(".//category")
            assert [c.get("value") for c in categories] == [str(p["rep"]) for p in self.plan.properties]
            assert [c.get("label") for c in categories] == [p["name"] for p in self.plan.properties]
        copy = path.with_name("edited.gpkg")
        copy.write_bytes(path.read_bytes())
        source = gdal.OpenEx(str(copy), gdal.OF_VECTOR | gdal.OF_UPDATE)
        layer = source.GetLayerByName("assignments")
        n = layer.GetFeatureCount()
        moved = layer.GetFeature(1)
        moved.SetGeometry(ogr.CreateGeometryFromWkt("POINT (1 2)"))
        layer.SetFeature(moved)
        layer.DeleteFeature(2)
        layer.SetSpatialFilterRect(0.5, 1.5, 1.5, 2.5)
        assert layer.GetFeatureCount() == 1
        layer.SetSpatialFilter(None)
        assert layer.GetFeatureCount() == n - 1
        del moved, layer, source
        copy.unlink()

    def kml(self, path):
        """One closed outer ring per polygon, longitude first; inner rings for holes alone."""
        root = xml.parse(path).getroot()
        parts = [part for polygon in self.plan.polygons for part in polygon.geoms]
        folders = {f.find(f"{KML}name").text: f for f in root.iter(f"{KML}Folder")}
        polygons = list(folders["territories"].iter(f"{KML}Polygon"))
        assert len(polygons) == len(parts)
        for polygon, part in zip(polygons, parts):
            rings = [
                [tuple(map(float, p.split(","))) for p in ring.text.split()]
                for ring in polygon.iter(f"{KML}coordinates")
            ]
            assert len(polygon.findall(f"{KML}outerBoundaryIs")) == 1
            assert len(rings) == 1 + len(part.interiors)
            assert rings[0] == list(part.exterior.coords)
            assert all(ring[0] == ring[-1] for ring in rings)

    def topojson(self, path):
        """No piece of border is stored twice, and rings run the way that d3 draws them."""
        topology = json.loads(path.read_text(encoding="utf-8"))
        scale, translate = topology["transform"]["scale"], topology["transform"]["translate"]
        arcs, pieces = [], set()
        for deltas in topology["arcs"]:
            arc = numpy.cumsum(numpy.array(deltas), axis=0)
            points = list(map(tuple, arc.tolist()))
            for a, b in zip(points, points[1:]):
                piece = (a, b) if a < b else (b, a)
                assert piece not in pieces, "a piece of border is in two arcs"
                pieces.add(piece)
            arcs.append(arc * scale + translate)
        used = numpy.zeros(len(arcs), dtype=int)
        for object in topology["objects"]["territories"]["geometries"]:
            for rings in object["arcs"]:
                for n, ring in enumerate(rings):
                    for arc in ring:
                        used[arc if arc >= 0 else ~arc] += 1
                    line = [arcs[arc] if arc >= 0 else arcs[~arc][::-1] for arc in ring]
                    for a, b in zip(line, line[1:] + line[:1]):
                        assert (a[-1] == b[0]).all(), "the arcs of a ring do not meet"
                    line = numpy.concatenate(line)
                    assert shapely.is_ccw(shapely.LinearRing(line)) == (n > 0), "winding"
        assert set(used.tolist()) <= {1, 2}
        # Borders between territories are the arcs that two rings use.
        if len(self.plan.polygons) > 1:
            assert (used == 2).any()

    def csv(self, path):
        with open(path, newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        assert [row["name"] for row in rows] == [p["name"] for p in self.plan.properties]
        for row, polygon in zip(rows, self.plan.polygons):
            assert shapely.from_wkt(row["WKT"]).equals_exact(polygon, 0.0)

    def xlsx(self, path):
        """The sheets, cell by cell, as openpyxl has them."""
        import openpyxl

        book = openpyxl.load_workbook(path)
        assert book.sheetnames == ["Territories", "Assignments", "Changes", "Exceptions"]
        for sheet in book:
            assert sheet.freeze_panes == "B2" and (sheet.auto_filter.ref or sheet.max_column == 1), sheet.title
            assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row), "a formula"
        for layer in ("territories", "assignments"):
            rows = book[layer.capitalize()].iter_rows(values_only=True)
            names = next(rows)
            cells = list(rows)
            n, expected = self.expected(layer)
            assert len(cells) == n, (layer, len(cells), n)
            for name, values in expected.items():
                column = names.index(name)
                found = [row[column] for row in cells]
                for a, b in zip(values, found):
                    assert a == b or a == "" and b is None, (layer, name, a, b)
        moved = sum(row["changed"] for row in self.plan.rows)
        assert book["Changes"].max_row - 1 == moved or moved == 0

    def svg(self, path):
        root = xml.parse(path).getroot()
        titles = [t.text for t in root.iter("{http://www.w3.org/2000/svg}title")]
        assert titles[0] == self.plan.report["scenario"]["name"]
        assert set(p["name"] for p in self.plan.properties) <= set(titles)
        png = path.with_suffix(".png")
        subprocess.run(["rsvg-convert", path, "-o", png], check=True)
        assert png.stat().st_size > 20_000
