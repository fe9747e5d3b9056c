"""Seconds and memory of travel on the roads of a made-up country. Usage: run.py REVIER [SIDE [CUSTOMERS [REPS]]]

    cargo build --release && python3 benches/roads/run.py target/release/revier 1850     # ten million nodes

Prepares the extract, writes the travel of all pairs, solves, and checks; the country stays in target/roads-bench/SIDE.
"""

import os
import resource
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))


def timed(what, command, statuses=(0,)):
    """Runs a command; prints its seconds, and the most memory that any command took so far."""
    start = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True)
    seconds = time.monotonic() - start
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20
    assert done.returncode in statuses, done.stderr
    print(f"{what:<28} {seconds:8.1f} s   {peak:5.1f} GB at most", flush=True)
    return done.stdout


def main():
    revier = os.path.abspath(sys.argv[1])
    side, customers, reps = (sys.argv[2:] + ["600", "100000", "50"][len(sys.argv) - 2 :])[:3]
    folder = os.path.join(HERE, "..", "..", "target", "roads-bench", f"{side}-{customers}-{reps}")
    os.makedirs(folder, exist_ok=True)
    if not os.path.exists(os.path.join(folder, "scenario.toml")):
        subprocess.run([sys.executable, os.path.join(HERE, "country.py"), folder, side, customers, reps, "1"], check=True)
    os.chdir(folder)
    print(timed("prepare", [revier, "roads", "country.osm.pbf"]), end="")
    timed("travel of all pairs", [revier, "--quiet", "roads", "scenario.toml", "--matrix", "travel.csv"])
    timed("solve, from prepared roads", [revier, "--quiet", "solve", "scenario.toml", "--out", "plan"], (0, 3))
    print("\n".join(timed("check, roads afresh", [revier, "check", "plan"]).splitlines()[:2]))


main()
