"""SPARQL queries and updates as texts: their forms, prologues and parts, their limits, and the engine as their parser.

pyoxigraph offers no way to only parse. It parses a text in full before it evaluates any of it; queries are evaluated
as their results are read, so that an empty store and no reader make a parser. An update is carried out at once, so it
is parsed with an operation before its first one that always fails.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from pyoxigraph import Store

from medkg.caches import cached_if_short
from medkg.errors import QueryError, SizeLimit
from medkg.evaluation.lexer import MAX_DEPTH, Kind, Token, code, place

QUERY_FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
"""The keywords that queries begin with: https://www.w3.org/TR/sparql11-query/#QueryForms."""

UPDATE_FORMS = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"})
"""The keywords that operations of an update begin with: https://www.w3.org/TR/sparql11-update/#updateLanguage."""

DECLARATIONS = {"BASE": (Kind.IRI,), "PREFIX": (Kind.PREFIXED_NAME, Kind.IRI), "VERSION": (Kind.STRING,)}
"""The keywords that declarations begin with, and the tokens that follow: https://www.w3.org/TR/sparql12-query/#rPrologue."""

BYTE_ORDER_MARK = "\ufeff"
"""A character before a text, of which it is no part: https://www.rfc-editor.org/rfc/rfc3629#section-6."""

MAX_CHARACTERS = 100_000
"""The number of characters that a query or an update may have."""

_FORM = re.compile("|".join(sorted(QUERY_FORMS | UPDATE_FORMS)), re.IGNORECASE | re.ASCII)
_VOLATILE_FUNCTIONS = frozenset({"BNODE", "NOW", "RAND", "STRUUID", "UUID"})
_VOLATILE_WORD = re.compile(rf"(?:{'|'.join(_VOLATILE_FUNCTIONS)})(?![A-Z])")
_NEW_BLANK_NODES = frozenset("[(~") | {"{|", "<<"}  # of a template, besides labels
_ADVICE = {"query": "ask in parts", "update": "send it in parts"}


def body(text: str) -> Iterator[Token]:
    """The tokens of a text behind its prologue, without blanks and comments.

    https://www.w3.org/TR/sparql12-query/#rPrologue; a declaration in error belongs to the body.
    """
    tokens = code(text)
    for token in tokens:
        kinds = DECLARATIONS.get(token.keyword or "")
        operands = list(islice(tokens, len(kinds))) if kinds else []
        if kinds is None or kinds != tuple(operand.kind for operand in operands):
            yield from (token, *operands)
            yield from tokens


def end_of_prologue(text: str) -> int:
    """The offset of the first token of the body; the length of a text that has none."""
    return next((token.start for token in body(text)), len(text))


@cached_if_short(entries=64, longest=5_000)
def _form(text: str) -> str | None:
    """The form that the body begins with, as in `DESCRIBEdataset:lits` too; None where it begins otherwise."""
    match = _FORM.match(next((token.text for token in body(text)), ""))
    return match[0].upper() if match else None


def query_form(text: str) -> str | None:
    r"""The form of a query, in capitals; None for an update and for a text that is neither.

    >>> query_form("PREFIX select: <http://example.org/#ask> # construct\n describe select:it")
    'DESCRIBE'
    >>> query_form("INSERT DATA {}")
    """
    form = _form(text)
    return form if form in QUERY_FORMS else None


def is_update(text: str) -> bool:
    """Whether a text begins as an update does.

    >>> is_update("PREFIX : <http://example.org/> INSERT DATA { :a :b :c }"), is_update("ASK {}")
    (True, False)
    """
    return _form(text) in UPDATE_FORMS


@cached_if_short(entries=64, longest=5_000)
def is_volatile(text: str) -> bool:
    """Whether the answer to a query may differ from one evaluation to the next on the same graph.

    Blank nodes of a template are new ones each time: https://www.w3.org/TR/sparql11-query/#tempatesWithBNodes

    >>> is_volatile("CONSTRUCT { ?s ?p [] } WHERE { ?s ?p ?o }"), is_volatile("CONSTRUCT { ?s a ?o } WHERE { ?s a [] }")
    (True, False)
    """
    # most texts hold no such word, which is found out faster than their tokens
    if _VOLATILE_WORD.search(text.upper()) and any(token.keyword in _VOLATILE_FUNCTIONS for token in code(text)):
        return True
    return query_form(text) == "CONSTRUCT" and _has_new_blank_nodes(text)


def _has_new_blank_nodes(text: str) -> bool:
    """Whether the template of a CONSTRUCT, which is its first group, makes blank nodes."""
    depth = 0
    for token in body(text):
        depth += token.nesting
        if depth and (token.kind is Kind.BLANK_NODE or token.text in _NEW_BLANK_NODES):
            return True
        if depth == 0 and token.text == "}":
            return False
    return False


def refuse_length(text: str, noun: str = "query") -> None:
    """Raise a `SizeLimit` for a text longer than `MAX_CHARACTERS`."""
    if len(text) > MAX_CHARACTERS:
        raise SizeLimit(
            f"the {noun} has {len(text):,} characters, and {MAX_CHARACTERS:,} are the most; {_ADVICE[noun]}"
        )


def refuse_depth(text: str, noun: str = "query") -> None:
    """Raise a `SizeLimit` for a text that is too long, and a `QueryError` for one that nests deeper than `MAX_DEPTH`.

    The engine's parser recurses, and a few thousand brackets end the process.

    >>> refuse_depth("SELECT * { FILTER(STR('((((') = '') }")
    """
    refuse_length(text, noun)
    if sum(map(text.count, "({[")) <= MAX_DEPTH:
        return
    depth = 0
    for token in code(text):
        depth += token.nesting
        if depth > MAX_DEPTH:
            where = place(text, token.start)
            raise QueryError(f"{where}: brackets nest deeper than {MAX_DEPTH}; {_ADVICE[noun]}")


def prefixes_in(text: str, prefixes: Mapping[str, str]) -> dict[str, str]:
    """The prefixes that may occur in a text; the engine reads each one it is given, which takes longer than parsing."""
    # most are not there at all, which is found out faster without putting a colon behind each
    return {prefix: prefixes[prefix] for prefix in prefixes if prefix in text and f"{prefix}:" in text}


def parts(update: str) -> Iterator[str]:
    r"""The parts of an update that the engine can read, to be carried out one after the other; most have only one.

    An update may declare prefixes or a base anew between its operations (https://www.w3.org/TR/sparql11-update/#rUpdate),
    and the engine reads declarations at the beginning only. So a part ends before such declarations, and the next one
    begins with all declarations so far. The operations before it are blanked, so that offsets stay the same.

    >>> list(parts("CLEAR ALL; BASE <a:>\nCLEAR ALL"))
    ['CLEAR ALL; ', '           BASE <a:>\nCLEAR ALL']
    """
    declared, start, depth, last = "", 0, 0, ""
    behind_first = update.partition(";")[2].upper()
    if not any(keyword in behind_first for keyword in DECLARATIONS):  # which is found out faster than all tokens
        yield update
        return
    for token in body(update):
        if depth == 0 and last == ";" and token.keyword in DECLARATIONS:
            part = declared + update[start : token.start]
            yield part
            prologue = end_of_prologue(part)
            declared, start = part[:prologue] + re.sub(r"[^\n]", " ", part[prologue:]), token.start
        depth, last = depth + token.nesting, token.text
    yield declared + update[start:]


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """Queries or updates: their name, their parser, and the answer to a text of the other language.

    `error` gives the engine's error for a text with the given prefixes, and None where it is well-formed.
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


QUERIES = queries()


def _query_error(text: str, prefixes: Mapping[str, str], base_iri: str | None) -> SyntaxError | None:
    """The engine's error for a query. The text must not call SERVICE, for ASK is evaluated at once."""
    try:
        Store().query(text, prefixes=prefixes_in(text, prefixes), base_iri=base_iri)
    except SyntaxError as error:
        return error
    except RuntimeError:
        return None
    return None


def _update_error(text: str, prefixes: Mapping[str, str], base_iri: str | None) -> SyntaxError | None:
    """The engine's error for an update, of which nothing is carried out."""
    errors = (_part_error(part, prefixes, base_iri) for part in parts(text))
    return next((error for error in errors if error is not None), None)


# an empty store has no such graph: https://www.w3.org/TR/sparql11-update/#drop
_FAILING_OPERATION = "\nDROP GRAPH <urn:uuid:9d3b1a4e-5f0c-4c1d-8e2a-6b7f90a1c2d3> ;\n"
_REPORTED_PLACE = re.compile(r"error at (\d+):(\d+)")


def _part_error(text: str, prefixes: Mapping[str, str], base_iri: str | None) -> SyntaxError | None:
    """The engine's error for an update with declarations at its beginning only."""
    first = next(body(text), None)
    if first and first.keyword in DECLARATIONS:  # it is in error, and would be so in a query
        return _query_error(text, prefixes, base_iri)
    start = first.start if first else len(text)
    try:
        Store().update(
            f"{text[:start]}{_FAILING_OPERATION}{text[start:]}", prefixes=prefixes_in(text, prefixes), base_iri=base_iri
        )
    except SyntaxError as error:
        return SyntaxError(_REPORTED_PLACE.sub(lambda place: _place_in_part(place, text, start), str(error), count=1))
    except RuntimeError:
        return None
    raise AssertionError("an operation that always fails has not failed")


def _place_in_part(place: re.Match[str], text: str, start: int) -> str:
    """A place that the engine reports in an update with the failing operation, as a place in the update without it."""
    line, column = int(place[1]), int(place[2])
    first, inserted = text.count("\n", 0, start) + 1, _FAILING_OPERATION.count("\n")
    if line == first + inserted:
        column += start - (text.rfind("\n", 0, start) + 1)
    return f"error at {line if line <= first else line - inserted}:{column}"
