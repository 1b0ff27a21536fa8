"""Spans of whole numbers as addresses write them: `2021`, `100-999`, `1000-`."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SPAN = re.compile(r"(?P<one>[0-9]{1,12})|(?P<low>[0-9]{1,12})?[-–](?P<high>[0-9]{1,12})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """All numbers from `low` to `high`, both included; None leaves an end open."""

    low: int | None
    high: int | None

    @property
    def key(self) -> str:
        """The span as addresses write it.

        >>> Span(low=1000, high=None).key, Span(low=2021, high=2021).key
        ('1000-', '2021')
        """
        if self.low == self.high:
            return str(self.low)
        return f"{'' if self.low is None else self.low}-{'' if self.high is None else self.high}"

    def words(self, *, is_grouped: bool) -> str:
        """The span as people read it, with or without commas between thousands.

        >>> Span(low=1000, high=9999).words(is_grouped=True), Span(low=None, high=1999).words(is_grouped=False)
        ('1,000–9,999', 'up to 1999')
        """
        low, high = (None if each is None else f"{each:,}" if is_grouped else str(each) for each in self.ends)
        if low is None:
            return f"up to {high}"
        if high is None:
            return f"{low} or more"
        return low if low == high else f"{low}–{high}"

    @property
    def ends(self) -> tuple[int | None, int | None]:
        """Both ends."""
        return self.low, self.high

    def holds(self, number: int) -> bool:
        """Whether a number is in it."""
        return (self.low is None or self.low <= number) and (self.high is None or number <= self.high)


def span(text: str) -> Span | None:
    """The span that a text writes; None where it writes none.

    >>> span("2015-"), span("99-1"), span("big")
    (Span(low=2015, high=None), None, None)
    """
    match = _SPAN.fullmatch(re.sub(r"[\s,]", "", text))
    if match is None or not any(match.groups()):
        return None
    low, high = (
        None if end is None else int(end) for end in (match["one"] or match["low"], match["one"] or match["high"])
    )
    if low is not None and high is not None and low > high:
        return None
    return Span(low=low, high=high)
