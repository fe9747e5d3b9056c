"""Leads routed by `revier assign`, judged by shapely: each is in the territory that it was told to be in."""

import numpy
import pyogrio
import shapely

LEADS = 3_000


def verify(run, saved, work):
    """Routes random leads, half of them a little beyond the map, and reads the answer with GDAL. `run` calls revier."""
    west, south, east, north = shapely.total_bounds(saved.polygons)
    random = numpy.random.default_rng(7)
    span = numpy.array([east - west, north - south])
    places = numpy.array([west, south]) + span * random.uniform(-0.1, 1.1, (LEADS, 2))
    places = numpy.round(numpy.clip(places, [-180, -90], [180, 90]), 7)
    table = work / "leads.csv"
    rows = [f"L{i},{x},{y}" for i, (x, y) in enumerate(places.tolist())]
    table.write_text("id,lon,lat\n" + "\n".join(rows) + "\n", encoding="utf-8")
    routed = work / "routed.geojson"
    run("assign", saved.directory, table, "--out", routed)
    frame = pyogrio.read_dataframe(routed)
    assert frame.crs.to_epsg() == 4326 and len(frame) == LEADS, (frame.crs, len(frame))
    assert numpy.array_equal(frame.geometry.get_coordinates().to_numpy(), places)
    reps = [str(p["rep"]) for p in saved.properties]
    # Numbers with gaps come as floats.
    text = lambda v: "" if v is None or v != v else str(int(v)) if isinstance(v, float) else str(v)
    told = numpy.array([text(v) for v in frame["territory"]])
    inside = numpy.zeros(LEADS, dtype=bool)
    for rep, polygon in zip(reps, saved.polygons):
        shapely.prepare(polygon)
        within = shapely.contains_xy(polygon, places[:, 0], places[:, 1])
        touched = shapely.intersects_xy(polygon, places[:, 0], places[:, 1])
        mine = told == rep
        assert (within <= mine).all() and (mine <= touched).all(), rep
        inside |= mine
    # No rule of these plans keeps a lead without skills or group from where it stands.
    by = frame["by"].to_numpy()
    assert (by[inside] == "territory").all() and (by[~inside] == "price").all(), set(by)
    assert numpy.array([text(v) for v in frame["rep_id"]])[inside].tolist() == told[inside].tolist()
    assert inside.any() and not inside.all()
