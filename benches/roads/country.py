"""A made-up country as an extract of OpenStreetMap (.osm.pbf), with customers, reps and a scenario. Usage: country.py FOLDER SIDE CUSTOMERS REPS SEED

A grid of SIDE x SIDE junctions, 250 m apart and moved at random: each tenth street is a primary road, each fiftieth a trunk road, the others are
residential; a tenth of those are oneway, a twentieth is missing, and there are traffic lights where primary roads cross. Each stretch has a bend, so
the extract has some three nodes to a junction. Nothing but the standard library is needed.
"""

import os
import random
import struct
import sys
import zlib

STEP = 0.00225  # degrees, 250 m
BLOCK = 8000


def varint(out, x):
    while x >= 0x80:
        out.append(x & 0x7F | 0x80)
        x >>= 7
    out.append(x)


def field(number, data):
    out = bytearray()
    varint(out, number << 3 | 2)
    varint(out, len(data))
    return bytes(out) + bytes(data)


def packed(values, signed=True):
    out = bytearray()
    for x in values:
        varint(out, (x << 1 if x >= 0 else (-x << 1) - 1) if signed else x)
    return bytes(out)


def deltas(values):
    last = 0
    for x in values:
        yield x - last
        last = x


def number(tag, x):
    out = bytearray()
    varint(out, tag << 3)
    varint(out, x)
    return bytes(out)


def write_blob(file, kind, data):
    body = number(2, len(data)) + field(3, zlib.compress(data, 1))
    header = field(1, kind) + number(3, len(body))
    file.write(struct.pack(">I", len(header)) + header + body)


class Country:
    def __init__(self, side, rng):
        self.side, self.rng = side, rng
        self.places = [
            (round((10 + (x + rng.uniform(-0.3, 0.3)) * STEP) * 1e7), round((50 + (y + rng.uniform(-0.3, 0.3)) * STEP * 0.64) * 1e7))
            for y in range(side)
            for x in range(side)
        ]
        self.ways = []

    def streets(self):
        side, rng = self.side, self.rng
        for line in range(side):
            for across in (False, True):
                kind = "trunk" if line % 50 == 0 else "primary" if line % 10 == 0 else "residential"
                nodes, oneway = [], kind == "residential" and rng.random() < 0.1
                for at in range(side):
                    here = line * side + at if not across else at * side + line
                    if nodes and kind == "residential" and rng.random() < 0.05:
                        self.end(nodes, kind, oneway)
                        nodes = []
                    if nodes:
                        (a, b), (c, d) = self.places[nodes[-1]], self.places[here]
                        self.places.append(((a + c) // 2 + rng.randint(-3000, 3000), (b + d) // 2 + rng.randint(-3000, 3000)))
                        nodes.append(len(self.places) - 1)
                    nodes.append(here)
                    if len(nodes) > 40:
                        self.end(nodes, kind, oneway)
                        nodes = nodes[-1:]
                self.end(nodes, kind, oneway)

    def end(self, nodes, kind, oneway):
        if len(nodes) > 1:
            self.ways.append((tuple(nodes), kind, oneway))

    def write(self, path):
        with open(path, "wb") as file:
            write_blob(file, b"OSMHeader", field(4, b"OsmSchema-V0.6") + field(4, b"DenseNodes"))
            strings = [b"", b"highway", b"trunk", b"primary", b"residential", b"oneway", b"yes", b"traffic_signals"]
            table = field(1, b"".join(field(1, s) for s in strings))
            side = self.side
            for begin in range(0, len(self.places), BLOCK):
                some = range(begin, min(begin + BLOCK, len(self.places)))
                ids = packed(deltas(i + 1 for i in some))
                lat = packed(deltas(self.places[i][1] for i in some))
                lon = packed(deltas(self.places[i][0] for i in some))
                lit = lambda i: i < side * side and i % side % 10 == 0 and i // side % 10 == 0
                tags = packed((x for i in some for x in ((1, 7, 0) if lit(i) else (0,))), signed=False)
                dense = field(1, ids) + field(8, lat) + field(9, lon) + field(10, tags)
                write_blob(file, b"OSMData", table + field(2, field(2, dense)))
            for begin in range(0, len(self.ways), BLOCK):
                group = bytearray()
                for at, (nodes, kind, oneway) in enumerate(self.ways[begin : begin + BLOCK], begin):
                    keys, values = [1], [strings.index(kind.encode())]
                    if oneway:
                        keys, values = [1, 5], [values[0], 6]
                    way = number(1, at + 1) + field(2, packed(keys, False)) + field(3, packed(values, False))
                    group += field(3, way + field(8, packed(deltas(n + 1 for n in nodes))))
                write_blob(file, b"OSMData", table + field(2, bytes(group)))


def main():
    folder = sys.argv[1]
    side, customers, reps, seed = map(int, sys.argv[2:])
    rng = random.Random(seed)
    os.makedirs(folder, exist_ok=True)
    country = Country(side, rng)
    country.streets()
    country.write(os.path.join(folder, "country.osm.pbf"))
    print(f"{len(country.places)} nodes, {len(country.ways)} ways")

    def place():
        lon, lat = country.places[rng.randrange(side * side)]
        return f"{lon / 1e7 + rng.uniform(-0.0005, 0.0005):.7f},{lat / 1e7 + rng.uniform(-0.0005, 0.0005):.7f}"

    with open(os.path.join(folder, "customers.csv"), "w") as out:
        out.write("id,lon,lat,workload\n")
        for i in range(customers):
            out.write(f"C{i},{place()},{rng.lognormvariate(2, 0.8):.3f}\n")
    with open(os.path.join(folder, "reps.csv"), "w") as out:
        out.write("id,lon,lat\n")
        for i in range(reps):
            out.write(f"R{i},{place()}\n")
    with open(os.path.join(folder, "scenario.toml"), "w") as out:
        out.write('customers = "customers.csv"\nreps = "reps.csv"\n[[balance]]\nmeasure = "workload"\ntolerance = 0.05\n')
        out.write('[travel]\nroads = "country.osm.pbf"\ncost = "minutes"\noff_road = "great-circle"\n')


main()
