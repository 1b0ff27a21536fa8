"""The rule by which two values of a slot agree, for beliefs and pages: equal, or one a less exact form of the other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from medkg.model.entries import Count, Licence
from medkg.model.facts import Fact
from medkg.model.fields import DATE


def agree(one: Fact, other: Fact) -> bool:
    """Whether two values are equal, or one is a less exact form of the other.

    >>> agree("2022", "2022-04"), agree("2022-05", "2022-04")
    (True, False)
    """
    return one == other or _is_less_exact(one, other) or _is_less_exact(other, one)


def agreed_value(values: Sequence[Fact]) -> Fact | None:
    """The most exact of some values, if all agree with it; None where one does not, or where there is no value."""
    best = max(values, key=_exactness, default=None)
    return best if best is not None and all(agree(value, best) for value in values) else None


def without_rounded_values(values: Iterable[Fact]) -> dict[Fact, None]:
    """The values less each approximate count of which the same number is there as an exact one."""
    kept = dict.fromkeys(values)
    return {
        value: None
        for value in kept
        if not (isinstance(value, Count) and value.approximate and replace(value, approximate=False) in kept)
    }


def _is_less_exact(value: Fact, exact: Fact) -> bool:
    """Whether a value is a less exact form of another: a number it may be rounded to, a date it is in, one licence."""
    match value, exact:
        case Count(approximate=True), Count():
            rounding: int = 10 ** (len(str(value.value)) - len(str(value.value).rstrip("0")))
            return abs(value.value - exact.value) <= rounding
        case Licence(), Licence():
            return value.key == exact.key if exact.key else value.text == exact.text and value.key is None
        case str(), str():
            return all(re.fullmatch(DATE, text) for text in (value, exact)) and exact.startswith(value)
    return False


def _exactness(value: Fact) -> tuple[int, str]:
    """The sort key of a value among those that agree with it: exact counts and longer dates last."""
    match value:
        case Count():
            return 0 if value.approximate else 1, ""
        case Licence():
            return 0, ""
        case _:
            return len(str(value)), str(value)
