"""What a request to the endpoint asks, out of its URL and body.

https://www.w3.org/TR/sparql11-protocol/#query-operation
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl

from werkzeug.exceptions import BadRequest, Forbidden, UnsupportedMediaType
from werkzeug.wrappers import Request

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"

MOST_FIELDS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A query with the RDF dataset and the format the request names; `query` is None where there is none."""

    query: str | None
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    format: str | None = None


def question(request: Request) -> Question:
    """What a request asks; an HTTP exception where it is no request of the query protocol."""
    fields = list(_fields(request))
    _refuse_update(request, {name for name, _ in fields})
    queries = _values(fields, "query")
    if len(queries) > 1:
        raise BadRequest(f"Give one query; this request has {len(queries)}.")
    return Question(
        query=queries[0] if queries else None,
        default_graphs=_values(fields, "default-graph-uri"),
        named_graphs=_values(fields, "named-graph-uri"),
        format=next(iter(_values(fields, "format")), None),
    )


def _fields(request: Request) -> Iterator[tuple[str, str]]:
    """Name and value of every parameter, whichever way it was sent."""
    yield from _decoded(request.query_string)
    if request.method != "POST":
        return
    _refuse_charset(request)
    if request.mimetype == FORM:
        yield from _decoded(request.get_data())
    elif request.mimetype == QUERY:
        yield "query", _text(request.get_data())
    elif request.mimetype == UPDATE:
        yield "update", ""
    else:
        given = request.mimetype or "no media type"
        raise UnsupportedMediaType(f"A query is posted as {FORM} or {QUERY}, not as {given}.")


def _refuse_charset(request: Request) -> None:
    """Refuse any charset but UTF-8, said or unsaid, with 415."""
    charset = request.mimetype_params.get("charset", "utf-8")
    if charset.lower() not in {"utf-8", "utf8", "us-ascii"}:
        raise UnsupportedMediaType(f"Send UTF-8, not {charset}.")


def _refuse_update(request: Request, names: set[str]) -> None:
    """Refuse with 400 what no request may hold, with 403 an update."""
    if "update" in names and request.method != "POST":
        raise BadRequest("An update is never sent by GET; this endpoint answers queries: send 'query'.")
    if "update" in names:
        raise Forbidden("This endpoint only answers queries; the graph is changed by editing its data files.")
    if names & {"using-graph-uri", "using-named-graph-uri"}:
        raise BadRequest("The graphs of a query are named by default-graph-uri and named-graph-uri.")


def _decoded(encoded: bytes) -> list[tuple[str, str]]:
    """Name and value of each field of a URL-encoded text; bytes that are not UTF-8 are an error, not U+FFFD."""
    try:
        return parse_qsl(encoded.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except UnicodeDecodeError as error:
        raise BadRequest("The parameters are not percent-encoded UTF-8.") from error
    except ValueError as error:
        raise BadRequest(f"At most {MOST_FIELDS} parameters, please.") from error


def _text(body: bytes) -> str:
    """A body as text."""
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise BadRequest(f"The body is not UTF-8: byte {error.start + 1} cannot be read.") from error


def _values(fields: list[tuple[str, str]], name: str) -> tuple[str, ...]:
    """Every value of a parameter."""
    return tuple(value for each, value in fields if each == name)
