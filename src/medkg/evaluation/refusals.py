"""No query and no update leaves the machine: SERVICE and LOAD are refused before anything is evaluated.

pyoxigraph would send the request to any address and has no switch against it.

Where a word of a SPARQL text is a keyword.

SPARQL cannot be cut into tokens without parsing it: `<` opens an IRI in one place and compares in another. The
engine's parser is the only judge, so we ask it: every occurrence of the word is disguised as a word that is no
keyword. In a string, comment, IRI or name that makes no difference; where it was the keyword, the text no longer
parses. A disguise is as long as what it hides, so that places in the text stay the same.
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


def find_keyword(text: str, prefixes: Mapping[str, str], word: str, language: Language = QUERIES) -> int | None:
    """The offset of the first place where a word with an I or an A in it is a keyword; None where there is none.

    A text that is wrong before any such place is a `QueryError`.
    """
    if word not in text.upper() and "\\" not in text:
        return None
    disguised = spelled(word).sub(_disguised, text)
    if disguised == text:
        return None
    known = {spelled(word).sub(_disguised, prefix): namespace for prefix, namespace in prefixes.items()}
    error = language.error(disguised, known)
    if error is None:
        return None
    offset = syntax.locate(disguised, known, error, language)
    if spelled(word).match(text, offset):
        return offset
    raise QueryError(syntax.explain(text, prefixes, error, offset, language)) from error


@cache
def spelled(word: str) -> re.Pattern[str]:
    r"""A pattern for a word in any case, its letters bare or as codepoint escapes.

    https://www.w3.org/TR/sparql11-query/#codepointEscape allows `\u0053ERVICE`, and some versions of the engine do.
    """
    return re.compile("".join(map(_letter, word.lower())), re.IGNORECASE | re.ASCII)


def _letter(letter: str) -> str:
    """A pattern for a letter."""
    codes = f"(?:{ord(letter):x}|{ord(letter.upper()):x})"
    return rf"(?:{letter}|\\u00{codes}|\\U000000{codes})"


def _disguised(match: re.Match[str]) -> str:
    """What a word is hidden behind."""
    return "x" * len(match[0]) if "\\" in match[0] else match[0].translate(_DISGUISE)


_NO_SERVICE = {
    noun: f"SERVICE is not allowed here, {alone} this graph alone; ask the other endpoint separately"
    for noun, alone in {"query": "queries are answered from", "update": "updates are carried out on"}.items()
}
_NO_LOAD = (
    "LOAD is not allowed here, nothing is fetched from elsewhere; "
    "send the document itself, as INSERT DATA or by the Graph Store Protocol"
)


def refuse_service(text: str, prefixes: Mapping[str, str], language: Language = QUERIES) -> None:
    """Refuse a text that calls SERVICE with a `QueryError`; let one that stays at home pass."""
    _refuse(text, prefixes, "SERVICE", _NO_SERVICE[language.noun], language)


def refuse_load(text: str, prefixes: Mapping[str, str], language: Language) -> None:
    """Refuse an update that would fetch a document with a `QueryError`; let one that stays at home pass."""
    _refuse(text, prefixes, "LOAD", _NO_LOAD, language)


def _refuse(text: str, prefixes: Mapping[str, str], word: str, why: str, language: Language) -> None:
    """Refuse a text in which a word is a keyword, and say where and why."""
    offset = find_keyword(text, prefixes, word, language)
    if offset is not None:
        raise QueryError(f"{syntax.place(text, offset)}: {why}\n{syntax.excerpt(text, offset)}")
