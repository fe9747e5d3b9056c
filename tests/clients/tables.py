"""Tables that other programs write: one list of customers as .xls (xlwt), .xlsx (openpyxl), .ods (pyexcel-ods3), German CSV and gzip, all give one plan.

usage: tables.py REVIER"""

import gzip
import pathlib
import subprocess
import sys
import tempfile
from collections import OrderedDict

import openpyxl
import xlwt
from pyexcel_ods3 import save_data

HEADER = ["Kundennummer", "Längengrad", "Breitengrad", "Aufwand"]
ROWS = [[f"K{i:03}", round(9 + i / 100, 4), round(50 + i / 70, 4), 2.5 + i % 3] for i in range(60)]
SHEETS = OrderedDict([("Info", [["Notizen"]]), ("Kunden", [["Kundenliste"], HEADER, *ROWS])])


def write(work):
    old = xlwt.Workbook()
    for name, rows in SHEETS.items():
        sheet = old.add_sheet(name)
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                sheet.write(r, c, value)
    old.save(str(work / "c.xls"))
    new = openpyxl.Workbook()
    new.remove(new.active)
    for name, rows in SHEETS.items():
        sheet = new.create_sheet(name)
        for row in rows:
            sheet.append(row)
    new.save(work / "c.xlsx")
    save_data(str(work / "c.ods"), SHEETS)
    cell = lambda value: str(value).replace(".", ",")
    german = "\r\n".join(";".join(map(cell, row)) for row in [HEADER, *ROWS]) + "\r\n"
    (work / "c.csv").write_bytes(german.encode("cp1252"))
    (work / "c.csv.gz").write_bytes(gzip.compress(german.encode("utf-16")))
    (work / "reps.csv").write_text("id,lon,lat\nR1,9.1,50.2\nR2,9.4,50.6\n")


def main(revier):
    with tempfile.TemporaryDirectory() as name:
        work = pathlib.Path(name)
        write(work)
        plans = {}
        for table in ["c.xlsx", "c.xls", "c.ods", "c.csv", "c.csv.gz"]:
            args = ["solve", "--customers", table, "--reps", "reps.csv", "--balance", "workload:20%", "--out", "out"]
            done = subprocess.run([revier, *args], cwd=work, capture_output=True, text=True)
            assert done.returncode == 0, (table, done.stderr)
            assert "`Kundennummer` as `id`" in done.stderr, (table, done.stderr)
            plans[table] = (work / "out" / "assignments.csv").read_text()
            assert plans[table].count("\n") == len(ROWS) + 1
        assert len(set(plans.values())) == 1, "the tables give different plans"
        print(f"{len(plans)} tables of other programs give one plan")


if __name__ == "__main__":
    main(str(pathlib.Path(sys.argv[1]).resolve()))
