"""What the tests share: the repository, its small example, and the command line to compare with."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

ROOT = Path(os.environ["REVIER_ROOT"]) if "REVIER_ROOT" in os.environ else Path(__file__).resolve().parents[3]
DATA = ROOT / "data"


@pytest.fixture(scope="session")
def tiny():
    """Ten customers and two reps, as GeoDataFrames."""
    return tuple(gpd.read_file(DATA / "tiny" / name) for name in ("customers.geojson", "reps.geojson"))


@pytest.fixture(scope="session")
def large():
    """Customers and reps whose plan takes a while: random, with three measures."""
    random = np.random.default_rng(7)
    n, m = 3000, 60
    customers = {"lon": random.uniform(8, 12, n), "lat": random.uniform(48, 52, n)}
    customers |= {name: random.lognormal(1, 1, n).round(2) for name in ("workload", "revenue", "calls")}
    reps = {"lon": random.uniform(8, 12, m), "lat": random.uniform(48, 52, m)}
    return pd.DataFrame(customers), pd.DataFrame(reps)


@pytest.fixture(scope="session")
def command():
    """Runs the command line, which must have been built: the tests compare with it."""
    built = [Path(os.environ["REVIER"])] if "REVIER" in os.environ else []
    built += [ROOT / "target" / profile / "revier" for profile in ("release", "debug")]
    binary = next((path.resolve() for path in built if path.exists()), None)
    if binary is None:
        pytest.fail("there is no command line to compare with: run `cargo build --release`, or name it in REVIER")

    def run(*arguments, status=0):
        done = subprocess.run([binary, *map(str, arguments)], capture_output=True, text=True, cwd=ROOT, check=False)
        assert done.returncode == status, done.stderr
        return done.stdout

    return run
