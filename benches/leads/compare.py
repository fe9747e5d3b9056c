"""Times the three, in turn, and counts where their answers differ: compare.py DIR HARNESS SOCKET."""

import io
import json
import pathlib
import subprocess
import sys
import time

import numpy as np
import shapely
from shapely.geometry import shape

RUNS = 3


def revier(directory, harness):
    """Seconds to make ready, seconds of each run, and owners."""
    said = subprocess.run([harness, directory / "plan", directory / "leads.bin", directory / "owners.bin", str(RUNS)], check=True, capture_output=True, text=True)
    times = [line.split() for line in said.stdout.splitlines()]
    owners = np.fromfile(directory / "owners.bin", dtype="<i4")
    return [float(x) for name, x in times if name == "ready"][0], [float(x) for name, x in times if name == "leads"], owners


def timed(run):
    """Seconds of some runs, fewer where they are slow, and what the last one found."""
    seconds = []
    while len(seconds) < RUNS and sum(seconds) < 30:
        begin = time.perf_counter()
        found = run()
        seconds.append(time.perf_counter() - begin)
    return seconds, found


def first(leads, lead, owner):
    """The first owner of each lead, -1 where there is none."""
    known = np.full(leads, np.iinfo(np.int64).max)
    np.minimum.at(known, lead, owner)
    return np.where(known < np.iinfo(np.int64).max, known, -1)


def by_lead(polygons, at):
    """By shapely: a tree of the territories, and all leads as one query."""
    begin = time.perf_counter()
    tree = shapely.STRtree(polygons)
    ready = time.perf_counter() - begin
    points = shapely.points(at)
    seconds, found = timed(lambda: tree.query(points, predicate="intersects"))
    return ready, seconds, first(len(at), *found)


def by_territory(polygons, at):
    """By shapely the other way round: a tree of the leads, which is made anew for other leads, and the prepared territories as the query."""
    shapely.prepare(polygons)
    points = shapely.points(at)
    seconds, (owner, lead) = timed(lambda: shapely.STRtree(points).query(polygons, predicate="intersects"))
    return 0, seconds, first(len(at), lead, owner)


def psql(socket, text, data=None):
    """Runs SQL; the seconds that `\\timing` tells of each statement, and its output."""
    command = ["psql", "-h", socket, "-U", "postgres", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"]
    if data is None:
        done = subprocess.run([*command, "-f", "-"], input=text.encode(), capture_output=True, check=False)
    else:
        done = subprocess.run([*command, "-c", text], input=data, capture_output=True, check=False)
    if done.returncode:
        sys.exit(done.stderr.decode())
    lines = done.stdout.decode().splitlines()
    return [float(line.split()[1]) / 1000 for line in lines if line.startswith("Time: ")], [line for line in lines if not line.startswith("Time: ")]


def postgis(polygons, at, socket):
    """The same by PostGIS: a GiST index on the territories, and a join."""
    psql(socket, "create extension postgis; create table territory (owner int, land geometry); create unlogged table lead (id int, at geometry);")
    rows = "".join(f"{j}\t{shapely.to_wkb(part, hex=True, include_srid=False)}\n" for j, land in enumerate(polygons) for part in land.geoms)
    psql(socket, "copy territory from stdin", rows.encode())
    text = io.StringIO()
    hexes = shapely.to_wkb(shapely.points(at), hex=True)
    text.writelines(f"{i}\t{x}\n" for i, x in enumerate(hexes))
    psql(socket, "copy lead from stdin", text.getvalue().encode())
    times, _ = psql(socket, "\\timing on\ncreate index on territory using gist (land);\nanalyze territory;\nanalyze lead;\n")
    query = "select lead.id, min(owner) as owner from lead left join territory on ST_Covers(territory.land, lead.at) group by lead.id"
    plain = "select lead.id, owner from lead join territory on ST_Covers(territory.land, lead.at)"
    settings = "set max_parallel_workers_per_gather = 2; set min_parallel_table_scan_size = 0; set parallel_setup_cost = 0;"
    seconds = []
    while len(seconds) < RUNS and sum(seconds) < 30:
        # The rows are counted, not sent: what a client would take to read them is no matter of the join.
        told, _ = psql(socket, f"{settings}\n\\timing on\nselect count(*), sum(owner) from ({plain}) as x;\n")
        seconds.append(told[-1])
    _, rows = psql(socket, f"{settings}\n{query};\n")
    owners = np.full(len(at), -1, dtype=np.int64)
    for row in rows:
        lead, owner = row.split("|")
        owners[int(lead)] = int(owner) if owner else -1
    return times[0], seconds, owners


def main():
    directory, harness, socket = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    plan = json.loads((directory / "plan" / "territories.geojson").read_text())
    polygons = np.array([shape(f["geometry"]) for f in plan["features"]])
    at = np.fromfile(directory / "leads.bin", dtype="<f8").reshape(-1, 2)
    edges = len(shapely.get_coordinates(polygons))
    print(f"{len(polygons)} territories with {edges:,} vertices, {len(at):,} leads; the fastest of {RUNS} runs, reading apart\n")
    found = {
        "revier": revier(directory, harness),
        "shapely, STRtree of the leads": by_territory(polygons, at),
        "shapely, STRtree of the territories": by_lead(polygons, at),
        "PostGIS": postgis(polygons, at, socket),
    }
    print("| | makes ready, s | leads/s | revier is faster by | other owners | of these on borders |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    best, wrong = min(found["revier"][1]), 0
    border = shapely.STRtree(np.array([line for land in polygons for line in shapely.get_parts(shapely.boundary(land))]))
    for name, (ready, seconds, owners) in found.items():
        other = np.flatnonzero(owners != found["revier"][2])
        # revier decides on the grid of 1e-7 degrees that the files have; others compute in floating point.
        near = border.query(shapely.points(at[other]), predicate="dwithin", distance=1e-9)[0] if len(other) else []
        on = len(np.unique(near))
        wrong += len(other) - on
        print(f"| {name} | {ready:.3f} | {len(at) / min(seconds):,.0f} | {min(seconds) / best:,.1f} | {len(other):,} | {on:,} |")
    sys.exit(f"{wrong} leads have other owners, and are on no border" if wrong else 0)


main()
