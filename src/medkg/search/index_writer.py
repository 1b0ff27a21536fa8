"""The writer of the search index: names, words and the datasets of every value, in one SQLite file.

The values are all concepts, years, sizes, catalogues and kinds of lineage that datasets may bear, in their order.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from medkg.files import atomic_write
from medkg.lineage.register import Register
from medkg.model.collection import Records
from medkg.model.names import fold_accents, key
from medkg.model.records import Dataset
from medkg.model.vocabularies import Concept
from medkg.search import index
from medkg.search.dataset_keys import DatasetKeys, KeyReader
from medkg.search.index import INDEXES, TABLES, VERSION
from medkg.search.name_forms import is_chinese, tokens
from medkg.search.names import challenge_names, concept_names, dataset_names, editions, retired_names, title_names
from medkg.search.schemes import CONDITION, LINEAGE, SIZES, UNKNOWN, UNKNOWNS, concept_fields


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexValue:
    """One value of a scheme; `parents` are the next wider ones, `concept` has its other names.

    A value that `is_searched` answers the words of a text too.
    """

    scheme: str
    key: str
    label: str
    label_zh: str | None = None
    parents: tuple[str, ...] = ()
    concept: Concept | None = None
    is_searched: bool = False


def values(records: Records, years: Iterable[int]) -> Iterator[IndexValue]:
    """Every value that datasets may bear, given the years in which they came out."""
    schemes = {scheme for _, scheme in concept_fields()}
    for scheme in sorted(schemes & set(records.vocabularies)):
        yield from (_concept(scheme, concept, is_searched=True) for concept in records.vocabularies[scheme].concepts)
    if CONDITION in records.vocabularies:
        yield from (
            _concept(CONDITION, concept, is_searched=False) for concept in records.vocabularies[CONDITION].concepts
        )
    yield from (IndexValue(scheme="year", key=str(year), label=str(year)) for year in years)
    yield from (IndexValue(scheme="cases", key=size.key, label=size.words(is_grouped=True)) for size in SIZES)
    listing = sorted((key, catalog) for key, catalog in records.catalogs.items() if catalog.entries)
    yield from (IndexValue(scheme="catalog", key=key, label=catalog.title) for key, catalog in listing)
    for known, (label, label_zh) in LINEAGE.items():
        yield IndexValue(scheme="lineage", key=known, label=label, label_zh=label_zh)
    for scheme, (label, label_zh) in UNKNOWNS.items():
        yield IndexValue(scheme=scheme, key=UNKNOWN, label=label, label_zh=label_zh)


def _concept(scheme: str, concept: Concept, *, is_searched: bool) -> IndexValue:
    """A concept as a value."""
    return IndexValue(
        scheme=scheme,
        key=concept.key,
        label=concept.label,
        label_zh=concept.label_zh,
        parents=concept.broader,
        concept=concept,
        is_searched=is_searched,
    )


_SETUP = f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA user_version = {VERSION};"


Row = tuple[str, Dataset, DatasetKeys]
"""A dataset with its slug and its keys."""


def write_index(records: Records, register: Register, path: Path) -> None:
    """Put the search index of the records and their lineage at `path` in one step; readers of an old one keep it."""
    with atomic_write(path) as draft:
        _write(records, register, draft)


def _write(records: Records, register: Register, path: Path) -> None:
    reader = KeyReader(records=records, register=register)
    current = [(slug, dataset) for slug, dataset in records.datasets.items() if not dataset.replaced_by]
    current.sort(key=lambda item: (-len(item[1].entries), fold_accents(item[1].label), item[0]))
    rows = [(slug, dataset, reader.keys(slug, dataset)) for slug, dataset in current]
    connection = sqlite3.connect(path)
    try:
        connection.executescript(_SETUP + TABLES)
        numbers = _write_values(connection, values(records, _years(rows)), rows)
        _write_datasets(connection, rows, records)
        _write_bearings(connection, rows, numbers)
        _write_sortings(connection, rows)
        _write_challenges(connection, records)
        connection.executescript(INDEXES)
        connection.commit()
    finally:
        connection.close()


def _years(rows: Iterable[Row]) -> list[int]:
    """The years in which datasets came out, latest first."""
    return sorted({keys.year for *_, keys in rows if keys.year is not None}, reverse=True)


def _write_values(
    connection: sqlite3.Connection, index_values: Iterable[IndexValue], rows: Sequence[Row]
) -> dict[tuple[str, str], int]:
    """Write the values with their names and datasets; returns the number of each value."""
    bearers: dict[tuple[str, str], list[int]] = defaultdict(list)
    for dataset, (*_, keys) in enumerate(rows):
        for scheme_key in keys.chosen_by:
            bearers[scheme_key].append(dataset)
    numbers: dict[tuple[str, str], int] = {}
    for value in index_values:
        number = numbers[value.scheme, value.key] = len(numbers)
        members = index.to_bytes(index.bit_set(bearers[value.scheme, value.key]))
        parents = " ".join(value.parents)
        row = (value.scheme, value.key, value.label, value.label_zh, parents, value.is_searched, members)
        connection.execute("INSERT INTO value VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (number, *row))
        names = (
            concept_names(value.concept)
            if value.concept
            else {fold_accents(value.label): 0, fold_accents(value.key): 0}
        )
        connection.executemany(
            "INSERT INTO value_name VALUES (?, ?, ?)", ((text, number, standing) for text, standing in names.items())
        )
    return numbers


def _write_datasets(connection: sqlite3.Connection, rows: Iterable[Row], records: Records) -> None:
    retired, titles = retired_names(records), title_names(records)
    terms: set[str] = set()
    for number, (slug, dataset, keys) in enumerate(rows):
        names = {*dataset_names(slug, dataset, records), *retired.get(slug, ()), *titles.get(slug, ())}
        name_tokens = set().union(*(tokens(text) for text, _ in names))
        terms |= name_tokens
        token_text = " ".join(sorted(name_tokens))
        facts = (keys.year, keys.cases, keys.is_rounded)
        row = (number, slug, dataset.label, dataset.title_zh, dataset.kind == "series", *facts, token_text)
        connection.execute("INSERT INTO dataset VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        connection.executemany(
            "INSERT INTO name VALUES (?, ?, ?, ?)", ((key(text), number, standing, text) for text, standing in names)
        )
        rows_of_editions = {(*edition, number) for edition in editions(dataset, names, keys.years, records)}
        connection.executemany(
            "INSERT INTO edition (name, edition, standing, dataset) VALUES (?, ?, ?, ?)", rows_of_editions
        )
        connection.execute("INSERT INTO word (rowid, names) VALUES (?, ?)", (number, token_text))
    _write_terms(connection, sorted(filter(_can_be_mistyped, terms)))


def _write_terms(connection: sqlite3.Connection, terms: Iterable[str]) -> None:
    """Write the words that a mistyped one may mean, by length, so that all of a length are read at once."""
    texts: dict[int, list[str]] = defaultdict(list)
    for term in terms:
        texts[len(term)].append(term)
    lines = ((length, "\n".join(words)) for length, words in texts.items())
    connection.executemany("INSERT INTO terms VALUES (?, ?)", lines)


def _can_be_mistyped(token: str) -> bool:
    return len(token) > 2 and not token.isdigit() and not is_chinese(token)


def _write_bearings(
    connection: sqlite3.Connection, rows: Iterable[Row], numbers: Mapping[tuple[str, str], int]
) -> None:
    """Write the values stated of each dataset itself, and the catalogues that list it."""
    for dataset, (*_, keys) in enumerate(rows):
        borne = keys.stated | {choice for choice in keys.chosen_by if choice[0] in ("catalog", "lineage")}
        pairs = ((dataset, numbers[choice]) for choice in borne)
        connection.executemany("INSERT INTO bearing VALUES (?, ?)", sorted(pairs))


def _write_sortings(connection: sqlite3.Connection, rows: Sequence[Row]) -> None:
    """Write the orders of results; datasets of unknown value come last."""
    for name, places in _places(rows):
        ordered = array("I", sorted(range(len(rows)), key=places.__getitem__))
        connection.execute("INSERT INTO sorting VALUES (?, ?)", (name, ordered.tobytes()))


def _places(rows: Sequence[Row]) -> Iterator[tuple[str, list[tuple[float, str, str]]]]:
    """Each order with the place of every dataset in it."""
    names = [(fold_accents(dataset.label), slug) for slug, dataset, _ in rows]
    yield "name", [(0, *name) for name in names]
    yield "year", [(-(keys.year or 0), *name) for (*_, keys), name in zip(rows, names, strict=True)]
    yield "cases", [(-(keys.cases or 0), *name) for (*_, keys), name in zip(rows, names, strict=True)]


def _write_challenges(connection: sqlite3.Connection, records: Records) -> None:
    for number, (slug, challenge) in enumerate(sorted(records.challenges.items())):
        connection.execute("INSERT INTO challenge VALUES (?, ?, ?)", (number, slug, challenge.label))
        names = {key(name) for name in challenge_names(slug, challenge)} - {""}
        connection.executemany("INSERT INTO challenge_name VALUES (?, ?)", ((name, number) for name in names))
