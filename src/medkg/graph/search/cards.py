"""What an answer shows of each dataset, out of the index: its names, year, size, and the concepts stated of it."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

_AT_ONCE = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A value as it is shown: its key in its scheme, and its labels."""

    key: str
    label: str
    label_zh: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One dataset of an answer; `terms` by scheme, each with what is stated of the dataset itself."""

    slug: str
    label: str
    label_zh: str | None
    is_series: bool
    year: int | None
    cases: int | None
    is_rounded: bool
    terms: Mapping[str, tuple[Term, ...]]


def cards(connection: sqlite3.Connection, numbers: Sequence[int]) -> Iterator[Card]:
    """The cards of datasets, in the order given."""
    terms = {
        number: (scheme, Term(key=key, label=label, label_zh=zh))
        for number, scheme, key, label, zh in _values(connection)
    }
    for start in range(0, len(numbers), _AT_ONCE):
        yield from _some(connection, numbers[start : start + _AT_ONCE], terms)


def _values(connection: sqlite3.Connection) -> Iterator[tuple[int, str, str, str, str | None]]:
    return connection.execute("SELECT id, scheme, key, label, label_zh FROM value")


def _some(
    connection: sqlite3.Connection, numbers: Sequence[int], terms: Mapping[int, tuple[str, Term]]
) -> Iterator[Card]:
    those = f"IN ({','.join(map(str, numbers))})"
    borne: dict[int, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
    for dataset, value in connection.execute(f"SELECT dataset, value FROM bearing WHERE dataset {those}"):
        scheme, term = terms[value]
        borne[dataset][scheme].append(term)
    rows = connection.execute(
        f"SELECT id, slug, label, label_zh, is_series, year, cases, is_rounded FROM dataset WHERE id {those}"
    )
    found = {
        number: Card(
            slug=slug,
            label=label,
            label_zh=label_zh,
            is_series=bool(is_series),
            year=year,
            cases=cases,
            is_rounded=bool(is_rounded),
            terms={scheme: tuple(several) for scheme, several in borne[number].items()},
        )
        for number, slug, label, label_zh, is_series, year, cases, is_rounded in rows
    }
    return (found[number] for number in numbers)
