"""The formats of results and graphs with their names and media types, and content codings.

`RESULTS` are for SELECT and ASK, `GRAPHS` for CONSTRUCT and DESCRIBE; each list is in the order of our preference, so
its first format is the one for clients without preferences.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import brotli
from pyoxigraph import QueryResultsFormat, RdfFormat

from medkg.errors import FormatError


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One format of documents.

    `media_types` begin with the registered one; `engine` is None for formats that pyoxigraph does not write.
    """

    name: str
    aliases: tuple[str, ...] = ()
    media_types: tuple[str, ...]
    extension: str
    engine: QueryResultsFormat | RdfFormat | None = None

    @property
    def media_type(self) -> str:
        """The registered media type, without parameters."""
        return self.media_types[0]


# https://www.w3.org/TR/sparql11-results-json/#mediatype
JSON = Format(
    name="json",
    media_types=("application/sparql-results+json", "application/json"),
    extension="srj",
    engine=QueryResultsFormat.JSON,
)
# https://www.w3.org/TR/rdf-sparql-XMLres/#mime
XML = Format(
    name="xml",
    media_types=("application/sparql-results+xml", "application/xml", "text/xml"),
    extension="srx",
    engine=QueryResultsFormat.XML,
)
# https://www.w3.org/TR/sparql11-results-csv-tsv/#csv
CSV = Format(name="csv", media_types=("text/csv",), extension="csv", engine=QueryResultsFormat.CSV)
# https://www.w3.org/TR/sparql11-results-csv-tsv/#tsv
TSV = Format(name="tsv", media_types=("text/tab-separated-values",), extension="tsv", engine=QueryResultsFormat.TSV)

# https://www.w3.org/TR/turtle/#sec-mediaReg; every Turtle document is an N3 document as well
TURTLE = Format(
    name="turtle",
    aliases=("ttl", "n3"),
    media_types=("text/turtle", "application/x-turtle", "text/n3", "text/rdf+n3"),
    extension="ttl",
    engine=RdfFormat.TURTLE,
)
# https://www.w3.org/TR/json-ld11/#iana-considerations
JSON_LD = Format(
    name="jsonld",
    aliases=("json-ld", "json"),
    media_types=("application/ld+json", "application/json"),
    extension="jsonld",
    engine=RdfFormat.JSON_LD,
)
# https://www.w3.org/TR/n-triples/#sec-mediatype
N_TRIPLES = Format(
    name="ntriples", aliases=("nt",), media_types=("application/n-triples",), extension="nt", engine=RdfFormat.N_TRIPLES
)
# https://www.w3.org/TR/rdf-syntax-grammar/#section-MIME-Type
RDF_XML = Format(
    name="rdfxml",
    aliases=("rdf", "xml", "rdf+xml"),
    media_types=("application/rdf+xml", "application/xml", "text/xml"),
    extension="rdf",
    engine=RdfFormat.RDF_XML,
)
# https://www.w3.org/TR/trig/#sec-mediaReg
TRIG = Format(name="trig", media_types=("application/trig",), extension="trig", engine=RdfFormat.TRIG)
# https://www.w3.org/TR/n-quads/#sec-mediatype
N_QUADS = Format(
    name="nquads", aliases=("nq",), media_types=("application/n-quads",), extension="nq", engine=RdfFormat.N_QUADS
)

HTML = Format(name="html", media_types=("text/html",), extension="html")
PLAIN_JSON = Format(name="json", media_types=("application/json",), extension="json")
BIBTEX = Format(name="bibtex", aliases=("bib",), media_types=("application/x-bibtex",), extension="bib")

RESULTS = (JSON, XML, CSV, TSV)
DOWNLOADS = (CSV, PLAIN_JSON, BIBTEX)
GRAPHS = (TURTLE, JSON_LD, N_TRIPLES, RDF_XML, TRIG, N_QUADS)

_PARTIAL = (XML, JSON_LD, RDF_XML)  # formats that cannot hold all characters, names or terms

# Only these say their charset: Turtle is always UTF-8, and some clients refuse `text/turtle; charset=utf-8`.
_WITH_CHARSET = frozenset({*CSV.media_types, *TSV.media_types, "text/html"})


def content_type(media_type: str) -> str:
    """The value of a Content-Type header for the media type of a format.

    >>> content_type("text/csv"), content_type("text/turtle")
    ('text/csv; charset=utf-8', 'text/turtle')
    """
    return f"{media_type}; charset=utf-8" if media_type in _WITH_CHARSET else media_type


def find_format(name: str, formats: Sequence[Format]) -> Format | None:
    """The format with a short name, alias, media type or subtype; None where there is none.

    Parameters of a media type are ignored. A space stands for a plus: a plus in a URL means a space where it is not
    percent-encoded, as in `?format=rdf+xml`.

    >>> find_format("ttl", GRAPHS).name, find_format("text/csv; charset=utf-8", RESULTS).name
    ('turtle', 'csv')
    >>> find_format("rdf xml", GRAPHS).name, find_format("application/sparql-results json", RESULTS).name
    ('rdfxml', 'json')
    """
    wanted = name.partition(";")[0].strip().lower().replace(" ", "+")
    return next((format_ for format_ in formats if wanted in _names(format_)), None)


def _names(format_: Format) -> tuple[str, ...]:
    """The names, media types and subtypes of a format."""
    subtypes = (media_type.partition("/")[2] for media_type in format_.media_types)
    return (format_.name, *format_.aliases, *format_.media_types, *subtypes)


def refusal(format_: Format, reason: str) -> FormatError:
    """The error for an answer that a format cannot hold, with the formats that can.

    >>> str(refusal(XML, "U+0001 is no character of XML"))[:52]
    'xml cannot hold this: U+0001 is no character of XML;'
    """
    family = RESULTS if format_ in RESULTS else GRAPHS
    others = [f"{other.name} ({other.media_type})" for other in family if other not in (format_, *_PARTIAL)]
    return FormatError(f"{format_.name} cannot hold this: {reason}; ask for {', '.join(others[:-1])} or {others[-1]}")


MIN_COMPRESSED_BYTES = 1_000
"""Smaller documents are not compressed."""

CODINGS: Mapping[str, Callable[[bytes], bytes]] = {
    "br": lambda document: brotli.compress(document, quality=4),
    "gzip": lambda document: gzip.compress(document, compresslevel=5, mtime=0),
}
"""Content codings by name, in order of preference: https://www.rfc-editor.org/rfc/rfc9110#section-8.4.1."""


def compress(document: bytes, coding: str) -> bytes:
    """A document in a content coding."""
    return CODINGS[coding](document)


def document_reason(error: SyntaxError) -> str:
    """The engine's error for an RDF document, without the place."""
    return re.sub(r"^Parser error .*?: ", "", error.msg, count=1, flags=re.DOTALL)
