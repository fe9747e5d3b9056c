"""One peer on one instance: reads the tables, solves the LP, prints one line of JSON.

    minimise    sum_ij w_i d_ij x_ij        d_ij great-circle km, w_i hours
    subject to  sum_j x_ij = 1              every site has an owner
                L <= sum_i w_i x_ij <= U    (1 -+ tolerance) x an equal share, for every rep
                0 <= x_ij <= 1

As a flow: y_ij = w_i x_ij hours from site i to rep j, at d_ij a unit.

OR-Tools wants integers: hours in hundredths (the workloads are), L rounded up and U down, distances in metres. Its objective here is
that of its flow with the unrounded distances.
"""

import json
import math
import sys
import time
from pathlib import Path

import numpy as np

from instances import TOLERANCE

RADIUS_KM = 6371.0088


def read(folder, n, k):
    """Workloads in 1/100 hours, and distances in km, n x k."""
    sites = np.loadtxt(folder / f"customers-{n}.csv", delimiter=",", skiprows=1, usecols=(1, 2, 3))
    homes = np.loadtxt(folder / f"reps-{k}.csv", delimiter=",", skiprows=1, usecols=(2, 3), encoding="utf-8")
    a, b = np.radians(sites[:, :2]), np.radians(homes)
    km = np.empty((n, k))
    for j in range(k):  # haversine, column by column to spare memory
        h = np.sin((a[:, 1] - b[j, 1]) / 2) ** 2
        h += np.cos(a[:, 1]) * np.cos(b[j, 1]) * np.sin((a[:, 0] - b[j, 0]) / 2) ** 2
        km[:, j] = 2 * RADIUS_KM * np.arcsin(np.sqrt(h))
    return np.rint(sites[:, 2] * 100).astype(np.int64), km


def limits(work, k):
    """L and U in 1/100 hours, not rounded."""
    target = work.sum() / k
    return (1 - TOLERANCE) * target, (1 + TOLERANCE) * target


def dual(work, km, mu):
    """The bound that prices prove, in hours x km: sum_i w_i min_j (d_ij + mu_j) - sum_j max(mu_j L, mu_j U)."""
    low, high = limits(work, km.shape[1])
    least = np.concatenate([(km[i : i + 50_000] + mu).min(axis=1) for i in range(0, len(work), 50_000)])
    return float(work @ least - np.maximum(mu * low, mu * high).sum()) / 100


def flow(work, km, site, rep, amount):
    """What a flow (1/100 hours) costs and how it balances."""
    load = np.bincount(rep, weights=amount, minlength=km.shape[1])
    used = np.bincount(site[amount > 1e-6 * work[site]], minlength=len(work))
    return {
        "objective": float((amount * km[site, rep]).sum() / 100),
        "imbalance": float(np.abs(load / load.mean() - 1).max()),
        "split": int((used > 1).sum()),
    }


def or_tools(work, km, limit):
    from ortools.graph.python import min_cost_flow

    n, k = km.shape
    low, high = limits(work, k)
    low, high = math.ceil(low), math.floor(high)
    begin = time.perf_counter()
    solver = min_cost_flow.SimpleMinCostFlow()
    site, rep = np.repeat(np.arange(n, dtype=np.int32), k), np.tile(np.arange(k, dtype=np.int32), n)
    arcs = solver.add_arcs_with_capacity_and_unit_cost(
        site, n + rep, np.repeat(work, k), np.rint(km.ravel() * 1000).astype(np.int64)
    )
    everyone = np.arange(n, n + k, dtype=np.int32)
    spare = np.full(k, high - low, dtype=np.int64)
    solver.add_arcs_with_capacity_and_unit_cost(everyone, np.full(k, n + k, dtype=np.int32), spare, 0 * spare)
    supply = np.concatenate([work, np.full(k, -low), [k * low - work.sum()]])
    solver.set_nodes_supplies(np.arange(n + k + 1, dtype=np.int32), supply)
    status = solver.solve()
    seconds = time.perf_counter() - begin
    if status != solver.OPTIMAL:
        return {"status": str(status), "solve_s": seconds}
    amount = solver.flows(arcs)
    some = np.flatnonzero(amount)
    return {"status": "optimal", "solve_s": seconds} | flow(work, km, site[some], rep[some], amount[some].astype(float))


def pot(work, km, limit):
    """Network simplex. The tolerance is a slack row per rep: it fills U - L of the rep's U, or goes to one more column."""
    import ot

    n, k = km.shape
    low, high = limits(work, k)
    begin = time.perf_counter()
    never = 10 * km.max()
    cost = np.full((n + k, k + 1), never)
    cost[:n, :k] = km
    cost[n:, k] = 0.0
    cost[np.arange(n, n + k), np.arange(k)] = 0.0
    rows = np.concatenate([work, np.full(k, high - low)])
    columns = np.concatenate([np.full(k, high), [work.sum() - k * low]])
    total = rows.sum()
    plan, log = ot.emd(rows / total, columns / columns.sum(), cost, numItermax=2**40, log=True)
    seconds = time.perf_counter() - begin
    if log["warning"] is not None:
        return {"status": log["warning"], "solve_s": seconds}
    amount = plan[:n, :k] * total
    site, rep = np.nonzero(amount)
    mu = np.asarray(log["v"][k] - log["v"][:k])
    found = flow(work, km, site, rep, amount[site, rep])
    return {"status": "optimal", "solve_s": seconds, "bound": dual(work, km, mu)} | found


def highs(work, km, limit, solver="simplex", whole=False):
    import highspy

    n, k = km.shape
    low, high = limits(work, k)
    begin = time.perf_counter()
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = n * k, n + k
    hours = work / 100
    lp.col_cost_ = (hours[:, None] * km).ravel()
    lp.col_lower_, lp.col_upper_ = np.zeros(n * k), np.ones(n * k)
    lp.row_lower_ = np.concatenate([np.ones(n), np.full(k, low / 100)])
    lp.row_upper_ = np.concatenate([np.ones(n), np.full(k, high / 100)])
    matrix = lp.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kColwise
    matrix.start_ = np.arange(0, 2 * n * k + 1, 2)
    site, rep = np.repeat(np.arange(n), k), np.tile(np.arange(k), n)
    matrix.index_ = np.stack([site, n + rep], axis=1).ravel()
    matrix.value_ = np.stack([np.ones(n * k), hours[site]], axis=1).ravel()
    if whole:
        lp.integrality_ = [highspy.HighsVarType.kInteger] * (n * k)
    model = highspy.Highs()
    model.setOptionValue("output_flag", False)
    model.setOptionValue("time_limit", float(limit))
    if not whole:
        model.setOptionValue("solver", solver)
    model.passModel(lp)
    model.run()
    seconds = time.perf_counter() - begin
    status = model.modelStatusToString(model.getModelStatus()).lower()
    done = status == "optimal"
    result = {"status": "time limit" if "time limit" in status else status, "solve_s": seconds}
    if not done and not whole:
        return result
    solution, info = model.getSolution(), model.getInfo()
    x = np.array(solution.col_value).reshape(-1)
    if len(x) == n * k:
        some = np.flatnonzero(np.abs(x) > 1e-9)
        result |= flow(work, km, site[some], rep[some], x[some] * work[site[some]])
    if whole:
        result["bound"] = float(info.mip_dual_bound)
    else:
        result["bound"] = dual(work, km, -np.array(solution.row_dual)[n:])
    return result


TOOLS = {
    "or-tools": or_tools,
    "pot": pot,
    "highs-simplex": highs,
    "highs-ipm": lambda work, km, limit: highs(work, km, limit, solver="ipm"),
    "highs-mip": lambda work, km, limit: highs(work, km, limit, whole=True),
}


def main():
    name, folder, n, k, limit = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), float(sys.argv[5])
    begin = time.perf_counter()
    work, km = read(folder, n, k)
    reading = time.perf_counter() - begin
    # Time for reading is not the solver's: it gets the rest.
    result = TOOLS[name](work, km, max(1.0, limit - reading - 1))
    print(json.dumps({"read_s": reading} | result))


if __name__ == "__main__":
    main()
