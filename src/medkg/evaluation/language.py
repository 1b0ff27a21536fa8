"""The two languages of SPARQL, each with the engine's own parser as its only judge.

pyoxigraph parses a text in full before it evaluates any of it, and offers no way to only parse. Queries are
evaluated as their results are read, so that an empty store and nobody who reads make a parser. An update is
carried out at once; it is judged with an operation before its first one that always fails.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from pyoxigraph import Store

from medkg.evaluation.forms import DECLARATION, end_of_prologue, is_update, query_form
from medkg.evaluation.sequences import sequences

# an empty store has no such graph: https://www.w3.org/TR/sparql11-update/#drop
_FAILS = "\nDROP GRAPH <urn:uuid:9d3b1a4e-5f0c-4c1d-8e2a-6b7f90a1c2d3> ;\n"
_PLACE = re.compile(r"error at (\d+):(\d+)")
_DECLARATION = re.compile(DECLARATION, re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """One of the two: what a text in it is called, and what is said to those who send one in the other.

    `error` is what the engine says against a text with the given prefixes, and None where it is well-formed.
    """

    noun: str
    error: Callable[[str, Mapping[str, str]], SyntaxError | None]
    is_other: Callable[[str], bool]
    not_other: str


@lru_cache(maxsize=8)
def queries(base_iri: str | None = None) -> Language:
    """The language of queries whose relative IRIs are resolved against a base; without one they are errors."""
    return Language(
        noun="query",
        error=lambda text, prefixes: _query_error(text, prefixes, base_iri),
        is_other=is_update,
        not_other="this is a SPARQL update; only queries (SELECT, ASK, CONSTRUCT, DESCRIBE) are answered here",
    )


def updates(base_iri: str | None = None) -> Language:
    """The language of updates whose relative IRIs are resolved against a base; without one they are errors."""
    return Language(
        noun="update",
        error=lambda text, prefixes: _update_error(text, prefixes, base_iri),
        is_other=lambda text: query_form(text) is not None,
        not_other="this is a SPARQL query; only updates (INSERT, DELETE and so on) are carried out here",
    )


def wanted(prefixes: Mapping[str, str], text: str) -> dict[str, str]:
    """The prefixes that may occur in a text; the engine reads each one it is given, which takes longer than parsing."""
    # most are not there at all, which is found out faster without putting a colon behind each
    return {prefix: prefixes[prefix] for prefix in prefixes if prefix in text and f"{prefix}:" in text}


def _query_error(text: str, prefixes: Mapping[str, str], base_iri: str | None) -> SyntaxError | None:
    """What pyoxigraph says against a query. The text must not call SERVICE, for ASK is evaluated at once."""
    try:
        Store().query(text, prefixes=wanted(prefixes, text), base_iri=base_iri)
    except SyntaxError as error:
        return error
    except RuntimeError:
        return None
    return None


def in_sequences(text: str, prefixes: Mapping[str, str], base_iri: str | None) -> Iterator[str]:
    """The parts of an update as the engine reads them, to be carried out one after the other."""
    return sequences(text, lambda part: _sequence_error(part, prefixes, base_iri) is None)


def _update_error(text: str, prefixes: Mapping[str, str], base_iri: str | None) -> SyntaxError | None:
    """What pyoxigraph says against an update, of which nothing is carried out."""
    errors = (_sequence_error(part, prefixes, base_iri) for part in in_sequences(text, prefixes, base_iri))
    return next((error for error in errors if error is not None), None)


def _sequence_error(text: str, prefixes: Mapping[str, str], base_iri: str | None) -> SyntaxError | None:
    """What pyoxigraph says against an update with declarations at its beginning only."""
    start = end_of_prologue(text)
    if _DECLARATION.match(text, start):  # it is broken off or wrong, and would be so in a query
        return _query_error(text, prefixes, base_iri)
    try:
        Store().update(f"{text[:start]}{_FAILS}{text[start:]}", prefixes=wanted(prefixes, text), base_iri=base_iri)
    except SyntaxError as error:
        return SyntaxError(_PLACE.sub(lambda place: _without_failing(place, text, start), str(error), count=1))
    except RuntimeError:
        return None
    raise AssertionError("an operation that always fails has not failed")


def _without_failing(place: re.Match[str], text: str, start: int) -> str:
    """A place in an update that begins with the operation that fails, told as a place in the update without it."""
    line, column = int(place[1]), int(place[2])
    first, inserted = text.count("\n", 0, start) + 1, _FAILS.count("\n")
    if line == first + inserted:
        column += start - (text.rfind("\n", 0, start) + 1)
    return f"error at {line if line <= first else line - inserted}:{column}"


QUERIES = queries()
