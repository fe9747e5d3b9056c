"""Checks drawings written by `cargo test write_cases` with shapely, which shares no code with revier.

    check_cases.py CASES.jsonl ...

Every line is a problem with its territories. For each:
- all polygons are valid by OGC Simple Features, and all coordinates have seven digits at most;
- together they are a valid coverage (no overlaps, no gaps, shared edges vertex by vertex), tested with
  GEOS `coverage_is_valid`. GEOS 3.14 wrongly refuses some coverages in which a hole touches its shell in a
  point that a third polygon has a corner in; what it refuses is judged by `is_coverage`, exactly;
- their area is the boundary's to 1e-9 and the rounding of its edges, where all land is assigned;
- shells run counter-clockwise, holes clockwise, longitudes stay within -180 to 180;
- every customer stands in its territory, or is listed as an exception, and what is listed stands where
  the list says.
"""

import json
import sys
from collections import Counter

import shapely
from shapely.geometry import MultiPolygon, Polygon

UNIT = 1e-7


def polygons(rings):
    return [Polygon(p[0], p[1:]) for p in rings]


def exact(value):
    return abs(round(value * 1e7) / 1e7 - value) == 0.0


def cross(a, b, p):
    return (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])


def apart(s, t):
    """Whether two segments with integer ends have nothing in common but ends of both."""
    a, b = cross(*s, t[0]), cross(*s, t[1])
    c, d = cross(*t, s[0]), cross(*t, s[1])
    if a * b > 0 or c * d > 0:
        return True
    shared = [p for p in s if p in t]
    if a == b == 0:
        # On one line: apart, or end to end.
        (s0, s1), (t0, t1) = sorted(s), sorted(t)
        return s1 < t0 or t1 < s0 or (len(shared) == 1 and (s1 == t0 or t1 == s0))
    return len(shared) == 1


def is_coverage(territories):
    """Whether valid polygons with shells to the left are a coverage, in exact integers of the grid.

    Edges meet in common ends alone and none runs twice in one direction, so no edge enters a polygon; and
    the areas sum up to that of the union, so none lies inside another.
    """
    edges = []
    parts = [part for territory in territories for part in territory]
    for ring in (ring for part in parts for ring in part):
        points = [(round(x * 1e7), round(y * 1e7)) for x, y in ring]
        edges += zip(points, points[1:])
    if len(set(edges)) < len(edges):
        return False
    segments = sorted({tuple(sorted(edge)) for edge in edges})
    lines = shapely.linestrings(segments)
    pairs = shapely.STRtree(lines).query(lines)
    if not all(i >= j or apart(segments[i], segments[j]) for i, j in pairs.T.tolist()):
        return False
    # From a corner of the map, so that digits are left for areas of a few units.
    x0, y0 = segments[0][0]
    move = lambda ring: [(round(x * 1e7) - x0, round(y * 1e7) - y0) for x, y in ring]
    shapes = [Polygon(move(part[0]), [move(hole) for hole in part[1:]]) for part in parts]
    total = sum(shape.area for shape in shapes)
    return abs(shapely.union_all(shapes).area - total) <= 1e-9 * total


def check_rings(case, fail):
    for territory in case["polygons"]:
        for part in territory:
            for k, ring in enumerate(part):
                if ring[0] != ring[-1]:
                    fail("a ring is not closed")
                if shapely.LinearRing(ring).is_ccw != (k == 0):
                    fail("a ring runs the wrong way")
                for x, y in ring:
                    if not (exact(x) and exact(y)) or abs(x) > 180 or abs(y) > 90:
                        fail(f"bad coordinate {x!r} {y!r}")


def check_area(case, parts, fail):
    """The territories fill the boundary, but for the rounding of edges that borders end on."""
    area = sum(p.area for p in parts)
    if case["boundary"] is None:
        return
    rounded = [[[[round(x * 1e7) / 1e7, round(y * 1e7) / 1e7] for x, y in ring] for ring in part]
               for part in case["boundary"]]
    solid = [shapely.difference(shapely.make_valid(Polygon(part[0])),
                                shapely.union_all([shapely.make_valid(Polygon(r)) for r in part[1:]]))
             for part in rounded]
    whole = shapely.union_all(solid)
    slack = 1e-9 * whole.area + UNIT * whole.length
    if case["reach_km"] is not None:
        if area > whole.area + slack:
            fail(f"area {area} of at most {whole.area}")
    elif abs(area - whole.area) > slack:
        fail(f"area {area} of {whole.area}")


def check_sites(case, shapes, fail):
    excused = set(case["outside"]) | set(case["shared_place"]) | set(case["too_close"])
    home = dict(enumerate(case["owner"]))
    home.update(zip(case["listed"], case["inside"]))
    of_rep = {}
    for i, rep in home.items():
        if i not in excused:
            of_rep.setdefault(rep, []).append(i)
    for rep, sites in of_rep.items():
        shapely.prepare(shapes[rep])
        lat = [case["lat"][i] for i in sites]
        found = [False] * len(sites)
        for turn in (0, 360, -360):
            points = shapely.points([case["lon"][i] + turn for i in sites], lat)
            # A site is drawn at its place on the grid, half a unit away at most.
            near = shapely.dwithin(shapes[rep], points, UNIT)
            found = [f or bool(n) for f, n in zip(found, near)]
        for i, f in zip(sites, found):
            if not f:
                fail(f"customer {i} is not in the territory of {rep}")


def check(case):
    problems = []
    fail = problems.append
    check_rings(case, fail)
    territories = [polygons(t) for t in case["polygons"]]
    parts = [p for t in territories for p in t]
    for territory in territories:
        shape = MultiPolygon(territory)
        if not shape.is_valid:
            fail(shapely.is_valid_reason(shape))
    if problems:
        return problems
    if parts and not shapely.coverage_is_valid(parts) and not is_coverage(case["polygons"]):
        fail("no valid coverage")
    check_area(case, parts, fail)
    check_sites(case, [MultiPolygon(t) for t in territories], fail)
    return problems


def main(path):
    kinds, bad = Counter(), 0
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            case = json.loads(line)
            problems = check(case)
            kinds["cases"] += 1
            kinds["sites"] += len(case["lon"])
            kinds["simplified"] += case["simplify_m"] > 0
            kinds["smoothed"] += case["smooth_m"] > 0
            kinds["with a boundary"] += case["boundary"] is not None
            kinds["with a reach"] += case["reach_km"] is not None
            kinds["with enclaves"] += len(case["listed"]) > 0
            if problems:
                bad += 1
                print(f"seed {case['seed']}: {'; '.join(sorted(set(problems))[:3])}")
    print(", ".join(f"{v} {k}" for k, v in kinds.items()), f"- {bad} bad, shapely", shapely.__version__)
    return bad == 0 and kinds["cases"] > 0


if __name__ == "__main__":
    # Every file, even when an earlier one is bad.
    sys.exit(0 if all([main(path) for path in sys.argv[1:]]) else 1)
