"""Tests of the checker itself: what it lets pass, and what it must not.

    python3 test_checker.py
"""

import copy
import unittest

import check_cases

UNIT = 1e-7


def ring(points):
    """A closed ring on the grid, near the antimeridian and far from whole degrees."""
    return [[round(179.9 + x * UNIT, 7), round(-17 + y * UNIT, 7)] for x, y in [*points, points[0]]]


# Seed 458 of `varied`: the hole of the upper polygon touches its shell in (3, 3), where the lower one has a
# corner of its notch. GEOS 3.14 calls the edge from there to (3, 2) invalid.
LOWER = [(-1, -1), (5, -1), (4, 2), (3, 3), (3, 2), (2, 2), (2, 3), (-1, 5)]
UPPER = [(-1, 5), (2, 3), (3, 3), (4, 2), (5, -1), (9, -1), (9, 9), (-1, 9)]
HOLE = [(3, 3), (3, 6), (5, 6), (5, 3)]


def case(*territories):
    return {
        "polygons": [[[ring(points) for points in part] for part in t] for t in territories],
        "boundary": None,
        "reach_km": None,
        "lon": [179.9, 179.9 + 7 * UNIT],
        "lat": [-17.0, -17 + 7 * UNIT],
        "owner": [0, 1],
        "outside": [],
        "shared_place": [],
        "too_close": [],
        "listed": [],
        "inside": [],
    }


class Checker(unittest.TestCase):
    def test_a_hole_that_touches_its_shell_beside_a_third_corner_is_right(self):
        self.assertEqual(check_cases.check(case([[LOWER]], [[UPPER, HOLE]])), [])

    def test_an_overlap_is_not(self):
        wider = [(5, -1) if p == (4, 2) else p for p in UPPER if p != (5, -1)]
        problems = check_cases.check(case([[LOWER]], [[wider, HOLE]]))
        self.assertIn("no valid coverage", problems)
        self.assertFalse(check_cases.is_coverage(case([[LOWER]], [[wider, HOLE]])["polygons"]))

    def test_a_vertex_on_a_neighbours_edge_is_not(self):
        more = [*LOWER[:2], (5, 1), *LOWER[2:]]
        self.assertFalse(check_cases.is_coverage(case([[more]], [[UPPER, HOLE]])["polygons"]))

    def test_a_polygon_inside_another_is_not(self):
        small = [(6, 7), (7, 7), (7, 8)]
        self.assertFalse(check_cases.is_coverage(case([[UPPER, HOLE]], [[small]])["polygons"]))

    def test_a_customer_in_anothers_territory_is_told(self):
        wrong = copy.deepcopy(case([[LOWER]], [[UPPER, HOLE]]))
        wrong["owner"] = [1, 1]
        self.assertIn("customer 0 is not in the territory of 1", check_cases.check(wrong))


if __name__ == "__main__":
    unittest.main()
