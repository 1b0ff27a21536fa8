"""The addresses of stored queries: `/query/<name>?anatomy=liver` redirects to the results of the query with the value.

HTML forms need no script that way: values may be written as labels, and an invalid value gets a readable error.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound

from medkg.http.query_parameters import query_arguments, refuse_others, takes
from medkg.queries import Names, StoredQuery, load
from medkg.site.context import SiteContext, cached_per_snapshot, current_context
from medkg.site.pages import addresses

queries = Blueprint("queries", __name__)

_SPARQL_TYPE = "application/sparql-query"


@queries.get("/query/<name>")
@takes("the parameters of the query", by_path=True, media_types=("text/html", "application/sparql-query"))
def stored_query(name: str) -> Response:
    """The results of a stored query with values; for `Accept: application/sparql-query` its text."""
    context = current_context()
    query = stored_queries(context).get(name)
    if query is None:
        raise NotFound(f"There is no stored query {name!r}.")
    refuse_others(request.args, query.parameters)
    values = {key: value.strip() for key, value in query_arguments().items()}
    text = _text(query, values, Names(context.store, context.index))
    if request.accept_mimetypes.best_match([_SPARQL_TYPE, "text/html"], "text/html") == _SPARQL_TYPE:
        response = Response(text, content_type=f"{_SPARQL_TYPE}; charset=utf-8")
    else:
        # https://www.rfc-editor.org/rfc/rfc9110#section-15.4.4
        address = addresses().at(f"/sparql?{urlencode({'query': text})}")
        response = Response(status=303, headers={"Location": address})
    response.vary.add("Accept")
    return response


@cached_per_snapshot
def stored_queries(context: SiteContext) -> dict[str, StoredQuery]:
    """The stored queries by name."""
    return dict(load(context.resources / "queries", context.prefixes))


def _text(query: StoredQuery, values: Mapping[str, str], names: Names) -> str:
    """The SPARQL text of a stored query with values, after its question; `ParameterError` for an invalid value."""
    bound = replace(query, text=query.with_values(values or query.expects.given, names))
    return f"# {query.question}\n{bound.sparql}"
