"""A search as an address has it, in one canonical form, so that the same search has one address.

What a beginning may become, for the completion of names while they are typed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import quote, urlencode

from flask import Blueprint, Response
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest

from medkg.http.query_parameters import given, takes, value
from medkg.search import FACETS, KINDS, SORTS, Suggestion, completions
from medkg.site.context import current_context
from medkg.site.pages import addresses, reply

MOST_NAMES = 50
"""How many values of a facet may be chosen."""

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
        """The search that the parameters of an address ask for; 400 where one of them makes no sense."""
        text, page = " ".join(arguments.get("q", "").split()), arguments.get("page", "1").strip()
        if len(text) > _LONGEST_TEXT:
            raise BadRequest(f"q may have {_LONGEST_TEXT} characters, not {len(text):,}")
        if re.fullmatch("0*[1-9][0-9]{0,5}", page) is None:
            raise BadRequest(f"page is a number from 1 up, not {page[:_LONGEST_TEXT]!r}")
        chosen = {each.name: tuple(arguments.getlist(each.name)) for each in FACETS}
        return cls(
            text=text,
            names={name: names for name, names in chosen.items() if names},
            sort=value("sort", arguments.get("sort", "best").strip(), SORTS),
            page=int(page),
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


complete = Blueprint("complete", __name__)

_LONGEST = 100


@complete.get("/complete")
@takes("q", repeatable={"kind": len(KINDS)})
def suggestions() -> Response:
    """At most ten things whose names begin so, or hold such words, as JSON; `kind` limits them to kinds of things."""
    now = current_context()
    text = given().get("q", "")[:_LONGEST]
    wanted = [value("kind", each, KINDS) for each in given().getlist("kind")]
    kinds = tuple(each for each in KINDS if each in wanted) or KINDS
    return reply(
        lambda: _document(completions(now.index, text, kinds=kinds)),
        "application/json",
        identity=(now.state, addresses().root, "complete", text, *kinds),
    )


def _document(found: list[Suggestion]) -> bytes:
    root = addresses().root
    plain = [
        {
            "slug": each.slug,
            "label": each.label,
            "label_zh": each.label_zh,
            "kind": each.kind,
            "url": _address(each, root),
        }
        for each in found
    ]
    return json.dumps(plain, ensure_ascii=False).encode()


def _address(suggestion: Suggestion, root: str) -> str:
    """The page of a dataset or challenge edition; the search for the datasets of a concept."""
    if suggestion.kind in ("dataset", "challenge"):
        return f"{root}{suggestion.kind}/{suggestion.slug}"
    return Inquiry(names={suggestion.kind: (suggestion.slug,)}).address(root)
