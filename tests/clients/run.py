"""Solves, exports and checks: run.py REVIER WORK_DIRECTORY.

The plans: Germany as it is in the repository, and synthetic ones of 10, 1,000 and 100,000 customers, each as
drawn and with straighter borders.
"""

import pathlib
import subprocess
import sys
import time

import shapely

import exports
import generate
import leads
import plan

HERE = pathlib.Path(__file__).resolve().parent
GERMANY = HERE.parent.parent / "data" / "germany"
SYNTHETIC = [(10, 3, 1), (1_000, 12, 2), (100_000, 60, 4), (1_000, 1, 3)]
# Metres that borders may move by, 0 being none.
# Borders as drawn, straighter, and straighter and rounder: metres of `--simplify` and `--smooth`.
SHAPES = ((0, 0), (3_000, 0), (3_000, 1_500))
LAYERS = ["--layer", "territories", "--layer", "assignments", "--layer", "reps"]


def revier(program, *arguments):
    run = subprocess.run([program, "--quiet", *map(str, arguments)], stdout=subprocess.DEVNULL)
    assert run.returncode == 0, (arguments, run.returncode)


def export(program, directory, out):
    """All formats with all layers, each twice: the bytes must be the same."""
    files = {}
    for format in ("gpkg", "fgb", "parquet", "kml", "topojson", "csv", "svg", "xlsx", "shp", "qml"):
        several = format in ("fgb", "parquet", "csv", "qml")
        names = [out / (f"{turn}-{format}" if several else f"{turn}.{'shp.zip' if format == 'shp' else format}") for turn in "ab"]
        for name in names:
            layers = [] if format in ("svg", "xlsx") else LAYERS
            revier(program, "export", directory, "--to", format, "--out", name, *layers)
        pairs = [(a, names[1] / a.name) for a in sorted(names[0].iterdir())] if several else [names]
        for a, b in pairs:
            assert a.read_bytes() == b.read_bytes(), f"{a} and {b} differ"
        files[format] = names[0]
    return files


def verify(program, name, scenario, boundary, work, simplify=0, smooth=0):
    begin = time.monotonic()
    directory = work / name / "plan"
    revier(program, "solve", scenario, "--out", directory, "--simplify", simplify, "--smooth", smooth)
    solved = time.monotonic()
    files = export(program, directory, work / name)
    exported = time.monotonic()
    saved = plan.Plan(directory, boundary)
    saved.verify()
    exports.Exports(saved, files).verify()
    leads.verify(lambda *arguments: revier(program, *arguments), saved, work / name)
    end = time.monotonic()
    print(
        f"{name}: {len(saved.rows)} customers, {len(saved.polygons)} territories, "
        f"{len(saved.report['outside'])} outside: solved in {solved - begin:.1f} s, exported twice in "
        f"{exported - solved:.1f} s, checked in {end - exported:.1f} s",
        flush=True,
    )
    return sum(len(shapely.get_coordinates(polygon)) for polygon in saved.polygons)


def verify_all(program, name, scenario, boundary, work):
    """As drawn, straighter, rounder: the same checks, and fewer and more vertices where there is more than one territory."""
    drawn, straighter, rounder = (
        verify(program, f"{name}-{simplify}m-{smooth}m", scenario, boundary, work, simplify, smooth)
        for simplify, smooth in SHAPES
    )
    assert straighter < min(drawn, rounder) or name.endswith("-1"), (name, drawn, straighter, rounder)


def main():
    program, work = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
    for n, k, seed in SYNTHETIC:
        directory = work / f"synthetic-{n}-{k}"
        generate.generate(n, k, seed, directory / "data")
        scenario = directory / "data" / "scenario.toml"
        verify_all(program, directory.name, scenario, scenario.with_name("boundary.geojson"), work)
    verify_all(program, "germany", GERMANY / "scenario.toml", GERMANY / "germany.geojson", work)


if __name__ == "__main__":
    main()
