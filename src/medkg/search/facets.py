"""Facets of a search: the values chosen of each by name, and how many datasets each value has among those allowed."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from medkg.choices import require_choice
from medkg.errors import UnknownName
from medkg.model.names import fold_accents
from medkg.search import index
from medkg.search.index import BitSet, datasets_between
from medkg.search.name_forms import singulars
from medkg.search.schemes import FACETS, Facet, span

FacetNames = Mapping[str, Sequence[str]]
"""By facet, the names of the values chosen, as people write them."""

_MOST_SUGGESTED_NAMES = 6
_MOST_SUGGESTED_LABELS = 3
_LEAST_SIMILARITY_PERCENT = 60
_LARGE_WHOLE = 0.5
"""The share of the largest whole of a hierarchy above which a whole is large."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetChoice:
    """One chosen value of a facet, with all datasets that bear it."""

    key: str
    label: str
    label_zh: str | None
    members: BitSet


FacetChoices = Mapping[str, tuple[FacetChoice, ...]]
"""By facet with any chosen values, those values in the order of their keys."""


def facet_choices(connection: sqlite3.Connection, names: FacetNames) -> dict[str, tuple[FacetChoice, ...]]:
    """The values that names choose of each facet; `UnknownName` for an unknown facet, or a name that no value has."""
    for name in names:
        require_choice(name, [facet.name for facet in FACETS], kind="facet")
    choices: dict[str, tuple[FacetChoice, ...]] = {}
    for facet in FACETS:
        by_key = {
            value.key: value for value in (_choice(connection, facet, name) for name in names.get(facet.name, ()))
        }
        if by_key:
            choices[facet.name] = tuple(by_key[key] for key in sorted(by_key))
    return choices


def filter_by_facets(members: BitSet, choices: FacetChoices, *, ignored_facet: str | None = None) -> BitSet:
    """The datasets of a set that bear one of the chosen values of every facet, but for one that is ignored."""
    for facet, values in choices.items():
        if facet != ignored_facet:
            members &= reduce(or_, (value.members for value in values), 0)
    return members


def _choice(connection: sqlite3.Connection, facet: Facet, name: str) -> FacetChoice:
    """The value of a facet with a name, synonym or key in either language, or a span of numbers."""
    numbers = span(name) if facet.is_span else None
    if numbers:
        members = datasets_between(connection, facet.scheme, numbers.low, numbers.high)
        label = numbers.words(is_grouped=facet.scheme == "cases")
        return FacetChoice(key=numbers.key, label=label, label_zh=None, members=members)
    for form in singulars(fold_accents(name)):
        row = connection.execute(
            "SELECT v.key, v.label, v.label_zh, v.members FROM value_name n JOIN value v ON v.id = n.value"
            " WHERE n.text = ? AND v.scheme = ? ORDER BY n.standing, v.id LIMIT 1",
            [form, facet.scheme],
        ).fetchone()
        if row:
            key, label, label_zh, content = row
            return FacetChoice(key=key, label=label, label_zh=label_zh, members=index.from_bytes(content))
    raise UnknownName(f"{name!r} is no {facet.label.lower()} in the graph{_advice(connection, facet, name)}")


def _advice(connection: sqlite3.Connection, facet: Facet, name: str) -> str:
    """The end of a message about an unknown value: the form of a span, or similar labels."""
    from rapidfuzz import fuzz, process  # only a mistake needs it

    if facet.is_span:
        return "; write a number or a span such as 10-99 or 1000-"
    rows = connection.execute(
        "SELECT n.text, v.label FROM value_name n JOIN value v ON v.id = n.value WHERE v.scheme = ?"
        " ORDER BY n.standing, v.id",
        [facet.scheme],
    )
    labels = dict(reversed(rows.fetchall()))
    similar = process.extract(
        fold_accents(name),
        sorted(labels),
        scorer=fuzz.ratio,
        limit=_MOST_SUGGESTED_NAMES,
        score_cutoff=_LEAST_SIMILARITY_PERCENT,
    )
    suggestions = list(dict.fromkeys(labels[text] for text, _, _ in similar))[:_MOST_SUGGESTED_LABELS]
    return f"; did you mean {' or '.join(suggestions)}?" if suggestions else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetValue:
    """One value of a facet: how many datasets bear it or a narrower one, and the narrower ones, each once."""

    key: str
    label: str
    label_zh: str | None
    count: int
    is_chosen: bool
    narrower: tuple[FacetValue, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether a narrower value is chosen."""
        return any(value.is_chosen or value.is_open for value in self.narrower)


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetCounts:
    """One facet with those of its values that have datasets or are chosen."""

    facet: Facet
    values: tuple[FacetValue, ...]


_ValueRow = tuple[str, str, str | None, bytes]
"""Key, label in both languages, members."""


def facet_counts(
    connection: sqlite3.Connection, matched: BitSet, choices: FacetChoices, *, under_all: bool = False
) -> Iterator[FacetCounts]:
    """Every facet, counted among the datasets that a text finds and that the other facets allow.

    A value stands under the first of the wider ones it has, or `under_all` of them.
    """
    for facet in FACETS:
        among = filter_by_facets(matched, choices, ignored_facet=facet.name)
        rows = _rows_by_parent(connection, facet, under_all=under_all)
        chosen = {value.key: value for value in choices.get(facet.name, ())}
        keys = {key for siblings in rows.values() for key, *_ in siblings}
        spans = (_span_value(value, among) for key, value in chosen.items() if key not in keys)
        yield FacetCounts(
            facet=facet, values=(*spans, *_values_under("", rows, among, chosen, is_ranked=facet.is_ranked))
        )


def _rows_by_parent(connection: sqlite3.Connection, facet: Facet, *, under_all: bool) -> Mapping[str, list[_ValueRow]]:
    """The values of a facet, by the key of the wider value they stand under, empty where there is none."""
    by_parent: dict[str, list[_ValueRow]] = defaultdict(list)
    rows = connection.execute(
        "SELECT key, label, label_zh, members, parents FROM value WHERE scheme = ? ORDER BY id", [facet.scheme]
    )
    for *row, parents in rows:
        keys = parents.split() or [""]
        for parent in keys if under_all else keys[:1]:
            by_parent[parent].append(tuple(row))
    return by_parent


def _values_under(
    parent: str,
    rows: Mapping[str, list[_ValueRow]],
    among: BitSet,
    chosen: Mapping[str, FacetChoice],
    *,
    is_ranked: bool,
) -> tuple[FacetValue, ...]:
    """The values under a parent that have datasets or are chosen, or have such values under them."""
    values = []
    for key, label, label_zh, content in rows.get(parent, ()):
        count = (index.from_bytes(content) & among).bit_count()
        narrower = _values_under(key, rows, among, chosen, is_ranked=is_ranked)
        if count or narrower or key in chosen:
            values.append(
                FacetValue(
                    key=key, label=label, label_zh=label_zh, count=count, is_chosen=key in chosen, narrower=narrower
                )
            )
    return tuple(sorted(values, key=lambda value: -value.count if is_ranked else 0))


def _span_value(value: FacetChoice, among: BitSet) -> FacetValue:
    """A chosen span that is none of those of the index."""
    count = (value.members & among).bit_count()
    return FacetValue(key=value.key, label=value.label, label_zh=value.label_zh, count=count, is_chosen=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A whole of a hierarchy with those of its parts, at any depth, that have most datasets."""

    whole: FacetValue
    parts: tuple[FacetValue, ...]


def regions(values: Sequence[FacetValue], *, parts: int) -> list[Region]:
    """The regions of a hierarchy with so many parts each, those of most datasets first.

    A large whole whose parts are all wholes is replaced by them: the trunk by thorax, abdomen and pelvis.
    """
    large = _LARGE_WHOLE * max((value.count for value in values), default=0)
    wholes = {value.key: value for value in _wholes(values, large)}
    unsorted = [Region(whole=whole, parts=_most_frequent_parts(whole, parts)) for whole in wholes.values()]
    return sorted(unsorted, key=lambda region: -region.whole.count)


def _wholes(values: Iterable[FacetValue], large: float) -> Iterator[FacetValue]:
    for value in values:
        if value.count > large and len(value.narrower) > 1 and all(part.narrower for part in value.narrower):
            yield from _wholes(value.narrower, large)
        else:
            yield value


def _most_frequent_parts(whole: FacetValue, number: int) -> tuple[FacetValue, ...]:
    parts = {part.key: part for part in _all_parts(whole)}
    return tuple(sorted(parts.values(), key=lambda part: -part.count)[:number])


def _all_parts(whole: FacetValue) -> Iterator[FacetValue]:
    for part in whole.narrower:
        yield part
        yield from _all_parts(part)
