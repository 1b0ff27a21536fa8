"""The cards of datasets, read from the index: names, year, size and the concepts stated of each."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

_BATCH_SIZE = 5000  # datasets


@dataclass(frozen=True, slots=True, kw_only=True)
class CardValue:
    """A value on a card: its key in its scheme, and its labels."""

    key: str
    label: str
    label_zh: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One dataset of the results; `terms` has by scheme the values stated of the dataset itself."""

    slug: str
    label: str
    label_zh: str | None
    is_series: bool
    year: int | None
    cases: int | None
    is_rounded: bool
    terms: Mapping[str, tuple[CardValue, ...]]


def cards(connection: sqlite3.Connection, numbers: Sequence[int]) -> Iterator[Card]:
    """The cards of datasets, in the order given."""
    rows = connection.execute("SELECT id, scheme, key, label, label_zh FROM value")
    values = {number: (scheme, CardValue(key=key, label=label, label_zh=zh)) for number, scheme, key, label, zh in rows}
    for start in range(0, len(numbers), _BATCH_SIZE):
        yield from _batch(connection, numbers[start : start + _BATCH_SIZE], values)


def _batch(
    connection: sqlite3.Connection, numbers: Sequence[int], values: Mapping[int, tuple[str, CardValue]]
) -> Iterator[Card]:
    numbers_sql = ",".join(map(str, numbers))
    borne: dict[int, dict[str, list[CardValue]]] = defaultdict(lambda: defaultdict(list))
    for dataset, value in connection.execute(f"SELECT dataset, value FROM bearing WHERE dataset IN ({numbers_sql})"):
        scheme, card_value = values[value]
        borne[dataset][scheme].append(card_value)
    rows = connection.execute(
        f"SELECT id, slug, label, label_zh, is_series, year, cases, is_rounded FROM dataset WHERE id IN ({numbers_sql})"
    )
    by_number = {
        number: Card(
            slug=slug,
            label=label,
            label_zh=label_zh,
            is_series=bool(is_series),
            year=year,
            cases=cases,
            is_rounded=bool(is_rounded),
            terms={scheme: tuple(terms) for scheme, terms in borne[number].items()},
        )
        for number, slug, label, label_zh, is_series, year, cases, is_rounded in rows
    }
    return (by_number[number] for number in numbers)
