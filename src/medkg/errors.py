"""Every deliberate failure of medkg.

    MedkgError                 anything a user can mend; the command line prints it and exits 1
    ├── Fault                  one thing wrong in one file: where, what, the way out, a permanent code
    ├── UnreadableFile         a file that is missing, binary, of another format, or not ours to read
    ├── QueryError             a SPARQL query that cannot be parsed or evaluated, with its position
    ├── FormatError            an answer that the format asked for cannot hold, with the formats that can
    ├── ParameterError         a stored query called with a missing, unknown or malformed parameter
    ├── UnknownName            a dataset, query or concept that does not exist, with its neighbours
    ├── SnapshotError          a snapshot that cannot be built, published or opened
    │   ├── DamagedJournal     updates that cannot be read back as they were written
    │   └── StaleUpdate         an update for a graph that serves no more, or not in that state
    ├── StorageError           an update that cannot be written to disk, for another reason than room
    ├── EngineCrash            a query that brought its evaluator down
    └── LimitError           a bound the operator has declared
        ├── TimeLimit          evaluation took longer than it may
        │   └── LoadLimit      evaluation took longer than it may while others wait
        ├── MemoryLimit        evaluation took more memory than it may
        ├── SizeLimit          an answer or a request larger than it may be
        ├── StorageFull        nothing more can be written to disk
        └── Busy               too many requests at once, of all clients or of one

Faults of curated files travel together in an `ExceptionGroup`, so that one run names them all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_MESSAGE_CHARACTERS = 400  # characters


class MedkgError(Exception):
    """A failure with a message meant for the person at the keyboard."""


@dataclass(kw_only=True, eq=False)
class Fault(MedkgError):
    """One thing wrong in one curated file.

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
    """The failures of a group, those of groups inside it included."""
    for error in group.exceptions:
        if isinstance(error, BaseExceptionGroup):
            yield from leaves(error)
        else:
            yield error


def in_one_line(error: BaseException) -> str:
    r"""An exception that nobody foresaw in one line: its class and its own words, cut off where they are long.

    >>> in_one_line(ValueError("invalid IP\naddress syntax")), in_one_line(RecursionError())
    ('ValueError: invalid IP address syntax', 'RecursionError')
    """
    message = " ".join(str(error).split())
    shortened = message if len(message) <= _MESSAGE_CHARACTERS else f"{message[:_MESSAGE_CHARACTERS]} …"
    return f"{type(error).__name__}: {shortened}" if shortened else type(error).__name__


class UnreadableFile(MedkgError):
    """A file that cannot be read as what it was given for."""


class QueryError(MedkgError):
    """A SPARQL text that the engine refuses; the message says where."""


class FormatError(MedkgError):
    """An answer that the format asked for cannot hold; the message names the formats that can."""


class ParameterError(MedkgError):
    """A stored query called with parameters it does not accept."""


class UnknownName(MedkgError):
    """A name that nothing answers to; the message lists what comes near."""


class SnapshotError(MedkgError):
    """A snapshot that cannot be built, published or opened."""


class DamagedJournal(SnapshotError):
    """Updates that cannot be read back as they were written; `salvage` of the journal is the way out."""


class StaleUpdate(SnapshotError):
    """An update that comes too late: the graph it was made for serves no more, or not in that state."""


class StorageError(MedkgError):
    """An update that could not be written to disk, for another reason than room; nothing of it has happened."""


class EngineCrash(MedkgError):
    """A query that ends the engine's process; the server lives on without that evaluator."""


class LimitError(MedkgError):
    """A bound on what one request may cost; asking for less helps, or asking later."""


class TimeLimit(LimitError):
    """Evaluation that took longer than it may."""


class LoadLimit(TimeLimit):
    """Evaluation that took longer than it may while others wait, though not longer than it may at other times."""


class MemoryLimit(LimitError):
    """Evaluation that took more memory than it may."""


class SizeLimit(LimitError):
    """An answer or a request that is larger than it may be."""


class StorageFull(LimitError):
    """An update for which there is no room on the disk; nothing of it has happened."""


class Busy(LimitError):
    """Too many requests at once; `of_client` where they are all of one client."""

    def __init__(self, message: str, *, of_client: bool) -> None:
        super().__init__(message)
        self.of_client = of_client
