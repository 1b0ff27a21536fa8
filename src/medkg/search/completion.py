"""Completions of a beginning: datasets, concepts and challenges with a name that begins so or holds its words."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice

from medkg.choices import require_choice
from medkg.model.names import fold_accents, key
from medkg.search.index import Index, connect, from_bytes
from medkg.search.name_forms import HIDDEN, LABEL, TITLE
from medkg.search.name_lookup import lookup
from medkg.search.search_text import words

DATASET, CHALLENGE = "dataset", "challenge"
CONCEPTS = ("anatomy", "modality", "task")
KINDS = (*CONCEPTS, DATASET, CHALLENGE)
"""The kinds of things that are suggested."""

_MOST_NAMES_READ = 500  # that begin so, of which the best are taken
_AFTER_ALL_LETTERS = "\U0010ffff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A thing by its kind, its slug or key, and its labels."""

    kind: str
    slug: str
    label: str
    label_zh: str | None = None


def completions(index: Index, text: str, *, kinds: Collection[str] = KINDS, limit: int = 10) -> list[Suggestion]:
    """The things of some kinds that a beginning may mean, the likeliest first.

    Names that are the text come first, then those that begin with it, then those that hold its words. `UnknownName`
    for a kind that does not exist.
    """
    for kind in kinds:
        require_choice(kind, KINDS, kind="kind of thing")
    with connect(index) as connection:
        by_thing: dict[tuple[str, str], Suggestion] = {}
        for suggestion in _suggestions(connection, text, kinds, limit):
            by_thing.setdefault((suggestion.kind, suggestion.slug), suggestion)
            if len(by_thing) >= limit:
                break
    return list(by_thing.values())


def _suggestions(connection: sqlite3.Connection, text: str, kinds: Collection[str], limit: int) -> Iterator[Suggestion]:
    """Suggestions, likeliest first; a thing may come more than once."""
    prefix = key(text)
    if not prefix:
        return
    schemes = [scheme for scheme in CONCEPTS if scheme in kinds]
    datasets = _datasets_beginning(connection, prefix) if DATASET in kinds else []
    challenges = _challenges_beginning(connection, prefix) if CHALLENGE in kinds else []
    concepts = _concepts_beginning(connection, fold_accents(text), schemes)
    yield from (suggestion for is_whole, suggestion in (*concepts, *datasets, *challenges) if is_whole)
    # a few of each kind, so that none hides the others
    yield from (suggestion for _, suggestion in islice(concepts, 3))
    yield from (suggestion for _, suggestion in islice(datasets, 6))
    yield from (suggestion for _, suggestion in (*challenges, *datasets, *concepts))
    if DATASET in kinds:
        yield from _datasets_holding(connection, text, 2 * limit)  # some of which may have come already
        yield from _dataset_suggestions(connection, text)


def _datasets_beginning(connection: sqlite3.Connection, prefix: str) -> list[tuple[bool, Suggestion]]:
    """The datasets with a name that begins so, each with whether that is all of it."""
    rows = connection.execute(
        "SELECT d.slug, d.label, d.label_zh, max(n.key = ?)"
        " FROM (SELECT * FROM name WHERE key >= ? AND key < ? AND standing < ? LIMIT ?) n"
        " JOIN dataset d ON d.id = n.dataset GROUP BY d.id ORDER BY 4 DESC, min(n.standing) > ?, d.id",
        [prefix, prefix, prefix + _AFTER_ALL_LETTERS, TITLE, _MOST_NAMES_READ, LABEL],
    )
    return [
        (bool(whole), Suggestion(kind=DATASET, slug=slug, label=label, label_zh=zh)) for slug, label, zh, whole in rows
    ]


def _challenges_beginning(connection: sqlite3.Connection, prefix: str) -> list[tuple[bool, Suggestion]]:
    """The challenge editions with a name that begins so."""
    rows = connection.execute(
        "SELECT c.slug, c.label, max(n.key = ?) FROM challenge_name n JOIN challenge c ON c.id = n.challenge"
        " WHERE n.key >= ? AND n.key < ? GROUP BY c.id ORDER BY 3 DESC, c.id LIMIT ?",
        [prefix, prefix, prefix + _AFTER_ALL_LETTERS, _MOST_NAMES_READ],
    )
    return [(bool(whole), Suggestion(kind=CHALLENGE, slug=slug, label=label)) for slug, label, whole in rows]


def _concepts_beginning(
    connection: sqlite3.Connection, prefix: str, schemes: Collection[str]
) -> list[tuple[bool, Suggestion]]:
    """The concepts that datasets bear with a name of which a word begins so, those of most datasets first."""
    marks = ",".join("?" * len(schemes))
    like = re.sub(r"([\\%_])", r"\\\1", prefix) + "%"
    rows = connection.execute(
        "SELECT v.scheme, v.key, v.label, v.label_zh, max(n.text = ?), min(n.text NOT LIKE ? ESCAPE '\\'), v.members"
        f" FROM value_name n JOIN value v ON v.id = n.value WHERE v.scheme IN ({marks}) AND n.standing < ?"
        r" AND (n.text LIKE ? ESCAPE '\' OR n.text LIKE ? ESCAPE '\') AND length(v.members) GROUP BY v.id",
        [prefix, like, *schemes, HIDDEN, like, f"% {like}"],
    )
    ranked = [
        (
            (
                not whole,
                not fold_accents(label).startswith(prefix),
                is_inside,
                -from_bytes(members).bit_count(),
            ),
            (bool(whole), Suggestion(kind=scheme, slug=name, label=label, label_zh=zh)),
        )
        for scheme, name, label, zh, whole, is_inside, members in rows
    ]
    ranked.sort(key=lambda item: item[0])
    return [suggestion for _, suggestion in ranked]


def _datasets_holding(connection: sqlite3.Connection, text: str, limit: int) -> Iterator[Suggestion]:
    """The first datasets whose names hold every word of a text, or one that begins so."""
    expression = " AND ".join(f"({word.expression})" for word in words(connection, text))
    rows = connection.execute(
        "SELECT slug, label, label_zh FROM dataset"
        " WHERE id IN (SELECT rowid FROM word WHERE word MATCH ? ORDER BY rowid LIMIT ?) ORDER BY id",
        [expression, limit],
    )
    return (Suggestion(kind=DATASET, slug=slug, label=label, label_zh=zh) for slug, label, zh in rows)


def _dataset_suggestions(connection: sqlite3.Connection, text: str) -> Iterator[Suggestion]:
    """The datasets that a text names as a whole, or those of its name where the edition is missing."""
    for named in lookup(connection, text).datasets:
        row = connection.execute("SELECT slug, label, label_zh FROM dataset WHERE id = ?", [named.number]).fetchone()
        yield Suggestion(kind=DATASET, slug=row[0], label=row[1], label_zh=row[2])
