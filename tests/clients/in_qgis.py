"""QGIS beside revier: the customers of data/germany as it saves them (GeoPackage, shapefile, FlatGeobuf, GeoJSON, CSV, workbooks; in degrees and in metres) give the plan of
the GeoJSON; the territories of a plan are valid layers with the style that comes with them.

usage: in_qgis.py REVIER WORK, by a Python that has PyQGIS"""

import os
import pathlib
import sys

from trial import Germany, run

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
from qgis.core import Qgis, QgsApplication, QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsProject, QgsVectorFileWriter, QgsVectorLayer  # noqa: E402

DEGREES, UTM = "EPSG:4326", "EPSG:25832"
# Driver, ending, options of the layer, reference system.
FORMS = [
    ("GPKG", "gpkg", [], DEGREES),
    ("GPKG", "gpkg", [], UTM),
    ("ESRI Shapefile", "shp", ["ENCODING=UTF-8"], DEGREES),
    ("ESRI Shapefile", "shp", ["ENCODING=CP1252"], UTM),
    ("FlatGeobuf", "fgb", ["SPATIAL_INDEX=NO"], UTM),
    ("GeoJSON", "geojson", ["RFC7946=NO"], DEGREES),
    ("GeoJSON", "geojson", ["RFC7946=NO"], UTM),
    ("CSV", "csv", ["GEOMETRY=AS_XY"], DEGREES),
    ("CSV", "csv", ["GEOMETRY=AS_WKT", "SEPARATOR=SEMICOLON"], DEGREES),
    ("CSV", "csv", ["GEOMETRY=AS_YX", "SEPARATOR=TAB"], DEGREES),
]


def layer(path, name=None):
    """A layer that QGIS opens."""
    source = f"{path}|layername={name}" if name else str(path)
    opened = QgsVectorLayer(source, "layer", "ogr")
    assert opened.isValid(), f"QGIS does not open {source}"
    return opened


def save(opened, path, driver, options, system):
    """Saves a layer as the dialog does."""
    form = QgsVectorFileWriter.SaveVectorOptions()
    form.driverName, form.layerOptions, form.fileEncoding, form.layerName = driver, options, "UTF-8", "layer"
    if "ENCODING=CP1252" in options:
        form.fileEncoding = "CP1252"
    crs = QgsCoordinateReferenceSystem(system)
    form.ct = QgsCoordinateTransform(opened.crs(), crs, QgsProject.instance())
    error = QgsVectorFileWriter.writeAsVectorFormatV3(opened, str(path), QgsProject.instance().transformContext(), form)
    assert error[0] == QgsVectorFileWriter.NoError, f"{path}: {error}"


def inputs(germany):
    layers = {name: layer(germany.work / f"{name}.geojson") for name in ["customers", "reps"]}
    for at, (driver, ending, options, system) in enumerate(FORMS):
        paths = {name: germany.work / f"qgis{at}-{name}.{ending}" for name in layers}
        for name, opened in layers.items():
            save(opened, paths[name], driver, options, system)
        germany.same(*(path.name for path in paths.values()))


def outputs(germany):
    plan, package = germany.work / "plan", germany.work / "plan.gpkg"
    germany.same("customers.geojson", "reps.geojson")
    run(germany.revier, "export", plan, "--to", "gpkg", "--out", package, "--force")
    styles = germany.work / "styles"
    run(germany.revier, "export", plan, "--to", "qml", "--out", styles)
    for opened, styled in [(layer(plan / "territories.geojson"), True), (layer(package, "territories"), False)]:
        assert opened.featureCount() == 40 and opened.crs().authid() in [DEGREES, "OGC:CRS84"], opened.crs().authid()
        for feature in opened.getFeatures():
            assert feature.geometry().isGeosValid(), feature["rep"]
            assert feature["customers"] > 0
        if styled:
            told, good = opened.loadNamedStyle(str(styles / "territories.qml"))
            assert good, told
        kind = opened.renderer().type()
        assert kind == "categorizedSymbol", f"the style gives one colour: {kind}"
        values = {str(c.value()) for c in opened.renderer().categories()}
        assert {f["rep"] for f in opened.getFeatures()} <= values, "reps without a colour"
    for path, name, count in [(plan / "assignments.geojson", None, 5000), (package, "assignments", 5000), (plan / "assignments.csv", None, 5000)]:
        assert layer(path, name).featureCount() == count


def main(revier, work):
    application = QgsApplication([], False)
    application.initQgis()
    germany = Germany(revier, work)
    inputs(germany)
    outputs(germany)
    print(f"QGIS {Qgis.QGIS_VERSION}: {germany.plans} plans, each with the owners of its GeoJSON; territories valid, in their style")
    application.exitQgis()


if __name__ == "__main__":
    main(str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2]).resolve())
