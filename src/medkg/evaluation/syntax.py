"""The place and the reason of an error in a SPARQL text, and the refusal of SERVICE and LOAD before evaluation.

pyoxigraph reports where its longest attempt ended. An attempt to read a keyword takes as many characters as the keyword
has, so that the place is up to `MAX_LAG_CHARACTERS` late, and near the end of the text it is simply the end. `locate`
finds the token in error: the last one before which the parser would read on.

pyoxigraph would send the request to any address and has no switch against it. Whether a word is a keyword to its
parser is therefore asked of the parser, which has no tokens and tries several readings: every occurrence of the word is
disguised as a word that is no keyword. In a string, comment, IRI or name that makes no difference; where it was the
keyword, the text no longer parses. A disguise is as long as the word, so that offsets in the text stay the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

from medkg.errors import QueryError
from medkg.evaluation.language import QUERIES, Language
from medkg.evaluation.lexer import Token, code, place

MAX_LAG_CHARACTERS = 24  # more than the longest keyword of SPARQL
EXCERPT_CHARACTERS = 100
MAX_TOKEN_CHARACTERS = 40  # in a message

_REPORT = re.compile(r"error at (?P<line>\d+):(?P<column>\d+): expected (?:one of )?(?P<expected>.*)", re.DOTALL)
_SENTENCE = re.compile(r"[A-Za-z][\w*]* [^\"'\[\]]*[a-z][^\"'\[\]]*")


def locate(text: str, prefixes: Mapping[str, str], error: SyntaxError, language: Language = QUERIES) -> int:
    """The offset of the token that cannot stand where it is; the length of the text where it ends too early."""
    reported = _reported_offset(text, error)
    starts: list[int] = []
    for token in code(text, prefixes):
        if token.end > reported - MAX_LAG_CHARACTERS:
            starts.append(token.start)
        if token.end > reported:
            break
    else:
        starts.append(len(text))
    return next((start for start in reversed(starts) if _reads_on(text[:start], prefixes, language)), starts[0])


def explain(
    text: str, prefixes: Mapping[str, str], error: SyntaxError, offset: int, language: Language = QUERIES
) -> str:
    """The error at an offset in words: line, column, reason and the line itself with a caret."""
    return message(text, offset, _reason(text, prefixes, error, offset, language))


def message(text: str, offset: int, reason: str) -> str:
    """A reason with its place in a text, and below it the line of the place with a caret."""
    return f"{place(text, offset)}: {reason}\n{excerpt(text, offset)}"


def excerpt(text: str, offset: int) -> str:
    """The line of an offset with a caret below it; of a long line the part around it."""
    start = max(text.rfind("\n", 0, offset) + 1, offset - EXCERPT_CHARACTERS // 2)
    line = text[start:].partition("\n")[0][:EXCERPT_CHARACTERS]
    shown = "".join(character if character.isprintable() else " " for character in line)
    # a Chinese character is two columns wide on a terminal, as is the ideographic space
    indent = "".join(
        "\u3000" if unicodedata.east_asian_width(character) in "WF" else " " for character in shown[: offset - start]
    )
    return f"  {shown.rstrip()}\n  {indent}^"


def _reported_offset(text: str, error: SyntaxError) -> int:
    """The offset that the engine reports, within the text."""
    report = _REPORT.match(str(error))
    if report is None:
        return len(text)
    lines = text.split("\n")
    before = sum(len(line) + 1 for line in lines[: int(report["line"]) - 1])
    return min(before + int(report["column"]) - 1, len(text))


def _reads_on(beginning: str, prefixes: Mapping[str, str], language: Language) -> bool:
    """Whether the parser finds no error in the beginning of a text before its end."""
    padded = beginning + " " * MAX_LAG_CHARACTERS
    error = language.error(padded, prefixes)
    return error is None or _reported_offset(padded, error) >= len(padded)


def _reason(text: str, prefixes: Mapping[str, str], error: SyntaxError, offset: int, language: Language) -> str:
    """Why the token at an offset cannot stand there."""
    if language.is_other(text):
        return language.not_other
    token: Token | None = next((token for token in code(text, prefixes) if token.end > offset), None)
    # up to the token nothing can be reported later than the token; the whole serves where no token is in error
    cuts = (text[: token.end] if token else text, text + " " * MAX_LAG_CHARACTERS)
    sentence = next(filter(None, (_sentence(language.error(cut, prefixes) or error) for cut in cuts)), None)
    if sentence == "Prefix not found" and token:
        return f"the prefix {token.text.partition(':')[0]}: is not declared"
    if sentence == "IRI parsing failed" and token:
        return f"{token.text} is not an absolute IRI"
    if sentence:
        return sentence
    return f"unexpected {token.text[:MAX_TOKEN_CHARACTERS]!r}" if token else f"the {language.noun} ends too early"


def _sentence(error: SyntaxError) -> str | None:
    """The expectation that the engine puts in words, where there is one among the bare tokens."""
    report = _REPORT.match(str(error))
    expectations = report["expected"].split(", ") if report else [str(error)]
    return next((expectation for expectation in expectations if _SENTENCE.fullmatch(expectation)), None)


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
    offset = locate(disguised, disguised_prefixes, error, language)
    if pattern.match(text, offset):
        raise QueryError(message(text, offset, reason)) from error
    raise QueryError(explain(text, prefixes, error, offset, language)) from error


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
