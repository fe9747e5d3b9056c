"""Other reference systems are converted, or refused with what to do."""

import numpy as np
import pytest
from pyproj import CRS

import revier

BALANCE = {"workload": 0.1}


@pytest.mark.parametrize("crs", ["EPSG:25832", "EPSG:3857", "EPSG:31468", "EPSG:4258", "OGC:CRS84"])
def test_other_systems_are_converted(tiny, crs):
    wanted = revier.solve(*tiny, balance=BALANCE)
    plan = revier.solve(*(frame.to_crs(crs) for frame in tiny), balance=BALANCE)
    assert plan.owners.tolist() == wanted.owners.tolist()
    # A datum shift of half a metre is what EPSG:31468 and its like may be off by.
    assert np.allclose(plan.assignments["km"], wanted.assignments["km"], atol=0.01)
    assert plan.territories.crs.to_epsg() == 4326


def test_none_is_refused(tiny):
    with pytest.raises(revier.InputError) as caught:
        revier.solve(tiny[0].set_crs(None, allow_override=True), tiny[1], balance=BALANCE)
    (problem,) = caught.value.problems
    assert (problem.code, problem.source) == ("crs-not-wgs84", "customers")
    assert "set_crs(4326)" in problem.action


def test_what_cannot_be_converted_is_refused(tiny):
    wkt = 'ENGCRS["site",EDATUM["site"],CS[Cartesian,2],AXIS["x",east],AXIS["y",north],LENGTHUNIT["metre",1]]'
    frame = tiny[0].set_crs(CRS.from_wkt(wkt), allow_override=True)
    with pytest.raises(revier.InputError, match="cannot be converted") as caught:
        revier.solve(frame, tiny[1], balance=BALANCE)
    assert "EPSG:4326" in caught.value.problems[0].action


def test_metres_called_degrees_are_refused(tiny):
    metres = tiny[0].to_crs(25832).set_crs(4326, allow_override=True)
    with pytest.raises(revier.InputError) as caught:
        revier.solve(metres, tiny[1], balance=BALANCE)
    assert all(problem.source == "customers" for problem in caught.value.problems)
    assert caught.value.problems[0].row == 1
