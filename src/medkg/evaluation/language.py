"""The two languages of SPARQL, each with the engine's own parser as its only judge.

pyoxigraph parses a text in full before it evaluates any of it, and offers no way to only parse. Queries are
evaluated as their results are read, so that an empty store and nobody who reads make a parser. An update is
carried out at once; it is judged with an operation before its first one that always fails.

What a SPARQL text sets out to be, by its first word after the prologue; found without parsing the rest.

https://www.w3.org/TR/sparql11-query/#rPrologue

Updates that declare prefixes or a base anew between their operations, as the standard allows.

    Update ::= Prologue ( Update1 ( ';' Update )? )?      https://www.w3.org/TR/sparql11-update/#rUpdate

The engine reads declarations at the beginning only. So an update is taken apart into sequences of operations that
each begin with declarations, and each is given those before it too. What else is before it is blanked and not cut
out, so that places in a sequence are places in the whole text.

Texts that would bring the engine down, refused before it reads them: too long, or nested too deep.

Oxigraph's parser and evaluator recurse, and a few thousand brackets end the process; nothing a person or a
tool writes for use comes near these bounds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from pyoxigraph import Store

from medkg.caches import cached_if_short
from medkg.errors import QueryError, SizeLimit

QUERY_FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
"""The words that queries begin with: https://www.w3.org/TR/sparql11-query/#QueryForms."""

UPDATE_FORMS = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"})
"""The words that operations of an update begin with: https://www.w3.org/TR/sparql11-update/#updateLanguage."""

BYTE_ORDER_MARK = "\ufeff"
"""What some editors put before a text, of which it is no part: https://www.rfc-editor.org/rfc/rfc3629#section-6."""

# Each alternative is told by its first character and no repetition is taken back (`++`), so that time is linear.
BLANK = r"(?:[\t\n\r ]++|#[^\n\r]*+)"
"""A pattern for white space or a comment, of which any number may stand between two words."""

DECLARATION = "(?:BASE|PREFIX|VERSION)"
"""A pattern for the word a declaration begins with."""

_IRI = r"<[^<>\n\r]*+>"
_VERSION = (
    r"""(?:"(?:[^"\\\n\r]|\\.)*+"|'(?:[^'\\\n\r]|\\.)*+')"""  # https://www.w3.org/TR/sparql12-query/#rVersionDecl
)
_PROLOGUE = re.compile(
    rf"(?:{BLANK}|BASE{BLANK}*+{_IRI}|PREFIX{BLANK}*+[^\s:<#]*+:{BLANK}*+{_IRI}|VERSION{BLANK}*+{_VERSION})*+",
    re.IGNORECASE | re.ASCII,
)
# the engine asks for no space after a keyword, so that SELECTDISTINCT is one too
_WORD = re.compile("|".join(sorted(QUERY_FORMS | UPDATE_FORMS)), re.IGNORECASE | re.ASCII)


def query_form(text: str) -> str | None:
    r"""The form of a query, in capitals; None for an update and for what is neither.

    >>> query_form("PREFIX select: <http://example.org/#ask> # construct\n describe select:it")
    'DESCRIBE'
    >>> query_form("INSERT DATA {}")
    """
    word = _first_word(text)
    return word if word in QUERY_FORMS else None


def is_update(text: str) -> bool:
    """Whether a text begins as an update does.

    >>> is_update("PREFIX : <http://example.org/> INSERT DATA { :a :b :c }"), is_update("ASK {}")
    (True, False)
    """
    return _first_word(text) in UPDATE_FORMS


def end_of_prologue(text: str) -> int:
    """The offset of the first thing in a text that is neither declaration nor comment nor white space."""
    match = _PROLOGUE.match(text)
    return match.end() if match else 0


@cached_if_short(entries=64, longest=5_000)
def _first_word(text: str) -> str | None:
    """The keyword a text begins with after its prologue; None where that is none."""
    match = _WORD.match(text, end_of_prologue(text))
    return match[0].upper() if match else None


_SEAM = re.compile(rf";{BLANK}*+(?={DECLARATION})", re.IGNORECASE | re.ASCII)


def sequences(text: str, is_well_formed: Callable[[str], bool]) -> Iterator[str]:
    r"""The parts of an update that are to be carried out one after the other; most have only one.

    `is_well_formed` is the judge of updates with declarations at their beginning only.

    >>> list(sequences("CLEAR ALL; BASE <a:>\nCLEAR ALL", lambda text: not text.endswith(" CLEER ALL")))
    ['CLEAR ALL; ', '           BASE <a:>\nCLEAR ALL']
    """
    declared, start = "", 0
    for match in _SEAM.finditer(text):
        before = declared + text[start : match.end()]
        # in a comment both would be well-formed, in a string neither
        if is_well_formed(f"{before} CLEAR ALL") and not is_well_formed(f"{before} CLEER ALL"):
            yield before
            prologue = end_of_prologue(before)
            declared, start = before[:prologue] + re.sub(r"[^\n]", " ", before[prologue:]), match.end()
    yield declared + text[start:]


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


LONGEST = 100_000
"""The number of characters a query or an update may have."""

DEEPEST = 200
"""The number of brackets that may be open at one place."""

_PARTS = {"query": "ask in parts", "update": "send it in parts"}

# A string that is not closed ends with its line or the text, where the engine stops reading too: were it looked for
# anew at each of its quotes, a text of nothing but quotes would take a minute.
_SKIPPED = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*+(?:"""|\Z)'
    r"|'''(?:[^'\\]|\\.|'(?!''))*+(?:'''|\Z)"
    r'|"(?:[^"\\\n]|\\.)*+"?'
    r"|'(?:[^'\\\n]|\\.)*+'?"
    r'|<[^<>"{}|^`\\\s]*+>'
    r"|#[^\n]*",
    re.DOTALL,
)


def refuse_length(text: str, noun: str = "query") -> None:
    """Refuse a text longer than `LONGEST` with a `SizeLimit`."""
    if len(text) > LONGEST:
        raise SizeLimit(f"the {noun} has {len(text):,} characters, and {LONGEST:,} are the most; {_PARTS[noun]}")


def refuse_depth(text: str, noun: str = "query") -> None:
    """Refuse a text longer than `LONGEST` with a `SizeLimit`, one that nests deeper than `DEEPEST` with a `QueryError`.

    >>> refuse_depth("SELECT * { FILTER(STR('((((') = '') }")
    """
    refuse_length(text, noun)
    if sum(map(text.count, "({[")) <= DEEPEST:
        return
    depth = 0
    for bracket in re.finditer(r"[({\[\])}]", _SKIPPED.sub(lambda match: " " * len(match.group()), text)):
        depth += 1 if bracket.group() in "({[" else -1
        if depth > DEEPEST:
            line = text.count("\n", 0, bracket.start()) + 1
            column = bracket.start() - text.rfind("\n", 0, bracket.start())
            raise QueryError(f"line {line}, column {column}: brackets nest deeper than {DEEPEST}; {_PARTS[noun]}")
