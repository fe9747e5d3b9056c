"""What users have (frames, arrays, dictionaries, paths) as sources of the native part."""

from __future__ import annotations

import difflib
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from . import _columns
from ._crs import to_wgs84
from ._errors import Problem, problem, refuse, warn
from ._revier import Source, Table

if TYPE_CHECKING:
    from numpy.typing import NDArray

_POINT = 0
_OWN = frozenset("name owner locked requires group workload visits capacity skills max_km max_minutes customer_id rep_id".split())
"""Columns that mean something by themselves."""


def is_path(value: object) -> bool:
    """Whether a value names a file."""
    return isinstance(value, (str, os.PathLike))


def _is_geo(value: object) -> bool:
    """Whether a value is a GeoDataFrame or a GeoSeries with an active geometry."""
    return hasattr(value, "geometry") and hasattr(value, "to_crs")


def _is_frame(value: object) -> bool:
    return hasattr(value, "columns") and hasattr(value, "index") and hasattr(value, "iloc")


def rows(value: Any, role: str, wanted: Iterable[str]) -> Source:
    """Customers, reps or leads as a source.

    Args:
        value: a path; a GeoDataFrame; a DataFrame or a mapping of arrays with ``lon`` and ``lat``; an array of shape
            (n, 2) with lon, lat or (n, 3) with lon, lat, workload; or a GeoJSON FeatureCollection as a dictionary.
        role: what messages call it.
        wanted: columns that the settings name.

    Raises:
        InputError: it is none of these, or not in a reference system that can be converted.
    """
    if isinstance(value, Source):
        return value
    if is_path(value):
        return Source.file(Path(value))
    if isinstance(value, Mapping) and value.get("type") == "FeatureCollection":
        return Source.geojson(json.dumps(value).encode(), role)
    table = Table()
    if _is_geo(value):
        found = _geo_frame(table, value, role, wanted)
    elif _is_frame(value):
        found = _placed(table, role, _frame_columns(value, role), _frame_ids(value), len(value), wanted)
    elif isinstance(value, Mapping):
        found = _mapping(table, value, role, wanted)
    elif isinstance(value, np.ndarray):
        found = _mapping(table, _array_columns(value, role), role, wanted)
    else:
        refuse([_unknown(value, role)])
    refuse(found)
    return Source.table(table, role)


def area(value: Any, role: str) -> Source:
    """A boundary as a source: a path, a GeoDataFrame, a GeoSeries, or a shape of shapely in WGS 84."""
    if isinstance(value, Source):
        return value
    if is_path(value):
        return Source.file(Path(value))
    if isinstance(value, Mapping):
        return Source.geojson(json.dumps(value).encode(), role)
    if hasattr(value, "to_crs"):
        series = to_wgs84(value, role).geometry
        value = series.union_all() if len(series) != 1 else series.iloc[0]
    if not hasattr(value, "geom_type"):
        refuse([_unknown(value, role)])
    import shapely

    return Source.shape(_wkb(shapely, [value])[0] or b"", role)


def _unknown(value: object, role: str) -> Problem:
    action = "pass a GeoDataFrame, a DataFrame with lon and lat, arrays, or a path"
    return problem("wrong-type", role, f"{type(value).__name__} is nothing that revier reads", action)


def ids(value: Any) -> Any:
    """The ids of rows as the user has them; ``None`` where only the native part has read them."""
    if _is_frame(value):
        return _frame_ids(value)
    if _is_geo(value):
        return value.index
    if isinstance(value, np.ndarray):
        names = value.dtype.names or ()
        return value["id"] if "id" in names else np.arange(len(value))
    if isinstance(value, Mapping) and value.get("type") != "FeatureCollection":
        length = len(next(iter(value.values()), ()))
        return np.asarray(value["id"], dtype=object) if "id" in value else np.arange(length)
    return None


def _frame_ids(frame: Any) -> Any:
    return frame["id"] if "id" in frame.columns else frame.index


def _frame_columns(frame: Any, role: str) -> dict[str, Any]:
    twice = frame.columns[frame.columns.duplicated()]
    if len(twice):
        what = f"the column {twice[0]!r} stands twice"
        refuse([problem("duplicate-column", role, what, "rename or drop one of them")])
    return {str(name): frame[name] for name in frame.columns}


def _geo_frame(table: Table, frame: Any, role: str, wanted: Iterable[str]) -> list[Problem]:
    import shapely

    frame = to_wgs84(frame, role)
    shapes = np.asarray(frame.geometry.array, dtype=object)
    columns: dict[str, Any] = {}
    index: Any = frame.index
    if _is_frame(frame):
        columns, index = _frame_columns(frame, role), _frame_ids(frame)
        columns.pop(frame.geometry.name, None)
    kinds = shapely.get_type_id(shapes)
    if (kinds == _POINT).all() and not shapely.is_empty(shapes).any():
        lon, lat = shapely.get_x(shapes), shapely.get_y(shapes)
        table.points(lon.tobytes(), lat.tobytes())
        # The geometry counts, as in GeoJSON.
        columns.pop("lon", None)
        columns.pop("lat", None)
    else:
        table.geometry(_wkb(shapely, shapes))
    return _columns_of(table, role, columns, index, len(frame), wanted)


def _wkb(shapely: Any, shapes: Any) -> list[bytes | None]:
    """Flat, little-endian, without a reference system; ``None`` where there is no shape."""
    found = shapely.to_wkb(shapes, output_dimension=2, byte_order=1, include_srid=False)
    return list(found)


def _array_columns(array: NDArray[Any], role: str) -> dict[str, Any]:
    """Columns of a structured array, or of (n, 2) or (n, 3) numbers."""
    if array.dtype.names:
        return {name: array[name] for name in array.dtype.names}
    if array.ndim == 2 and array.shape[1] in (2, 3) and array.dtype.kind in "iuf":
        names = ["lon", "lat", "workload" if role == "customers" else "capacity"]
        return dict(zip(names, np.asarray(array, dtype=np.float64).T, strict=False))
    what = f"an array of shape {array.shape} and type {array.dtype}"
    action = "pass numbers of shape (n, 2): lon, lat; or (n, 3), or a structured array with lon and lat"
    refuse([problem("wrong-type", role, what, action)])
    raise AssertionError


def _mapping(table: Table, columns: Mapping[str, Any], role: str, wanted: Iterable[str]) -> list[Problem]:
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        what = f"the columns have different lengths: {lengths}"
        return [problem("row-length", role, what, "pass columns of one length")]
    length = next(iter(lengths.values()), 0)
    return _placed(table, role, dict(columns), columns.get("id"), length, wanted)


def _placed(
    table: Table,
    role: str,
    columns: dict[str, Any],
    index: Any,
    length: int,
    wanted: Iterable[str],
) -> list[Problem]:
    """Rows whose places are the columns ``lon`` and ``lat``."""
    places = [columns.pop(name, None) for name in ("lon", "lat")]
    found = []
    arrays = []
    for name, column in zip(("lon", "lat"), places, strict=True):
        array = None if column is None else _columns.numbers(column)
        if column is None:
            names = ", ".join(map(str, columns)) or "none"
            action = "rename them to lon and lat (degrees, WGS 84), or pass a GeoDataFrame"
            found.append(problem("missing-column", role, f"there is no column `{name}`; there are: {names}", action, field=name))
        elif array is None:
            what = "the column holds something else than numbers"
            found.append(problem("not-a-number", role, what, "make it numbers: degrees, WGS 84", field=name))
        else:
            arrays.append(array)
    if not found:
        table.points(*(array.tobytes() for array in arrays))
    return found + _columns_of(table, role, columns, index, length, wanted)


def _columns_of(
    table: Table,
    role: str,
    columns: dict[str, Any],
    index: Any,
    length: int,
    wanted: Iterable[str],
) -> list[Problem]:
    """Ids, places and all columns that may mean something."""
    found = _columns.add_ids(table, role, index, length)
    columns.pop("id", None)
    names = _OWN.union(wanted)
    for name, column in columns.items():
        if name in ("lon", "lat") or _may_mean(name, column, names):
            found += _columns.add(table, role, name, column)
    if role == "reps" and "capacity" in columns:
        _empty_capacity(columns["capacity"])
    return found


def _empty_capacity(column: Any) -> None:
    """Warn of what is rarely meant: a rep without bounds."""
    absent = [row for row, value in enumerate(column, start=1) if _columns.missing(value)]
    if absent:
        what = f"the capacity is missing on {len(absent)} reps, first on row {absent[0]}: they get no bounds from their share"
        action = "fill in 1 for an ordinary share"
        found = Problem("warning", "empty-capacity", "reps", absent[0], None, "capacity", what, action)
        warn([found], stacklevel=5)


def _may_mean(name: str, column: Any, names: frozenset[str]) -> bool:
    """Whether a column can be needed, or meant: texts that nothing names are not copied."""
    if name in names or getattr(getattr(column, "dtype", None), "kind", "O") in "biuf":
        return True
    return bool(difflib.get_close_matches(name.lower(), names, n=1, cutoff=0.8))
