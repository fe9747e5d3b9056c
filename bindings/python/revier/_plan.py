"""A plan: territories, assignments, the proof, and what can be done with them."""

from __future__ import annotations

import html
import json
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from . import _revier, _sources
from ._errors import CheckError, Problem, warn

if TYPE_CHECKING:
    from numpy.typing import NDArray

_HEIGHT_PX = 720


class Plan:
    """Who looks after whom, where, and how good that is.

    Made by :func:`revier.solve`. Everything is worked out from what the plan holds in memory; nothing is read from files again
    but inputs that were passed as paths, by :meth:`check`.
    """

    def __init__(self, native: _revier.Plan, customer_ids: Any, rep_ids: Any) -> None:
        self._native = native
        self._customer_ids = customer_ids
        self._rep_ids = rep_ids

    @property
    def status(self) -> str:
        """``"optimal"`` (proven within ``gap``), ``"feasible"`` or ``"infeasible"`` (the closest plan)."""
        return self._native.status

    @property
    def claim(self) -> str:
        """What the certificate proves: ``"optimal"``, ``"within"`` (its ``bound``), ``"infeasible"``; ``"not-found"``: nothing."""
        return self._native.claim

    @property
    def objective(self) -> float:
        """What the plan costs, in ``unit``."""
        return self._native.figures[0]

    @property
    def bound(self) -> float:
        """What every plan within the rules costs at least, in ``unit``; infinite where there is none."""
        return self._native.figures[1]

    @property
    def gap(self) -> float:
        """``(objective - bound) / objective``: how much better another plan could be at most, a fraction."""
        return self._native.figures[2]

    @property
    def unit(self) -> str:
        """The unit of ``objective`` and ``bound``, for example ``"workload x km"``."""
        return self._native.unit

    @property
    def interrupted(self) -> bool:
        """Whether somebody ended the solve early."""
        return self._native.interrupted

    @property
    def notes(self) -> list[str]:
        """Remarks on the plan, in words."""
        return self._native.notes()

    @property
    def violations(self) -> list[str]:
        """Rules that the plan breaks, in words; empty unless it is infeasible."""
        return self._native.violations()

    @property
    def advice(self) -> list[str]:
        """What the prices say: which bound or rule costs the most, in words."""
        return self._native.advice()

    @property
    def warnings(self) -> list[Problem]:
        """Problems of the inputs that did not stop the solve."""
        return self._native.warnings()

    @cached_property
    def owners(self) -> NDArray[np.int32]:
        """Row of the rep per customer, shape (n,)."""
        return np.frombuffer(self._native.owners(), dtype=np.int32)

    @cached_property
    def report(self) -> dict[str, Any]:
        """``report.json`` as a dictionary."""
        return dict(json.loads(self._native.report_json()))

    @cached_property
    def customer_ids(self) -> NDArray[Any]:
        """Ids of the customers as they were given (texts where they were read from a file), shape (n,)."""
        if self._customer_ids is None:
            return np.array(self._native.customer_ids(), dtype=object)
        return np.asarray(self._customer_ids)

    @cached_property
    def rep_ids(self) -> NDArray[Any]:
        """Ids of the reps as they were given (texts where they were read from a file), shape (m,)."""
        if self._rep_ids is None:
            return np.array(self._native.rep_ids(), dtype=object)
        return np.asarray(self._rep_ids)

    @property
    def assignments(self) -> Any:
        """One row per customer, in the order and with the index of the customers.

        A DataFrame where pandas is installed, else a dictionary of arrays: ``customer_id``, ``rep_id``, ``km`` and ``minutes``
        (one way), ``previous_rep_id`` (``None`` without one), ``changed``, ``locked``, ``lon``, ``lat``.
        """
        columns = self._assignment_columns
        try:
            import pandas as pd
        except ImportError:
            return dict(columns)
        ids = self._customer_ids
        index = getattr(ids, "index", ids)
        return pd.DataFrame(columns, index=index if isinstance(index, pd.Index) else None)

    @cached_property
    def _assignment_columns(self) -> dict[str, NDArray[Any]]:
        raw = self._native.columns()
        floats = {name: np.frombuffer(raw[name], dtype=np.float64) for name in ("km", "minutes", "lon", "lat")}
        flags = {name: np.frombuffer(raw[name], dtype=np.bool_) for name in ("changed", "locked")}
        return {
            "customer_id": self.customer_ids,
            "rep_id": self.rep_ids[self.owners],
            "km": floats["km"],
            "minutes": floats["minutes"],
            "previous_rep_id": self._previous(),
            "changed": flags["changed"],
            "locked": flags["locked"],
            "lon": floats["lon"],
            "lat": floats["lat"],
        }

    def _previous(self) -> NDArray[Any]:
        """Ids of the owners of today."""
        rows = np.frombuffer(self._native.previous_owners(), dtype=np.int32)
        if not len(rows):
            return np.full(len(self.owners), None, dtype=object)
        # The row -1 is the last one.
        return np.append(self.rep_ids.astype(object), [None])[rows]

    @cached_property
    def territories(self) -> Any:
        """One row per rep, in the order of the reps.

        A GeoDataFrame (EPSG:4326, MultiPolygons) where geopandas is installed, else a GeoJSON FeatureCollection as a dictionary:
        ``rep``, ``name``, ``customers`` (number), per measure ``MEASURE``, ``MEASURE_target``, ``MEASURE_index`` (total / target),
        ``travel_km`` and ``travel_minutes`` (mean, one way, weighted), ``area_km2``, ``parts``, ``color``.
        """
        try:
            import geopandas as gpd
        except ImportError:
            return json.loads(self._native.territories_geojson())
        rows = self._native.territories()
        shapes = gpd.GeoSeries.from_wkb([row["wkb"] for row in rows], crs="EPSG:4326")
        records = [_record(row, rep) for row, rep in zip(rows, self.rep_ids, strict=True)]
        return gpd.GeoDataFrame(records, geometry=shapes, crs="EPSG:4326")

    def check(self) -> None:
        """Judge the plan again from its inputs alone, with code that shares nothing with the solver.

        Raises:
            CheckError: the plan does not hold; the message has every finding.
        """
        findings = self._native.check()
        if findings:
            raise CheckError("\n".join(findings))

    def assign(self, leads: Any) -> Any:
        """Say who gets new leads: relationships first, then territories, skills and travel limits kept.

        Args:
            leads: k rows in the forms of the customers of :func:`revier.solve`.

        Returns:
            A DataFrame (a dictionary of arrays without pandas) of k rows: ``customer_id``, ``rep_id``, ``by`` (``customer``,
            ``lock``, ``group``, ``owner``, ``territory``, ``price`` or ``nobody``), ``territory`` (the rep whose territory it
            stands in), ``next_rep_id`` (the second choice).

        Raises:
            InputError: with all problems of the leads.
        """
        routing = self._native.assign(_sources.rows(leads, "leads", ()))
        warn(routing.warnings(), stacklevel=2)
        raw = routing.columns()
        known = dict(zip(self._native.rep_ids(), self.rep_ids, strict=True))
        given = _sources.ids(leads)
        columns: dict[str, Any] = {"customer_id": raw["lead_id"] if given is None else np.asarray(given)}
        for name in ("rep_id", "by", "territory", "next_rep_id"):
            texts = raw[name]
            columns[name] = texts if name == "by" else [None if rep is None else known[rep] for rep in texts]
        try:
            import pandas as pd
        except ImportError:
            return {name: np.array(column, dtype=object) for name, column in columns.items()}
        index = getattr(given, "index", given)
        return pd.DataFrame(columns, index=index if isinstance(index, pd.Index) else None)

    def save(self, directory: str | Path, *, force: bool = False) -> Path:
        """Write a plan directory, which ``revier check``, ``assign``, ``compare`` and ``export`` read.

        Inputs from memory are saved in it, too.

        Args:
            directory: a plan that stands there is replaced.
            force: replace files that revier did not write.

        Returns:
            The directory.

        Raises:
            FileError: it cannot be written; what stood there before is untouched then.
            InputError: something else than a plan stands there.
        """
        target = Path(directory)
        self._native.save(target, force)
        return target

    def to_html(self, lang: str = "en") -> str:
        """The report page: map, balance, quality; one file that needs no network.

        Args:
            lang: ``"en"`` or ``"de"``.
        """
        return self._native.report_html(lang)

    def _repr_html_(self) -> str:
        page = html.escape(self.to_html(), quote=True)
        style = f"width:100%;height:{_HEIGHT_PX}px;border:0"
        return f'<iframe srcdoc="{page}" style="{style}" title="revier"></iframe>'

    def __repr__(self) -> str:
        sizes = f"{len(self.owners):,} customers, {len(self.rep_ids):,} reps"
        return f"<revier.Plan: {self.status}, gap {100 * self.gap:.3g} %, {sizes}>"


def _record(row: dict[str, Any], rep: object) -> dict[str, Any]:
    """Columns of ``territories``, as in territories.geojson."""
    record: dict[str, Any] = {"rep": rep, "name": row["name"], "customers": row["customers"]}
    for measure, total, target, _, _ in row["measures"]:
        record[measure] = total
        record[f"{measure}_target"] = target
        record[f"{measure}_index"] = total / target if target else None
    for name in ("travel_km", "travel_minutes", "area_km2", "parts", "color"):
        record[name] = row[name]
    return record
