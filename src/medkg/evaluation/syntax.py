"""Where a SPARQL text goes wrong, and how to say so.

pyoxigraph reports where its longest attempt ended. An attempt to read a keyword takes as many
characters as the keyword has, so that the place is up to `REACH` characters late, and near the
end of the text it is simply the end. `locate` finds the mistake itself: the end of the longest
beginning of the text from which the parser would read on.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from medkg.evaluation.language import QUERIES, Language

REACH = 24  # more than the longest keyword of SPARQL
LONG_TEXT = 100_000  # characters above which the reported place must do: each look costs a parse
WINDOW = 100  # characters of a line worth showing

_REPORT = re.compile(r"error at (?P<line>\d+):(?P<column>\d+): expected (?:one of )?(?P<expected>.*)", re.DOTALL)
_SENTENCE = re.compile(r"[A-Za-z][\w*]* [^\"'\[\]]*[a-z][^\"'\[\]]*")
_TOKEN = re.compile(r"<[^<>\s]*>|[\w:?$@-]+|\S")


def locate(text: str, prefixes: Mapping[str, str], error: SyntaxError, language: Language = QUERIES) -> int:
    """The offset of the token that cannot stand where it is; the length of the text where it ends too early."""
    reported = _reported(text, error)
    if len(text) > LONG_TEXT:
        return reported
    ends = range(reported, max(reported - REACH, 0), -1)
    end = next((end for end in ends if _reads_on(text[:end], prefixes, language)), max(reported - REACH, 0))
    return _start_of_token(text, end)


def explain(
    text: str, prefixes: Mapping[str, str], error: SyntaxError, offset: int, language: Language = QUERIES
) -> str:
    """The mistake at an offset in words: line, column, reason and the line itself with a caret."""
    reason = _reason(text, prefixes, error, offset, language)
    return f"{place(text, offset)}: {reason}\n{excerpt(text, offset)}"


def place(text: str, offset: int) -> str:
    r"""An offset as people count.

    >>> place("ASK {\n ? }", 7)
    'line 2, column 2'
    """
    line = text.count("\n", 0, offset) + 1
    return f"line {line}, column {offset - text.rfind(chr(10), 0, offset)}"


def excerpt(text: str, offset: int) -> str:
    """The line of an offset with a caret below it; of a long line the part around it."""
    start = max(text.rfind("\n", 0, offset) + 1, offset - WINDOW // 2)
    line = text[start:].partition("\n")[0][:WINDOW]
    shown = "".join(each if each.isprintable() else " " for each in line)
    # a Chinese character is two columns wide on a terminal, as is the ideographic space
    indent = "".join(
        "\u3000" if unicodedata.east_asian_width(each) in "WF" else " " for each in shown[: offset - start]
    )
    return f"  {shown.rstrip()}\n  {indent}^"


def _reported(text: str, error: SyntaxError) -> int:
    """The offset pyoxigraph reports, within the text."""
    report = _REPORT.match(str(error))
    if report is None:
        return len(text)
    lines = text.split("\n")
    before = sum(len(line) + 1 for line in lines[: int(report["line"]) - 1])
    return min(before + int(report["column"]) - 1, len(text))


def _reads_on(beginning: str, prefixes: Mapping[str, str], language: Language) -> bool:
    """Whether the parser finds nothing wrong with the beginning of a text before its end."""
    padded = beginning + " " * REACH
    error = language.error(padded, prefixes)
    return error is None or _reported(padded, error) >= len(padded)


def _start_of_token(text: str, offset: int) -> int:
    """The beginning of the token an offset is in or before, white space skipped."""
    for token in _TOKEN.finditer(text, text.rfind("\n", 0, offset) + 1):
        if token.end() > offset:
            return token.start()
    return len(text)


def _reason(text: str, prefixes: Mapping[str, str], error: SyntaxError, offset: int, language: Language) -> str:
    """Why the token at an offset cannot stand there."""
    if language.is_other(text):
        return language.not_other
    token = _TOKEN.match(text, offset)
    # up to the token nothing can be reported later than the token; the whole serves where the fault is no token's
    cuts = (text[: token.end()] if token else text, text + " " * REACH)
    sentence = next(filter(None, (_sentence(language.error(cut, prefixes) or error) for cut in cuts)), None)
    if sentence == "Prefix not found" and token:
        return f"the prefix {token[0].partition(':')[0]}: is not declared"
    if sentence == "IRI parsing failed" and token:
        return f"{token[0]} is not an absolute IRI"
    if sentence:
        return sentence
    return f"unexpected {token[0][:40]!r}" if token else f"the {language.noun} ends too early"


def _sentence(error: SyntaxError) -> str | None:
    """The expectation that pyoxigraph puts in words, where there is one among the bare tokens."""
    report = _REPORT.match(str(error))
    expectations = report["expected"].split(", ") if report else [str(error)]
    return next((each for each in expectations if _SENTENCE.fullmatch(each)), None)
