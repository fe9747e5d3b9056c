"""Coordinate reference systems: everything becomes WGS 84, or is refused with what to do."""

from __future__ import annotations

from typing import Any

from ._errors import problem, refuse

WGS84 = "EPSG:4326"


def _is_wgs84(crs: Any) -> bool:
    """Whether coordinates are longitude and latitude on WGS 84; the order of axes is geopandas' affair."""
    return crs.to_epsg() == 4326 or tuple(crs.to_authority() or ()) == ("OGC", "CRS84")


def to_wgs84(frame: Any, source: str) -> Any:
    """The frame in WGS 84.

    Raises:
        InputError: the frame has no reference system, or one that cannot be converted.
    """
    crs = frame.crs
    if crs is None:
        action = "say which it is: .set_crs(4326) for longitude and latitude, or the EPSG code of the data"
        refuse([problem("crs-not-wgs84", source, "the geometry has no coordinate reference system", action)])
    if _is_wgs84(crs):
        return frame
    try:
        return frame.to_crs(WGS84)
    except Exception as why:
        action = "convert it to longitude and latitude on WGS 84 (EPSG:4326) before"
        what = f"the coordinates are in {crs.name}, which cannot be converted: {why}"
        found = problem("crs-not-wgs84", source, what, action)
        refuse([found])
        raise
