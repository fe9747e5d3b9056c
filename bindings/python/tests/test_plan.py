"""What a plan holds agrees with itself, with its inputs, and with what the command line says of it."""

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from conftest import DATA

import revier

EARTH_RADIUS_KM = 6371.0088


@pytest.fixture(scope="module")
def plan(tiny):
    return revier.solve(*tiny, balance={"workload": 0.1}, name="Tiny")


def haversine(a, b):
    """Great-circle kilometres between points in degrees."""
    lon_a, lat_a, lon_b, lat_b = map(np.radians, (a.x, a.y, b.x, b.y))
    h = np.sin((lat_b - lat_a) / 2) ** 2 + np.cos(lat_a) * np.cos(lat_b) * np.sin((lon_b - lon_a) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(h))


def test_figures(plan, tiny):
    customers, reps = tiny
    homes = reps.set_index("id").geometry.loc[plan.assignments["rep_id"]]
    km = haversine(customers.geometry.reset_index(drop=True), homes.reset_index(drop=True))
    assert np.allclose(plan.assignments["km"], km)
    assert plan.objective == pytest.approx((km * customers["workload"]).sum())
    assert plan.gap == pytest.approx((plan.objective - plan.bound) / plan.objective, abs=1e-12)
    assert plan.unit == "workload x km"
    assert plan.claim == "optimal"
    assert not plan.interrupted
    assert not plan.violations
    assert repr(plan).startswith("<revier.Plan: optimal, gap")


def test_territories_hold_their_customers_and_share_borders(plan, tiny):
    territories = plan.territories
    assert isinstance(territories, gpd.GeoDataFrame)
    assert territories.geometry.is_valid.all()
    assert (territories.geom_type == "MultiPolygon").all()
    joined = gpd.sjoin(tiny[0], territories, predicate="within")
    assert len(joined) == 10
    assert joined["rep"].tolist() == plan.assignments["rep_id"].tolist()
    a, b = territories.geometry
    assert a.intersection(b).area < 1e-12
    assert shapely.length(a.intersection(b)) > 0


def test_territories_have_the_columns_of_the_file(plan, tmp_path):
    written = gpd.read_file(plan.save(tmp_path / "plan") / "territories.geojson")
    territories = plan.territories
    assert set(territories.columns) == set(written.columns)
    for name in written.columns.drop("geometry"):
        if written[name].dtype.kind == "f":
            assert np.allclose(territories[name].astype(float), written[name], rtol=1e-3), name
        else:
            assert territories[name].tolist() == written[name].tolist(), name
    # The file is rounded to seven digits.
    assert all(a.hausdorff_distance(b) < 1e-6 for a, b in zip(territories.geometry, written.geometry, strict=True))


def test_a_plan_is_judged_again(plan):
    assert plan.check() is None


def test_a_saved_plan_is_one_of_the_command_line(plan, command, tmp_path):
    directory = plan.save(tmp_path / "plan")
    # What stands there is replaced, as it is a plan.
    plan.save(str(directory))
    command("check", directory)
    table = pd.read_csv(directory / "assignments.csv")
    assert table["rep_id"].tolist() == plan.assignments["rep_id"].tolist()
    report = json.loads((directory / "report.json").read_text())
    assert report["bound"] == plan.report["bound"]
    other = tmp_path / "other"
    other.mkdir()
    (other / "report.json").write_text("mine")
    with pytest.raises(revier.RevierError, match="revier did not write"):
        plan.save(other)
    plan.save(other, force=True)
    command("check", other)


def test_polygons_and_matrices_are_saved_too(tiny, command, tmp_path):
    outline = shapely.box(10, 48, 12.5, 49.7)
    km = 150 + np.arange(20.0).reshape(10, 2)
    plan = revier.solve(*tiny, balance="customers", boundary=outline, travel={"matrix": km, "weight": "none"})
    command("check", plan.save(tmp_path / "plan"))


def test_leads(plan, tiny):
    leads = gpd.GeoDataFrame(
        {"id": [1, 2], "workload": [1.0, 2.0]},
        geometry=[tiny[1].geometry.iloc[0], tiny[1].geometry.iloc[1]],
        crs=4326,
        index=["x", "y"],
    )
    routes = plan.assign(leads.to_crs(25832))
    assert routes["customer_id"].tolist() == [1, 2]
    assert routes["rep_id"].tolist() == ["R1", "R2"]
    assert routes["by"].tolist() == ["territory", "territory"]
    assert routes["territory"].tolist() == ["R1", "R2"]
    assert routes["next_rep_id"].tolist() == ["R2", "R1"]
    assert routes.index.tolist() == ["x", "y"]
    known = plan.assign(tiny[0])
    assert (known["by"] == "customer").all()
    assert known["rep_id"].tolist() == plan.assignments["rep_id"].tolist()
    with pytest.raises(revier.InputError) as caught:
        plan.assign(pd.DataFrame({"lon": [500.0], "lat": [0.0]}))
    assert caught.value.problems[0].source == "leads"


def test_leads_from_a_file(command):
    plan = revier.solve(DATA / "new/scenario.toml")
    with pytest.warns(revier.InputWarning, match="R2.* of workload, at most"):
        routes = plan.assign(DATA / "new/leads.csv")
    assert len(routes) == 7
    assert set(routes["rep_id"]) <= set(plan.rep_ids)


def test_the_page_in_a_notebook(plan):
    page = plan.to_html()
    assert page.lower().startswith("<!doctype html>")
    assert "Tiny" in page
    assert '<html lang="de"' in plan.to_html("de")
    shown = plan._repr_html_()
    assert shown.startswith("<iframe srcdoc=")
    assert "<script" not in shown
    with pytest.raises(ValueError, match="lang"):
        plan.to_html("fr")


def test_today_as_a_plan(tiny):
    kept = revier.solve(*tiny, balance={"workload": 0.9}, keep=True)
    assert kept.assignments["rep_id"].tolist() == tiny[0]["owner"].tolist()
    assert not kept.assignments["changed"].any()


def test_change_is_limited(tiny):
    plan = revier.solve(*tiny, balance={"workload": 0.5}, change={"measure": "customers", "max_share": 0.0})
    assert plan.assignments["rep_id"].tolist() == tiny[0]["owner"].tolist()
