"""The query or update of a request to the SPARQL endpoint, parsed from its URL and body.

https://www.w3.org/TR/sparql11-protocol/#protocol. Input with one reading only is accepted: an empty parameter counts as
not given, a byte order mark is ignored, and a charset does not matter if all is ASCII
(docs/adr/0030-read-leniently-what-has-one-reading.md).
"""

from __future__ import annotations

import re
from binascii import a2b_qp
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from medkg.evaluation.language import BYTE_ORDER_MARK, refuse_length
from medkg.http.messages import Request
from medkg.http.negotiation import requested_format

FORM_TYPE = "application/x-www-form-urlencoded"
QUERY_TYPE = "application/sparql-query"
UPDATE_TYPE = "application/sparql-update"

MAX_FIELDS = 1000
"""Fields of a query string or form."""

MAX_IRI_CHARACTERS = 8_000
"""Characters of an IRI that is a parameter: https://www.rfc-editor.org/rfc/rfc9110#section-4.1-5 asks for as many."""

_MAX_STRAY_PERCENT_SIGNS = 10_000  # that begin no escape
_MAX_MISSPELT_CHARACTERS = 40  # of a name that may be meant for one of ours
_LONG_NAME_CHARACTERS = 10  # from which on a name may have several wrong characters
_LONG_NAME_SIMILARITY = 84  # of 100
_MAX_NAME_CHARACTERS = 60  # of a name or number that a message repeats

_STRAY_PERCENT_SIGN = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_ESCAPE_BEYOND_ASCII = re.compile(rb"%[89A-Fa-f][0-9A-Fa-f]")
_DECIMAL = re.compile(r"[0-9]+(\.[0-9]*)?|\.[0-9]+")

_UTF_8_CHARSETS = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})
# charsets in which the bytes of ASCII mean what they mean in ASCII: https://encoding.spec.whatwg.org/#names-and-labels
_EXTENSION_OF_ASCII = re.compile(r"latin-?[0-9]{1,2}|iso[-_]?8859[-_][0-9]{1,2}|(?:windows-|cp)125[0-9]")

_DATASET_PARAMETERS: Mapping[str, tuple[str, str]] = {
    "query": ("default-graph-uri", "named-graph-uri"),
    "update": ("using-graph-uri", "using-named-graph-uri"),
}
PARAMETERS = (
    *_DATASET_PARAMETERS,
    *(name for names in _DATASET_PARAMETERS.values() for name in names),
    "format",
    "timeout",
)
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


def parse(request: Request) -> SparqlRequest | None:
    """The query or update of a request; None if it has neither, an HTTP exception if the protocol does not allow it."""
    fields: dict[str, list[str]] = {}
    for name, value in _fields(request):
        fields.setdefault(name, []).append(value)
    _refuse_misspelt(fields)
    texts = [(name, text) for name in _DATASET_PARAMETERS for text in fields.get(name, ())]
    texts = [(name, text) for name, text in texts if not _is_empty(text)] or texts  # an empty text alone is an error
    if not texts:
        return None
    if len(texts) > 1:
        raise BadRequest(f"Give one query or one update; this request has {len(texts)}.")
    kind, text = texts[0]
    text = text.removeprefix(BYTE_ORDER_MARK)
    if kind == "update" and request.is_read:
        raise BadRequest("An update is sent by POST only.")
    refuse_length(text, kind)
    if "\0" in text:
        raise BadRequest(f"The {kind} holds a NUL character, at {text.index(chr(0)) + 1}.")
    arguments = {name: tuple(value for value in values if not _is_empty(value)) for name, values in fields.items()}
    for name in _DATASET_PARAMETERS["query" if kind == "update" else "update"]:
        if arguments.get(name):
            names = " and ".join(_DATASET_PARAMETERS[kind])
            raise BadRequest(f"The graphs of a {kind} are named by {names}, not by {name}.")
    default_graphs, named_graphs = (arguments.get(name, ()) for name in _DATASET_PARAMETERS[kind])
    for name, iris in zip(_DATASET_PARAMETERS[kind], (default_graphs, named_graphs), strict=True):
        limit_iri_length(name, iris)
    return SparqlRequest(
        text=text,
        is_update=kind == "update",
        default_graphs=default_graphs,
        named_graphs=named_graphs,
        format=requested_format(arguments.get("format", ())),
        seconds=next(map(_seconds, arguments.get("timeout", ())), None),
    )


def url_arguments(request: Request, name: str) -> list[str]:
    """The values that the URL of a request gives a parameter, without empty ones."""
    return [value for key, value in parse_form(request.query_string) if key == name and not _is_empty(value)]


def limit_iri_length(name: str, iris: Iterable[str]) -> None:
    """Raise 400 for a value of a parameter that is longer than an IRI may be."""
    if size := next((len(iri) for iri in iris if len(iri) > MAX_IRI_CHARACTERS), None):
        raise BadRequest(f"The IRI in {name!r} has {size:,} characters, and {MAX_IRI_CHARACTERS:,} are the most.")


def _refuse_misspelt(names: Iterable[str]) -> None:
    """Raise 400 for a name that is nearly one of ours; others are parameters of other endpoints, and are ignored."""
    for name in (name for name in names if len(name) <= _MAX_MISSPELT_CHARACTERS and name not in PARAMETERS):
        if similar := next((known for known in PARAMETERS if _is_similar(name.lower(), known)), None):
            short = name[:_MAX_NAME_CHARACTERS]
            raise BadRequest(f"{short!r} is no parameter of this endpoint; did you mean {similar!r}?")


def _is_similar(name: str, known: str) -> bool:
    """Whether a name is one edit from a known one, or is long and similar to it.

    >>> _is_similar("querry", "query"), _is_similar("queryid", "query"), _is_similar("named-graph", "named-graph-uri")
    (True, False, True)
    """
    from rapidfuzz import fuzz  # here, for only an unknown name needs it
    from rapidfuzz.distance import OSA

    is_long = len(name) >= _LONG_NAME_CHARACTERS
    is_similar = is_long and fuzz.ratio(name, known, score_cutoff=_LONG_NAME_SIMILARITY) > 0
    return is_similar or OSA.distance(name, known, score_cutoff=1) <= 1


def parse_form(encoded: str | bytes) -> list[tuple[str, str]]:
    """Names and values of the fields of a URL-encoded text; 400 for bytes that are not UTF-8, which are not replaced.

    https://url.spec.whatwg.org/#concept-urlencoded-parser. A percent sign that begins no escape stands for itself, but
    more than a few thousand of them are an error.
    """
    data = encoded.encode(errors="surrogateescape") if isinstance(encoded, str) else encoded
    if data.count(b"&") >= MAX_FIELDS:
        raise BadRequest(f"At most {MAX_FIELDS} parameters, please.")
    try:
        fields = (field.replace(b"+", b" ").partition(b"=") for field in data.split(b"&") if field)
        return [(_unescape(name), _unescape(value)) for name, _, value in fields]
    except UnicodeDecodeError as error:
        raise BadRequest("The parameters are not percent-encoded UTF-8.") from error


def _unescape(text: bytes) -> str:
    """A text with its percent escapes decoded.

    By the decoder of quoted-printable, which has the same escapes with another sign, and takes milliseconds for a long
    text, where `urllib` blocks the event loop for half a second.
    """
    if b"%" in text:
        escaped, strays = _STRAY_PERCENT_SIGN.subn(b"%25", text, _MAX_STRAY_PERCENT_SIGNS + 1)
        if strays > _MAX_STRAY_PERCENT_SIGNS:
            maximum = f"{_MAX_STRAY_PERCENT_SIGNS:,}"
            raise BadRequest(f"More than {maximum} percent signs begin no escape; write each as %25.")
        text = a2b_qp(escaped.replace(b"=", b"=3D").replace(b"%", b"="))
    return text.decode()


def require_utf_8_charset(parameters: Mapping[str, str]) -> None:
    """Raise 415 if the parameters of a media type name a charset that is neither UTF-8 nor a part of it."""
    charset = parameters.get("charset") or "utf-8"
    if charset.lower() not in _UTF_8_CHARSETS:
        raise UnsupportedMediaType(f"Send UTF-8, not {charset}.")


def _is_empty(value: str) -> bool:
    """Whether the value of a parameter is empty, so that the parameter counts as not given."""
    return not value or value.isspace()


def _require_utf_8(request: Request) -> None:
    """Raise 415 if a body may mean something else in its charset than in UTF-8.

    The escapes of a form may stand for bytes of that charset as well, so they have to be ASCII like all the rest.
    """
    name, parameters = request.media_type
    is_ascii = request.body.isascii() and not (name == FORM_TYPE and _ESCAPE_BEYOND_ASCII.search(request.body))
    if not (is_ascii and _EXTENSION_OF_ASCII.fullmatch(parameters.get("charset", "").lower())):
        require_utf_8_charset(parameters)


def _fields(request: Request) -> Iterator[tuple[str, str]]:
    """Name and value of every parameter, in the URL and in the body."""
    yield from parse_form(request.query_string)
    if request.is_read:
        return
    name, _ = request.media_type
    body = request.body.removeprefix(BOM_UTF8)
    if not name and not body:
        return  # all parameters are in the URL
    _require_utf_8(request)
    if name == FORM_TYPE:
        yield from parse_form(body)
    elif name in {QUERY_TYPE, UPDATE_TYPE}:
        yield "query" if name == QUERY_TYPE else "update", _decode(body)
    else:
        given = name or "no media type"
        raise UnsupportedMediaType(
            f"A query is posted as {FORM_TYPE} or {QUERY_TYPE}, an update as {UPDATE_TYPE}, not as {given}."
        )


def _decode(body: bytes) -> str:
    """A body as text; 400 if it is not UTF-8."""
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise BadRequest(f"The body is not UTF-8: byte {error.start + 1} cannot be read.") from error


def _seconds(value: str) -> float | None:
    """A time limit in seconds; None for 0, which stands for the default limit."""
    seconds = float(value) if len(value) <= _MAX_NAME_CHARACTERS and _DECIMAL.fullmatch(value) else float("inf")
    if seconds == float("inf"):
        raise BadRequest(f"timeout is a number of seconds above 0, not {value[:20]!r}.")
    return seconds or None
