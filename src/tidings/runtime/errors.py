"""The errors that people meet; what they are called over HTTP or on a terminal is decided at the door, not here.

TidingsError
├── Invalid        the input is wrong: path, what was expected, how to mend it
├── NotFound       there is no such thing
├── Conflict       it exists already, or somebody was quicker
├── Forbidden      not with this role, key or account
├── Busy           too much is waiting; try again in `retry_after` seconds
├── StoreUnavailable  the database does not take writes now (full disk, lost connection)
└── StoreHeld      another process holds the store
"""

from __future__ import annotations

from msgspec import Struct


class Problem(Struct, frozen=True):
    """One thing that is wrong with an input: where, what, and what to do."""

    path: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        hint = f" {self.hint}" if self.hint else ""
        return f"{self.path}: {self.message}{hint}" if self.path else f"{self.message}{hint}"


class TidingsError(Exception):
    """Something that a person should read; `str()` is a whole sentence."""


class Invalid(TidingsError):
    """The input is wrong; `problems` names every place."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("; ".join(str(problem) for problem in problems))

    @classmethod
    def at(cls, path: str, message: str, hint: str = "") -> Invalid:
        """The short way to say one problem."""
        return cls(Problem(path, message, hint))


class NotFound(TidingsError):
    """There is no such thing."""


class Conflict(TidingsError):
    """It exists already, or somebody was quicker."""


class Forbidden(TidingsError):
    """Not allowed with this role, key or account."""


class Busy(TidingsError):
    """Too much is waiting; `retry_after` is in seconds."""

    def __init__(self, message: str, retry_after: int = 1) -> None:
        self.retry_after = retry_after
        super().__init__(message)


class StoreUnavailable(TidingsError):
    """The database does not take this now; nothing was written."""


class StoreHeld(TidingsError):
    """Another process holds the store."""
