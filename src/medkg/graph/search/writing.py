"""The search index of one build: a SQLite file with names by key, words by FTS5 and concepts with their closure.

Datasets are numbered by prominence (entries that stand for them), so that the order of rows is the
order of hits that nothing else tells apart. A concept is one token (`c17`), and a dataset bears those of
all wider concepts too: the hierarchy costs nothing to ask.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from medkg.files import replacing
from medkg.graph.search.words import is_chinese, tokens
from medkg.model.entries import Event, Licence
from medkg.model.facts import FIELDS, Facts
from medkg.model.names import folded, key
from medkg.model.records import Dataset
from medkg.model.vocabularies import Concept, Vocabulary

if TYPE_CHECKING:
    from medkg.curation.read import Records

SLUG, LABEL, ALIAS, WRITTEN = range(4)
"""Whose word a name is: the address, the label, another name we know, a catalogue's spelling."""

PROPER, HIDDEN = range(2)
"""Whether a concept's name is one to show or a catalogue's spelling."""

_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE dataset (id INTEGER PRIMARY KEY, slug TEXT NOT NULL, label TEXT NOT NULL, tokens TEXT NOT NULL);
CREATE TABLE name (key TEXT, dataset INTEGER, standing INTEGER, text TEXT,
                   PRIMARY KEY (key, dataset, standing, text)) WITHOUT ROWID;
CREATE TABLE concept (id INTEGER PRIMARY KEY, scheme TEXT NOT NULL, key TEXT NOT NULL, label TEXT NOT NULL);
CREATE TABLE concept_name (text TEXT, concept INTEGER, standing INTEGER, PRIMARY KEY (text, concept)) WITHOUT ROWID;
CREATE TABLE term (length INTEGER, text TEXT, PRIMARY KEY (length, text)) WITHOUT ROWID;
CREATE VIRTUAL TABLE word USING fts5(names, concepts, content='', detail=column, tokenize='unicode61');
"""


def renew(records: Records, path: Path) -> None:
    """Put the search index of the records at `path` in one step: whoever reads the old one goes on reading it."""
    with replacing(path) as draft:
        _write(records, draft)


def _write(records: Records, path: Path) -> None:
    connection = sqlite3.connect(path)
    try:
        connection.executescript(_SCHEMA)
        concepts = _write_concepts(connection, records.vocabularies)
        _write_datasets(connection, records, concepts)
        connection.execute("CREATE INDEX name_of ON name (dataset)")
        connection.commit()
    finally:
        connection.close()


def _write_concepts(
    connection: sqlite3.Connection, vocabularies: Mapping[str, Vocabulary]
) -> dict[tuple[str, str], int]:
    """The number of each concept; the concepts and their names are in the index."""
    searched = sorted({name for _, name in _schemes()} & set(vocabularies))
    numbers: dict[tuple[str, str], int] = {}
    for scheme in searched:
        for concept in vocabularies[scheme].concepts:
            number = numbers[scheme, concept.key] = len(numbers)
            connection.execute("INSERT INTO concept VALUES (?, ?, ?, ?)", (number, scheme, concept.key, concept.label))
            names = ((text, number, standing) for text, standing in _concept_names(concept).items())
            connection.executemany("INSERT INTO concept_name VALUES (?, ?, ?)", names)
    return numbers


def _concept_names(concept: Concept) -> dict[str, int]:
    hidden = {folded(each): HIDDEN for each in concept.hidden}
    proper = (concept.key, concept.label, concept.label_zh or "", *concept.synonyms, *concept.synonyms_zh)
    return {text: each for text, each in (hidden | {folded(name): PROPER for name in proper}).items() if text}


def _schemes() -> Iterator[tuple[str, str]]:
    """Each field of an entry that holds concepts, with its vocabulary."""
    yield from ((field, each.vocabulary) for field, each in FIELDS.items() if each.vocabulary)
    yield from (("licence", "licence"), ("events", "venue"))


def _write_datasets(connection: sqlite3.Connection, records: Records, concepts: Mapping[tuple[str, str], int]) -> None:
    from medkg.graph.beliefs import belief  # reads curated records, which searching does not

    retired = _retired_names(records)
    current = [(slug, each) for slug, each in records.datasets.items() if not each.replaced_by]
    current.sort(key=lambda item: (-len(item[1].entries), folded(item[1].label), item[0]))
    terms: set[str] = set()
    for number, (slug, dataset) in enumerate(current):
        names = {*_names(slug, dataset), *_written(dataset, records), *retired.get(slug, ())}
        borne = {concepts[each] for each in _closure(belief(dataset, records).facts, records.vocabularies)}
        found = set().union(*(tokens(text) for text, _ in names))
        terms |= found
        held = " ".join(sorted(found))
        connection.execute("INSERT INTO dataset VALUES (?, ?, ?, ?)", (number, slug, dataset.label, held))
        connection.executemany(
            "INSERT INTO name VALUES (?, ?, ?, ?)", ((key(text), number, standing, text) for text, standing in names)
        )
        row = (number, held, " ".join(f"c{each}" for each in sorted(borne)))
        connection.execute("INSERT INTO word (rowid, names, concepts) VALUES (?, ?, ?)", row)
    lengths = ((len(term), term) for term in terms if _can_be_mistyped(term))
    connection.executemany("INSERT INTO term VALUES (?, ?)", sorted(lengths))


def _can_be_mistyped(token: str) -> bool:
    return len(token) > 2 and not token.isdigit() and not is_chinese(token)


def _names(slug: str, dataset: Dataset) -> Iterator[tuple[str, int]]:
    """The names a dataset's own file gives it."""
    yield slug, SLUG
    yield dataset.label, LABEL
    others = (dataset.title_zh, dataset.expansion, *dataset.alternative, *dataset.alternative_zh)
    yield from ((name, ALIAS) for name in others if name)


def _written(dataset: Dataset, records: Records) -> Iterator[tuple[str, int]]:
    """The names under which catalogues list a dataset, less those that a correction calls wrong."""
    from medkg.graph.beliefs import entries

    for entry, corrections in entries(dataset, records):
        wrong = {each.field for each in corrections if each.field in ("name", "expansion")}
        if "name" not in wrong:
            yield entry.name, WRITTEN
        if entry.expansion and "expansion" not in wrong:
            yield entry.expansion, WRITTEN


def _retired_names(records: Records) -> dict[str, list[tuple[str, int]]]:
    """The names of replaced datasets, by the slug of the dataset that took their place in the end."""
    found: dict[str, list[tuple[str, int]]] = {}
    for slug, dataset in records.datasets.items():
        target, passed = dataset.replaced_by, {slug}
        while target and target not in passed and (after := records.datasets[target].replaced_by):
            passed.add(target)
            target = after
        if target:
            names = ((text, max(standing, ALIAS)) for text, standing in _names(slug, dataset))
            found.setdefault(target, []).extend(names)
    return found


def _closure(facts: Facts, vocabularies: Mapping[str, Vocabulary]) -> Iterator[tuple[str, str]]:
    """Each concept a dataset's facts name and each wider one, as vocabulary and key."""
    for field, scheme in _schemes():
        for concept in _keys(facts.get(field, ())):
            yield from ((scheme, each) for each in (concept, *vocabularies[scheme].wider(concept)))


def _keys(values: Iterable[object]) -> Iterator[str]:
    for value in values:
        match value:
            case Licence(key=str() as found) | Event(venue=found):
                yield found
            case str():
                yield value
