"""Layers that GDAL writes: the customers and reps of data/germany as GeoPackage, FlatGeobuf and shapefile, in WGS 84, UTM and web Mercator, give
every customer to the rep that the GeoJSON gives it to, and the plan passes `revier check`; so do area units, a boundary, outlines and leads.

usage: layers.py REVIER WORK"""

import csv
import json
import pathlib
import shutil
import sys
import zipfile

from trial import ROOT, run

DRIVERS = {"gpkg": "GPKG", "fgb": "FlatGeobuf", "shp": "ESRI Shapefile"}
SYSTEMS = ["EPSG:4326", "EPSG:25832", "EPSG:3857"]


def flat(source, out):
    """GDAL writes lists into GeoPackages only: for the others they are texts."""
    collection = json.loads(source.read_text())
    for feature in collection["features"]:
        properties = feature["properties"]
        for name, value in properties.items():
            if isinstance(value, list):
                properties[name] = ";".join(value)
    out.write_text(json.dumps(collection, ensure_ascii=False))


def scenario(work, text, customers, reps, more=""):
    path = work / "scenario.toml"
    lines = text.replace('"customers.geojson"', json.dumps(customers)).replace('"reps.geojson"', json.dumps(reps))
    path.write_text(lines + more)
    return path


def owners(plan):
    with open(plan / "assignments.csv", newline="") as rows:
        return [(row["customer_id"], row["rep_id"], row["name"]) for row in csv.DictReader(rows)]


def main(revier, work):
    text = (ROOT / "data/germany/scenario.toml").read_text()
    # A shapefile has ten letters for the name of a column.
    text = "".join(line for line in text.splitlines(True) if not line.startswith(("competitors", "share_of")))
    for name in ["germany.geojson", "laender.geojson"]:
        shutil.copy(ROOT / "data/germany" / name, work / name)
    for name in ["customers", "reps"]:
        flat(ROOT / f"data/germany/{name}.geojson", work / f"{name}.geojson")

    def solve(customers, reps, more="", base=text):
        plan = work / "plan"
        told = run(revier, "solve", scenario(work, base, customers, reps, more), "--out", plan, "--force")
        told += run(revier, "check", plan)
        return owners(plan), told

    expected, _ = solve("customers.geojson", "reps.geojson")
    assert len(expected) == 5000
    count = 0

    def same(customers, reps, told="", **settings):
        nonlocal count
        found, said = solve(customers, reps, **settings)
        wrong = [(a, b) for a, b in zip(expected, found) if a != b]
        assert len(found) == len(expected) and not wrong, f"{customers}: {len(wrong)} others: {wrong[:3]}"
        assert told in said, f"{customers}: {told!r} not in {said[-3000:]}"
        count += 1

    for ending, driver in DRIVERS.items():
        for system in SYSTEMS:
            code = system.split(":")[1]
            names = [f"{name}-{code}.{ending}" for name in ["customers", "reps"]]
            for name in names:
                source = work / f"{name.split('-')[0]}.geojson"
                # With an index, a FlatGeobuf has its features in another order.
                index = ["-lco", "SPATIAL_INDEX=NO"] if ending == "fgb" else []
                run("ogr2ogr", "-q", "-f", driver, "-t_srs", system, *index, "-nln", "layer", work / name, source)
            same(*names, told="" if code == "4326" else f"EPSG:{code}, and were converted")
    for name in ["customers", "reps"]:
        run("ogr2ogr", "-q", "-f", "FlatGeobuf", work / f"{name}.fgb", work / f"{name}.geojson")
        run("ogr2ogr", "-q", "-f", "GeoJSON", work / f"{name}-again.geojson", work / f"{name}.fgb")
    by_index, _ = solve("customers.fgb", "reps.fgb")
    again, _ = solve("customers-again.geojson", "reps-again.geojson")
    assert by_index == again and by_index != expected and len(again) == 5000
    # Lists of a GeoPackage, as they are in data/germany.
    for name in ["customers", "reps"]:
        source = ROOT / f"data/germany/{name}.geojson"
        run("ogr2ogr", "-q", "-f", "GPKG", "-update", "-append", work / "all.gpkg", source, "-nln", name)
    run("ogr2ogr", "-q", "-f", "GPKG", "-update", "-append", work / "all.gpkg", work / "laender.geojson", "-nln", "laender")
    layers = '\n[tables]\nlayers = { customers = "customers", reps = "reps" }\n'
    same("all.gpkg", "all.gpkg", more=layers)
    told = run(revier, "solve", scenario(work, text, "all.gpkg", "reps.geojson"), "--out", work / "none", status=2)
    for word in ["customers (POINT, 5,000 rows)", "reps (POINT, 40 rows)", "laender", 'layers = { customers = "customers" }']:
        assert word in told, f"{word!r} not in {told}"
    # One layer of points beside one of polygons is told, not asked for.
    run("ogr2ogr", "-q", "-f", "GPKG", work / "two.gpkg", work / "laender.geojson", "-nln", "laender")
    run("ogr2ogr", "-q", "-f", "GPKG", "-update", work / "two.gpkg", work / "customers.geojson", "-nln", "konten")
    same("two.gpkg", "reps.geojson", told='the layer "konten" is read')
    # Tables in Windows-1252, said by the .cpg, by the header alone, and by nothing.
    run("ogr2ogr", "-q", "-f", "ESRI Shapefile", "-lco", "ENCODING=CP1252", work / "old.shp", work / "customers.geojson")
    same("old.shp", "reps.geojson", told="windows-1252")
    archive = zipfile.ZipFile(work / "old.zip", "w", zipfile.ZIP_DEFLATED)
    with archive:
        for path in work.glob("old.*"):
            if path.suffix != ".zip":
                archive.write(path, path.name)
    same("old.zip", "reps.geojson")
    (work / "old.cpg").unlink()
    same("old.shp", "reps.geojson", told="windows-1252")
    # A plan is of its files: of the table of attributes, too.
    table = (work / "old.dbf").read_bytes()
    (work / "old.dbf").write_bytes(table.replace(b"GmbH", b"GMBH", 1))
    assert "old.dbf has changed" in run(revier, "check", work / "plan", status=4)
    (work / "old.dbf").unlink()
    told = run(revier, "solve", scenario(work, text, "old.shp", "reps.geojson"), "--out", work / "none", status=2)
    assert "missing-table" in told and ".dbf" in told, told
    # A boundary and outlines.
    shapes = text.replace("germany.geojson", "germany.fgb").replace("laender.geojson", "laender.shp")
    run("ogr2ogr", "-q", "-f", "FlatGeobuf", work / "germany.fgb", work / "germany.geojson")
    run("ogr2ogr", "-q", "-f", "ESRI Shapefile", work / "laender.shp", work / "laender.geojson")
    solve("customers.geojson", "reps.geojson")
    territories = (work / "plan/territories.geojson").read_bytes()
    same("customers.geojson", "reps.geojson", base=shapes)
    assert (work / "plan/territories.geojson").read_bytes() == territories
    # Other systems are refused, with what they are called.
    run("ogr2ogr", "-q", "-f", "ESRI Shapefile", "-t_srs", "EPSG:31467", work / "gk.shp", work / "customers.geojson")
    run("ogr2ogr", "-q", "-f", "GPKG", "-t_srs", "EPSG:31467", work / "gk.gpkg", work / "customers.geojson")
    for name in ["gk.shp", "gk.gpkg"]:
        told = run(revier, "solve", scenario(work, text, name, "reps.geojson"), "--out", work / "none", status=2)
        assert "crs-not-wgs84" in told and "ogr2ogr -t_srs EPSG:4326" in told, told
        assert "DHDN" in told or "31467" in told, told
    # Leads.
    leads = work / "leads.geojson"
    run("ogr2ogr", "-q", "-f", "GeoJSON", "-oo", "X_POSSIBLE_NAMES=lon", "-oo", "Y_POSSIBLE_NAMES=lat", "-oo", "KEEP_GEOM_COLUMNS=NO", leads, ROOT / "data/new/leads.csv")
    route = ["customer_id", "rep_id", "by", "reason"]

    def routed(path):
        run(revier, "assign", work / "plan", path, "--out", work / "routes.csv")
        with open(work / "routes.csv", newline="") as rows:
            return [[row[name] for name in route] for row in csv.DictReader(rows)]

    by_geojson = routed(leads)
    assert by_geojson
    for ending, driver in DRIVERS.items():
        run("ogr2ogr", "-q", "-f", driver, "-a_srs", "EPSG:4326", work / f"leads.{ending}", leads)
        # A FlatGeobuf with an index has them in another order.
        assert sorted(routed(work / f"leads.{ending}")) == sorted(by_geojson), ending
    print(f"layers of GDAL: {count} plans, each with the owners of its GeoJSON; {len(by_geojson)} leads, three formats")


main(sys.argv[1], pathlib.Path(sys.argv[2]))
