"""The search index of one build: a SQLite file of names by key, words by FTS5, and the datasets of every value.

Datasets are numbered by prominence (entries that stand for them), so that the order of numbers is the order of hits
that nothing else tells apart. A value is a concept, a year, a catalogue …; the set of datasets that bear it or a
narrower one is kept with it, as one whole number (`sets`): the hierarchy and the counts of facets cost nothing to ask.

All values of the index in their order: concepts, years, sizes, catalogues, and what is known of lineage.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

from medkg.files import atomic_write
from medkg.model.collection import Records
from medkg.model.names import folded, key
from medkg.model.records import Dataset
from medkg.model.vocabularies import Concept
from medkg.search import bitsets
from medkg.search.dataset_keys import Describer, Traits
from medkg.search.names import (
    challenge_names,
    concept_names,
    dataset_names,
    editions,
    is_chinese,
    retired_names,
    title_names,
    tokens,
)
from medkg.search.schemes import CONDITION, LINEAGE, SIZES, UNKNOWN, UNKNOWNS, concept_fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One value of a scheme; `parents` are the next wider ones, `concept` has its other names.

    One that is searched answers the words of a text too.
    """

    scheme: str
    key: str
    label: str
    label_zh: str | None = None
    parents: tuple[str, ...] = ()
    concept: Concept | None = None
    is_searched: bool = False


def values(records: Records, years: Iterable[int]) -> Iterator[Value]:
    """Every value that datasets may bear, given the years in which they came out."""
    schemes = {scheme for _, scheme in concept_fields()}
    for scheme in sorted(schemes & set(records.vocabularies)):
        yield from (_concept(scheme, each, is_searched=True) for each in records.vocabularies[scheme].concepts)
    if CONDITION in records.vocabularies:
        yield from (_concept(CONDITION, each, is_searched=False) for each in records.vocabularies[CONDITION].concepts)
    yield from (Value(scheme="year", key=str(each), label=str(each)) for each in years)
    yield from (Value(scheme="cases", key=each.key, label=each.words(is_grouped=True)) for each in SIZES)
    listing = sorted((key, each) for key, each in records.catalogs.items() if each.entries)
    yield from (Value(scheme="catalog", key=key, label=each.title) for key, each in listing)
    for known, (label, label_zh) in LINEAGE.items():
        yield Value(scheme="lineage", key=known, label=label, label_zh=label_zh)
    for scheme, (label, label_zh) in UNKNOWNS.items():
        yield Value(scheme=scheme, key=UNKNOWN, label=label, label_zh=label_zh)


def _concept(scheme: str, concept: Concept, *, is_searched: bool) -> Value:
    """A concept as a value."""
    return Value(
        scheme=scheme,
        key=concept.key,
        label=concept.label,
        label_zh=concept.label_zh,
        parents=concept.broader,
        concept=concept,
        is_searched=is_searched,
    )


_SCHEMA = """
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
_INDEXES = """
CREATE INDEX name_of ON name (dataset);
CREATE INDEX value_in ON value (scheme, key);
CREATE INDEX dataset_by_year ON dataset (year);
CREATE INDEX dataset_by_cases ON dataset (cases);
"""

REVISION = 3
"""What the columns mean; to be raised where that changes and the schema does not."""

VERSION = crc32(f"{REVISION}{_SCHEMA}{_INDEXES}".encode()) >> 1
"""The form of the index, which changes by itself with the schema; one of another form is not read."""

_SETUP = f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA user_version = {VERSION};"


Row = tuple[str, Dataset, Traits]
"""A dataset with its slug and its traits."""


def renew(records: Records, path: Path) -> None:
    """Put the search index of the records at `path` in one step: whoever reads the old one goes on reading it."""
    with atomic_write(path) as draft:
        _write(records, draft)


def _write(records: Records, path: Path) -> None:
    describer = Describer(records=records)
    current = [(slug, each) for slug, each in records.datasets.items() if not each.replaced_by]
    current.sort(key=lambda item: (-len(item[1].entries), folded(item[1].label), item[0]))
    rows = [(slug, each, describer.traits(slug, each)) for slug, each in current]
    connection = sqlite3.connect(path)
    try:
        connection.executescript(_SETUP + _SCHEMA)
        numbers = _write_values(connection, values(records, _years(rows)), rows)
        _write_datasets(connection, rows, records)
        _write_bearings(connection, rows, numbers)
        _write_sortings(connection, rows)
        _write_challenges(connection, records)
        connection.executescript(_INDEXES)
        connection.commit()
    finally:
        connection.close()


def _years(rows: Iterable[Row]) -> list[int]:
    """The years in which datasets came out, latest first."""
    return sorted({traits.year for *_, traits in rows if traits.year is not None}, reverse=True)


def _write_values(
    connection: sqlite3.Connection, found: Iterable[Value], rows: Sequence[Row]
) -> dict[tuple[str, str], int]:
    """The number of each value; the values, their names and the datasets of each are in the index."""
    bearers: dict[tuple[str, str], list[int]] = defaultdict(list)
    for dataset, (*_, traits) in enumerate(rows):
        for each in traits.chosen_by:
            bearers[each].append(dataset)
    numbers: dict[tuple[str, str], int] = {}
    for value in found:
        number = numbers[value.scheme, value.key] = len(numbers)
        members = bitsets.written(bitsets.members(bearers[value.scheme, value.key]))
        parents = " ".join(value.parents)
        row = (value.scheme, value.key, value.label, value.label_zh, parents, value.is_searched, members)
        connection.execute("INSERT INTO value VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (number, *row))
        names = concept_names(value.concept) if value.concept else {folded(value.label): 0, folded(value.key): 0}
        connection.executemany(
            "INSERT INTO value_name VALUES (?, ?, ?)", ((text, number, standing) for text, standing in names.items())
        )
    return numbers


def _write_datasets(connection: sqlite3.Connection, rows: Iterable[Row], records: Records) -> None:
    retired, titles = retired_names(records), title_names(records)
    terms: set[str] = set()
    for number, (slug, dataset, traits) in enumerate(rows):
        names = {*dataset_names(slug, dataset, records), *retired.get(slug, ()), *titles.get(slug, ())}
        found = set().union(*(tokens(text) for text, _ in names))
        terms |= found
        held = " ".join(sorted(found))
        known = (traits.year, traits.cases, traits.is_rounded)
        row = (number, slug, dataset.label, dataset.title_zh, dataset.kind == "series", *known, held)
        connection.execute("INSERT INTO dataset VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        connection.executemany(
            "INSERT INTO name VALUES (?, ?, ?, ?)", ((key(text), number, standing, text) for text, standing in names)
        )
        rows_of_editions = {(*each, number) for each in editions(dataset, names, traits.years, records)}
        connection.executemany(
            "INSERT INTO edition (name, edition, standing, dataset) VALUES (?, ?, ?, ?)", rows_of_editions
        )
        connection.execute("INSERT INTO word (rowid, names) VALUES (?, ?)", (number, held))
    _write_terms(connection, sorted(filter(_can_be_mistyped, terms)))


def _write_terms(connection: sqlite3.Connection, terms: Iterable[str]) -> None:
    """The words that may be meant by a mistyped one, a line each: all of a length are read at once."""
    texts: dict[int, list[str]] = defaultdict(list)
    for term in terms:
        texts[len(term)].append(term)
    lines = ((length, "\n".join(several)) for length, several in texts.items())
    connection.executemany("INSERT INTO terms VALUES (?, ?)", lines)


def _can_be_mistyped(token: str) -> bool:
    return len(token) > 2 and not token.isdigit() and not is_chinese(token)


def _write_bearings(
    connection: sqlite3.Connection, rows: Iterable[Row], numbers: Mapping[tuple[str, str], int]
) -> None:
    """What is stated of each dataset itself, and the catalogues that list it."""
    for dataset, (*_, traits) in enumerate(rows):
        borne = traits.stated | {each for each in traits.chosen_by if each[0] in ("catalog", "lineage")}
        pairs = ((dataset, numbers[each]) for each in borne)
        connection.executemany("INSERT INTO bearing VALUES (?, ?)", sorted(pairs))


def _write_sortings(connection: sqlite3.Connection, rows: Sequence[Row]) -> None:
    """The orders in which answers can be given; what is not known comes last."""
    for name, places in _places(rows):
        ordered = array("I", sorted(range(len(rows)), key=places.__getitem__))
        connection.execute("INSERT INTO sorting VALUES (?, ?)", (name, ordered.tobytes()))


def _places(rows: Sequence[Row]) -> Iterator[tuple[str, list[tuple[float, str, str]]]]:
    """Each order with the place of every dataset in it."""
    names = [(folded(dataset.label), slug) for slug, dataset, _ in rows]
    yield "name", [(0, *each) for each in names]
    yield "year", [(-(traits.year or 0), *each) for (*_, traits), each in zip(rows, names, strict=True)]
    yield "cases", [(-(traits.cases or 0), *each) for (*_, traits), each in zip(rows, names, strict=True)]


def _write_challenges(connection: sqlite3.Connection, records: Records) -> None:
    for number, (slug, challenge) in enumerate(sorted(records.challenges.items())):
        connection.execute("INSERT INTO challenge VALUES (?, ?, ?)", (number, slug, challenge.label))
        names = {key(each) for each in challenge_names(slug, challenge)} - {""}
        connection.executemany("INSERT INTO challenge_name VALUES (?, ?)", ((each, number) for each in names))
