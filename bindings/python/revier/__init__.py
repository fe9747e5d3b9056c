"""Balanced sales territories, with a proof of how good they are.

>>> import revier
>>> plan = revier.solve(customers, reps, balance={"workload": 0.05})  # doctest: +SKIP
>>> plan.territories.plot("rep")  # doctest: +SKIP

Conventions: coordinates are WGS 84 in degrees, distances kilometres, times minutes, shares and tolerances
fractions (0.05 is 5 %). numpy is needed; pandas, geopandas and shapely are used where they are there.
"""

from ._errors import (
    CheckError,
    FileError,
    InfeasibleError,
    InfeasibleWarning,
    InputError,
    InputWarning,
    InternalError,
    Problem,
    RevierError,
)
from ._plan import Plan
from ._revier import Cancel, __version__
from ._solve import solve

__all__ = [
    "Cancel",
    "CheckError",
    "FileError",
    "InfeasibleError",
    "InfeasibleWarning",
    "InputError",
    "InputWarning",
    "InternalError",
    "Plan",
    "Problem",
    "RevierError",
    "__version__",
    "solve",
]
