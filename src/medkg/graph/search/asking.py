"""Datasets found by name, concept and facet: exact names first, then words in names, then concepts, then near misses."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from medkg.errors import SnapshotError
from medkg.graph.search.question import Concept, Word, facet, with_similar, words
from medkg.graph.search.words import folded, key, tokens

_FEW = 5  # hits below which near misses are looked for as well
_READ = 200  # rows of each kind that are compared by name


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A dataset found, why in a few words, and how well it answers between 0 and 1."""

    slug: str
    label: str
    why: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    number: int
    slug: str
    label: str
    names: tuple[str, ...]


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
        facets = [
            facet(connection, scheme, each)
            for scheme, chosen in (("modality", modality), ("anatomy", anatomy), ("task", task))
            for each in chosen
        ]
        found: dict[str, Hit] = {}
        for hit in _hits(connection, text, facets, limit):
            found.setdefault(hit.slug, hit)
            if len(found) >= limit:
                break
    return list(found.values())


def connect(path: Path) -> sqlite3.Connection:
    """A connection to a search index, for reading."""
    if not path.is_file():
        raise SnapshotError(f"{path} is missing, so names cannot be looked up; run `medkg build`")
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)


def _hits(connection: sqlite3.Connection, text: str, facets: Sequence[Concept], limit: int) -> Iterator[Hit]:
    """Hits of ever looser kinds; a dataset may come more than once."""
    asked = words(connection, text)
    if not asked:
        yield from _by_expression(connection, "", asked, facets, "", limit, 0.5)
        return
    seen = set()
    for hit in _exact(connection, text, facets):
        seen.add(hit.slug)
        yield hit
    for hit in _together(connection, asked, text, facets, limit, 0.9):
        seen.add(hit.slug)
        yield hit
    if len(seen) < _FEW:
        wider = with_similar(connection, asked)
        yield from _together(connection, wider, text, facets, limit, 0.6)
        yield from _apart(connection, wider, text, facets, limit)
