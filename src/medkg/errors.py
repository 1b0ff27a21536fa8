"""The errors that medkg raises deliberately.

    MedkgError                 an error that a user can resolve; the command line prints it and exits 1
    ├── Fault                  a fault in one file: where, what, the way out, a permanent code
    ├── UnreadableFile         a file that is missing, binary, of another format, or not readable by us
    ├── QueryError             a SPARQL query that cannot be parsed or evaluated, with its position
    ├── FormatError            an answer that the requested format cannot hold, with the formats that can
    ├── ParameterError         a stored query called with a missing, unknown or malformed parameter
    ├── UnknownName            a dataset, query or concept that does not exist, with similar names
    ├── SnapshotError          a snapshot that cannot be built, published or opened
    │   ├── DamagedJournal     updates that cannot be read as they were written
    │   └── StaleUpdate        an update for a graph or a state of it that is no longer served
    ├── StorageError           an update that cannot be written to disk, although there is room
    ├── EngineCrash            a query that crashed its evaluator
    └── LimitError             a limit set by the operator
        ├── TimeLimit          evaluation took longer than it may
        │   └── LoadLimit      evaluation took longer than it may while other requests wait
        ├── MemoryLimit        evaluation took more memory than it may
        ├── SizeLimit          an answer or a request that is too large
        ├── StorageFull        no room on the disk
        └── Busy               too many requests at once, of all clients or of one

Faults of curated files are raised together in an `ExceptionGroup`, so that one run reports all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_MESSAGE_CHARACTERS = 400  # characters


class MedkgError(Exception):
    """An error with a message for the user."""


@dataclass(kw_only=True, eq=False)
class Fault(MedkgError):
    """A fault in one curated file.

    `field` is the path inside the file (`counts[1].unit`), `line` is 1-based, `code` is kebab-case
    and never changes its meaning once released.
    """

    file: Path
    message: str
    code: str
    field: str = ""
    line: int | None = None

    def __str__(self) -> str:
        """The fault as one line: `file:line:field: message [code]`."""
        where = ":".join(str(part) for part in (self.file, self.line, self.field) if part not in (None, ""))
        return f"{where}: {self.message} [{self.code}]"


def leaves(group: BaseExceptionGroup[Exception]) -> Iterator[Exception]:
    """The errors of a group, those of inner groups included."""
    for error in group.exceptions:
        if isinstance(error, BaseExceptionGroup):
            yield from leaves(error)
        else:
            yield error


def in_one_line(error: BaseException) -> str:
    r"""An unexpected exception in one line: its class and its message, shortened.

    >>> in_one_line(ValueError("invalid IP\naddress syntax")), in_one_line(RecursionError())
    ('ValueError: invalid IP address syntax', 'RecursionError')
    """
    message = " ".join(str(error).split())
    shortened = message if len(message) <= _MESSAGE_CHARACTERS else f"{message[:_MESSAGE_CHARACTERS]} …"
    return f"{type(error).__name__}: {shortened}" if shortened else type(error).__name__


class UnreadableFile(MedkgError):
    """A file that cannot be read as the required kind of file."""


class QueryError(MedkgError):
    """A SPARQL text that the engine refuses; the message says where."""


class FormatError(MedkgError):
    """An answer that the requested format cannot hold; the message names the formats that can."""


class ParameterError(MedkgError):
    """A stored query called with parameters it does not accept."""


class UnknownName(MedkgError):
    """An unknown name; the message lists similar ones."""


class SnapshotError(MedkgError):
    """A snapshot that cannot be built, published or opened."""


class DamagedJournal(SnapshotError):
    """A journal whose updates cannot be read as they were written; `salvage` of the journal is the way out."""


class StaleUpdate(SnapshotError):
    """An update that comes too late: its graph, or the state of it, is no longer served."""


class StorageError(MedkgError):
    """An update that could not be written to disk, although there is room; it has no effect."""


class EngineCrash(MedkgError):
    """A query that crashes its evaluator; the server goes on without it."""


class LimitError(MedkgError):
    """A limit on the cost of a request; a smaller or later request may succeed."""


class TimeLimit(LimitError):
    """Evaluation that took longer than it may."""


class LoadLimit(TimeLimit):
    """Evaluation that took longer than it may while other requests wait."""


class MemoryLimit(LimitError):
    """Evaluation that took more memory than it may."""


class SizeLimit(LimitError):
    """An answer or a request that is too large."""


class StorageFull(LimitError):
    """An update for which there is no room on the disk; it has no effect."""


class Busy(LimitError):
    """Too many requests at once; `of_client` if they are all of one client."""

    def __init__(self, message: str, *, of_client: bool) -> None:
        super().__init__(message)
        self.of_client = of_client
