"""Errors list every problem: where, what, what to do."""

import pickle

import numpy as np
import pandas as pd
import pytest
from conftest import DATA

import revier

BALANCE = {"workload": 0.1}


def problems(*arguments, **keywords):
    with pytest.raises(revier.InputError) as caught:
        revier.solve(*arguments, **keywords)
    assert caught.value.problems
    for problem in caught.value.problems:
        assert problem.action, problem
        assert str(problem) in str(caught.value)
    return caught.value.problems


def test_all_problems_at_once(tiny):
    customers = tiny[0].assign(id=["C1", "C1", *tiny[0]["id"][2:]])
    customers.loc[3, "workload"] = -1
    customers["owner"] = ["nobody", *["R1"] * 9]
    found = problems(customers, tiny[1], balance=BALANCE)
    by_code = {problem.code: problem for problem in found}
    assert {"duplicate-id", "negative-number"} <= set(by_code)
    assert by_code["negative-number"].row == 4
    assert by_code["negative-number"].id == "C4"
    assert by_code["negative-number"].field == "workload"
    assert by_code["negative-number"].source == "customers"


def test_settings_are_judged_as_a_scenario_is(tiny):
    (found,) = problems(*tiny, balance=BALANCE, travel={"max_kmh": 3})
    assert found.code == "unknown-key"
    assert "max_km" in str(found)
    assert problems(*tiny, balance={"workload": 7})[0].code == "out-of-range"
    assert problems(*tiny, balance={"workload": "much"})[0].code == "wrong-type"
    assert problems(*tiny, balance={"werkload": 0.1})[0].field == "werkload"
    assert problems(*tiny, balance=BALANCE, rules={"forbid": object()})[0].code == "wrong-type"
    assert problems(*tiny, balance=BALANCE, rules=["skills"])[0].source == "rules"
    assert problems(*tiny, balance=BALANCE, gap=-1.0)
    assert problems(*tiny, balance=BALANCE, threads=0)
    assert problems(balance=BALANCE)[0].code == "missing-key"


def test_columns_that_hold_something_else(tiny):
    customers = tiny[0].astype({"workload": object})
    customers.loc[2, "workload"] = "a lot"
    found = problems(customers, tiny[1], balance=BALANCE)
    assert found[0].field == "workload"
    assert problems(tiny[0].assign(requires=[object()] * 10), tiny[1], balance=BALANCE)[0].field == "requires"
    assert problems(tiny[0].assign(id=[1.5] * 10), tiny[1], balance=BALANCE)[0].field == "id"


def test_places_that_are_none(tiny):
    plain = pd.DataFrame(tiny[0].drop(columns="geometry"))
    found = problems(plain.assign(x=1.0, y=2.0), tiny[1], balance=BALANCE)
    assert [problem.field for problem in found] == ["lon", "lat"]
    assert problems(plain.assign(lon="east", lat=48.0), tiny[1], balance=BALANCE)[0].code == "not-a-number"
    lat = np.full(10, 48.0)
    lat[4] = np.nan
    assert problems(plain.assign(lon=11.0, lat=lat), tiny[1], balance=BALANCE)[0].row == 5
    lat[4] = 148.0
    assert problems(plain.assign(lon=11.0, lat=lat), tiny[1], balance=BALANCE)[0].row == 5
    missing = tiny[0].copy()
    missing.loc[6, "geometry"] = None
    assert problems(missing, tiny[1], balance=BALANCE)[0].row == 7


def test_what_is_no_source(tiny):
    assert problems(5, tiny[1], balance=BALANCE)[0].code == "wrong-type"
    assert problems(np.zeros((3, 7)), tiny[1], balance=BALANCE)[0].source == "customers"
    assert problems({"lon": [1.0], "lat": [1.0, 2.0]}, tiny[1], balance=BALANCE)[0].code == "row-length"
    twice = pd.concat([tiny[0], tiny[0][["workload"]]], axis=1)
    assert problems(twice, tiny[1], balance=BALANCE)[0].code == "duplicate-column"
    matrix = {"matrix": np.zeros((3, 3))}
    assert problems(*tiny, balance=BALANCE, travel=matrix)[0].source == "matrix"
    assert problems(*tiny, balance=BALANCE, travel={"matrix": pd.DataFrame({"km": [1.0]})})[0].field == "customer_id"


def test_files_that_are_not_there(tiny):
    assert problems("nowhere.geojson", tiny[1], balance=BALANCE)[0].code == "missing-file"
    with pytest.raises(revier.RevierError, match=r"nowhere\.toml"):
        revier.solve("nowhere.toml")
    with pytest.raises(revier.RevierError, match=r"nowhere\.toml"):
        revier.solve(*tiny, scenario="nowhere.toml")


def test_an_empty_frame(tiny):
    assert problems(tiny[0].iloc[:0], tiny[1], balance=BALANCE)[0].code == "empty-collection"


def test_warnings_are_warnings(tiny):
    workload = tiny[0]["workload"].astype(float)
    workload[3] = np.nan
    with pytest.warns(revier.InputWarning, match="counts as 1") as caught:
        plan = revier.solve(tiny[0].assign(workload=workload), tiny[1], balance={"workload": 0.4})
    assert [warning.filename for warning in caught] == [__file__]
    assert [problem.code for problem in plan.warnings] == ["counts-as-one"]
    assert plan.warnings[0].row == 4
    with pytest.warns(revier.InputWarning, match="capacity is missing on 1 reps"):
        revier.solve(tiny[0], tiny[1].assign(capacity=[1.0, np.nan]), balance=BALANCE)


def test_no_plan_within_the_rules(tiny):
    far = {"max_km": 1.0}
    with pytest.warns(revier.InfeasibleWarning, match="no plan"):
        plan = revier.solve(*tiny, balance=BALANCE, travel=far)
    assert (plan.status, plan.claim) == ("infeasible", "infeasible")
    assert plan.violations
    with pytest.raises(revier.InfeasibleError, match="no plan"):
        revier.solve(*tiny, balance=BALANCE, travel=far, strict=True)


def test_errors_can_be_pickled(tiny):
    with pytest.raises(revier.InputError) as caught:
        revier.solve(DATA / "nowhere.csv", tiny[1], balance=BALANCE)
    again = pickle.loads(pickle.dumps(caught.value))
    assert type(again) is revier.InputError
    assert again.problems == caught.value.problems
    assert str(again) == str(caught.value)
    assert isinstance(again, ValueError)
