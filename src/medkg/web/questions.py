"""Stored queries under their own addresses: `/query/<name>?anatomy=liver` leads to the query with its values in it.

A form needs no script that way: values come as people write them, and what is wrong with one is told in words.
"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, request
from werkzeug.exceptions import NotFound

from medkg.graph.queries import Names, StoredQuery, load
from medkg.web.remembered import remembered
from medkg.web.served import Served, served

questions = Blueprint("questions", __name__)

_TEXT = "application/sparql-query"


@questions.get("/query/<name>")
def question(name: str) -> Response:
    """The answer to a stored query with the values given; the query itself for those who accept that alone."""
    now = served()
    query = stored(now).get(name)
    if query is None:
        raise NotFound(f"There is no question {name!r}.")
    given = {key: value.strip() for key, value in request.args.items() if value.strip()}
    text = asked(query, given, Names(now.store))
    if request.accept_mimetypes.best_match([_TEXT, "text/html"], "text/html") == _TEXT:
        response = Response(text, content_type=f"{_TEXT}; charset=utf-8")
    else:
        response = redirect(f"{request.script_root}/sparql?{urlencode({'query': text})}", code=303)
    response.vary.add("Accept")
    return response


@remembered
def stored(now: Served) -> dict[str, StoredQuery]:
    """The stored queries by name."""
    return dict(load(now.resources / "queries", now.prefixes))


def asked(query: StoredQuery, given: dict[str, str], names: Names) -> str:
    """The text of a stored query with values, under its question; a `ParameterError` where one will not do."""
    values = {**query.expects.given, **given} if not given else given
    bound = replace(query, text=query.asked(values, names))
    return f"# {query.question}\n{bound.sparql}"
