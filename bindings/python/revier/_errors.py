"""Exceptions that list what is wrong, and the warnings of a run."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing wrong with an input: where, what, and what to do about it."""

    severity: str
    """``"error"`` or ``"warning"``."""
    code: str
    """Stable name of the kind of problem, for example ``duplicate-id``."""
    source: str
    """The file, or the argument: ``customers``, ``reps``, ``scenario``."""
    row: int | None
    """Number of the row or feature, counted from 1."""
    id: str | None
    """Its id, where it has one."""
    field: str | None
    """The column, property or key."""
    what: str
    """What is wrong, with the offending value."""
    action: str
    """What to do."""

    def __str__(self) -> str:
        place = self.source
        if self.row is not None:
            place += f", row {self.row}"
        if self.id is not None:
            place += f' (id "{self.id}")'
        if self.field is not None:
            place += f", `{self.field}`"
        text = f"{self.severity}[{self.code}]: {place}: {self.what}"
        return f"{text}\n  help: {self.action}" if self.action else text


class RevierError(Exception):
    """Why there is no plan. ``problems`` lists everything that is wrong with the inputs, not the first thing only."""

    problems: tuple[Problem, ...]

    def __init__(self, message: str, problems: Iterable[Problem] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)

    def __str__(self) -> str:
        if not self.problems:
            return str(self.args[0])
        return "\n".join(str(problem) for problem in self.problems)

    def __reduce__(self) -> tuple[type[RevierError], tuple[str, tuple[Problem, ...]]]:
        return type(self), (str(self.args[0]), self.problems)


class InputError(RevierError, ValueError):
    """Customers, reps, settings or files are not what they must be."""


class FileError(RevierError, OSError):
    """A file or directory could not be read or written."""


class InfeasibleError(RevierError):
    """No plan meets the rules, and ``strict=True`` was asked for."""


class CheckError(RevierError):
    """A plan does not hold; the message has every finding in a line."""


class InternalError(RevierError):
    """revier contradicts itself: please report it with the inputs."""


class InputWarning(UserWarning):
    """Inputs that can be used, and are probably not what was meant."""


class InfeasibleWarning(UserWarning):
    """The plan that was returned does not meet all rules; it is the closest that was found."""


_KINDS: dict[str, type[RevierError]] = {
    "input": InputError,
    "file": FileError,
    "infeasible": InfeasibleError,
    "check": CheckError,
    "internal": InternalError,
}


def exception(kind: str, message: str, problems: Sequence[Problem]) -> RevierError:
    """The exception of a kind; called by the native part."""
    return _KINDS[kind](message, problems)


def problems(
    parts: Iterable[tuple[str, str, str, int | None, str | None, str | None, str, str]],
) -> list[Problem]:
    """Problems of their parts; called by the native part."""
    return [Problem(*each) for each in parts]


def problem(code: str, source: str, what: str, action: str, *, row: int | None = None, field: str | None = None) -> Problem:
    """An error that was found before the native part saw the input."""
    return Problem("error", code, source, row, None, field, what, action)


def refuse(found: Sequence[Problem]) -> None:
    """Raise :class:`InputError` where there is any problem."""
    if found:
        raise InputError("\n".join(map(str, found)), found)


def warn(found: Sequence[Problem], stacklevel: int) -> None:
    """One warning for all problems that do not stop a run."""
    if found:
        warnings.warn("\n".join(map(str, found)), InputWarning, stacklevel=stacklevel + 1)
