"""Simplifies polygons that share borders, so that they still share them afterwards.

Everything is integer arithmetic (units of 1e-5 degrees): the same result on every machine. Borders are
cut into arcs where more than two lines meet; Visvalingam's method drops the vertex with the smallest
triangle, unless another vertex lies in that triangle (then lines would cross).
"""

import heapq
import sys

CELL = 4096


def clean(ring):
    """Closed ring without repeated vertices, the closing one dropped."""
    out = []
    for p in ring:
        if not out or out[-1] != p:
            out.append(p)
    while len(out) > 1 and out[0] == out[-1]:
        out.pop()
    return out


def loops(ring):
    """A ring that touches itself, as simple rings."""
    out, path, at = [], [], {}
    for p in ring:
        if p in at:
            cut = at[p]
            out.append(path[cut:])
            for q in path[cut:]:
                del at[q]
            del path[cut:]
        at[p] = len(path)
        path.append(p)
    out.append(path)
    return [loop for loop in out if len(loop) >= 3 and area2(loop) != 0]


def area2(ring):
    """Twice the signed area; > 0: counter-clockwise."""
    total = 0
    for i, (x1, y1) in enumerate(ring):
        x0, y0 = ring[i - 1]
        total += x0 * y1 - x1 * y0
    return total


def cross(a, b, c):
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def in_triangle(p, a, b, c):
    """p inside or on the border of the triangle."""
    s, t, u = cross(a, b, p), cross(b, c, p), cross(c, a, p)
    return (s >= 0 and t >= 0 and u >= 0) or (s <= 0 and t <= 0 and u <= 0)


class Topology:
    """Arcs, and rings as lists of (arc, reversed)."""

    def __init__(self, rings):
        around = {}
        for ring in rings:
            n = len(ring)
            for i, p in enumerate(ring):
                around.setdefault(p, set()).update((ring[i - 1], ring[(i + 1) % n]))
        self.arcs = []
        known = {}
        self.rings = []
        for ring in rings:
            cuts = [i for i, p in enumerate(ring) if len(around[p]) != 2]
            if cuts:
                pieces = []
                for k, i in enumerate(cuts):
                    j = cuts[k + 1] if k + 1 < len(cuts) else cuts[0] + len(ring)
                    pieces.append([ring[m % len(ring)] for m in range(i, j + 1)])
            else:
                i = ring.index(min(ring))
                pieces = [ring[i:] + ring[:i + 1]]
            refs = []
            for piece in pieces:
                forward, backward = tuple(piece), tuple(reversed(piece))
                key = min(forward, backward)
                if key not in known:
                    known[key] = len(self.arcs)
                    self.arcs.append(list(key))
                refs.append((known[key], key != forward))
            self.rings.append(refs)

    def ring(self, refs):
        """Vertices of a ring, the closing one left out."""
        out = []
        for arc, reverse in refs:
            points = self.arcs[arc]
            out += (points[::-1] if reverse else points)[:-1]
        return out

    def simplify(self, keep):
        """Drops vertices until `keep` are left over all arcs."""
        arcs = self.arcs
        ends = {}
        for points in arcs:
            key = tuple(sorted((points[0], points[-1])))
            ends[key] = ends.get(key, 0) + 1
        least = []  # inner vertices an arc keeps at least
        for points in arcs:
            if points[0] == points[-1]:
                least.append(4)
            elif ends[tuple(sorted((points[0], points[-1])))] > 1:
                least.append(1)
            else:
                least.append(0)
        grid = {}
        for points in arcs:
            for p in points:
                grid.setdefault((p[0] // CELL, p[1] // CELL), {}).setdefault(p, 0)
                grid[p[0] // CELL, p[1] // CELL][p] += 1
        before = [[i - 1 for i in range(len(p))] for p in arcs]
        after = [[i + 1 for i in range(len(p))] for p in arcs]
        inner = [len(p) - 2 for p in arcs]
        weight = [[0] * len(p) for p in arcs]
        alive = [[True] * len(p) for p in arcs]
        heap = []

        def push(a, i, floor):
            p = arcs[a]
            size = max(floor, abs(cross(p[before[a][i]], p[i], p[after[a][i]])))
            weight[a][i] = size
            heapq.heappush(heap, (size, a, i))

        for a, points in enumerate(arcs):
            for i in range(1, len(points) - 1):
                push(a, i, 0)
        total = sum(len(p) for p in arcs)
        blocked = []
        while heap and total > keep:
            size, a, i = heapq.heappop(heap)
            if not alive[a][i] or weight[a][i] != size or inner[a] <= least[a]:
                continue
            points = arcs[a]
            p, q, r = points[before[a][i]], points[i], points[after[a][i]]
            if self._occupied(grid, p, q, r):
                blocked.append((a, i))
                continue
            alive[a][i] = False
            inner[a] -= 1
            total -= 1
            cell = grid[q[0] // CELL, q[1] // CELL]
            cell[q] -= 1
            if not cell[q]:
                del cell[q]
            left, right = before[a][i], after[a][i]
            after[a][left] = right
            before[a][right] = left
            for j in (left, right):
                if 0 < j < len(points) - 1:
                    push(a, j, size)
            # a vertex in the way may be gone now
            for b, j in blocked:
                if alive[b][j]:
                    heapq.heappush(heap, (weight[b][j], b, j))
            blocked = []
        self.arcs = [[p for i, p in enumerate(points) if alive[a][i]] for a, points in enumerate(arcs)]

    @staticmethod
    def _occupied(grid, p, q, r):
        x0, x1 = min(p[0], q[0], r[0]), max(p[0], q[0], r[0])
        y0, y1 = min(p[1], q[1], r[1]), max(p[1], q[1], r[1])
        for cx in range(x0 // CELL, x1 // CELL + 1):
            for cy in range(y0 // CELL, y1 // CELL + 1):
                for v in grid.get((cx, cy), ()):
                    if v != p and v != q and v != r and x0 <= v[0] <= x1 and y0 <= v[1] <= y1:
                        if in_triangle(v, p, q, r):
                            return True
        return False

    def verify(self):
        """Lines meet at ends of arcs only."""
        cells = {}
        segments = []
        for points in self.arcs:
            for p, q in zip(points, points[1:]):
                k = len(segments)
                segments.append((p, q))
                for cx in range(min(p[0], q[0]) // CELL, max(p[0], q[0]) // CELL + 1):
                    for cy in range(min(p[1], q[1]) // CELL, max(p[1], q[1]) // CELL + 1):
                        cells.setdefault((cx, cy), []).append(k)
        for members in cells.values():
            for i, k in enumerate(members):
                a, b = segments[k]
                for m in members[:i]:
                    c, d = segments[m]
                    shared = len({a, b} & {c, d})
                    if shared == 2:
                        sys.exit(f"two borders run along {a} {b}")
                    s, t, u, v = cross(a, b, c), cross(a, b, d), cross(c, d, a), cross(c, d, b)
                    if shared == 1:
                        # collinear and on the same side of the shared end: they overlap
                        e = a if a in (c, d) else b
                        f, g = (b if e == a else a), (d if e == c else c)
                        dot = (f[0] - e[0]) * (g[0] - e[0]) + (f[1] - e[1]) * (g[1] - e[1])
                        if cross(e, f, g) == 0 and dot > 0:
                            sys.exit(f"borders overlap at {e}")
                    elif s * t <= 0 and u * v <= 0 and not (s == t == 0 and not _overlap(a, b, c, d)):
                        sys.exit(f"borders cross near {a} {b}")


def _overlap(a, b, c, d):
    return (
        max(min(a[0], b[0]), min(c[0], d[0])) <= min(max(a[0], b[0]), max(c[0], d[0]))
        and max(min(a[1], b[1]), min(c[1], d[1])) <= min(max(a[1], b[1]), max(c[1], d[1]))
    )


class Area:
    """Polygons with a fast point test (even-odd over all rings, border counts as outside)."""

    BAND = 2000

    def __init__(self, polygons):
        self.polygons = polygons
        self.bands = {}
        for polygon in polygons:
            for ring in polygon:
                for i, q in enumerate(ring):
                    p = ring[i - 1]
                    for band in range(min(p[1], q[1]) // self.BAND, max(p[1], q[1]) // self.BAND + 1):
                        self.bands.setdefault(band, []).append((p, q))

    def contains(self, x, y):
        inside = False
        for (x0, y0), (x1, y1) in self.bands.get(y // self.BAND, ()):
            side = (x1 - x0) * (y - y0) - (x - x0) * (y1 - y0)
            if side == 0 and min(x0, x1) <= x <= max(x0, x1) and min(y0, y1) <= y <= max(y0, y1):
                return False
            if (y0 > y) != (y1 > y) and (side > 0) == (y1 > y0):
                inside = not inside
        return inside


def simplify_coverage(units, keep, smallest):
    """Simplified polygons per unit, and those of the union.

    units: [[polygon]] with polygon = [ring], the first the outer one. Rings that stand alone (islands, lakes,
    exclaves) and are smaller than `smallest` (twice the area in square units) are dropped, from both
    neighbours where they have two.
    """
    rings, place = [], []
    for u, polygons in enumerate(units):
        for k, polygon in enumerate(polygons):
            for r, ring in enumerate(polygon):
                ring = clean(ring)
                for part, loop in enumerate(sorted(loops(ring), key=lambda q: -abs(area2(q)))):
                    same = (area2(loop) > 0) == (area2(ring) > 0)
                    if part and same == (r == 0):
                        sys.exit(f"an area that hangs on one point: {loop[0]}")
                    if part and len(loop) > 3:
                        # Jungholz hangs on Austria by one summit: without that vertex it is a hole like
                        # any other, which touches nothing.
                        loop = loop[1:]
                    rings.append(loop)
                    place.append((u, k, r if part == 0 else 1_000_000 + part))
    full = Topology(rings)
    uses = {}
    for refs in full.rings:
        for arc, _ in refs:
            uses[arc] = uses.get(arc, 0) + 1
    kept, kept_place = [], []
    for ring, refs, where in zip(rings, full.rings, place):
        alone = len(refs) == 1 and full.arcs[refs[0][0]][0] == full.arcs[refs[0][0]][-1]
        lake = alone and 0 < where[2] < 1_000_000 and uses[refs[0][0]] == 1
        if alone and (lake or abs(area2(ring)) < smallest):
            continue
        kept.append(ring)
        kept_place.append(where)
    topology = Topology(kept)
    topology.simplify(keep)
    topology.verify()

    shapes = [dict() for _ in units]
    for refs, (u, k, r) in zip(topology.rings, kept_place):
        ring = topology.ring(refs)
        if (area2(ring) > 0) != (r == 0):  # RFC 7946: outer rings counter-clockwise, holes clockwise
            ring.reverse()
        shapes[u].setdefault(k, []).append((r, ring))
    out = []
    for shape in shapes:
        polygons = []
        for parts in shape.values():
            parts.sort(key=lambda part: part[0])
            if parts[0][0] != 0:
                sys.exit("a hole lost its polygon")
            polygons.append([ring for _, ring in parts])
        polygons.sort(key=lambda polygon: (-area2(polygon[0]), polygon[0]))
        out.append(polygons)

    # The union: borders that one unit uses, walked with the land on the left.
    uses = {}
    for u, polygons in enumerate(out):
        for polygon in polygons:
            for ring in polygon:
                for i, q in enumerate(ring):
                    p = ring[i - 1]
                    if (q, p) in uses:
                        del uses[q, p]
                    else:
                        uses[p, q] = True
    following = {}
    for p, q in sorted(uses, reverse=True):
        following.setdefault(p, []).append(q)
    outer, holes = [], []
    while following:
        start = min(following)
        ring, p = [], start
        while p in following:
            ring.append(p)
            q = following[p].pop()
            if not following[p]:
                del following[p]
            p = q
        if p != start:
            sys.exit("the outline does not close")
        for loop in loops(ring):
            (outer if area2(loop) > 0 else holes).append(loop)
    outer.sort(key=lambda ring: (-area2(ring), ring))
    union = [[ring] for ring in outer]
    for hole in sorted(holes):
        home = [p for p in union if any(Area([[p[0]]]).contains(*v) for v in hole)]
        if len(home) != 1:
            sys.exit("a hole without a home")
        home[0].append(hole)
    return out, union
