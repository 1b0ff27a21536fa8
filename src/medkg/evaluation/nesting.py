"""Texts that would bring the engine down, refused before it reads them: too long, or nested too deep.

Oxigraph's parser and evaluator recurse, and a few thousand brackets end the process; nothing a person or a
tool writes for use comes near these bounds.
"""

from __future__ import annotations

import re

from medkg.errors import QueryError, SizeLimit

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
