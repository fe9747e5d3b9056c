"""The same customers and reps in every form give the same plan."""

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from conftest import DATA

import revier

BALANCE = {"workload": 0.1}


@pytest.fixture(scope="module")
def owners(tiny):
    """Rows of the reps, as the GeoDataFrames give them."""
    plan = revier.solve(*tiny, balance=BALANCE)
    assert plan.status == "optimal"
    assert set(plan.owners) == {0, 1}
    return plan.owners.tolist()


def flat(frame):
    """A frame with lon and lat instead of a geometry."""
    return pd.DataFrame(frame.drop(columns="geometry").assign(lon=frame.geometry.x, lat=frame.geometry.y))


def previous(plan):
    """Owners of today; how absent ones are told is up to pandas."""
    return [None if pd.isna(rep) else rep for rep in plan.assignments["previous_rep_id"]]


def test_paths_as_text_and_as_path(owners):
    plan = revier.solve(str(DATA / "tiny/customers.csv"), DATA / "tiny/reps.geojson", balance=BALANCE)
    assert plan.owners.tolist() == owners
    assert list(plan.customer_ids) == [f"C{i}" for i in range(1, 11)]


def test_a_scenario_alone_and_with_other_customers(owners, tiny):
    path = DATA / "tiny/scenario.toml"
    assert revier.solve(path).owners.tolist() == owners
    assert revier.solve(scenario=path).owners.tolist() == owners
    assert revier.solve(flat(tiny[0]), scenario=path).owners.tolist() == owners
    loose = revier.solve(scenario=path, balance={"workload": 0.9})
    assert loose.owners.tolist() != owners


def test_data_frames_and_mappings(owners, tiny):
    customers, reps = map(flat, tiny)
    assert revier.solve(customers, reps, balance=BALANCE).owners.tolist() == owners
    mapping = {name: customers[name].to_numpy() for name in customers.columns}
    lists = {name: reps[name].tolist() for name in reps.columns}
    assert revier.solve(mapping, lists, balance=BALANCE).owners.tolist() == owners


def test_arrays(owners, tiny):
    customers, reps = (
        np.column_stack([frame.geometry.x, frame.geometry.y, frame[third]])
        for frame, third in zip(tiny, ("workload", "capacity"), strict=True)
    )
    plan = revier.solve(customers, reps, balance=BALANCE)
    assert plan.owners.tolist() == owners
    assert plan.assignments["rep_id"].tolist() == owners
    assert plan.assignments["customer_id"].tolist() == list(range(10))
    places = revier.solve(customers[:, :2], reps[:, :2], balance="customers")
    assert sorted(np.bincount(places.owners)) == [5, 5]
    record = np.rec.fromarrays([*customers.T], names="lon,lat,workload")
    assert revier.solve(record, reps, balance=BALANCE).owners.tolist() == owners


def test_geojson_as_a_dictionary(owners):
    customers, reps = (json.loads((DATA / "tiny" / name).read_text()) for name in ("customers.geojson", "reps.geojson"))
    assert revier.solve(customers, reps, balance=BALANCE).owners.tolist() == owners


def test_a_geoseries_is_places_alone(tiny):
    plan = revier.solve(tiny[0].geometry, tiny[1].geometry, balance="customers")
    assert sorted(np.bincount(plan.owners)) == [5, 5]


@pytest.mark.parametrize(
    "dtype", ["int64", "Int64", "uint8", "float32", "float64", "Float64", "object", "int64[pyarrow]", "double[pyarrow]"]
)
def test_numbers_of_every_type(owners, tiny, dtype):
    customers = tiny[0].assign(workload=tiny[0]["workload"].astype(dtype))
    assert revier.solve(customers, tiny[1], balance=BALANCE).owners.tolist() == owners


@pytest.mark.parametrize("dtype", ["object", "string", "string[pyarrow]", "category"])
def test_texts_of_every_type(tiny, dtype):
    owner = pd.Series(["R1", None] * 5).astype(dtype)
    customers = tiny[0].assign(owner=owner, group=pd.Series(["a", "a", *[None] * 8]).astype(dtype))
    customers["locked"] = owner.notna()
    plan = revier.solve(customers, tiny[1], balance={"workload": 0.9})
    assert previous(plan) == ["R1", None] * 5
    assert plan.assignments["rep_id"].tolist()[::2] == ["R1"] * 5
    assert plan.assignments["locked"].tolist() == [True, False] * 5
    # The group goes with the locked one of them.
    assert plan.assignments["rep_id"].iloc[1] == "R1"


def test_ids_that_are_numbers_stay_numbers(tiny):
    customers = tiny[0].assign(id=range(100, 110), owner=[7, np.nan] * 5)
    reps = tiny[1].assign(id=np.array([7, 8], dtype="uint16"))
    plan = revier.solve(customers, reps, balance=BALANCE)
    assert plan.assignments["customer_id"].tolist() == list(range(100, 110))
    assert set(plan.assignments["rep_id"]) == {7, 8}
    assert previous(plan) == [7, None] * 5
    assert plan.territories["rep"].tolist() == [7, 8]


def test_the_index_is_the_id_where_there_is_no_other(tiny):
    customers = tiny[0].drop(columns="id").set_index(pd.Index(list("abcdefghij"), name="shop"))
    plan = revier.solve(customers, tiny[1], balance=BALANCE)
    assert plan.assignments["customer_id"].tolist() == list("abcdefghij")
    joined = customers.join(plan.assignments[["rep_id"]])
    assert joined["rep_id"].notna().all()
    assert plan.report["today"] is not None or plan.report["status"] == "optimal"


def test_requires_and_skills_as_lists_sets_arrays_and_texts(tiny):
    customers, reps = tiny
    reps = reps.assign(skills=[["x", "y"], []])
    for value in (["x"], ("x",), {"x"}, np.array(["x"]), "x", "x;y"):
        column = pd.Series([*[None] * 9, value], dtype=object)
        plan = revier.solve(customers.assign(requires=column), reps, balance={"workload": 0.5})
        assert plan.assignments["rep_id"].iloc[9] == "R1", value


def test_area_units_as_polygons(tiny):
    xs, ys = np.meshgrid(np.arange(6), np.arange(4))
    units = gpd.GeoDataFrame(
        {"workload": np.ones(24)},
        geometry=shapely.box(10 + xs.ravel() / 10, 50 + ys.ravel() / 10, 10.1 + xs.ravel() / 10, 50.1 + ys.ravel() / 10),
        crs=4326,
    )
    reps = pd.DataFrame({"lon": [10.1, 10.5], "lat": [50.2, 50.2]})
    plan = revier.solve(units, reps, balance=BALANCE)
    expected = units.dissolve(plan.owners).geometry
    for found, wanted in zip(plan.territories.geometry, expected, strict=True):
        assert shapely.area(shapely.symmetric_difference(found, wanted)) < 1e-9
    assert shapely.area(plan.territories.geometry.array).sum() == pytest.approx(0.24)


@pytest.mark.parametrize("form", [lambda frame: frame, lambda frame: frame.geometry, lambda frame: frame.geometry.iloc[0]])
def test_a_boundary_in_every_form(tiny, form):
    outline = gpd.GeoDataFrame(geometry=[shapely.box(10, 48, 12.5, 49.7)], crs=4326)
    plan = revier.solve(*tiny, balance=BALANCE, boundary=form(outline))
    assert plan.territories.union_all().symmetric_difference(outline.geometry.iloc[0]).area < 1e-6


def test_a_matrix_as_array_and_as_frame(tiny):
    customers, reps = tiny
    km = np.full((10, 2), 300.0)
    km[:5, 0] = km[5:, 1] = 150.0
    km[0, 1] = np.nan
    plan = revier.solve(customers, reps, balance="customers", travel={"matrix": km, "weight": "none"})
    assert plan.owners.tolist() == [0] * 5 + [1] * 5
    assert plan.objective == 1500.0
    i, j = np.nonzero(~np.isnan(km))
    pairs = pd.DataFrame({"customer_id": customers["id"].to_numpy()[i], "rep_id": reps["id"].to_numpy()[j], "km": km[i, j]})
    again = revier.solve(customers, reps, balance="customers", travel={"matrix": pairs, "weight": "none"})
    assert again.owners.tolist() == plan.owners.tolist()
    assert again.objective == plan.objective
