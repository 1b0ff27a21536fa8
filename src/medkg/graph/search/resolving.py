"""The dataset a name means, as people write it: any alias, any case, hyphens or not; never a guess between two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path

from medkg.errors import UnknownName
from medkg.graph.search.asking import search
from medkg.graph.search.naming import ALIAS, LABEL, SLUG
from medkg.graph.search.reading import connect
from medkg.model.names import folded, key
from medkg.model.prefixes import BASE

_MOST_SHOWN = 8


def resolve(path: Path, name: str) -> str:
    """The slug of the dataset that goes by a name.

    A slug or label decides, exactly written before case and hyphens aside, before any other name;
    `UnknownName` where two are left that a name could mean, or none, with the candidates.
    """
    wanted = name.strip().removeprefix(f"{BASE}dataset/").removeprefix("dataset:")
    with closing(connect(path)) as connection:
        rows = connection.execute(
            "SELECT d.slug, d.label, n.standing, n.text FROM name n JOIN dataset d ON d.id = n.dataset WHERE n.key = ?"
            " ORDER BY n.standing, d.id",
            [key(wanted)],
        ).fetchall()
    choices = {slug: label for slug, label, *_ in rows}
    for meant in _ever_looser(rows, wanted):
        if len(meant) == 1:
            return meant.pop()
        if meant:
            break
    raise UnknownName(_ambiguous(wanted, choices) if choices else _unknown(path, wanted))


def _ever_looser(rows: Sequence[tuple[str, str, int, str]], wanted: str) -> Iterator[set[str]]:
    """The slugs that a name means, by ever looser readings of it."""
    yield {slug for slug, _, standing, text in rows if standing == SLUG and text == wanted}
    yield {slug for slug, _, standing, text in rows if standing == LABEL and text == wanted}
    yield {slug for slug, _, standing, text in rows if standing <= LABEL and folded(text) == folded(wanted)}
    yield {slug for slug, _, standing, _ in rows if standing <= LABEL}
    yield {slug for slug, _, standing, _ in rows if standing <= ALIAS}
    yield {slug for slug, *_ in rows}


def _ambiguous(name: str, choices: Mapping[str, str]) -> str:
    shown = [f"{slug} ({label})" for slug, label in list(choices.items())[:_MOST_SHOWN]]
    return f"{name!r} may be any of {len(choices)} datasets, say which: {', '.join(shown)}"


def _unknown(path: Path, name: str) -> str:
    near = [f"{hit.slug} ({hit.label})" for hit in search(path, name, limit=3)] if key(name) else []
    return f"no dataset is called {name!r}" + (f"; did you mean {' or '.join(near)}?" if near else "")
