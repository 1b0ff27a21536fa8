"""No query and no update leaves the machine: SERVICE and LOAD are refused before anything is evaluated.

pyoxigraph would send the request to any address and has no switch against it. Whether a word is a keyword to its
parser is therefore asked of the parser, which has no tokens and tries several readings: every occurrence of the word is
disguised as a word that is no keyword. In a string, comment, IRI or name that makes no difference; where it was the
keyword, the text no longer parses. A disguise is as long as the word, so that offsets in the text stay the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from medkg.errors import QueryError
from medkg.evaluation import syntax
from medkg.evaluation.language import QUERIES, Language

# letters for letters and case for case, so that a variable stays a variable, a language tag one, and ?Load not ?load
_DISGUISE = str.maketrans("iIaA", "yYqQ")
_NO_SERVICE = {
    noun: f"SERVICE is not allowed here, {alone} this graph alone; ask the other endpoint separately"
    for noun, alone in {"query": "queries are answered from", "update": "updates are carried out on"}.items()
}
_NO_LOAD = (
    "LOAD is not allowed here, nothing is fetched from elsewhere; "
    "send the document itself, as INSERT DATA or by the Graph Store Protocol"
)


def refuse_service(text: str, prefixes: Mapping[str, str], language: Language = QUERIES) -> None:
    """Raise a `QueryError` for a text that calls SERVICE."""
    _refuse(text, prefixes, "SERVICE", _NO_SERVICE[language.noun], language)


def refuse_load(text: str, prefixes: Mapping[str, str], language: Language) -> None:
    """Raise a `QueryError` for an update that would fetch a document."""
    _refuse(text, prefixes, "LOAD", _NO_LOAD, language)


def _refuse(text: str, prefixes: Mapping[str, str], keyword: str, reason: str, language: Language) -> None:
    """Raise a `QueryError` with the place of a keyword, where a text has it; or of an error before it."""
    pattern = _spellings(keyword)
    if (keyword not in text.upper() and "\\" not in text) or not pattern.search(text):
        return
    disguised = pattern.sub(_mask, text)
    disguised_prefixes = {pattern.sub(_mask, prefix): namespace for prefix, namespace in prefixes.items()}
    error = language.error(disguised, disguised_prefixes)
    if error is None:
        return
    offset = syntax.locate(disguised, disguised_prefixes, error, language)
    if pattern.match(text, offset):
        raise QueryError(syntax.message(text, offset, reason)) from error
    raise QueryError(syntax.explain(text, prefixes, error, offset, language)) from error


@cache
def _spellings(word: str) -> re.Pattern[str]:
    r"""A pattern for a word in any case, its letters bare or as codepoint escapes.

    https://www.w3.org/TR/sparql11-query/#codepointEscape allows `\u0053ERVICE`, and some versions of the engine do.
    """
    return re.compile("".join(map(_letter, word.lower())), re.IGNORECASE | re.ASCII)


def _letter(letter: str) -> str:
    """A pattern for a letter."""
    codes = f"(?:{ord(letter):x}|{ord(letter.upper()):x})"
    return rf"(?:{letter}|\\u00{codes}|\\U000000{codes})"


def _mask(match: re.Match[str]) -> str:
    """The word that takes the place of another."""
    return "x" * len(match[0]) if "\\" in match[0] else match[0].translate(_DISGUISE)
