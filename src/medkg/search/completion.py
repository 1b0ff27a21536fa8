"""What a beginning may become: datasets, concepts and challenges whose names begin so, or hold such words."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice

from medkg.choices import require_known
from medkg.model.names import folded, key
from medkg.search import bitsets, index_reader
from medkg.search.name_lookup import lookup
from medkg.search.names import HIDDEN, LABEL, TITLE
from medkg.search.search_text import words

DATASET, CHALLENGE = "dataset", "challenge"
CONCEPTS = ("anatomy", "modality", "task")
KINDS = (*CONCEPTS, DATASET, CHALLENGE)
"""The kinds of things that are suggested."""

_LOOKED_AT = 500  # names that begin so, of which the best are taken
_END = "\U0010ffff"  # comes after every letter


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A thing by its kind, its slug or key, and its labels."""

    kind: str
    slug: str
    label: str
    label_zh: str | None = None


def completions(
    index: index_reader.Index, text: str, *, kinds: Collection[str] = KINDS, limit: int = 10
) -> list[Suggestion]:
    """The things of these kinds that a beginning may mean, the likeliest first.

    Names that are the text come first, then those that begin with it, then those that hold its words. `UnknownName`
    for a kind that does not exist.
    """
    for kind in kinds:
        require_known(kind, KINDS, kind="kind of thing")
    with index_reader.connected(index) as connection:
        found: dict[tuple[str, str], Suggestion] = {}
        for each in _suggestions(connection, text, kinds, limit):
            found.setdefault((each.kind, each.slug), each)
            if len(found) >= limit:
                break
    return list(found.values())


def _suggestions(connection: sqlite3.Connection, text: str, kinds: Collection[str], limit: int) -> Iterator[Suggestion]:
    """Suggestions, likeliest first; a thing may come more than once."""
    begun = key(text)
    if not begun:
        return
    concepts = [each for each in CONCEPTS if each in kinds]
    datasets = [] if DATASET not in kinds else _beginning(connection, begun)
    challenges = [] if CHALLENGE not in kinds else _challenges(connection, begun)
    known = _concepts(connection, folded(text), concepts)
    yield from (each for is_whole, each in (*known, *datasets, *challenges) if is_whole)
    # a few of each kind, so that none hides the others
    yield from (each for _, each in islice(known, 3))
    yield from (each for _, each in islice(datasets, 6))
    yield from (each for _, each in (*challenges, *datasets, *known))
    if DATASET in kinds:
        yield from _holding(connection, text, 2 * limit)  # some of which may have come already
        yield from _named(connection, text)


def _beginning(connection: sqlite3.Connection, begun: str) -> list[tuple[bool, Suggestion]]:
    """The datasets with a name that begins so, each with whether that is all of it."""
    rows = connection.execute(
        "SELECT d.slug, d.label, d.label_zh, max(n.key = ?)"
        " FROM (SELECT * FROM name WHERE key >= ? AND key < ? AND standing < ? LIMIT ?) n"
        " JOIN dataset d ON d.id = n.dataset GROUP BY d.id ORDER BY 4 DESC, min(n.standing) > ?, d.id",
        [begun, begun, begun + _END, TITLE, _LOOKED_AT, LABEL],
    )
    return [
        (bool(whole), Suggestion(kind=DATASET, slug=slug, label=label, label_zh=zh)) for slug, label, zh, whole in rows
    ]


def _challenges(connection: sqlite3.Connection, begun: str) -> list[tuple[bool, Suggestion]]:
    """The challenge editions with a name that begins so."""
    rows = connection.execute(
        "SELECT c.slug, c.label, max(n.key = ?) FROM challenge_name n JOIN challenge c ON c.id = n.challenge"
        " WHERE n.key >= ? AND n.key < ? GROUP BY c.id ORDER BY 3 DESC, c.id LIMIT ?",
        [begun, begun, begun + _END, _LOOKED_AT],
    )
    return [(bool(whole), Suggestion(kind=CHALLENGE, slug=slug, label=label)) for slug, label, whole in rows]


def _concepts(connection: sqlite3.Connection, begun: str, schemes: Collection[str]) -> list[tuple[bool, Suggestion]]:
    """The concepts that datasets bear with a name of which a word begins so, those of most datasets first."""
    marks = ",".join("?" * len(schemes))
    like = re.sub(r"([\\%_])", r"\\\1", begun) + "%"
    rows = connection.execute(
        "SELECT v.scheme, v.key, v.label, v.label_zh, max(n.text = ?), min(n.text NOT LIKE ? ESCAPE '\\'), v.members"
        f" FROM value_name n JOIN value v ON v.id = n.value WHERE v.scheme IN ({marks}) AND n.standing < ?"
        r" AND (n.text LIKE ? ESCAPE '\' OR n.text LIKE ? ESCAPE '\') AND length(v.members) GROUP BY v.id",
        [begun, like, *schemes, HIDDEN, like, f"% {like}"],
    )
    found = [
        (
            whole,
            Suggestion(kind=scheme, slug=name, label=label, label_zh=zh),
            is_inside,
            bitsets.read(members).bit_count(),
        )
        for scheme, name, label, zh, whole, is_inside, members in rows
    ]
    found.sort(key=lambda each: (not each[0], not folded(each[1].label).startswith(begun), each[2], -each[3]))
    return [(bool(whole), suggestion) for whole, suggestion, *_ in found]


def _holding(connection: sqlite3.Connection, text: str, limit: int) -> Iterator[Suggestion]:
    """The first datasets whose names hold every word of a text, or one that begins so."""
    every = " AND ".join(f"({word.named})" for word in words(connection, text))
    rows = connection.execute(
        "SELECT slug, label, label_zh FROM dataset"
        " WHERE id IN (SELECT rowid FROM word WHERE word MATCH ? ORDER BY rowid LIMIT ?) ORDER BY id",
        [every, limit],
    )
    return (Suggestion(kind=DATASET, slug=slug, label=label, label_zh=zh) for slug, label, zh in rows)


def _named(connection: sqlite3.Connection, text: str) -> Iterator[Suggestion]:
    """The datasets that a text names as a whole, or those of its name where it is an edition that is missing."""
    for each in lookup(connection, text).datasets:
        row = connection.execute("SELECT slug, label, label_zh FROM dataset WHERE id = ?", [each.number]).fetchone()
        yield Suggestion(kind=DATASET, slug=row[0], label=row[1], label_zh=row[2])
