"""Compares the travel of `revier roads --matrix` with scipy's Dijkstra on the network of `revier roads --network`.

Usage: reference.py CUSTOMERS.csv REPS.csv MATRIX.csv NETWORK out|back|round

The labels are those of the documentation: a state is an arc, or an arc for who has business there that was come to from elsewhere; leaving
such an arc passes through, which comes after everything else. Times are whole milliseconds and lengths whole centimetres, so all must be equal.
"""

import csv
import math
import os
import sys

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra

RADIUS_KM, WALK_KMH = 6371.0088, 5.0
THROUGH = 2.0**24  # ms, more than any trip here takes
CM = 2.0**-28  # so that milliseconds come first


def rows(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def whole(x):
    """As Rust rounds: halves away from zero."""
    return math.floor(x + 0.5)


class Network:
    def __init__(self, folder):
        arcs = rows(os.path.join(folder, "arcs.csv"))
        turns = rows(os.path.join(folder, "turns.csv"))
        self.m = len(arcs)
        self.ms = [whole(float(a["seconds"]) * 1000) for a in arcs]
        self.cm = [whole(float(a["km"]) * 1e5) for a in arcs]
        self.local = [a["local"] == "1" for a in arcs]
        self.turns = [(int(t["from"]), int(t["to"]), whole(float(t["seconds"]) * 1000)) for t in turns]
        self.snaps = {(s["role"], s["id"]): s for s in rows(os.path.join(folder, "snaps.csv"))}
        self.ends = [(a["tail"], a["head"]) for a in arcs]
        self.leave, self.enter = {}, {}
        for at, (tail, head) in enumerate(self.ends):
            self.leave.setdefault(tail, []).append(at)
            self.enter.setdefault(head, []).append(at)
        self.next = {}
        for a, b, ms in self.turns:
            self.next.setdefault(a, []).append((b, ms))

    def cost(self, arc, share=1.0):
        return whole(self.ms[arc] * share) + CM * whole(self.cm[arc] * share)

    def after(self, state, arc, nxt):
        """The state after a turn, and what it costs besides."""
        arrived = state >= self.m
        if self.local[nxt] and (arrived or not self.local[arc]):
            return nxt + self.m, 0.0
        return nxt, THROUGH if arrived and not self.local[nxt] else 0.0

    def junction(self, snap):
        """The junction that a place is at: it is on all roads there."""
        part = float(snap["part"])
        return self.ends[int(snap["arc"])][int(part)] if part in (0.0, 1.0) else None

    def sides(self, snap):
        """The arcs of a place, with the share of each that lies before it."""
        part = float(snap["part"])
        yield int(snap["arc"]), part
        if snap["twin"]:
            yield int(snap["twin"]), 1.0 - part

    def from_sources(self, snaps):
        """Least costs of all states from each place, where all of the state's arc is driven."""
        best = {}

        def link(a, b, cost):
            best[a, b] = min(best.get((a, b), math.inf), cost)

        for a, b, ms in self.turns:
            states = [a, a + self.m] if self.local[a] else [a]
            for state in states:
                to, through = self.after(state, a, b)
                link(state, to, ms + through + self.cost(b))
        first = 2 * self.m
        for at, snap in enumerate(snaps):
            for b in self.leave.get(self.junction(snap), []):
                link(first + at, b, self.cost(b))
            for arc, part in self.sides(snap) if self.junction(snap) is None else []:
                for b, ms in self.next.get(arc, []):
                    to, through = self.after(arc, arc, b)
                    link(first + at, to, self.cost(arc, 1.0 - part) + ms + through + self.cost(b))
        size = first + len(snaps)
        (a, b), costs = zip(*best), list(best.values())
        # Nothing is no link to scipy; such a stretch takes no time and has no length.
        costs = [c if c > 0 else 1e-12 for c in costs]
        graph = coo_matrix((costs, (a, b)), shape=(size, size)).tocsr()
        return dijkstra(graph, indices=range(first, size))

    def trip(self, labels, home, place):
        """The least cost between two places."""
        here, there = self.junction(home), self.junction(place)
        if there is not None:
            if there == here:
                return 0.0
            costs = [labels[state] for arc in self.enter.get(there, []) for state in (arc, arc + self.m)]
            straight = [self.cost(arc, 1.0 - gone) for arc, gone in self.sides(home) if self.ends[arc][1] == there] if here is None else []
            return min([*costs, *straight], default=math.inf)
        least = math.inf
        for arc, part in self.sides(place):
            for state in [arc, arc + self.m]:
                if labels[state] < math.inf:
                    least = min(least, labels[state] - self.cost(arc) + self.cost(arc, part))
            for other, gone in self.sides(home) if here is None else []:
                if other == arc and part >= gone:
                    least = min(least, self.cost(arc, part - gone))
        return least


def great_circle(p, q):
    lon1, lat1, lon2, lat2 = (math.radians(float(x)) for x in (p["lon"], p["lat"], q["lon"], q["lat"]))
    h = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * RADIUS_KM * math.asin(math.sqrt(h))


def split(cost):
    """Seconds and km of a cost."""
    cost = math.fmod(cost, THROUGH)
    ms = math.floor(cost + 1e-6)
    return ms / 1000, (cost - ms) / CM / 1e5


def main():
    customers, reps, matrix, folder, direction = sys.argv[1:]
    network = Network(folder)
    customers, reps = rows(customers), rows(reps)
    found = {(r["customer_id"], r["rep_id"]): (float(r["km"]), float(r["minutes"])) for r in rows(matrix)}
    for role, places in (("customer", customers), ("rep", reps)):
        for row in places:
            row["snap"] = network.snaps[role, row["id"]]

    def snap(row):
        return row["snap"]

    out = network.from_sources([snap(r) for r in reps])
    back = network.from_sources([snap(c) for c in customers]) if direction != "out" else None
    pairs = worst = driven = 0
    for i, c in enumerate(customers):
        for j, r in enumerate(reps):
            trips = []
            if direction != "back":
                trips.append(network.trip(out[j], snap(r), snap(c)))
            if direction != "out":
                trips.append(network.trip(back[i], snap(c), snap(r)))
            walks = float(snap(c)["km"]) + float(snap(r)["km"])
            straight = great_circle(c, r)
            got = found.get((c["id"], r["id"]))
            if straight <= walks:
                seconds, km = straight / WALK_KMH * 3600, straight
            elif any(t == math.inf for t in trips):
                assert got is None, f"{c['id']}, {r['id']}: revier has {got}, scipy has no way"
                continue
            else:
                each = [split(t) for t in trips]
                seconds = sum(s for s, _ in each) / len(each) + walks / WALK_KMH * 3600
                km = sum(k for _, k in each) / len(each) + walks
                driven += 1
            assert got is not None, f"{c['id']}, {r['id']}: revier has no way, scipy {seconds} s"
            off = max(abs(got[1] * 60 - seconds), abs(got[0] - km) * 1000)
            assert off < 0.02, f"{c['id']}, {r['id']}: revier {got}, scipy {seconds / 60} min, {km} km"
            worst = max(worst, off)
            pairs += 1
    assert pairs and driven > pairs / 2, "too few pairs to say anything"
    print(f"{pairs} pairs ({direction}), {driven} of them driven: at most {worst:.4f} s or m apart")


if __name__ == "__main__":
    main()
