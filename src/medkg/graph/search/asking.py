"""Datasets found by name, concept and facet: exact names, then words in names, then concepts, then near misses."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from medkg.errors import SnapshotError
from medkg.graph.search.question import Concept, Word, facet, nearly, words
from medkg.graph.search.writing import ALIAS, LABEL
from medkg.model.names import key

_FEW = 5  # hits below which near misses are looked for as well
_COMPARED = 200  # rows of each kind whose names are compared
_AS_WRITTEN, _NEARLY = 0.95, 0.55  # the best scores of hits that hold all words as written, and nearly so
_STEP = 0.2  # what sets one kind of hit below the next


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A dataset found, why in a few words, and how well it answers between 0 and 1."""

    slug: str
    label: str
    why: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A dataset of the index: the tokens of its names, and the name nearest to the text with its likeness."""

    number: int
    slug: str
    label: str
    tokens: frozenset[str]
    name: str
    likeness: float


def search(
    path: Path,
    text: str,
    *,
    modality: Sequence[str] = (),
    anatomy: Sequence[str] = (),
    task: Sequence[str] = (),
    limit: int = 20,
) -> list[Hit]:
    """The datasets that answer a text and bear every facet, best first.

    A facet is a concept's key, label or synonym in either language and includes narrower ones. An empty
    text finds all that the facets allow, those in most catalogues first. `UnknownName` for an unknown facet.
    """
    with closing(connect(path)) as connection:
        chosen = (("modality", modality), ("anatomy", anatomy), ("task", task))
        facets = [facet(connection, scheme, name) for scheme, names in chosen for name in names]
        found: dict[str, Hit] = {}
        for hit in _hits(connection, text, facets, limit):
            found.setdefault(hit.slug, hit)
            if len(found) >= limit:
                break
    return list(found.values())


def connect(path: Path) -> sqlite3.Connection:
    """A connection to a search index, for reading."""
    if not path.is_file():
        raise SnapshotError(f"{path} is missing, and names are looked up in it; run `medkg build`")
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        connection.execute("PRAGMA schema_version")
    except sqlite3.DatabaseError as error:
        connection.close()
        raise SnapshotError(f"{path} is damaged: {error}; run `medkg build --again`") from error
    return connection


def _hits(connection: sqlite3.Connection, text: str, facets: Sequence[Concept], limit: int) -> Iterator[Hit]:
    """Hits of ever looser kinds; a dataset may come more than once."""
    asked = words(connection, text)
    allowed = [each.borne for each in facets]
    if not asked and not text.strip():
        labels = ", ".join(each.label for each in facets)
        rows = _rows(connection, _matching(connection, allowed, limit), "")
        yield from (Hit(slug=row.slug, label=row.label, why=labels, score=1.0) for row in rows)
    if not asked:
        return
    exact = list(_exact(connection, text, allowed))
    found = [*exact, *_all_words(connection, asked, text, allowed, limit, _AS_WRITTEN)]
    yield from found
    if not exact and len(found) < _FEW:
        wider = [nearly(connection, word) if _is_rare(connection, word) else word for word in asked]
        near = list(_all_words(connection, wider, text, allowed, limit, _NEARLY))
        yield from near
        if not found and not near:
            known = [word for word in wider if _matching(connection, [word.answered], 1)]
            yield from _some_words(connection, known, text, allowed, limit, len(asked))


def _is_rare(connection: sqlite3.Connection, word: Word) -> bool:
    """Whether so few datasets answer a word that it may be mistyped."""
    return len(_matching(connection, [word.answered], _FEW)) < _FEW


def _exact(connection: sqlite3.Connection, text: str, allowed: Sequence[str]) -> Iterator[Hit]:
    """Datasets that go by exactly this name."""
    named = connection.execute(
        "SELECT d.id, d.slug, d.label, n.text, min(n.standing) AS standing"
        " FROM name n JOIN dataset d ON d.id = n.dataset WHERE n.key = ? GROUP BY d.id ORDER BY standing, d.id",
        [key(text)],
    ).fetchall()
    permitted = set(_matching(connection, allowed, len(named), among=[number for number, *_ in named]))
    for number, slug, label, name, standing in named:
        if number in permitted:
            why = "its name" if standing <= LABEL else f"{'also' if standing == ALIAS else 'listed as'} {name}"
            yield Hit(slug=slug, label=label, why=why, score=round(1 - 0.02 * max(0, standing - LABEL), 3))


def _all_words(
    connection: sqlite3.Connection, asked: Sequence[Word], text: str, allowed: Sequence[str], limit: int, best: float
) -> Iterator[Hit]:
    """Datasets whose names hold every word, then those that answer some by a concept; `best` is the top score."""
    most = max(limit, _COMPARED)
    named = _rows(connection, _matching(connection, [*(word.named for word in asked), *allowed], most), text)
    named.sort(key=lambda row: -row.likeness)
    for row, why in _explained(connection, named[:limit], asked):
        yield _hit(row, why, best - _STEP * (1 - row.likeness))
    answering = _rows(connection, _matching(connection, [*(word.answered for word in asked), *allowed], most), text)
    answering.sort(key=lambda row: -_share(row, asked))
    for row, why in _explained(connection, answering[:limit], asked):
        yield _hit(row, why, best - _STEP * (2 - _share(row, asked)))


def _some_words(
    connection: sqlite3.Connection, known: Sequence[Word], text: str, allowed: Sequence[str], limit: int, asked: int
) -> Iterator[Hit]:
    """Datasets that answer all the words known to the index or, where none does, at least half of those asked."""
    if not known:
        return
    either = " OR ".join(word.answered for word in known)
    found = _matching(connection, [*(word.answered for word in known), *allowed], limit) or _matching(
        connection, [f"({either})", *allowed], limit, order="rank"
    )
    for row, why in _explained(connection, _rows(connection, found, text), known):
        if 2 * len(why) >= asked:
            yield _hit(row, why, _STEP * len(why) / asked)


def _matching(
    connection: sqlite3.Connection, all_of: Sequence[str], most: int, *, order: str = "rowid", among: Sequence[int] = ()
) -> list[int]:
    """The numbers of the datasets that answer to every expression, at most so many, of `among` where it is given."""
    if not all_of:
        return list(among) or [number for (number,) in connection.execute("SELECT id FROM dataset LIMIT ?", [most])]
    only = f" AND rowid IN ({','.join(map(str, among))})" if among else ""
    query = f"SELECT rowid FROM word WHERE word MATCH ?{only} ORDER BY {order} LIMIT ?"
    return [number for (number,) in connection.execute(query, [" AND ".join(all_of), most])]


def _rows(connection: sqlite3.Connection, numbers: Sequence[int], text: str) -> list[_Row]:
    """The rows of datasets, in the same order."""
    from rapidfuzz import fuzz

    those = f"IN ({','.join(map(str, numbers))})"
    wanted = key(text)
    nearest: dict[int, tuple[float, str]] = {}
    for number, compared, name in connection.execute(f"SELECT dataset, key, text FROM name WHERE dataset {those}"):
        nearest[number] = max(nearest.get(number, (-1.0, "")), (fuzz.ratio(wanted, compared) / 100, name))
    found = {
        number: _Row(
            number=number,
            slug=slug,
            label=label,
            tokens=frozenset(tokens.split()),
            name=nearest[number][1],
            likeness=nearest[number][0],
        )
        for number, slug, label, tokens in connection.execute(f"SELECT * FROM dataset WHERE id {those}")
    }
    return [found[number] for number in numbers]


def _explained(
    connection: sqlite3.Connection, rows: Sequence[_Row], asked: Sequence[Word]
) -> Iterator[tuple[_Row, list[str]]]:
    """Each row with how it answers each word; a word that it does not answer has no part in it."""
    among = [row.number for row in rows]
    bearers = {
        concept: set(_matching(connection, [concept.borne], len(among), among=among))
        for word in asked
        for concept in word.concepts
        if among
    }
    for row in rows:
        yield row, [how for word in asked if (how := _how(row, word, bearers))]


def _how(row: _Row, word: Word, bearers: Mapping[Concept, set[int]]) -> str:
    """How a row answers a word: by a name, or by the concepts it bears."""
    if word.is_held(row.tokens):
        return row.label if row.name in (row.label, row.slug) else f"{row.label}, also {row.name}"
    return " or ".join(f"{each.label} ({each.scheme})" for each in word.concepts if row.number in bearers[each])


def _share(row: _Row, asked: Sequence[Word]) -> float:
    """The share of the words that a row's names hold."""
    return sum(word.is_held(row.tokens) for word in asked) / len(asked)


def _hit(row: _Row, why: Sequence[str], score: float) -> Hit:
    return Hit(slug=row.slug, label=row.label, why="; ".join(dict.fromkeys(why)), score=round(score, 3))
