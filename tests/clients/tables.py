"""Tables that other programs write: one list of customers as .xls (xlwt), .xlsx (openpyxl), .ods (pyexcel-ods3), German CSV and gzip, all give one plan; a
hidden list of others beside it is passed over, numbers as texts are numbers, and formulas that these programs do not calculate are told with their cells.

usage: tables.py REVIER"""

import gzip
import pathlib
import subprocess
import sys
import tempfile
from collections import OrderedDict

import openpyxl
import xlsxwriter
import xlwt
from pyexcel_ods3 import save_data

HEADER = ["Kundennummer", "Längengrad", "Breitengrad", "Aufwand"]
ROWS = [[f"K{i:03}", round(9 + i / 100, 4), round(50 + i / 70, 4), 2.5 + i % 3] for i in range(60)]
SHEETS = OrderedDict([("Info", [["Notizen"]]), ("Kunden", [["Kundenliste"], HEADER, *ROWS])])


def write(work):
    old = xlwt.Workbook()
    stale = old.add_sheet("Alt")
    stale.visibility = 1
    for c, (name, value) in enumerate(zip(HEADER, ["X1", 9.0, 50.0, 1.0])):
        stale.write(0, c, name)
        stale.write(1, c, value)
    for name, rows in SHEETS.items():
        sheet = old.add_sheet(name)
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                sheet.write(r, c, value)
    old.save(str(work / "c.xls"))
    new = openpyxl.Workbook()
    stale = new.active
    stale.title, stale.sheet_state = "Alt", "hidden"
    stale.append(HEADER)
    stale.append(["X1", 9.0, 50.0, 1.0])
    for name, rows in SHEETS.items():
        sheet = new.create_sheet(name)
        for row in rows:
            sheet.append(row)
    new.save(work / "c.xlsx")
    texts = openpyxl.Workbook()
    texts.active.append(HEADER)
    for row in ROWS:
        texts.active.append([str(value).replace(".", ",") for value in row])
    texts.save(work / "texts.xlsx")
    save_data(str(work / "c.ods"), SHEETS)
    cell = lambda value: str(value).replace(".", ",")
    german = "\r\n".join(";".join(map(cell, row)) for row in [HEADER, *ROWS]) + "\r\n"
    (work / "c.csv").write_bytes(german.encode("cp1252"))
    (work / "c.csv.gz").write_bytes(gzip.compress(german.encode("utf-16")))
    (work / "reps.csv").write_text("id,lon,lat\nR1,9.1,50.2\nR2,9.4,50.6\n")


def write_formulas(work):
    """The last column is a formula, which each program leaves to whoever opens the file."""
    lines = [row[:3] for row in ROWS]
    old = xlwt.Workbook()
    sheet = old.add_sheet("Kunden")
    new = openpyxl.Workbook()
    other = xlsxwriter.Workbook(str(work / "writer.xlsx"))
    third = other.add_worksheet("Kunden")
    new.active.append(HEADER)
    for c, name in enumerate(HEADER):
        sheet.write(0, c, name)
        third.write(0, c, name)
    for r, row in enumerate(lines, 1):
        new.active.append([*row, "=1+1"])
        for c, value in enumerate(row):
            sheet.write(r, c, value)
            third.write(r, c, value)
        sheet.write(r, 3, xlwt.Formula("1+1"))
        third.write_formula(r, 3, "=1+1")
    old.save(str(work / "formulas.xls"))
    new.save(work / "formulas.xlsx")
    other.close()
    wrong = openpyxl.Workbook()
    wrong.active.append(HEADER)
    wrong.active.append([*lines[0], "#DIV/0!"])
    wrong.active.append([*lines[1], 2])
    wrong.save(work / "error.xlsx")
    return {"formulas.xls": "formula-without-value", "formulas.xlsx": "formula-without-value", "writer.xlsx": "formula-without-value", "error.xlsx": "cell-error"}


def main(revier):
    with tempfile.TemporaryDirectory() as name:
        work = pathlib.Path(name)
        write(work)
        plans = {}
        for table, code in write_formulas(work).items():
            args = ["solve", "--customers", table, "--reps", "reps.csv", "--balance", "workload:20%", "--out", "out"]
            done = subprocess.run([revier, *args], cwd=work, capture_output=True, text=True)
            assert done.returncode == 2 and code in done.stderr and "in cell D2" in done.stderr, (table, done.stderr)
        for table in ["c.xlsx", "c.xls", "c.ods", "c.csv", "c.csv.gz", "texts.xlsx"]:
            args = ["solve", "--customers", table, "--reps", "reps.csv", "--balance", "workload:20%", "--out", "out"]
            done = subprocess.run([revier, *args], cwd=work, capture_output=True, text=True)
            assert done.returncode == 0, (table, done.stderr)
            assert "`Kundennummer` as `id`" in done.stderr, (table, done.stderr)
            hidden = "sheet-hidden" in done.stderr and '"Alt"' in done.stderr
            assert hidden == (table in ["c.xlsx", "c.xls"]), (table, done.stderr)
            plans[table] = (work / "out" / "assignments.csv").read_text()
            assert plans[table].count("\n") == len(ROWS) + 1
        assert len(set(plans.values())) == 1, "the tables give different plans"
        print(f"{len(plans)} tables of other programs give one plan")


if __name__ == "__main__":
    main(str(pathlib.Path(sys.argv[1]).resolve()))
