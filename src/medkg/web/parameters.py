"""What a request to the endpoint asks, out of its URL and body.

https://www.w3.org/TR/sparql11-protocol/#protocol
"""

from __future__ import annotations

import re
from binascii import unhexlify
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from werkzeug.exceptions import BadRequest, MethodNotAllowed, UnsupportedMediaType

from medkg.evaluation.nesting import refuse_length
from medkg.web.messages import Request

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"

MOST_FIELDS = 1000

_ESCAPES = re.compile(rb"(?:%[0-9A-Fa-f]{2})++")
_DECIMAL = re.compile(r"[0-9]+(\.[0-9]*)?|\.[0-9]+")

_DATASET = {"query": ("default-graph-uri", "named-graph-uri"), "update": ("using-graph-uri", "using-named-graph-uri")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A query or an update, with the RDF dataset, the format and the time limit that the request names."""

    text: str
    is_update: bool = False
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    format: str | None = None
    seconds: float | None = None


def question(request: Request) -> Question | None:
    """What a request asks; None where it asks nothing, an HTTP exception where it is none of the protocol's."""
    fields: dict[str, list[str]] = {}
    for name, value in _fields(request):
        fields.setdefault(name, []).append(value)
    texts = [(name, text) for name in _DATASET for text in fields.get(name, ())]
    if not texts:
        return None
    if len(texts) > 1:
        raise BadRequest(f"Give one query or one update; this request has {len(texts)}.")
    name, text = texts[0]
    if name == "update" and request.is_read:
        raise BadRequest("An update is sent by POST only.")
    refuse_length(text, name)
    if "\0" in text:
        raise BadRequest(f"The {name} holds a NUL character, at {text.index(chr(0)) + 1}.")
    other = _DATASET["query" if name == "update" else "update"]
    if foreign := [each for each in other if each in fields]:
        raise BadRequest(f"The graphs of a {name} are named by {' and '.join(_DATASET[name])}, not by {foreign[0]}.")
    default_graphs, named_graphs = (tuple(fields.get(each, ())) for each in _DATASET[name])
    return Question(
        text=text,
        is_update=name == "update",
        default_graphs=default_graphs,
        named_graphs=named_graphs,
        format=fields["format"][0] if "format" in fields else None,
        seconds=_seconds(fields["timeout"][0]) if "timeout" in fields else None,
    )


def decoded(encoded: str | bytes) -> list[tuple[str, str]]:
    """Name and value of each field of a URL-encoded text; bytes that are not UTF-8 are an error, not U+FFFD.

    https://url.spec.whatwg.org/#concept-urlencoded-parser. Not by `urllib`, which takes half a second for a megabyte
    of percent signs, in which nobody else is answered.
    """
    whole = encoded.encode(errors="surrogateescape") if isinstance(encoded, str) else encoded
    if whole.count(b"&") >= MOST_FIELDS:
        raise BadRequest(f"At most {MOST_FIELDS} parameters, please.")
    try:
        fields = (field.replace(b"+", b" ").partition(b"=") for field in whole.split(b"&") if field)
        return [(_unescaped(name), _unescaped(value)) for name, _, value in fields]
    except UnicodeDecodeError as error:
        raise BadRequest("The parameters are not percent-encoded UTF-8.") from error


def _unescaped(text: bytes) -> str:
    """A text with the bytes that percent signs stand for, in runs of them at once; what is no such escape stays."""
    return _ESCAPES.sub(lambda run: unhexlify(run[0].replace(b"%", b"")), text).decode()


def refuse_charset(parameters: Mapping[str, str]) -> None:
    """Raise 415 where the parameters of a media type name a charset that is not UTF-8 nor part of it."""
    charset = parameters.get("charset") or "utf-8"
    if charset.lower() not in {"utf-8", "utf8", "us-ascii"}:
        raise UnsupportedMediaType(f"Send UTF-8, not {charset}.")


def _fields(request: Request) -> Iterator[tuple[str, str]]:
    """Name and value of every parameter, whichever way it was sent."""
    yield from decoded(request.query_string)
    if request.is_read:
        return
    if request.method != "POST":
        raise MethodNotAllowed(["GET", "HEAD", "POST", "OPTIONS"])
    name, parameters = request.media_type
    refuse_charset(parameters)
    if name == FORM:
        yield from decoded(request.body)
    elif name in {QUERY, UPDATE}:
        yield "query" if name == QUERY else "update", _text(request.body)
    else:
        given = name or "no media type"
        raise UnsupportedMediaType(f"A query is posted as {FORM} or {QUERY}, an update as {UPDATE}, not as {given}.")


def _text(body: bytes) -> str:
    """A body as text."""
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise BadRequest(f"The body is not UTF-8: byte {error.start + 1} cannot be read.") from error


def _seconds(value: str) -> float:
    """A time limit as a number of seconds."""
    seconds = float(value) if _DECIMAL.fullmatch(value) else 0.0
    if not 0 < seconds < float("inf"):
        raise BadRequest(f"timeout is a number of seconds above 0, not {value[:20]!r}.")
    return seconds
