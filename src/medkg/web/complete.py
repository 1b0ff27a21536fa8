"""What a beginning may become, for the completion of names while they are typed."""

from __future__ import annotations

import json

from flask import Blueprint, Response

from medkg.graph.search import KINDS, Suggestion, completions
from medkg.web.addresses import addresses
from medkg.web.answers import reply
from medkg.web.inquiry import Inquiry
from medkg.web.query_parameters import given, takes, value
from medkg.web.served import served

complete = Blueprint("complete", __name__)

_LONGEST = 100


@complete.get("/complete")
@takes("q", repeatable={"kind": len(KINDS)})
def suggestions() -> Response:
    """At most ten things whose names begin so, or hold such words, as JSON; `kind` limits them to kinds of things."""
    now = served()
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
