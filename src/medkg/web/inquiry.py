"""A search as an address has it, in one canonical form, so that the same search has one address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import quote, urlencode

from werkzeug.datastructures import MultiDict

from medkg.graph.search import FACETS, SORTS

_MOST_NAMES = 50
_LONGEST_TEXT = 200

Names = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """A text, what is chosen of each facet, an order, and which page of the answer is looked at."""

    text: str = ""
    names: Names = field(default_factory=dict, hash=False)
    sort: str = "best"
    page: int = 1

    @classmethod
    def read(cls, arguments: MultiDict[str, str]) -> Inquiry:
        """The search that the parameters of an address ask for; what makes no sense is taken as left out."""
        sort, page = arguments.get("sort", ""), arguments.get("page", "")
        chosen = {each.name: tuple(filter(str.strip, arguments.getlist(each.name)))[:_MOST_NAMES] for each in FACETS}
        return cls(
            text=" ".join(arguments.get("q", "").split())[:_LONGEST_TEXT],
            names={name: names for name, names in chosen.items() if names},
            sort=sort if sort in SORTS else "best",
            page=int(page) if page.isascii() and page.isdigit() and len(page) < 7 and int(page) else 1,
        )

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """The parameters of its address, in their order; what goes without saying is left out."""
        chosen = [(each.name, name) for each in FACETS for name in self.names.get(each.name, ())]
        return [
            *([("q", self.text)] if self.text else []),
            *chosen,
            *([("sort", self.sort)] if self.sort != "best" else []),
            *([("page", str(self.page))] if self.page > 1 else []),
        ]

    def query(self, form: str | None = None) -> str:
        """The query of its address, in a format where one is named.

        >>> Inquiry(text="肝 CT", names={"anatomy": ("liver",)}).query()
        'q=%E8%82%9D%20CT&anatomy=liver'
        """
        return urlencode([*self.parameters, *([("format", form)] if form else [])], quote_via=quote)

    def address(self, root: str = "/", form: str | None = None) -> str:
        """Its address on a site, in a format where one is named."""
        query = self.query(form)
        return f"{root}datasets?{query}" if query else f"{root}datasets"

    def choosing(self, facet: str, names: Iterable[str]) -> Inquiry:
        """The same search with other values of a facet, from its first page."""
        chosen = {**self.names, facet: tuple(sorted(names))}
        return replace(self, names={name: several for name, several in chosen.items() if several}, page=1)

    def toggled(self, facet: str, name: str) -> Inquiry:
        """The same search with a value of a facet, or without it where it is chosen."""
        return self.choosing(facet, {*self.names.get(facet, ())} ^ {name})
