"""What is chosen of each facet: names as people write them to values of the index, and these to sets of datasets."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from medkg.choices import choice
from medkg.errors import UnknownName
from medkg.graph.search import reading, sets
from medkg.graph.search.question import forms
from medkg.graph.search.schemes import FACETS, Facet
from medkg.graph.search.sets import Members
from medkg.graph.search.spans import span
from medkg.model.names import folded

Names = Mapping[str, Sequence[str]]
"""Of each facet, what is chosen of it as people write it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One value that is chosen, with all datasets that bear it."""

    key: str
    label: str
    label_zh: str | None
    members: Members


Chosen = Mapping[str, tuple[Choice, ...]]
"""Of each facet of which anything is chosen, what that is, in the order of keys."""


def chosen(connection: sqlite3.Connection, names: Names) -> dict[str, tuple[Choice, ...]]:
    """What names choose of each facet; `UnknownName` for an unknown facet, or a name that no value of it goes by."""
    for name in names:
        choice(name, [each.name for each in FACETS], kind="facet")
    found: dict[str, tuple[Choice, ...]] = {}
    for facet in FACETS:
        choices = {each.key: each for each in (_choice(connection, facet, name) for name in names.get(facet.name, ()))}
        if choices:
            found[facet.name] = tuple(choices[key] for key in sorted(choices))
    return found


def allowed(choices: Chosen, everything: Members, *, but: str | None = None) -> Members:
    """The datasets that bear something of what is chosen of every facet, one facet left aside."""
    found = everything
    for name, several in choices.items():
        if name != but:
            found &= joined(several)
    return found


def joined(choices: Sequence[Choice]) -> Members:
    """The datasets that bear any of some values."""
    found = 0
    for each in choices:
        found |= each.members
    return found


def _choice(connection: sqlite3.Connection, facet: Facet, name: str) -> Choice:
    """The value of a facet that a name, synonym or key in either language stands for, or a span of numbers."""
    wanted = span(name) if facet.is_span else None
    if wanted:
        members = reading.within(connection, facet.scheme, wanted.low, wanted.high)
        label = wanted.words(is_grouped=facet.scheme == "cases")
        return Choice(key=wanted.key, label=label, label_zh=None, members=members)
    for form in forms(folded(name)):
        row = connection.execute(
            "SELECT v.key, v.label, v.label_zh, v.members FROM value_name n JOIN value v ON v.id = n.value"
            " WHERE n.text = ? AND v.scheme = ? ORDER BY n.standing, v.id LIMIT 1",
            [form, facet.scheme],
        ).fetchone()
        if row:
            *named, members = row
            return Choice(key=named[0], label=named[1], label_zh=named[2], members=sets.read(members))
    raise UnknownName(f"{name!r} is no {facet.label.lower()} in the graph{_nearest(connection, facet, name)}")


def _nearest(connection: sqlite3.Connection, facet: Facet, name: str) -> str:
    """The end of a message about an unknown value: how to write one, or the labels that come near."""
    from rapidfuzz import fuzz, process  # only a mistake needs it

    if facet.is_span:
        return "; write a number or a span such as 10-99 or 1000-"
    rows = connection.execute(
        "SELECT n.text, v.label FROM value_name n JOIN value v ON v.id = n.value WHERE v.scheme = ?"
        " ORDER BY n.standing, v.id",
        [facet.scheme],
    )
    labels = dict(reversed(rows.fetchall()))
    near = process.extract(folded(name), sorted(labels), scorer=fuzz.ratio, limit=6, score_cutoff=60)
    meant = list(dict.fromkeys(labels[text] for text, _, _ in near))[:3]
    return f"; did you mean {' or '.join(meant)}?" if meant else ""
