"""LibreOffice beside revier, in English and in German: the customers of data/germany as it saves them (.ods, .xlsx, .xls, CSV) give the plan of the GeoJSON,
formulas have the values that it calculated, and what revier writes has the same numbers when it opens it.

usage: office.py REVIER WORK"""

import json
import pathlib
import sys

from trial import Germany, rows_of, run

LANGUAGES = {"en": ("en-US", 1033), "de": ("de", 1031)}
PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>{}</value></prop></item>
</oor:items>
"""
# A table whose last column is a formula, as a person types it: only who calculates it knows its values.
FORMULAS = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2" office:version="1.3"
 office:mimetype="application/vnd.oasis.opendocument.spreadsheet"><office:body><office:spreadsheet><table:table table:name="Kunden">{}</table:table>
</office:spreadsheet></office:body></office:document>
"""


class Office:
    """LibreOffice in one language."""

    def __init__(self, work, language):
        self.home = work / f"office-{language}"
        locale, self.code = LANGUAGES[language]
        (self.home / "user").mkdir(parents=True)
        (self.home / "user" / "registrymodifications.xcu").write_text(PROFILE.format(locale))

    def save(self, source, ending, out, how="", read=""):
        """Opens a file and saves it as another kind into the folder `out`."""
        form = f"{ending}:{how}" if how else ending
        reading = [f"--infilter={read}"] if read else []
        run("soffice", f"-env:UserInstallation=file://{self.home}", "--headless", *reading, "--convert-to", form, "--outdir", out, source, timeout=300)
        return out / f"{pathlib.Path(source).stem}.{ending}"

    def csv(self, source, out, separator, charset, sheet=0):
        """Saves the sheets as they are shown: decimals in the form of the language. 0: the first one, -1: all of them."""
        return self.save(source, "csv", out, f"Text - txt - csv (StarCalc):{ord(separator)},34,{charset},1,,0,false,true,false,false,false,{sheet}")


def cell(value):
    return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'


def number(value):
    return f'<table:table-cell office:value-type="float" office:value="{value}"/>'


def formulas(germany):
    """The customers in a flat OpenDocument: the hours are a formula of a row's number."""
    lines = rows_of(germany.work / "customers.csv")
    rows = ["".join(cell(name) for name in ["id", "lon", "lat", "half", "workload"])]
    for at, line in enumerate(lines, 2):
        half = float(line["workload"]) / 2
        value = f'<table:table-cell table:formula="of:=[.D{at}]*2" office:value-type="float"/>'
        rows.append(cell(line["id"]) + number(line["lon"]) + number(line["lat"]) + number(half) + value)
    plain = [",".join([line[name] for name in ["id", "lon", "lat", "workload"]]) for line in lines]
    (germany.work / "plain.csv").write_text("\n".join(["id,lon,lat,workload", *plain]) + "\n")
    path = germany.work / "formulas.fods"
    path.write_text(FORMULAS.format("".join(f"<table:table-row>{row}</table:table-row>" for row in rows)))
    return path


def hours(germany, table):
    """Hours per rep of a plan from a table."""
    plan = germany.work / "hours"
    run(germany.revier, "solve", "--customers", table, "--reps", "reps.csv", "--balance", "workload:5%", "--out", plan, "--force", cwd=germany.work)
    return {row["rep"]: row["workload"] for row in territories(plan)}


def territories(plan):
    """The figures of the territories, as the GeoJSON has them."""
    return [feature["properties"] for feature in json.loads((plan / "territories.geojson").read_text())["features"]]


def value(cell):
    """A cell as a number where it is one, in any form; shares in per cent are shares."""
    if isinstance(cell, (int, float)):
        return float(cell)
    share = cell.endswith("%")
    try:
        number = float(cell.rstrip("%").strip().replace(",", "."))
        return number / 100 if share else number
    except ValueError:
        return {"WAHR": "true", "TRUE": "true", "FALSCH": "false", "FALSE": "false"}.get(cell, cell)


def near(ours, theirs, what):
    """The same rows with the same numbers, in the columns that theirs has."""
    assert len(ours) == len(theirs) > 0, f"{what}: {len(ours)} rows, and {len(theirs)}"
    for a, b in zip(ours, theirs):
        for name, cell in b.items():
            x, y = value(a[name]), value(cell)
            alike = abs(x - y) <= 5e-10 * max(1, abs(x)) if isinstance(x, float) and isinstance(y, float) else x == y
            assert alike, f"{what}, {name}: {x!r} and {y!r} in {a}, {b}"


def main(revier, work):
    germany = Germany(revier, work)
    for language in LANGUAGES:
        office, out = Office(work, language), work / language
        out.mkdir()
        books = {ending: {} for ending in ["ods", "xlsx", "xls"]}
        for name in ["customers", "reps"]:
            for ending in books:
                # UTF-8, commas and English decimals, whatever the language.
                books[ending][name] = office.save(work / f"{name}.csv", ending, out, read="CSV:44,34,76,1,,1033,false,true")
        for ending, files in books.items():
            germany.same(str(files["customers"]), str(files["reps"]))
        # Excel's form in the language: semicolons and Windows-1252 in German.
        form = (";", "ANSI") if language == "de" else (",", "UTF8")
        texts = {name: office.csv(books["ods"][name], out, *form) for name in ["customers", "reps"]}
        head = texts["customers"].read_bytes().splitlines()[1]
        assert (b"7,957" in head) == (language == "de"), head
        germany.same(str(texts["customers"]), str(texts["reps"]))
        source = formulas(germany)
        expected = hours(germany, work / "plain.csv")
        for ending in books:
            found = hours(germany, office.save(source, ending, out))
            assert found == expected, f"{language}, {ending}: formulas give other hours"
        # What revier writes: a workbook, and tables in the language's form.
        plan = work / "plan"
        run(revier, "export", plan, "--to", "xlsx", "--out", out / "plan.xlsx", "--force")
        office.csv(out / "plan.xlsx", out, ",", "UTF8", sheet=-1)
        near(rows_of(plan / "assignments.csv"), rows_of(out / "plan-Assignments.csv"), "Assignments")
        near(rows_of(plan / "changes.csv"), rows_of(out / "plan-Changes.csv"), "Changes")
        near(territories(plan), rows_of(out / "plan-Territories.csv"), "Territories")
        if language == "de":
            germany.same("customers.geojson", "reps.geojson", more='\n[output]\ndecimal = ","\n')
            ours = rows_of(plan / "assignments.csv", delimiter=";")
            # Opened as Excel's German form is: semicolons, decimal commas.
            book = office.save(plan / "assignments.csv", "ods", out, read=f"CSV:59,34,76,1,,{office.code},false,true")
            near(ours, rows_of(office.csv(book, out, ";", "UTF8"), delimiter=";"), "assignments.csv in German form")
    print(f"LibreOffice, English and German: {germany.plans} plans, each with the owners of its GeoJSON; formulas and workbooks with the same numbers")


if __name__ == "__main__":
    main(str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2]).resolve())
