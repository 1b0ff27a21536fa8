"""Stored queries under their own addresses: `/query/<name>?anatomy=liver` leads to the query with its values in it.

A form needs no script that way: values come as people write them, and what is wrong with one is told in words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound

from medkg.http.query_parameters import given, refuse_others, takes
from medkg.queries import Names, StoredQuery, load
from medkg.site.context import SiteContext, cached_per_snapshot, current_context
from medkg.site.pages import addresses

questions = Blueprint("questions", __name__)

_TEXT = "application/sparql-query"


@questions.get("/query/<name>")
@takes("the parameters of the question", by_path=True)
def question(name: str) -> Response:
    """The answer to a stored query with the values given; the query itself for those who accept that alone."""
    now = current_context()
    query = stored(now).get(name)
    if query is None:
        raise NotFound(f"There is no question {name!r}.")
    refuse_others(request.args, query.parameters)
    values = {key: value.strip() for key, value in given().items()}
    text = asked(query, values, Names(now.store, now.index))
    if request.accept_mimetypes.best_match([_TEXT, "text/html"], "text/html") == _TEXT:
        response = Response(text, content_type=f"{_TEXT}; charset=utf-8")
    else:
        # https://www.rfc-editor.org/rfc/rfc9110#section-15.4.4
        address = addresses().at(f"/sparql?{urlencode({'query': text})}")
        response = Response(status=303, headers={"Location": address})
    response.vary.add("Accept")
    return response


@cached_per_snapshot
def stored(now: SiteContext) -> dict[str, StoredQuery]:
    """The stored queries by name."""
    return dict(load(now.resources / "queries", now.prefixes))


def asked(query: StoredQuery, given: Mapping[str, str], names: Names) -> str:
    """The text of a stored query with values, under its question; a `ParameterError` where one will not do."""
    bound = replace(query, text=query.asked(given or query.expects.given, names))
    return f"# {query.question}\n{bound.sparql}"
