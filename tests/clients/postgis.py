"""PostGIS beside revier: what it writes of the customers of data/germany (GeoJSON, FlatGeobuf, CSV with well-known text, with coordinates, German) gives the plan of the
GeoJSON; in a plan that it reads every territory is valid, has the customers of its rep and nobody else's, and shares no ground with another.

usage: postgis.py REVIER WORK"""

import contextlib
import glob
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from trial import Germany, run

CUSTOMERS = "id, name, workload, visits, revenue, requires, locked, owner, \"group\""
REPS = "id, name, capacity, skills"


@contextlib.contextmanager
def server():
    """A server of its own that nobody else reaches; the folder of its socket."""
    programs = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
    assert programs, "PostgreSQL is not installed"
    folder = pathlib.Path(tempfile.mkdtemp())
    root = os.getuid() == 0
    if root:
        shutil.chown(folder, "postgres")

    def as_owner(program, *command):
        who = ["runuser", "-u", "postgres", "--"] if root else []
        subprocess.run([*who, f"{programs[-1]}/{program}", *command], check=True, cwd=folder, stdout=subprocess.DEVNULL)

    as_owner("initdb", "-D", f"{folder}/db", "-U", "postgres", "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8")
    settings = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off"
    as_owner("pg_ctl", "-D", f"{folder}/db", "-w", "-l", f"{folder}/log", "-o", settings, "start")
    try:
        yield folder
    finally:
        as_owner("pg_ctl", "-D", f"{folder}/db", "stop", "-m", "immediate")
        shutil.rmtree(folder)


class Database:
    """A database with PostGIS."""

    def __init__(self, folder):
        self.psql = ["psql", "-h", folder, "-U", "postgres", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"]
        self.ogr = f"PG:host={folder} user=postgres dbname=postgres"
        self.ask("CREATE EXTENSION postgis")

    def ask(self, sql):
        done = subprocess.run([*self.psql, "-c", sql], capture_output=True, text=True)
        assert done.returncode == 0, f"{sql}\n{done.stderr}"
        return done.stdout.strip()

    def read(self, path, table, layer=None):
        run("ogr2ogr", "-q", "-f", "PostgreSQL", "-overwrite", "-nln", table, "-lco", "GEOMETRY_NAME=geom", "-lco", "FID=row", self.ogr, path, *([layer] if layer else []))

    def write(self, sql, path):
        """The bytes that a query gives into a file."""
        with open(path, "wb") as out:
            done = subprocess.run([*self.psql, "-c", sql], stdout=out, stderr=subprocess.PIPE)
        assert done.returncode == 0, f"{sql}\n{done.stderr.decode()}"


def inputs(database, germany):
    """What people write out of PostGIS."""
    work = germany.work
    for name in ["customers", "reps"]:
        database.read(work / f"{name}.geojson", name)
    columns = {"customers": CUSTOMERS, "reps": REPS}

    def both(ending, sql):
        """One file each from a query; `{0}`: the columns, `{1}`: the table."""
        for name, these in columns.items():
            database.write(sql.format(these, name), work / f"pg-{name}.{ending}")
        return f"pg-customers.{ending}", f"pg-reps.{ending}"

    table = "(SELECT {0}, geom FROM {1} ORDER BY row) t"
    features = f"SELECT json_build_object('type', 'FeatureCollection', 'features', json_agg(ST_AsGeoJSON(t.*)::json)) FROM {table}"
    germany.same(*both("geojson", features))
    lines = "COPY (SELECT {0}, %s FROM {1} ORDER BY row) TO STDOUT WITH (FORMAT csv, HEADER%s)"
    germany.same(*both("csv", lines % ("ST_X(geom) AS lon, ST_Y(geom) AS lat", "")))
    germany.same(*both("csv", lines % ("ST_AsText(geom) AS geometry", "")))
    germany.same(*both("csv", lines % ("ST_AsText(geom) AS wkt", ", DELIMITER ';'")))
    germany.same(*both("csv", "COPY (SELECT {0}, geom FROM {1} ORDER BY row) TO STDOUT WITH (FORMAT csv, HEADER)"))
    metres = "ST_AsEWKT(ST_Transform(geom, 25832), 6) AS the_geom"
    germany.same(*both("csv", lines % (metres, "")))
    german = "replace(ST_X(geom)::text, '.', ',') AS \"Längengrad\", replace(ST_Y(geom)::text, '.', ',') AS \"Breitengrad\""
    database.write(
        lines.replace("{0}", CUSTOMERS.replace("workload", "replace(workload::text, '.', ',') AS workload")).replace("{1}", "customers") % (german, ", DELIMITER ';', ENCODING 'LATIN1'"),
        work / "pg-german.csv",
    )
    germany.same("pg-german.csv", "pg-reps.csv")
    # ST_AsFlatGeobuf of PostGIS 3.3 writes nothing for `character varying`, and truth values and empty ones so that GDAL cannot read them either: the home bases will do.
    hexed = database.ask("SELECT encode(ST_AsFlatGeobuf(t, false, 'geom'), 'hex') FROM (SELECT id::text, name::text, capacity, skills::text, geom FROM reps ORDER BY row) t")
    (work / "pg-reps.fgb").write_bytes(bytes.fromhex(hexed))
    germany.same("customers.geojson", "pg-reps.fgb")
    # In metres, as a German office has them.
    for name in columns:
        run("ogr2ogr", "-q", "-f", "GPKG", "-t_srs", "EPSG:25832", "-sql", f"SELECT * FROM {name} ORDER BY row", "-nln", name, work / f"pg-{name}.gpkg", database.ogr)
    germany.same("pg-customers.gpkg", "pg-reps.gpkg")


def outputs(database, germany):
    """What PostGIS says of a plan."""
    plan = germany.work / "plan"
    germany.same("customers.geojson", "reps.geojson")
    run(germany.revier, "export", plan, "--to", "gpkg", "--out", germany.work / "plan.gpkg", "--force")
    found = {}
    for form, territories, accounts in [
        ("GeoJSON", (plan / "territories.geojson", None), (plan / "assignments.geojson", None)),
        ("GeoPackage", (germany.work / "plan.gpkg", "territories"), (germany.work / "plan.gpkg", "assignments")),
    ]:
        database.read(territories[0], "territories", territories[1])
        database.read(accounts[0], "accounts", accounts[1])
        ask = lambda sql: int(database.ask(sql))
        assert ask("SELECT count(*) FROM territories") == 40 and ask("SELECT count(*) FROM accounts") == 5000
        assert ask("SELECT count(*) FROM territories WHERE NOT ST_IsValid(geom)") == 0, form
        outside = "SELECT count(*) FROM accounts a JOIN territories t ON t.rep = a.rep_id WHERE NOT ST_Intersects(t.geom, a.geom)"
        assert ask(outside) == 0, f"{form}: customers outside the territory of their rep"
        # A customer on a border touches two; inside another's territory there is nobody.
        inside = "SELECT count(*) FROM accounts a JOIN territories t ON a.rep_id <> t.rep AND ST_Contains(t.geom, a.geom)"
        assert ask(inside) == 0, f"{form}: customers inside the territory of another rep"
        shared = "SELECT count(*) FROM territories a JOIN territories b ON a.rep < b.rep AND ST_Intersects(a.geom, b.geom) WHERE ST_Relate(a.geom, b.geom, '2********')"
        assert ask(shared) == 0, f"{form}: territories that share ground"
        found[form] = database.ask("SELECT sum(customers), round(sum(workload)::numeric, 6) FROM territories")
    assert len(set(found.values())) == 1, found


def main(revier, work):
    germany = Germany(revier, work)
    with server() as folder:
        database = Database(folder)
        inputs(database, germany)
        outputs(database, germany)
        version = database.ask("SELECT PostGIS_Lib_Version()")
    print(f"PostGIS {version}: {germany.plans} plans, each with the owners of its GeoJSON; territories valid, apart, with their customers")


if __name__ == "__main__":
    main(str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2]).resolve())
