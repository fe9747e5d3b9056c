"""What the trials with whole programs share: data/germany solved from other files must give every customer to the rep that its GeoJSON gives it to."""

import csv
import json
import pathlib
import shutil
import subprocess

ROOT = pathlib.Path(__file__).parents[2]


def run(*command, status=0, **settings):
    """Runs a command that must end with `status`; what it said."""
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, **settings)
    assert done.returncode == status, f"{command}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout + done.stderr


def rows_of(path, **form):
    """The rows of a CSV file, by column."""
    with open(path, newline="", encoding=form.pop("encoding", "utf-8-sig")) as file:
        return list(csv.DictReader(file, **form))


class Germany:
    """data/germany in a folder of its own."""

    def __init__(self, revier, work):
        self.revier, self.work = revier, work
        text = (ROOT / "data/germany/scenario.toml").read_text()
        # What the page shows beside the plan needs columns that not every trial writes.
        self.text = text[: text.index("# What the report page shows")]
        shutil.copy(ROOT / "data/germany/germany.geojson", work)
        for name in ["customers", "reps"]:
            self._flat(name)
        self.expected, _ = self.solve("customers.geojson", "reps.geojson")
        assert len(self.expected) == 5000
        self.plans = 0

    def _flat(self, name):
        """Lists become texts, and the same table as CSV stands beside."""
        collection = json.loads((ROOT / f"data/germany/{name}.geojson").read_text())
        for feature in collection["features"]:
            properties = feature["properties"]
            for key, value in properties.items():
                if isinstance(value, list):
                    properties[key] = ";".join(value)
        (self.work / f"{name}.geojson").write_text(json.dumps(collection, ensure_ascii=False))
        columns = list(dict.fromkeys(key for f in collection["features"] for key in f["properties"]))
        with open(self.work / f"{name}.csv", "w", newline="") as file:
            out = csv.writer(file)
            out.writerow([*columns, "lon", "lat"])
            for feature in collection["features"]:
                values = [feature["properties"].get(key, "") for key in columns]
                out.writerow([*values, *feature["geometry"]["coordinates"]])

    def solve(self, customers, reps, more=""):
        """The owners of the plan from these files, which `revier check` must pass; and what was said."""
        text = self.text.replace('"customers.geojson"', json.dumps(customers)).replace('"reps.geojson"', json.dumps(reps))
        scenario, plan = self.work / "scenario.toml", self.work / "plan"
        scenario.write_text(text + more)
        told = run(self.revier, "solve", scenario, "--out", plan, "--force")
        told += run(self.revier, "check", plan)
        table = plan / "assignments.csv"
        mark = ";" if ";" in table.read_text(encoding="utf-8-sig").splitlines()[0] else ","
        return {row["customer_id"]: row["rep_id"] for row in rows_of(table, delimiter=mark)}, told

    def same(self, customers, reps, more=""):
        """These files give the plan of the GeoJSON."""
        found, told = self.solve(customers, reps, more)
        wrong = [(i, j, found.get(i)) for i, j in self.expected.items() if found.get(i) != j]
        assert len(found) == len(self.expected) and not wrong, f"{customers}, {reps}: {len(wrong)} others: {wrong[:3]}\n{told[-2000:]}"
        self.plans += 1
        return told
