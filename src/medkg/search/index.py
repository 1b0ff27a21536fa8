"""The search index of a snapshot as it is read: its schema, connections to it, and sets of datasets.

Datasets are numbered by prominence (the entries that stand for them), so that the order of numbers is the order of
hits that nothing else tells apart. A value is a concept, a year, a catalogue …; the index has the set of datasets that
bear it or a narrower one, so that hierarchies and counts of facets are read and not computed.

Sets of datasets as whole numbers: bit 5 is set where the dataset with number 5 in the index is in the set.

`|` is the union, `&` the intersection and `.bit_count()` the size; a set of 60,000 datasets takes 7.5 kB.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from zlib import crc32

from medkg.errors import SnapshotError, UnknownName

BitSet = int

_BITS_OF_BYTE = tuple(tuple(bit for bit in range(8) if byte >> bit & 1) for byte in range(256))


def bit_set(numbers: Iterable[int]) -> BitSet:
    """The set of some numbers.

    >>> bit_set([0, 3, 9]) == 0b10_0000_1001
    True
    """
    content = bytearray()
    for number in numbers:
        index = number >> 3
        if index >= len(content):
            content.extend(bytes(index + 1 - len(content)))
        content[index] |= 1 << (number & 7)
    return from_bytes(content)


def numbers_in(members: BitSet) -> Iterator[int]:
    """The numbers in a set, smallest first.

    >>> list(numbers_in(0b10_0000_1001))
    [0, 3, 9]
    """
    for index, byte in enumerate(to_bytes(members)):
        for bit in _BITS_OF_BYTE[byte]:
            yield index * 8 + bit


def contains(members: BitSet, number: int) -> bool:
    """Whether a number is in a set."""
    return bool(members >> number & 1)


def to_bytes(members: BitSet) -> bytes:
    """The bytes of a set, as the index stores them."""
    return members.to_bytes((members.bit_length() + 7) // 8, "little")


def from_bytes(content: bytes | bytearray) -> BitSet:
    """The set that the index stores as some bytes."""
    return int.from_bytes(content, "little")


def levels(sets: Sequence[BitSet], among: BitSet) -> list[BitSet]:
    """Of the numbers in a set, those that are in at least none, one, two … of some other sets.

    >>> [list(numbers_in(level)) for level in levels([bit_set([1, 2]), bit_set([2, 3])], among=bit_set([0, 1, 2]))]
    [[0, 1, 2], [1, 2], [2]]
    """
    counted = [among, *(0 for _ in sets)]
    for members in sets:
        for count in reversed(range(len(sets))):
            counted[count + 1] |= counted[count] & members
    return counted


TABLES = """
CREATE TABLE dataset (id INTEGER PRIMARY KEY, slug TEXT NOT NULL, label TEXT NOT NULL, label_zh TEXT,
                      is_series INTEGER NOT NULL, year INTEGER, cases INTEGER, is_rounded INTEGER NOT NULL,
                      tokens TEXT NOT NULL);
CREATE TABLE name (key TEXT, dataset INTEGER, standing INTEGER, text TEXT,
                   PRIMARY KEY (key, dataset, standing, text)) WITHOUT ROWID;
CREATE TABLE edition (name TEXT, edition TEXT, dataset INTEGER, standing INTEGER,
                      PRIMARY KEY (name, edition, dataset, standing)) WITHOUT ROWID;
CREATE TABLE value (id INTEGER PRIMARY KEY, scheme TEXT NOT NULL, key TEXT NOT NULL, label TEXT NOT NULL,
                    label_zh TEXT, parents TEXT NOT NULL, is_searched INTEGER NOT NULL, members BLOB NOT NULL);
CREATE TABLE value_name (text TEXT, value INTEGER, standing INTEGER, PRIMARY KEY (text, value)) WITHOUT ROWID;
CREATE TABLE bearing (dataset INTEGER, value INTEGER, PRIMARY KEY (dataset, value)) WITHOUT ROWID;
CREATE TABLE challenge (id INTEGER PRIMARY KEY, slug TEXT NOT NULL, label TEXT NOT NULL);
CREATE TABLE challenge_name (key TEXT, challenge INTEGER, PRIMARY KEY (key, challenge)) WITHOUT ROWID;
CREATE TABLE sorting (name TEXT PRIMARY KEY, numbers BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE terms (length INTEGER PRIMARY KEY, texts TEXT NOT NULL);
CREATE VIRTUAL TABLE word USING fts5(names, content='', detail=none, tokenize='unicode61');
"""
INDEXES = """
CREATE INDEX name_of ON name (dataset);
CREATE INDEX value_in ON value (scheme, key);
CREATE INDEX dataset_by_year ON dataset (year);
CREATE INDEX dataset_by_cases ON dataset (cases);
"""

_REVISION = 3
"""The revision of the meaning of columns; to be raised where it changes and the schema does not."""

VERSION = crc32(f"{_REVISION}{TABLES}{INDEXES}".encode()) >> 1
"""The version of the form of the index, a checksum of the schema; an index of another version is not read."""


@dataclass(frozen=True, slots=True)
class IndexCopy:
    """A search index read whole into memory, for a process that may open no file."""

    path: Path
    content: bytes = field(repr=False)


Index = Path | IndexCopy
"""A search index: its file, or a copy of it."""


@contextmanager
def connect(index: Index) -> Iterator[sqlite3.Connection]:
    """A connection to a search index, for reading; `SnapshotError` where the index is damaged, whenever that shows.

    `UnknownName` for a name that is no valid text, such as bytes from a command line that are not UTF-8.
    """
    path = index.path if isinstance(index, IndexCopy) else index
    if not isinstance(index, IndexCopy) and not path.is_file():
        raise SnapshotError(f"{path} is missing, and names are looked up in it; run `medkg build`")
    try:
        with closing(_open_copy(index) if isinstance(index, IndexCopy) else _open_file(index)) as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version != VERSION:
                raise SnapshotError(f"{path} is of another version of medkg; run `medkg build --again`")
            yield connection
    except UnicodeEncodeError as error:
        raise UnknownName(f"nothing is called {error.object!r}, which is no text in UTF-8") from error
    except sqlite3.DatabaseError as error:
        if type(error) is not sqlite3.DatabaseError:  # its subclasses are raised for wrong queries, which are ours
            raise
        raise SnapshotError(f"{path} is damaged: {error}; run `medkg build --again`") from error


def _open_copy(copy: IndexCopy) -> sqlite3.Connection:
    """A connection to a copy of an index, which needs no file.

    Each use has a connection of its own, as with a file: to deserialise some megabytes is as fast as to open one.
    """
    if not copy.content:
        raise sqlite3.DatabaseError("it is empty")  # SQLite would report a lack of memory
    connection = sqlite3.connect(":memory:")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.deserialize(copy.content)
    return connection


def _open_file(path: Path) -> sqlite3.Connection:
    """A connection to a file, of which nothing has been read yet."""
    try:
        return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    except sqlite3.OperationalError as error:  # its message does not give the cause
        advice = "see that it may be read, and that so many files may be open"
        raise SnapshotError(f"{path} cannot be read: {error}; {advice}") from error


def require_whole(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse with a `SnapshotError` an index that has lost a part of its file."""
    try:
        (report,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        report = str(error)
    if report != "ok":
        raise SnapshotError(f"{path} is damaged: {report}; run `medkg build --again`")


def all_datasets(connection: sqlite3.Connection) -> BitSet:
    """The set of all datasets."""
    (number,) = connection.execute("SELECT count(*) FROM dataset").fetchone()
    return int((1 << number) - 1)


def name_matches(connection: sqlite3.Connection, expression: str) -> BitSet:
    """The datasets whose names match an FTS5 expression."""
    rows = connection.execute("SELECT rowid FROM word WHERE word MATCH ?", [expression])
    return bit_set(number for (number,) in rows)


def datasets_bearing(connection: sqlite3.Connection, values: Sequence[int]) -> BitSet:
    """The datasets that bear any of some values, given by their numbers."""
    marks = ",".join("?" * len(values))
    union = 0
    for (members,) in connection.execute(f"SELECT members FROM value WHERE id IN ({marks})", list(values)):
        union |= from_bytes(members)
    return union


def datasets_between(connection: sqlite3.Connection, column: str, low: int | None, high: int | None) -> BitSet:
    """The datasets whose `year` or number of `cases`, as the column says, lies between two numbers."""
    rows = connection.execute(
        f"SELECT id FROM dataset WHERE {column} BETWEEN coalesce(?, 0) AND coalesce(?, 9e18)", [low, high]
    )
    return bit_set(number for (number,) in rows)


def in_order(connection: sqlite3.Connection, name: str, members: BitSet) -> Iterator[int]:
    """The numbers in a set in one of the orders that the index has."""
    (blob,) = connection.execute("SELECT numbers FROM sorting WHERE name = ?", [name]).fetchone()
    order = array("I")
    order.frombytes(blob)
    content = to_bytes(members).ljust((len(order) + 7) // 8, b"\0")
    return (number for number in order if content[number >> 3] >> (number & 7) & 1)
