"""The schemes of the index and the facets that are made of them: what a dataset can be chosen by, in order of showing.

A facet is named as the parameter of an address and the option of the command line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from medkg.graph.search.spans import Span
from medkg.model.facts import FIELDS

UNKNOWN = "unknown"
"""The key of what nobody states or all dispute."""

CONDITION = "condition"
"""The vocabulary of what licences allow, ask for and forbid."""

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
"""What may be known of a dataset's lineage, with its label in English and Chinese."""

UNKNOWNS = {
    CONDITION: ("Licence not known", "许可证未知"),
    "year": ("Year not known", "年份未知"),
    "cases": ("Number of cases not known", "病例数未知"),
}
"""The labels of what is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """Something that datasets are chosen by.

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
"""The orders of an answer, with what they are called."""


def concept_fields() -> Iterator[tuple[str, str]]:
    """Each field of an entry that holds concepts, with its vocabulary: these are searched as texts too."""
    yield from ((field, each.vocabulary) for field, each in FIELDS.items() if each.vocabulary)
    yield from (("licence", "licence"), ("events", "venue"))
