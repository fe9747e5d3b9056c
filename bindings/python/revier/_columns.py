"""Columns of frames and arrays as columns of a native table: numbers as arrays, texts as lists."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ._errors import Problem, problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ._revier import Table

_NAMES = frozenset({"owner", "group", "name", "customer_id", "rep_id"})
"""Columns that hold names: a whole number among them is a name, too (3.0 is "3")."""

_LISTS = frozenset({"requires", "skills"})


def missing(value: object) -> bool:
    """Whether a value stands for none: ``None``, NaN, ``pandas.NA``, ``NaT``."""
    if value is None:
        return True
    if isinstance(value, float):
        return math.isnan(value)
    return type(value).__name__ in {"NAType", "NaTType"}


def _objects(column: Any) -> list[Any]:
    """The values as Python objects, ``None`` where there is none."""
    values = column.tolist() if hasattr(column, "tolist") else list(column)
    return [None if missing(value) else value for value in values]


def _array(column: Any) -> NDArray[Any] | None:
    """The column as an array of numbers or truth values without loss, ``None`` where it is none."""
    dtype = getattr(column, "dtype", None)
    if dtype is not None and not isinstance(dtype, np.dtype):
        return _extension(column, dtype)
    if not isinstance(column, np.ndarray) and dtype is None and not _plain(column):
        return None
    values = np.asarray(column)
    return values if values.ndim == 1 and values.dtype.kind in "biuf" else None


def numbers(column: Any) -> NDArray[np.float64] | None:
    """The column as float64, NaN where there is none; ``None`` where it holds anything else."""
    values = _array(column)
    if values is None:
        objects = [math.nan if value is None else value for value in _objects(column)]
        values = np.asarray(objects) if _plain(objects) else None
    return None if values is None or values.dtype.kind == "b" else values.astype(np.float64)


def _plain(column: Sequence[object]) -> bool:
    """Whether a list holds numbers, or truth values, and nothing else."""
    kinds = {type(value) for value in column}
    return bool(kinds) and (kinds <= {bool} or kinds <= {int, float})


def _extension(column: Any, dtype: Any) -> NDArray[Any] | None:
    """Nullable numbers of pandas; an absent one is NaN."""
    kind = getattr(dtype, "kind", "O")
    if kind not in "biuf" or hasattr(dtype, "categories"):
        return None
    absent = np.asarray(column.isna(), dtype=bool)
    if not absent.any():
        return np.asarray(column.to_numpy(dtype=f"{kind}8" if kind != "b" else "bool"))
    return None if kind == "b" else np.asarray(column.to_numpy(dtype="float64", na_value=np.nan))


def add(table: Table, source: str, name: str, column: Any) -> list[Problem]:
    """Add a column; returns what is wrong with it."""
    values = _array(column)
    if values is not None and name not in _NAMES | _LISTS:
        _add_array(table, name, values)
        return []
    objects = _objects(column)
    if name in _NAMES:
        objects = [named(value) for value in objects]
    return _add_objects(table, source, name, objects)


def _add_array(table: Table, name: str, values: NDArray[Any]) -> None:
    kind = values.dtype.kind
    if kind == "b":
        table.flags(name, values.astype(np.uint8).tobytes())
    elif kind in "iu" and not (kind == "u" and values.size and values.max() > np.iinfo(np.int64).max):
        table.ints(name, values.astype(np.int64).tobytes())
    else:
        table.numbers(name, values.astype(np.float64).tobytes())


def named(value: object) -> object:
    """A name that is a whole number as text."""
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    if isinstance(value, (int, np.integer)) and not isinstance(value, bool):
        return str(value)
    return value


def _add_objects(table: Table, source: str, name: str, objects: list[Any]) -> list[Problem]:
    some = [value for value in objects if value is not None]
    if all(isinstance(value, str) for value in some):
        table.texts(name, objects)
    elif all(isinstance(value, (bool, np.bool_)) for value in some):
        table.flags(name, bytes(bool(value) for value in objects))
    elif all(isinstance(value, (int, float, np.number)) and not isinstance(value, bool) for value in some):
        numbers = [math.nan if value is None else float(value) for value in objects]
        table.numbers(name, np.array(numbers, dtype=np.float64).tobytes())
    elif name in _LISTS and all(_is_list(value) for value in some):
        table.lists(name, [_items(value) for value in objects])
    else:
        return [_mixed(source, name, objects)]
    return []


def _is_list(value: object) -> bool:
    if isinstance(value, str):
        return True
    if isinstance(value, np.ndarray) and value.ndim != 1:
        return False
    return isinstance(value, (list, tuple, set, frozenset, np.ndarray)) and all(isinstance(v, str) for v in value)


def _items(value: str | Iterable[str] | None) -> list[str]:
    if value is None:
        return []
    if isinstance(value, str):
        return [item.strip() for item in value.split(";") if item.strip()]
    return sorted(map(str, value)) if isinstance(value, (set, frozenset)) else [str(item) for item in value]


def _mixed(source: str, name: str, objects: list[Any]) -> Problem:
    """What is wrong with a column of values that fit no kind."""
    first: dict[str, int] = {}
    for row, value in enumerate(objects, start=1):
        if value is not None:
            first.setdefault(type(value).__name__, row)
    kinds = ", ".join(f"{kind} (row {row})" for kind, row in list(first.items())[:4])
    what = f"the column holds {kinds}"
    action = "make it texts, numbers or truth values, all of one kind"
    if name in _LISTS:
        action = "make it lists of texts, or texts with semicolons (a;b)"
    return problem("wrong-type", source, what, action, row=min(first.values()), field=name)


def add_ids(table: Table, source: str, column: Any, length: int) -> list[Problem]:
    """Add the ids, or numbers from 0 where ``column`` is ``None``."""
    if column is None:
        table.int_ids(np.arange(length, dtype=np.int64).tobytes())
        return []
    values = _array(column)
    if values is not None and values.dtype.kind in "iu":
        table.int_ids(values.astype(np.int64).tobytes())
        return []
    objects = [named(value) for value in _objects(column)]
    odd = [(row, value) for row, value in enumerate(objects, 1) if value is not None and not isinstance(value, str)]
    if odd:
        row, value = odd[0]
        what = f"{value!r} is neither text nor a whole number, here and on {len(odd) - 1} more rows"
        return [problem("not-text", source, what, "make the ids texts or whole numbers", row=row, field="id")]
    table.ids(["" if value is None else str(value) for value in objects])
    return []
