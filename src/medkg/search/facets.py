"""What is chosen of each facet: names as people write them to values of the index, and these to sets of datasets.

The facets of an answer: how many datasets each value has among those that everything else chosen allows.

A hierarchy as a grid of its regions: wholes that are met often, each with the parts that are met most.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from medkg.choices import require_known
from medkg.errors import UnknownName
from medkg.model.names import folded
from medkg.search import bitsets, index_reader
from medkg.search.bitsets import Members
from medkg.search.schemes import FACETS, Facet, span
from medkg.search.search_text import forms

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
        require_known(name, [each.name for each in FACETS], kind="facet")
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
        members = index_reader.within(connection, facet.scheme, wanted.low, wanted.high)
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
            return Choice(key=named[0], label=named[1], label_zh=named[2], members=bitsets.read(members))
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One value of a facet: how many datasets bear it or a narrower one, and the narrower ones, each once."""

    key: str
    label: str
    label_zh: str | None
    count: int
    is_chosen: bool
    narrower: tuple[Counted, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether something narrower is chosen."""
        return any(each.is_chosen or each.is_open for each in self.narrower)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """One facet with those of its values that have datasets or are chosen."""

    facet: Facet
    values: tuple[Counted, ...]


Row = tuple[str, str, str | None, bytes]
"""Key, label in both languages, members."""


def counts(
    connection: sqlite3.Connection, matched: Members, chosen: Chosen, *, under_all: bool = False
) -> Iterator[Counts]:
    """Every facet, counted among the datasets that a text finds and that the other facets allow.

    A value stands under the first of the wider ones it has, or `under_all` of them.
    """
    for facet in FACETS:
        among = allowed(chosen, matched, but=facet.name)
        below = _rows(connection, facet, under_all=under_all)
        choices = {each.key: each for each in chosen.get(facet.name, ())}
        known = {key for several in below.values() for key, *_ in several}
        spans = (_of_span(each, among) for key, each in choices.items() if key not in known)
        yield Counts(facet=facet, values=(*spans, *_under("", below, among, choices, is_ranked=facet.is_ranked)))


def _rows(connection: sqlite3.Connection, facet: Facet, *, under_all: bool) -> Mapping[str, list[Row]]:
    """The values of a facet, by the key of the wider ones they stand under, none where there is none."""
    found: dict[str, list[Row]] = defaultdict(list)
    rows = connection.execute(
        "SELECT key, label, label_zh, members, parents FROM value WHERE scheme = ? ORDER BY id", [facet.scheme]
    )
    for *row, parents in rows:
        several = parents.split() or [""]
        for parent in several if under_all else several[:1]:
            found[parent].append(tuple(row))
    return found


def _under(
    parent: str,
    below: Mapping[str, list[Row]],
    among: Members,
    chosen: Mapping[str, Choice],
    *,
    is_ranked: bool,
) -> tuple[Counted, ...]:
    """The values under a parent that have datasets or are chosen, or have such values under them."""
    found = []
    for key, label, label_zh, members in below.get(parent, ()):
        count = (bitsets.read(members) & among).bit_count()
        narrower = _under(key, below, among, chosen, is_ranked=is_ranked)
        if count or narrower or key in chosen:
            found.append(
                Counted(
                    key=key, label=label, label_zh=label_zh, count=count, is_chosen=key in chosen, narrower=narrower
                )
            )
    return tuple(sorted(found, key=lambda each: -each.count if is_ranked else 0))


def _of_span(choice: Choice, among: Members) -> Counted:
    """A span that was asked for and is none of those of the index."""
    count = (choice.members & among).bit_count()
    return Counted(key=choice.key, label=choice.label, label_zh=choice.label_zh, count=count, is_chosen=True)


_LARGE = 0.5  # of the largest whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A whole with those of its parts, however small, that most datasets are of."""

    whole: Counted
    parts: tuple[Counted, ...]


def regions(values: Sequence[Counted], *, parts: int) -> list[Region]:
    """The regions of a hierarchy with so many parts each, those of most datasets first.

    A large whole that has nothing but wholes for parts gives way to them: the trunk to thorax, abdomen and pelvis.
    """
    large = _LARGE * max((each.count for each in values), default=0)
    wholes = {each.key: each for each in _wholes(values, large)}
    found = [Region(whole=each, parts=_most(each, parts)) for each in wholes.values()]
    return sorted(found, key=lambda each: -each.whole.count)


def _wholes(values: Iterable[Counted], large: float) -> Iterator[Counted]:
    for each in values:
        if each.count > large and len(each.narrower) > 1 and all(part.narrower for part in each.narrower):
            yield from _wholes(each.narrower, large)
        else:
            yield each


def _most(whole: Counted, number: int) -> tuple[Counted, ...]:
    """The parts of a whole that most datasets are of."""
    found = {each.key: each for each in _all_parts(whole)}
    return tuple(sorted(found.values(), key=lambda each: -each.count)[:number])


def _all_parts(whole: Counted) -> Iterator[Counted]:
    for each in whole.narrower:
        yield each
        yield from _all_parts(each)
