"""The facets by which datasets are chosen, in the order of showing, the schemes of their values, and spans of numbers.

A facet is named as the parameter of an address and the option of the command line; a span is written as `2021`,
`100-999` or `1000-`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from medkg.model.facts import FIELDS

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
        low, high = (None if end is None else f"{end:,}" if is_grouped else str(end) for end in self.ends)
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
    """The span that a text writes; None for any other text.

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


UNKNOWN = "unknown"
"""The key of a value that is not stated, or disputed."""

CONDITION = "condition"
"""The vocabulary of the conditions of licences."""

SIZES = (
    Span(low=0, high=9),
    Span(low=10, high=99),
    Span(low=100, high=999),
    Span(low=1000, high=9999),
    Span(low=10_000, high=None),
)
"""The spans by which numbers of cases are counted."""

LINEAGE = {
    "any": ("Lineage is stated", "有谱系声明"),
    "definite": ("Shares images: definite", "确定共享图像"),
    "possible": ("Shares images: possible", "可能共享图像"),
    "open": ("Sources not named", "来源不明"),
    "none-known": ("No shared images known", "无已知共享图像"),
}
"""The values of the facet of lineage, each with its label in English and Chinese."""

UNKNOWNS = {
    CONDITION: ("Licence not known", "许可证未知"),
    "year": ("Year not known", "年份未知"),
    "cases": ("Number of cases not known", "病例数未知"),
}
"""The label of an unknown value, by scheme, in English and Chinese."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """A property by which datasets are chosen.

    `is_ranked` where the values of most datasets are shown first, `is_span` where any span of numbers can be asked for.
    """

    name: str
    label: str
    scheme: str
    is_ranked: bool = False
    is_span: bool = False


FACETS = (
    Facet(name="anatomy", label="Anatomy", scheme="anatomy", is_ranked=True),
    Facet(name="modality", label="Modality", scheme="modality", is_ranked=True),
    Facet(name="task", label="Task", scheme="task", is_ranked=True),
    Facet(name="licence", label="Licence condition", scheme=CONDITION),
    Facet(name="year", label="Year", scheme="year", is_span=True),
    Facet(name="cases", label="Number of cases", scheme="cases", is_span=True),
    Facet(name="catalog", label="Catalogue", scheme="catalog", is_ranked=True),
    Facet(name="lineage", label="Lineage", scheme="lineage"),
)

SORTS = {"best": "best match", "name": "name", "year": "newest", "cases": "most cases"}
"""The orders of results, with their labels."""


def concept_fields() -> Iterator[tuple[str, str]]:
    """Each field of an entry that holds concepts, with its vocabulary: these are searched as texts too."""
    yield from ((field, declaration.vocabulary) for field, declaration in FIELDS.items() if declaration.vocabulary)
    yield from (("licence", "licence"), ("events", "venue"))
