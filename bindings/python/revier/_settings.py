"""Arguments of ``solve`` as the keys of a scenario."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from ._errors import problem, refuse

DEFAULT_TOLERANCE = 0.05


def balance(value: str | Iterable[str] | Mapping[str, float] | None) -> list[tuple[str, float]]:
    """Measures with their tolerances."""
    if value is None:
        return []
    if isinstance(value, str):
        return [(value, DEFAULT_TOLERANCE)]
    if isinstance(value, Mapping):
        return [(str(name), _tolerance(name, tolerance)) for name, tolerance in value.items()]
    return [(str(name), DEFAULT_TOLERANCE) for name in value]


def _tolerance(name: object, value: object) -> float:
    if isinstance(value, (int, float, np.number)) and not isinstance(value, bool):
        return float(value)
    what = f"{value!r} is no tolerance"
    action = 'write a fraction: balance={"workload": 0.05} is 5 %'
    refuse([problem("wrong-type", "balance", what, action, field=str(name))])
    raise AssertionError


def section(name: str, value: Mapping[str, Any] | None) -> dict[str, Any]:
    """A section of a scenario as a dictionary of its own."""
    if value is None:
        return {}
    if isinstance(value, Mapping):
        return {str(key): each for key, each in value.items()}
    what = f"{type(value).__name__} where settings are needed"
    refuse([problem("wrong-type", name, what, f"pass a dictionary: {name}={{...}}")])
    raise AssertionError


def words(value: object) -> set[str]:
    """Every text in the settings: what may be the name of a column."""
    if isinstance(value, str):
        return {value}
    if isinstance(value, Mapping):
        return set().union(*(words(each) for each in value.values()))
    if isinstance(value, (list, tuple, set, frozenset)):
        return set().union(*(words(each) for each in value))
    return set()


def _plain(value: object) -> object:
    """What JSON has no word for."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, np.ndarray):
        return value.tolist()
    if hasattr(value, "__fspath__"):
        return str(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def to_json(settings: Mapping[str, Any]) -> str:
    """The settings as JSON.

    Raises:
        InputError: a value is nothing that a scenario has.
    """
    try:
        return json.dumps(settings, default=_plain, allow_nan=False)
    except (TypeError, ValueError) as why:
        what = f"a setting cannot be used: {why}"
        action = "write texts, finite numbers, truth values, lists and dictionaries"
        refuse([problem("wrong-type", "settings", what, action)])
        raise
