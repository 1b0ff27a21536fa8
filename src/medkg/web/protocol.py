"""The SPARQL endpoint: `/sparql` by GET and by both forms of POST.

https://www.w3.org/TR/sparql11-protocol/
"""

from __future__ import annotations

import re

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import BadRequest

from medkg.evaluation import HTML, RESULTS, evaluate, negotiate, offers, serialize
from medkg.web.answers import chosen, page, reply
from medkg.web.parameters import FORM, QUERY, Question, question
from medkg.web.served import served

protocol = Blueprint("protocol", __name__)

# answers that differ from one asking to the next carry no validator
_FICKLE = re.compile(r"\b(?:NOW|RAND|UUID|STRUUID|BNODE)\b", re.IGNORECASE)


@protocol.route("/sparql", methods=["GET", "POST"])
def endpoint() -> Response:
    """The answer to a query; without one a form for browsers, and for others word of what is missing."""
    asked = question(request)
    if asked.query is not None:
        return _answer(asked, asked.query)
    wanted = negotiate(request.accept_mimetypes, (*RESULTS, HTML))
    if request.method != "POST" and wanted is not None and wanted[0] is HTML:
        return page(render_template("sparql.html"))
    raise BadRequest(f"There is no query. Send GET /sparql?query=…, or POST it as {FORM} (query=…) or as {QUERY}.")


def _answer(asked: Question, query: str) -> Response:
    """What a query finds, in the format the client likes best."""
    now = served()
    results = evaluate(
        now.store, query, prefixes=now.prefixes, default_graphs=asked.default_graphs, named_graphs=asked.named_graphs
    )
    form, media_type = chosen(offers(results), asked.format)
    identity = (now.revision, query, *asked.default_graphs, "named", *asked.named_graphs)
    return reply(
        lambda: serialize(results, form, prefixes=now.prefixes),
        media_type,
        identity=None if _FICKLE.search(query) else identity,
    )
