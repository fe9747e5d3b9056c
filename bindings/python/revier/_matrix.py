"""Travel between customers and reps, as a table of pairs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from . import _columns, _sources
from ._errors import problem, refuse
from ._revier import Source


def matrix(value: Any, customers: Any, reps: Any) -> Source:
    """The source of a matrix.

    Args:
        value: a path; a DataFrame or mapping with ``customer_id``, ``rep_id`` and ``km`` or ``minutes``; or an array of shape
            (customers, reps) in km, in the order of both, NaN where a pair must not be.
        customers: what the rows are.
        reps: what the columns are.

    Raises:
        InputError: it is none of these, or the shape does not fit.
    """
    if _sources.is_path(value):
        return _sources.rows(value, "matrix", ())
    if isinstance(value, np.ndarray):
        return _dense(value, customers, reps)
    if not (isinstance(value, Mapping) or hasattr(value, "columns")):
        action = "pass a path, a DataFrame with customer_id, rep_id and km, or an array of shape (customers, reps)"
        refuse([problem("wrong-type", "matrix", f"{type(value).__name__} is no travel matrix", action)])
    return _pairs(value)


def _pairs(value: Any) -> Source:
    """A table of pairs."""
    found = [
        problem("missing-column", "matrix", f"there is no column `{name}`", "pass customer_id, rep_id, and km or minutes", field=name)
        for name in ("customer_id", "rep_id")
        if name not in value
    ]
    refuse(found)
    ids = [[str(_columns.named(each)) for each in value[name]] for name in ("customer_id", "rep_id")]
    amounts = []
    for name in ("km", "minutes"):
        array = _columns.numbers(value[name]) if name in value else np.empty(0)
        if array is None:
            what = "the column holds something else than numbers"
            found.append(problem("not-a-number", "matrix", what, "make it numbers", field=name))
        else:
            amounts.append(array.tobytes())
    refuse(found)
    return Source.pairs(ids[0], ids[1], amounts[0], amounts[1], "matrix")


def _dense(array: Any, customers: Any, reps: Any) -> Source:
    """All pairs, row by row."""
    rows, columns = _names(customers, "customers"), _names(reps, "reps")
    if array.shape != (len(rows), len(columns)) or array.dtype.kind not in "iuf":
        what = f"the array has shape {array.shape} and type {array.dtype}; there are {len(rows)} customers and {len(columns)} reps"
        refuse([problem("row-length", "matrix", what, "pass numbers: one row per customer and one column per rep")])
    return Source.dense(rows, columns, np.asarray(array, dtype=np.float64).tobytes(), "matrix")


def _names(value: Any, role: str) -> list[str]:
    """The ids as texts."""
    ids = _sources.ids(value)
    if ids is None:
        action = "pass frames or arrays, or the matrix as a table with customer_id and rep_id"
        refuse([problem("wrong-type", "matrix", f"an array needs {role} that are no file", action)])
    return [str(_columns.named(each)) for each in ids]
