"""The dataset search of an address, in one canonical form, and the completion of names while they are typed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import quote, urlencode

from flask import Blueprint, Response
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest

from medkg.http.query_parameters import query_arguments, require_choice, takes
from medkg.search import FACETS, KINDS, SORTS, Suggestion, completions
from medkg.site.context import current_context
from medkg.site.pages import addresses, reply

MAX_VALUES_PER_FACET = 50
MAX_TEXT_CHARACTERS = 200
MAX_PREFIX_CHARACTERS = 100
"""The longest beginning of a name that is completed."""

_Names = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetSearch:
    """A text, the chosen values of each facet, the order of hits and the number of the page."""

    text: str = ""
    names: _Names = field(default_factory=dict, hash=False)
    sort: str = "best"
    page: int = 1

    @classmethod
    def read(cls, arguments: MultiDict[str, str]) -> DatasetSearch:
        """The search of the parameters of an address; 400 where one of them has no valid value."""
        text, page = " ".join(arguments.get("q", "").split()), arguments.get("page", "1").strip()
        if len(text) > MAX_TEXT_CHARACTERS:
            raise BadRequest(f"q may have {MAX_TEXT_CHARACTERS} characters, not {len(text):,}")
        if re.fullmatch("0*[1-9][0-9]{0,5}", page) is None:
            raise BadRequest(f"page is a number from 1 up, not {page[:MAX_TEXT_CHARACTERS]!r}")
        chosen = {facet.name: tuple(arguments.getlist(facet.name)) for facet in FACETS}
        return cls(
            text=text,
            names={name: names for name, names in chosen.items() if names},
            sort=require_choice("sort", arguments.get("sort", "best").strip(), SORTS),
            page=int(page),
        )

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """The parameters of its address in canonical order, without default values."""
        chosen = [(facet.name, name) for facet in FACETS for name in self.names.get(facet.name, ())]
        return [
            *([("q", self.text)] if self.text else []),
            *chosen,
            *([("sort", self.sort)] if self.sort != "best" else []),
            *([("page", str(self.page))] if self.page > 1 else []),
        ]

    def query(self, form: str | None = None) -> str:
        """The query string of its address, with `format` where a format is given.

        >>> DatasetSearch(text="肝 CT", names={"anatomy": ("liver",)}).query()
        'q=%E8%82%9D%20CT&anatomy=liver'
        """
        return urlencode([*self.parameters, *([("format", form)] if form else [])], quote_via=quote)

    def address(self, root: str = "/", form: str | None = None) -> str:
        """Its address on a site, with `format` where a format is given."""
        query = self.query(form)
        return f"{root}datasets?{query}" if query else f"{root}datasets"

    def choosing(self, facet: str, names: Iterable[str]) -> DatasetSearch:
        """The same search with other values of a facet, from its first page."""
        chosen = {**self.names, facet: tuple(sorted(names))}
        return replace(self, names={name: values for name, values in chosen.items() if values}, page=1)

    def toggle(self, facet: str, name: str) -> DatasetSearch:
        """The same search with a value of a facet added, or removed where it is chosen."""
        return self.choosing(facet, {*self.names.get(facet, ())} ^ {name})


complete = Blueprint("complete", __name__)


@complete.get("/complete")
@takes("q", repeatable={"kind": len(KINDS)}, media_types=("application/json",))
def completion() -> Response:
    """At most ten things with a name or a word that begins with `q`, as JSON; `kind` selects kinds of things."""
    context = current_context()
    text = query_arguments().get("q", "")[:MAX_PREFIX_CHARACTERS]
    requested = [require_choice("kind", kind, KINDS) for kind in query_arguments().getlist("kind")]
    kinds = tuple(kind for kind in KINDS if kind in requested) or KINDS
    return reply(
        lambda: _document(completions(context.index, text, kinds=kinds)),
        "application/json",
        identity=(context.version, addresses().root, "complete", text, *kinds),
    )


def _document(suggestions: list[Suggestion]) -> bytes:
    root = addresses().root
    entries = [
        {
            "slug": suggestion.slug,
            "label": suggestion.label,
            "label_zh": suggestion.label_zh,
            "kind": suggestion.kind,
            "url": _address(suggestion, root),
        }
        for suggestion in suggestions
    ]
    return json.dumps(entries, ensure_ascii=False).encode()


def _address(suggestion: Suggestion, root: str) -> str:
    """The page of a dataset or challenge edition; the search for the datasets of a concept."""
    if suggestion.kind in ("dataset", "challenge"):
        return f"{root}{suggestion.kind}/{suggestion.slug}"
    return DatasetSearch(names={suggestion.kind: (suggestion.slug,)}).address(root)
