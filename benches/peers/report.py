"""RESULTS.md and results.svg from the kept results; exit status 1 if an exact peer and revier disagree on the optimum of the LP."""

import json
import sys
from pathlib import Path

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt

HERE = Path(__file__).resolve().parent
AGREE = 1e-6  # relative
BUSY = 0.3  # cores
EXACT = ("pot", "highs-simplex", "highs-ipm")  # OR-Tools solves a rounded problem
ORDER = ["revier", "revier-geojson", "or-tools", "pot", "highs-simplex", "highs-ipm", "highs-mip"]
NAMES = {
    "revier": "revier, CSV",
    "revier-geojson": "revier, GeoJSON",
    "or-tools": "OR-Tools min-cost flow",
    "pot": "POT emd",
    "highs-simplex": "HiGHS simplex",
    "highs-ipm": "HiGHS interior point",
    "highs-mip": "HiGHS, whole sites",
}
COLORS = dict(zip(ORDER, ["#b2182b", "#ef8a62", "#2166ac", "#4d9221", "#762a83", "#9970ab", "#777777"]))
PACKAGES = {"or-tools": "ortools", "pot": "POT", "highs-simplex": "highspy"}


def done(result):
    return result["status"] in ("optimal", "feasible")


def seconds(value):
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:,.0f}"


def row(result, base):
    """One line of the table; `base` is revier on the same instance."""
    cells = [NAMES[result["tool"]]]
    if "objective" not in result:
        ran = f"{seconds(result['process_s'])}: {result['status']}"
        return [*cells, ran, "", f"{result['peak_mb']:,.0f}", "", "", "", "", "", ""]
    whole = seconds(result["process_s"]) + ("" if done(result) else f" ({result['status']})")
    cells += [whole, seconds(result["solve_s"]), f"{result['peak_mb']:,.0f}", f"{result['objective']:,.2f}"]
    bound = result.get("bound")
    cells += [f"{bound:,.2f}", f"{max(0.0, 1 - bound / result['objective']):.1e}"] if bound is not None else ["", ""]
    cells += [f"{100 * result['imbalance']:.3f} %", f"{result['split']:,}"]
    ratios = [result[key] / base[key] for key in ("process_s", "solve_s")] if base and done(base) else []
    return [*cells, " / ".join(f"{r:.1f}" if r < 100 else f"{r:,.0f}" for r in ratios)]


def disagreements(of_size, size):
    """What an exact peer and revier do not agree on, and the comparisons made."""
    wrong, compared = [], []
    for name in ("revier", "revier-geojson"):
        ours = of_size.get(name)
        if not ours or not done(ours):
            continue
        for peer in EXACT:
            theirs = of_size.get(peer)
            if not theirs or theirs["status"] != "optimal":
                continue
            off = abs(ours["lp"]["objective"] / theirs["objective"] - 1)
            # The bound of whole customers may be above the LP; that of the prices may not.
            above = ours["certified"] / theirs["objective"] - 1
            if name == "revier":
                compared.append((size, peer, off, above))
            if off > AGREE:
                wrong.append(f"{size}: LP of {name} {ours['lp']['objective']}, {peer} {theirs['objective']}, off by {off:.1e}")
            if above > 1e-9:
                wrong.append(f"{size}: bound of {name} {ours['bound']} above the optimum of {peer}, {theirs['objective']}")
    return wrong, compared


def table(results):
    lines = [
        "| customers x reps | | whole process, s | solving, s | peak MB | objective, h x km | bound | gap | imbalance | split sites | times revier: process / solving |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for (n, k), of_size in results:
        base = of_size.get("revier")
        for at, tool in enumerate(t for t in ORDER if t in of_size):
            cells = row(of_size[tool], base)
            lines.append("| " + " | ".join([f"{n:,} x {k}" if at == 0 else "", *cells]) + " |")
    return lines


def document(results, compared):
    every = [r for _, of_size in results for r in of_size.values()]
    machines = sorted({json.dumps(r["machine"], sort_keys=True) for r in every})
    dates = sorted({r["date"] for r in every})
    releases = sorted({r["release"] for r in every if "release" in r})
    peers = sorted({f"{p} {r['version']}" for r in every for t, p in PACKAGES.items() if r["tool"].startswith(t[:5])})
    busy = max(r["busy_cores_before"] or 0.0 for r in every)
    lines = ["# revier beside its peers", "", "Made by `benches/peers/run.sh`; the protocol is in [README.md](README.md).", ""]
    for text in machines:
        m = json.loads(text)
        lines.append(f"- Machine: {m['cpu']}, {m['cores']} cores, {m['memory_gb']} GB, {m['system']}.")
    lines.append(f"- Versions: revier {', '.join(releases) or '-'}; {', '.join(peers) or 'no peers'}.")
    lines.append(f"- Date: {dates[0]}{'' if len(dates) == 1 else ' to ' + dates[-1]}.")
    if busy > BUSY:
        lines.append(f"- **The machine was busy** (up to {busy:.1f} cores with other work before a run): times are too high.")
    lines += ["", *table(results), ""]
    lines += [
        "Solving: for revier index, prices, LP and rounding; for a peer from building its arrays to its answer. The whole process of a peer reads the table,",
        "that of revier reads, checks, draws polygons and writes the plan directory, too. Objective, bound and split sites: revier has whole sites and a bound on them; the",
        "peers' plans split sites. A time with a reason has no plan.",
        "",
    ]
    if compared:
        lines += ["## Agreement on the optimum of the LP", "", "| | peer | difference, relative | bound above it, relative |", "| --- | --- | ---: | ---: |"]
        lines += [f"| {size} | {NAMES[peer]} | {off:.1e} | {above:.1e} |" for size, peer, off, above in compared]
        lines.append("")
    stages = [(size, of_size["revier"]) for size, of_size in results if done(of_size.get("revier", {"status": ""}))]
    if stages:
        names = ["read", "index", "lp", "round", "polygons", "check", "write", "total"]
        lines += ["## Where revier's time goes, seconds", "", "| | " + " | ".join(names) + " |", "| --- |" + " ---: |" * len(names)]
        for (n, k), r in stages:
            lines.append(f"| {n:,} x {k} | " + " | ".join(f"{r['stages_s'][s]:.3f}" for s in names) + " |")
        lines.append("")
    lines += ["![whole process against n and against k](results.svg)", ""]
    return "\n".join(lines)


def curve(axis, results, fixed, free, value):
    """One line per tool: `free` (0: n, 1: k) varies, the other one is `value`."""
    for tool in ORDER:
        points = [(size[free], r[tool]["process_s"]) for size, r in results if size[fixed] == value and tool in r and done(r[tool])]
        if points:
            x, y = zip(*sorted(points))
            axis.plot(x, y, marker="o", markersize=3, color=COLORS[tool], label=NAMES[tool])
    axis.set(xscale="log", yscale="log")
    axis.grid(which="major", color="#dddddd", linewidth=0.6)


def plot(results, path):
    matplotlib.rcParams |= {"svg.hashsalt": "revier", "svg.fonttype": "none", "font.size": 9}
    figure, axes = plt.subplots(1, 4, figsize=(13, 3.6), layout="constrained", sharey=True)
    panels = [(1, 0, 50), (1, 0, 200), (0, 1, 10_000), (0, 1, 100_000)]
    for axis, (fixed, free, value) in zip(axes, panels):
        curve(axis, results, fixed, free, value)
        axis.set_title(f"{value:,} {('customers', 'reps')[fixed]}", fontsize=9)
        axis.set_xlabel(("customers", "reps")[free])
    axes[0].set_ylabel("whole process, s")
    handles = {label: h for axis in axes for h, label in zip(*axis.get_legend_handles_labels())}
    if handles:
        figure.legend(handles.values(), handles.keys(), loc="outside lower center", ncols=7, frameon=False)
    figure.savefig(path, metadata={"Date": None})


def main():
    kept, into = Path(sys.argv[1]), Path(sys.argv[2])
    sizes = {}
    for path in kept.glob("*.json"):
        result = json.loads(path.read_text())
        sizes.setdefault((result["n"], result["k"]), {})[result["tool"]] = result
    results = sorted(sizes.items())
    if not results:
        sys.exit("nothing was measured yet")
    wrong, compared = [], []
    for (n, k), of_size in results:
        w, c = disagreements(of_size, f"{n:,} x {k}")
        wrong += w
        compared += c
    (into / "RESULTS.md").write_text(document(results, compared), encoding="utf-8")
    plot(results, into / "results.svg")
    print("\n".join(table(results)))
    print(f"written: {into / 'RESULTS.md'}, {into / 'results.svg'}")
    for line in wrong:
        print(f"DISAGREE {line}", file=sys.stderr)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
