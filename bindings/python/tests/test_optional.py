"""Without pandas, geopandas, shapely, tqdm: arrays and dictionaries."""

import subprocess
import sys
import textwrap

from conftest import DATA


def test_without_the_optional_packages(tmp_path):
    program = f"""
        import sys
        for name in ("pandas", "geopandas", "shapely", "tqdm", "tqdm.auto", "pyproj"):
            sys.modules[name] = None
        import numpy as np
        import revier
        customers, reps = {str(DATA / "tiny/customers.csv")!r}, {str(DATA / "tiny/reps.geojson")!r}
        plan = revier.solve(customers, reps, balance={{"workload": 0.1}}, progress=True)
        assert plan.status == "optimal"
        columns = plan.assignments
        assert isinstance(columns, dict) and columns["km"].shape == (10,)
        assert plan.territories["type"] == "FeatureCollection" and len(plan.territories["features"]) == 2
        assert plan.assign(customers)["rep_id"].tolist() == columns["rep_id"].tolist()
        random = np.random.default_rng(1)
        plan = revier.solve(random.uniform(8, 10, (50, 2)), random.uniform(8, 10, (3, 2)), balance="customers")
        assert set(plan.owners) == {{0, 1, 2}}
        plan.check()
        print("done")
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.stdout == "done\n", done.stderr


def test_the_import_is_light(tmp_path):
    program = "import sys, revier; print({'pandas', 'geopandas', 'shapely', 'tqdm'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path, check=True)
    assert done.stdout == "set()\n"
