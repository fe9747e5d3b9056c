"""Runs revier and its peers on the same instances, each run in a process of its own, and writes the table and the plot.

Every run is kept as JSON in target/peers/results and not repeated while the tool, its version and the time limit are the same, so
that a run that was cut off goes on where it stopped. This file imports nothing but the standard library: a child's peak memory would
otherwise start at that of its parent.
"""

import argparse
import hashlib
import json
import os
import platform
import resource
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]

# Customers x reps, and the peers that have been seen to finish there in minutes.
QUICK = ["1000x50", "10000x50", "10000x200", "100000x50"]
LARGE = ["100000x200", "1000000x50", "1000000x200", "10000000x200"]
# For the plot against k.
CURVE = ["10000x10", "10000x25", "10000x100", "10000x400", "100000x10", "100000x25", "100000x100", "100000x400"]
REVIER = ["revier", "revier-geojson"]
PEERS = ["or-tools", "pot", "highs-simplex", "highs-ipm"]
TOOLS = [*REVIER, *PEERS, "highs-mip"]
PACKAGE = {"or-tools": "ortools", "pot": "POT", "highs-simplex": "highspy", "highs-ipm": "highspy", "highs-mip": "highspy"}
# Pairs up to which a tool is tried: beyond, it needs more memory than any machine here or hours. --force tries.
PAIRS = {"or-tools": 200_000_000, "pot": 50_000_000, "highs-simplex": 2_000_000, "highs-ipm": 2_000_000, "highs-mip": 50_000}


def arguments():
    parser = argparse.ArgumentParser(prog="run.sh", description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", nargs="+", metavar="NxK", help=f"instances (default: {' '.join(QUICK)})")
    parser.add_argument("--all", action="store_true", help=f"the large ones ({' '.join(LARGE)}) and those of the plot, too")
    parser.add_argument("--tools", nargs="+", choices=TOOLS, help=f"(default: {' '.join(REVIER + PEERS)})")
    parser.add_argument("--limit", type=float, default=600.0, metavar="S", help="seconds per run (default 600)")
    parser.add_argument("--memory", type=float, metavar="GB", help="address space of a run (default: 90 %% of the machine's memory)")
    parser.add_argument("--repeat", type=int, default=3, help="runs of which the median counts, while they take under 30 s (default 3)")
    parser.add_argument("--again", action="store_true", help="forget the results kept of these sizes and tools")
    parser.add_argument("--force", action="store_true", help="try tools beyond the size at which they are known to fail")
    parser.add_argument("--revier", type=Path, metavar="PROGRAM", help="the program (default: built with cargo build --release)")
    parser.add_argument("--table", action="store_true", help="only write RESULTS.md and results.svg again, from what is kept")
    parser.add_argument("--into", type=Path, default=HERE, metavar="DIR", help="where RESULTS.md and results.svg go")
    parser.add_argument("--work", type=Path, required=True, help=argparse.SUPPRESS)
    return parser.parse_args()


def versions():
    pins = [line.split("==") for line in (HERE / "requirements.txt").read_text().splitlines() if "==" in line]
    return {name: version for name, version in pins}


def build():
    subprocess.run(["cargo", "build", "--release", "--quiet"], cwd=ROOT, check=True)
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    return target / "release" / "revier"


def measure(command, limit, memory):
    """Runs a command: (seconds of wall clock, peak memory in MB, what went wrong or None, stdout)."""
    size = int(memory * 1e9)
    begin = time.perf_counter()
    child = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (size, size)),
    )
    try:
        out, err = communicate(child, limit)
    except TimeoutError:
        return time.perf_counter() - begin, child.peak, "time limit", b""
    seconds = time.perf_counter() - begin
    if child.returncode != 0:
        text = err.decode(errors="replace")
        memory_words = ("MemoryError", "bad_alloc", "memory allocation", "Unable to allocate")
        lost = child.returncode in (-9, -6) or any(word in text for word in memory_words)
        tail = text.strip().splitlines()[-1:] or [f"exit status {child.returncode}"]
        return seconds, child.peak, f"over {memory:.0f} GB" if lost else f"error: {tail[0]}", b""
    return seconds, child.peak, None, out


def communicate(child, limit):
    """Waits for a child with `wait4`, which tells its peak memory; kills it when its time is over."""
    import threading

    over = []

    def stop():
        over.append(True)
        child.kill()

    timer = threading.Timer(limit, stop)
    errors = []
    reader = threading.Thread(target=lambda: errors.append(child.stderr.read()))
    timer.start()
    reader.start()
    out = child.stdout.read()
    reader.join()
    _, status, usage = os.wait4(child.pid, 0)
    timer.cancel()
    child.returncode = os.waitstatus_to_exitcode(status)
    child.peak = usage.ru_maxrss / 1024
    if over:
        raise TimeoutError
    return out, errors[0]


class Bench:
    def __init__(self, args):
        self.args = args
        self.work = args.work
        self.instances = args.work / "instances"
        self.results = args.work / "results"
        self.results.mkdir(parents=True, exist_ok=True)
        self.pins = versions()
        self.program = args.revier.resolve() if args.revier else build()
        self.revier = hashlib.sha256(self.program.read_bytes()).hexdigest()[:16]
        installed = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
        self.memory = args.memory or 0.9 * installed
        self.failed = False

    def version(self, tool):
        return self.revier if tool in REVIER else self.pins[PACKAGE[tool]]

    def path(self, tool, size):
        return self.results / f"{tool}-{size}.json"

    def kept(self, tool, size):
        """The result of before, if it is of this version and not of a shorter time."""
        path = self.path(tool, size)
        if self.args.again or not path.exists():
            return None
        result = json.loads(path.read_text())
        same = result["version"] == self.version(tool)
        longer = result["status"] == "time limit" and result["limit_s"] < self.args.limit
        return result if same and not longer else None

    def run(self, tool, size):
        if self.kept(tool, size):
            return
        n, k = map(int, size.split("x"))
        if not self.args.force and n * k > PAIRS.get(tool, n * k):
            return
        print(f"{size:>14} {tool:<14}", end=" ", flush=True)
        command = [sys.executable, "-B", HERE / "instances.py", self.instances, n, k]
        subprocess.run(list(map(str, command)), check=True)
        runs, busy = [], busy_cores()
        while True:
            runs.append(self.once(tool, n, k))
            seconds = runs[-1]["process_s"]
            if runs[-1]["status"] not in ("optimal", "feasible") or seconds > 30 or len(runs) >= self.args.repeat:
                break
        runs.sort(key=lambda r: r["process_s"])
        result = runs[len(runs) // 2]
        result |= {
            "tool": tool,
            "n": n,
            "k": k,
            "version": self.version(tool),
            "limit_s": self.args.limit,
            "runs_s": [round(r["process_s"], 3) for r in runs],
            "busy_cores_before": busy,
            "machine": machine(),
            "date": time.strftime("%Y-%m-%d", time.gmtime()),
        }
        print(f"{result['status']:<12} {result['process_s']:9.2f} s  {result['peak_mb']:8.0f} MB", flush=True)
        if result["status"].startswith("error"):
            self.failed = True  # nothing to keep
            return
        draft = self.path(tool, size).with_suffix(".part")
        draft.write_text(json.dumps(result, indent=1))
        draft.replace(self.path(tool, size))

    def once(self, tool, n, k):
        if tool in REVIER:
            return self.once_revier(tool, n, k)
        command = [sys.executable, "-B", HERE / "tools.py", tool, self.instances, n, k, self.args.limit]
        # HiGHS ends by itself a second early; the others are stopped.
        seconds, peak, wrong, out = measure(list(map(str, command)), self.args.limit + 5, self.memory)
        result = {"process_s": seconds, "peak_mb": peak}
        return result | ({"status": wrong} if wrong else json.loads(out.splitlines()[-1]))

    def once_revier(self, tool, n, k):
        suffix = "geojson" if tool == "revier-geojson" else "csv"
        plan = self.work / "plan"
        command = [self.program, "solve", self.instances / f"{n}x{k}-{suffix}.toml", "--out", plan, "--quiet"]
        seconds, peak, wrong, _ = measure(list(map(str, command)), self.args.limit, self.memory)
        result = {"process_s": seconds, "peak_mb": peak}
        if wrong:
            return result | {"status": wrong}
        report = json.loads((plan / "report.json").read_text())
        times = report["timings_s"]
        indices = [t["measures"]["workload"]["index"] for t in report["territories"]]
        return result | {
            "status": report["status"],
            "solve_s": times["index"] + times["lp"] + times["round"],
            "read_s": times["read"],
            "stages_s": times,
            "objective": report["objective"]["value"],
            "bound": report["bound"],
            "certified": report["certified"],
            "lp": report["lp"],
            "imbalance": max(abs(i - 1) for i in indices),
            "split": 0,
            "release": report["revier"],
        }


def busy_cores():
    """Cores that others keep busy, over a second; the load average would count the run before, too."""

    def ticks():
        fields = Path("/proc/stat").read_text().splitlines()[0].split()[1:9]
        values = list(map(int, fields))
        return sum(values), values[3] + values[4]  # all; idle and waiting for the disk

    try:
        (all_0, idle_0), _, (all_1, idle_1) = ticks(), time.sleep(1.0), ticks()
    except (OSError, ValueError, IndexError):
        return None
    return round((1 - (idle_1 - idle_0) / max(1, all_1 - all_0)) * os.cpu_count(), 2)


def machine():
    model = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    pages = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {"cpu": model, "cores": os.cpu_count(), "memory_gb": round(pages / 1e9, 1), "system": f"{platform.system()} {platform.machine()}"}


def main():
    args = arguments()
    sizes = args.sizes or QUICK + (LARGE + CURVE if args.all else [])
    tools = args.tools or REVIER + PEERS
    failed = False
    if not args.table:
        bench = Bench(args)
        for size in sizes:
            for tool in tools:
                bench.run(tool, size)
        failed = bench.failed
    # In a process of its own for the sake of matplotlib.
    report = [sys.executable, "-B", HERE / "report.py", args.work / "results", args.into]
    disagree = subprocess.run(list(map(str, report))).returncode != 0
    sys.exit(failed or disagree)


if __name__ == "__main__":
    main()
