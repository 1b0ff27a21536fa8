"""A rule: a permanent code, a sentence that must hold, and a function that yields its violations."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from medkg.model.collection import Kind, Records
from medkg.model.fields import DATE


class Violation(NamedTuple):
    """A place where a rule does not hold, with the message for the curator."""

    kind: Kind
    name: str
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule on records whose files are each in order."""

    code: str
    sentence: str
    violations: Callable[[Records], Iterator[Violation]]


def cycles(edges: Mapping[str, Collection[str]]) -> Iterator[list[str]]:
    """At least one cycle of each strongly connected part of a graph, its first node once more at the end.

    >>> list(cycles({"a": ["b"], "b": ["c", "b"], "c": ["a"]}))
    [['a', 'b', 'c', 'a'], ['b', 'b']]
    """
    for start in sorted(edges):
        path = _shortest_cycle(start, edges)
        if path and min(path) == start:
            yield path


def _shortest_cycle(start: str, edges: Mapping[str, Collection[str]]) -> list[str] | None:
    """The shortest cycle through a node; None where there is none."""
    paths = [[start]]
    seen: set[str] = set()
    for path in paths:
        for target in edges.get(path[-1], ()):
            if target == start:
                return [*path, start]
            if target not in seen:
                seen.add(target)
                paths.append([*path, target])
    return None


def is_date(text: str) -> bool:
    """Whether a text is a year, month or day of the calendar.

    >>> is_date("2022"), is_date("2022-07"), is_date("2022-02-30"), is_date("soon")
    (True, True, False, False)
    """
    if not re.fullmatch(DATE, text, re.ASCII):
        return False
    try:
        date(*map(int, f"{text}-01-01"[:10].split("-")))
    except ValueError:
        return False
    return True
