"""The README's ten lines give the plan of the command line."""

import csv
import re
from pathlib import Path

from conftest import ROOT

import revier

README = Path(__file__).parents[1] / "README.md"


def test_the_german_example_in_ten_lines(command, tmp_path, monkeypatch):
    (block,) = re.findall(r"```python\n(.*?germany.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    lines = [line for line in block.splitlines() if line.strip()]
    assert len(lines) <= 10
    monkeypatch.chdir(ROOT)
    names = {}
    exec(compile(block, README.name, "exec"), names)
    plan = names["plan"]
    command("solve", "data/germany/scenario.toml", "--out", tmp_path / "command")
    saved = plan.save(tmp_path / "python")
    # Owners byte for byte: the same ids in the same order, as the command line writes them.
    owners = [(tmp_path / which / "assignments.csv").read_bytes() for which in ("command", "python")]
    assert owners[0] == owners[1]
    with (saved / "assignments.csv").open(encoding="utf-8") as file:
        table = [(row["customer_id"], row["rep_id"]) for row in csv.DictReader(file)]
    frame = plan.assignments
    assert table == list(zip(frame["customer_id"], frame["rep_id"], strict=True))
    command("check", saved)


def test_the_version_is_that_of_the_command_line(command):
    assert command("--version").split() == ["revier", revier.__version__]
