"""A scenario whose travel comes from a routing server, of one on roads; and the same by the table of the server's answers.

Usage: served.py ask FROM TO METRIC URL     FROM has places.py's files, TO gets customers, reps and scenario.toml
       served.py table TO METRIC            leaves out customers whom the server finds no way to, and writes matrix.toml
       served.py same TO                    that TO/plan and TO/by-table are one plan
"""

import csv
import json
import pathlib
import shutil
import sys


def rows(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def ask(source, to, metric, url):
    to.mkdir(parents=True)
    for name in ("customers.csv", "reps.csv"):
        shutil.copy(source / name, to / name)
    lines = (source / "scenario.toml").read_text().splitlines()
    lines = [line for line in lines if not line.startswith(("metric", "roads", "tolerance"))]
    at = lines.index("[travel]")
    lines[at + 1 : at + 1] = [f'metric = "{metric}"', f'url = "{url}"', 'direction = "round"']
    lines.insert(at, "tolerance = 0.2")
    (to / "scenario.toml").write_text("\n".join(lines) + "\n")


def table(to, metric):
    name = f"scenario-{metric}.csv"
    reached = {row["customer_id"] for row in rows(to / name)}
    header, *lines = (to / "customers.csv").read_text().splitlines()
    kept = [line for line in lines if line.split(",")[0] in reached]
    print(f"{metric}: {len(lines) - len(kept)} of {len(lines)} customers are where the server finds no way to")
    assert len(kept) > 0.9 * len(lines)
    (to / "customers.csv").write_text("\n".join([header, *kept]) + "\n")
    text = (to / "scenario.toml").read_text().splitlines()
    text = [line for line in text if not line.startswith(("url", "direction"))]
    text = [f'metric = "matrix"\nmatrix = "{name}"' if line.startswith("metric") else line for line in text]
    (to / "matrix.toml").write_text("\n".join(text) + "\n")


def same(to):
    plans = [json.loads((to / name / "report.json").read_text()) for name in ("plan", "by-table")]
    owners = [(to / name / "assignments.csv").read_text() for name in ("plan", "by-table")]
    assert owners[0] == owners[1], "the owners differ"
    for figure in ("objective", "bound", "gap", "status"):
        assert plans[0][figure] == plans[1][figure], figure
    print(f"the plan of {to.name} is that of its table: {plans[0]['status']}, {plans[0]['objective']['value']:.1f} {plans[0]['objective']['unit']}")


if __name__ == "__main__":
    what, *args = sys.argv[1:]
    if what == "ask":
        ask(pathlib.Path(args[0]), pathlib.Path(args[1]), *args[2:])
    elif what == "table":
        table(pathlib.Path(args[0]), args[1])
    else:
        same(pathlib.Path(args[0]))
