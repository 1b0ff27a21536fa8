"""The search index as it is read: a connection, and the sets of datasets that expressions and values stand for."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from medkg.errors import SnapshotError, UnknownName
from medkg.search import bitsets
from medkg.search.bitsets import Members
from medkg.search.index_writer import VERSION


@dataclass(frozen=True, slots=True)
class IndexCopy:
    """A search index read whole into memory, for a process that may open no file."""

    path: Path
    content: bytes = field(repr=False)


Index = Path | IndexCopy
"""A search index: its file, or a copy of it."""


@contextmanager
def connected(index: Index) -> Iterator[sqlite3.Connection]:
    """A connection to a search index, for reading; a `SnapshotError` where that is damaged, whenever it shows.

    An `UnknownName` where something is looked up that no text can hold, such as bytes from a command line.
    """
    path = index.path if isinstance(index, IndexCopy) else index
    if not isinstance(index, IndexCopy) and not path.is_file():
        raise SnapshotError(f"{path} is missing, and names are looked up in it; run `medkg build`")
    try:
        with closing(_in_memory(index) if isinstance(index, IndexCopy) else _opened(index)) as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version != VERSION:
                raise SnapshotError(f"{path} is of another version of medkg; run `medkg build --again`")
            yield connection
    except UnicodeEncodeError as error:
        raise UnknownName(f"nothing is called {error.object!r}, which is no text in UTF-8") from error
    except sqlite3.DatabaseError as error:
        if type(error) is not sqlite3.DatabaseError:  # the others are of queries, and so our own
            raise
        raise SnapshotError(f"{path} is damaged: {error}; run `medkg build --again`") from error


def _in_memory(copy: IndexCopy) -> sqlite3.Connection:
    """A connection to a copy of an index, which needs no file for anything.

    One for each use, as with a file: to take over some megabytes lasts no longer than to open one.
    """
    if not copy.content:
        raise sqlite3.DatabaseError("it is empty")  # which would be told as a lack of memory
    connection = sqlite3.connect(":memory:")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.deserialize(copy.content)
    return connection


def _opened(path: Path) -> sqlite3.Connection:
    """A connection to a file, of which nothing has been read yet."""
    try:
        return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    except sqlite3.OperationalError as error:  # which does not say why
        helps = "see that it may be read, and that so many files may be open"
        raise SnapshotError(f"{path} cannot be read: {error}; {helps}") from error


def require_whole(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse with a `SnapshotError` an index that has lost a part of its file."""
    try:
        (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        found = str(error)
    if found != "ok":
        raise SnapshotError(f"{path} is damaged: {found}; run `medkg build --again`")


def everything(connection: sqlite3.Connection) -> Members:
    """All datasets."""
    (most,) = connection.execute("SELECT count(*) FROM dataset").fetchone()
    return int((1 << most) - 1)


def named(connection: sqlite3.Connection, expression: str) -> Members:
    """The datasets whose names match an FTS5 expression."""
    rows = connection.execute("SELECT rowid FROM word WHERE word MATCH ?", [expression])
    return bitsets.members(number for (number,) in rows)


def bearers(connection: sqlite3.Connection, values: Sequence[int]) -> Members:
    """The datasets that bear any of some values, by their numbers."""
    marks = ",".join("?" * len(values))
    found = 0
    for (members,) in connection.execute(f"SELECT members FROM value WHERE id IN ({marks})", list(values)):
        found |= bitsets.read(members)
    return found


def within(connection: sqlite3.Connection, column: str, low: int | None, high: int | None) -> Members:
    """The datasets whose year or number of cases, as the column says, lies between two numbers."""
    rows = connection.execute(
        f"SELECT id FROM dataset WHERE {column} BETWEEN coalesce(?, 0) AND coalesce(?, 9e18)", [low, high]
    )
    return bitsets.members(number for (number,) in rows)


def sorted_by(connection: sqlite3.Connection, name: str, found: Members) -> Iterator[int]:
    """The numbers in a set in one of the orders that were worked out with the index."""
    (blob,) = connection.execute("SELECT numbers FROM sorting WHERE name = ?", [name]).fetchone()
    order = array("I")
    order.frombytes(blob)
    among = bitsets.written(found).ljust((len(order) + 7) // 8, b"\0")
    return (number for number in order if among[number >> 3] >> (number & 7) & 1)
