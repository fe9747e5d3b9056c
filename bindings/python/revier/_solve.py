"""``revier.solve``."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from . import _revier, _settings, _sources
from ._errors import InfeasibleError, InfeasibleWarning, problem, refuse, warn
from ._matrix import matrix
from ._plan import Plan
from ._progress import Progress, Watch


def solve(
    customers: Any = None,
    reps: Any = None,
    *,
    scenario: str | Path | None = None,
    balance: str | Iterable[str] | Mapping[str, float] | None = None,
    rules: Mapping[str, Any] | None = None,
    travel: Mapping[str, Any] | None = None,
    change: Mapping[str, Any] | None = None,
    boundary: Any = None,
    units: Any = None,
    territories: Mapping[str, Any] | None = None,
    dashboard: Mapping[str, Any] | None = None,
    settings: Mapping[str, Any] | None = None,
    name: str | None = None,
    seed: int | None = None,
    gap: float | None = None,
    time_limit_s: float | None = None,
    threads: int | None = None,
    keep: bool = False,
    strict: bool = False,
    progress: bool | Watch | None = None,
    cancel: _revier.Cancel | None = None,
) -> Plan:
    """Cut balanced territories with the least travel, and prove how good they are.

    Args:
        customers: n points, or n polygons (area units). A path (GeoJSON, CSV, Excel), a GeoDataFrame in any reference
            system, a DataFrame or a mapping of arrays with ``lon`` and ``lat`` (degrees, WGS 84), an array of shape
            (n, 2) with lon, lat or (n, 3) with lon, lat, workload, or a GeoJSON FeatureCollection as a dictionary. A path that ends in
            ``.toml`` is a scenario. Columns: ``id`` (else the index, else 0 to n - 1), ``workload`` (hours a year, default 1),
            ``visits`` (a year), any numbers to balance, ``owner`` (rep of today), ``locked``, ``requires`` (lists, or
            ``"a;b"``), ``group``.
        reps: m home bases, in the same forms; an array of shape (m, 3) has lon, lat, capacity. Columns: ``id``, ``name``, ``capacity``
            (a share of the whole, default 1), ``skills``, ``max_km``, ``max_minutes``, ``min_MEASURE``, ``max_MEASURE``.
        scenario: a scenario file; what is given beside it replaces its entries.
        balance: measures with tolerances, ``{"workload": 0.05}``: totals within 5 % of the rep's share; or names alone.
            The first one also weighs travel.
        rules: ``skills``, ``locks``, ``groups``, ``places``, ``contiguous`` (bool), ``forbid`` (pairs of customer and rep id),
            ``former_owners`` (``"error"`` or ``"free"``).
        travel: ``cost`` (``"km"`` or ``"minutes"``), ``weight``, ``detour``, ``speed_kmh``, ``max_km``, ``max_minutes``,
            ``stops_per_tour``, ``in_workload``; ``matrix``: a path, a DataFrame with ``customer_id``, ``rep_id``, ``km``, ``minutes``,
            or an array of shape (n, m) in km, NaN where a pair must not be.
        change: ``max_share`` (0 to 1), ``measure``, ``penalty``: how much may change hands, compared with ``owner``.
        boundary: an outline that territories are cut to: a path, a GeoDataFrame, a GeoSeries, or a shape of shapely (WGS 84).
        units: area units that customers are counted into, in the forms of customers.
        territories: ``simplify_m``, ``smooth_m``, ``max_reach_km``, ``enclaves``: how they are drawn.
        dashboard: ``segments``, ``measures``, ...: what the report page shows.
        settings: any other key of a scenario, as a dictionary of its sections.
        name: title of the plan.
        seed: seed of everything random; the same inputs and seed give the same plan, whatever the number of threads.
        gap: stop when the plan is proven this close, a fraction.
        time_limit_s: stop improving after so many seconds.
        threads: threads to use; default: all cores.
        keep: evaluate today's assignment (``owner``) as a plan.
        strict: raise where no plan meets the rules, instead of returning the closest one with a warning.
        progress: ``True`` and ``False`` show and hide a bar (by tqdm, where it is installed), ``None`` shows it where somebody
            looks; a function is called as ``progress(text, share, gap)``.
        cancel: a flag; once another thread sets it, the best plan known so far is returned.

    Returns:
        The plan. The GIL is released meanwhile; Ctrl-C raises ``KeyboardInterrupt``.

    Raises:
        InputError: with all problems of all inputs (``.problems``).
        FileError: a file cannot be read.
        InfeasibleError: with ``strict``, where no plan meets the rules.
    """
    if scenario is None and reps is None and _is_scenario(customers):
        customers, scenario = None, customers
    if scenario is None and (customers is None or reps is None):
        lacks = "customers" if customers is None else "reps"
        action = "pass customers and reps, or a scenario"
        refuse([problem("missing-key", lacks, f"there are no {lacks}", action)])
    travel = _settings.section("travel", travel)
    pairs = travel.pop("matrix", None)
    sections: dict[str, Any] = _settings.section("settings", settings)
    given = {
        "rules": rules,
        "travel": travel,
        "change": change,
        "territories": territories,
        "dashboard": dashboard,
    }
    for key, value in given.items():
        if value:
            sections[key] = {**sections.get(key, {}), **_settings.section(key, value)}
    if name is not None:
        sections["name"] = name
    measures = _settings.balance(balance)
    wanted = _settings.words(sections).union(measure for measure, _ in measures)
    sources = _gather(customers, reps, units, boundary, wanted)
    if pairs is not None:
        sources["matrix"] = matrix(pairs, customers, reps)
    file = None if scenario is None else Path(scenario)
    instance = _revier.Instance(file, sources, measures, _settings.to_json(sections))
    warn(instance.warnings(), stacklevel=2)
    with Progress(progress) as watch:
        native = _revier.solve(
            instance,
            seed=seed,
            gap=gap,
            time_limit_s=time_limit_s,
            threads=threads,
            keep=keep,
            cancel=cancel or _revier.Cancel(),
            watch=watch,
        )
    plan = Plan(native, _sources.ids(customers), _sources.ids(reps))
    if plan.status == "infeasible":
        _infeasible(plan, strict)
    return plan


def _is_scenario(value: object) -> bool:
    return _sources.is_path(value) and Path(str(value)).suffix.lower() == ".toml"


def _gather(customers: Any, reps: Any, units: Any, boundary: Any, wanted: set[str]) -> dict[str, _revier.Source]:
    """Role to source, of what is given."""
    sources = {}
    for role, value in {"customers": customers, "reps": reps, "units": units}.items():
        if value is not None:
            sources[role] = _sources.rows(value, role, wanted)
    if boundary is not None:
        sources["boundary"] = _sources.area(boundary, "boundary")
    return sources


def _infeasible(plan: Plan, strict: bool) -> None:
    """Raise or warn: the plan is only the closest one."""
    known = "no plan meets the rules" if plan.claim == "infeasible" else "no plan that meets the rules was found"
    text = "\n".join([known, *plan.violations, *plan.notes])
    if strict:
        raise InfeasibleError(text)
    warnings.warn(f"{text}\nthe closest plan is returned", InfeasibleWarning, stacklevel=3)
