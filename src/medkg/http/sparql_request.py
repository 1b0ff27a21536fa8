"""The query or update of a request, from its URL and body: https://www.w3.org/TR/sparql11-protocol/#protocol.

Lenient where there is one reading only: an empty parameter counts as not given, a byte order mark is ignored, and a
charset does not matter where all is ASCII (docs/adr/0030-read-leniently-what-has-one-reading.md).
"""

from __future__ import annotations

import re
from binascii import a2b_qp
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from werkzeug.exceptions import BadRequest, MethodNotAllowed, UnsupportedMediaType

from medkg.evaluation.language import BYTE_ORDER_MARK, refuse_length
from medkg.http.messages import Request
from medkg.http.negotiation import format_name

FORM_TYPE = "application/x-www-form-urlencoded"
QUERY_TYPE = "application/sparql-query"
UPDATE_TYPE = "application/sparql-update"

MAX_FIELDS = 1000

MAX_IRI_CHARACTERS = 8_000
"""Characters of an IRI that is a parameter: https://www.rfc-editor.org/rfc/rfc9110#section-4.1-5 asks for as many."""

_MAX_STRAY_PERCENTS = 10_000  # percent signs that begin no escape
_MAX_TYPO_CHARACTERS = 40  # of a name that may be meant for one of ours
_MIN_SIMILAR_CHARACTERS = 10  # of a name with more than one wrong character
_MIN_SIMILARITY = 84  # of 100
_MAX_SHOWN_CHARACTERS = 60  # of a name in a message

_STRAY_PERCENT = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_BEYOND_ASCII = re.compile(rb"%[89A-Fa-f][0-9A-Fa-f]")  # the escape of a byte that is none of ASCII
_DECIMAL = re.compile(r"[0-9]+(\.[0-9]*)?|\.[0-9]+")

_UTF_8 = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})
# charsets in which the bytes of ASCII mean what they mean in ASCII: https://encoding.spec.whatwg.org/#names-and-labels
_EXTENDS_ASCII = re.compile(r"latin-?[0-9]{1,2}|iso[-_]?8859[-_][0-9]{1,2}|(?:windows-|cp)125[0-9]")

_DATASET: Mapping[str, tuple[str, ...]] = {
    "query": ("default-graph-uri", "named-graph-uri"),
    "update": ("using-graph-uri", "using-named-graph-uri"),
}
PARAMETERS = (*_DATASET, *(name for names in _DATASET.values() for name in names), "format", "timeout")
"""The parameters of the endpoint, ours after those of the protocol."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SparqlRequest:
    """A query or an update, with the RDF dataset, the format and the time limit that the request names."""

    text: str
    is_update: bool = False
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    format: str | None = None
    seconds: float | None = None


def sparql_request(request: Request) -> SparqlRequest | None:
    """The query or update of a request; None where it has none, an HTTP exception where it breaks the protocol."""
    fields: dict[str, list[str]] = {}
    for name, value in _fields(request):
        fields.setdefault(name, []).append(value)
    _refuse_misspelt(fields)
    texts = [(name, text) for name in _DATASET for text in fields.get(name, ())]
    texts = [field for field in texts if not _is_empty(field[1])] or texts  # an empty text alone is an error
    if not texts:
        return None
    if len(texts) > 1:
        raise BadRequest(f"Give one query or one update; this request has {len(texts)}.")
    name, text = texts[0]
    text = text.removeprefix(BYTE_ORDER_MARK)
    if name == "update" and request.is_read:
        raise BadRequest("An update is sent by POST only.")
    refuse_length(text, name)
    if "\0" in text:
        raise BadRequest(f"The {name} holds a NUL character, at {text.index(chr(0)) + 1}.")
    other = _DATASET["query" if name == "update" else "update"]
    values = {each: tuple(value for value in field if not _is_empty(value)) for each, field in fields.items()}
    if foreign := [each for each in other if values.get(each)]:
        raise BadRequest(f"The graphs of a {name} are named by {' and '.join(_DATASET[name])}, not by {foreign[0]}.")
    for each in _DATASET[name]:
        refuse_long_iris(each, values.get(each, ()))
    default_graphs, named_graphs = (values.get(each, ()) for each in _DATASET[name])
    return SparqlRequest(
        text=text,
        is_update=name == "update",
        default_graphs=default_graphs,
        named_graphs=named_graphs,
        format=format_name(values.get("format", ())),
        seconds=next(map(_seconds, values.get("timeout", ())), None),
    )


def values_in_url(request: Request, name: str) -> list[str]:
    """The values that the URL of a request gives a parameter; an empty one is none."""
    return [value for each, value in decoded(request.query_string) if each == name and not _is_empty(value)]


def refuse_long_iris(name: str, iris: Iterable[str]) -> None:
    """Raise 400 for a value of a parameter that is longer than an IRI may be."""
    if size := next((len(iri) for iri in iris if len(iri) > MAX_IRI_CHARACTERS), None):
        raise BadRequest(f"The IRI in {name!r} has {size:,} characters, and {MAX_IRI_CHARACTERS:,} are the most.")


def _refuse_misspelt(names: Iterable[str]) -> None:
    """Raise 400 for a name that is nearly one of ours; other names are for other endpoints, and ignored."""
    for name in (name for name in names if len(name) <= _MAX_TYPO_CHARACTERS and name not in PARAMETERS):
        if nearest := next((each for each in PARAMETERS if _is_nearly(name.lower(), each)), None):
            raise BadRequest(
                f"{name[:_MAX_SHOWN_CHARACTERS]!r} is no parameter of this endpoint; did you mean {nearest!r}?"
            )


def _is_nearly(name: str, ours: str) -> bool:
    """Whether a name is one slip from ours, or is long and much like it.

    >>> _is_nearly("querry", "query"), _is_nearly("queryid", "query"), _is_nearly("named-graph", "named-graph-uri")
    (True, False, True)
    """
    from rapidfuzz import fuzz  # only a name that is not ours needs it
    from rapidfuzz.distance import OSA

    is_alike = len(name) >= _MIN_SIMILAR_CHARACTERS and fuzz.ratio(name, ours, score_cutoff=_MIN_SIMILARITY) > 0
    return is_alike or OSA.distance(name, ours, score_cutoff=1) <= 1


def decoded(encoded: str | bytes) -> list[tuple[str, str]]:
    """Name and value of each field of a URL-encoded text; bytes that are not UTF-8 are an error, not U+FFFD.

    https://url.spec.whatwg.org/#concept-urlencoded-parser. A percent sign that begins no escape stands for itself, but
    more than a few thousand of them are an error.
    """
    whole = encoded.encode(errors="surrogateescape") if isinstance(encoded, str) else encoded
    if whole.count(b"&") >= MAX_FIELDS:
        raise BadRequest(f"At most {MAX_FIELDS} parameters, please.")
    try:
        fields = (field.replace(b"+", b" ").partition(b"=") for field in whole.split(b"&") if field)
        return [(_unescaped(name), _unescaped(value)) for name, _, value in fields]
    except UnicodeDecodeError as error:
        raise BadRequest("The parameters are not percent-encoded UTF-8.") from error


def _unescaped(text: bytes) -> str:
    """A text with the bytes that its escapes stand for.

    By the decoder of quoted-printable, which has the same escapes behind another sign, and takes milliseconds where
    `urllib` takes half a second, in which no other request is answered.
    """
    if b"%" in text:
        whole, strays = _STRAY_PERCENT.subn(b"%25", text, _MAX_STRAY_PERCENTS + 1)
        if strays > _MAX_STRAY_PERCENTS:
            raise BadRequest(f"More than {_MAX_STRAY_PERCENTS:,} percent signs begin no escape; write each as %25.")
        text = a2b_qp(whole.replace(b"=", b"=3D").replace(b"%", b"="))
    return text.decode()


def refuse_charset(parameters: Mapping[str, str]) -> None:
    """Raise 415 where the parameters of a media type name a charset that is not UTF-8 nor part of it."""
    charset = parameters.get("charset") or "utf-8"
    if charset.lower() not in _UTF_8:
        raise UnsupportedMediaType(f"Send UTF-8, not {charset}.")


def _is_empty(value: str) -> bool:
    """Whether the value of a parameter is empty, so that the parameter counts as not given."""
    return not value or value.isspace()


def _require_utf_8(request: Request) -> None:
    """Raise 415 where a body may mean another text in its charset than in UTF-8.

    The escapes of a form may stand for bytes of that charset as well, so they have to be ASCII like all the rest.
    """
    name, parameters = request.media_type
    is_ascii = request.body.isascii() and not (name == FORM_TYPE and _BEYOND_ASCII.search(request.body))
    if not (is_ascii and _EXTENDS_ASCII.fullmatch(parameters.get("charset", "").lower())):
        refuse_charset(parameters)


def _fields(request: Request) -> Iterator[tuple[str, str]]:
    """Name and value of every parameter, whichever way it was sent."""
    yield from decoded(request.query_string)
    if request.is_read:
        return
    if request.method != "POST":
        raise MethodNotAllowed(["GET", "HEAD", "POST", "OPTIONS"])
    name, _ = request.media_type
    body = request.body.removeprefix(BOM_UTF8)
    if not name and not body:
        return  # everything is in the URL
    _require_utf_8(request)
    if name == FORM_TYPE:
        yield from decoded(body)
    elif name in {QUERY_TYPE, UPDATE_TYPE}:
        yield "query" if name == QUERY_TYPE else "update", _text(body)
    else:
        media_type = name or "no media type"
        raise UnsupportedMediaType(
            f"A query is posted as {FORM_TYPE} or {QUERY_TYPE}, an update as {UPDATE_TYPE}, not as {media_type}."
        )


def _text(body: bytes) -> str:
    """A body as text."""
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise BadRequest(f"The body is not UTF-8: byte {error.start + 1} cannot be read.") from error


def _seconds(value: str) -> float | None:
    """A time limit as a number of seconds; None where it is 0, which asks for no limit of its own."""
    seconds = float(value) if len(value) <= _MAX_SHOWN_CHARACTERS and _DECIMAL.fullmatch(value) else float("inf")
    if seconds == float("inf"):
        raise BadRequest(f"timeout is a number of seconds above 0, not {value[:20]!r}.")
    return seconds or None
