"""What a SPARQL text sets out to be, by its first word after the prologue; found without parsing the rest.

https://www.w3.org/TR/sparql11-query/#rPrologue
"""

from __future__ import annotations

import re

from medkg.caches import cached_if_short

QUERIES = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
"""The words that queries begin with: https://www.w3.org/TR/sparql11-query/#QueryForms."""

UPDATES = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"})
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
_WORD = re.compile("|".join(sorted(QUERIES | UPDATES)), re.IGNORECASE | re.ASCII)


def query_form(text: str) -> str | None:
    r"""The form of a query, in capitals; None for an update and for what is neither.

    >>> query_form("PREFIX select: <http://example.org/#ask> # construct\n describe select:it")
    'DESCRIBE'
    >>> query_form("INSERT DATA {}")
    """
    word = _first_word(text)
    return word if word in QUERIES else None


def is_update(text: str) -> bool:
    """Whether a text begins as an update does.

    >>> is_update("PREFIX : <http://example.org/> INSERT DATA { :a :b :c }"), is_update("ASK {}")
    (True, False)
    """
    return _first_word(text) in UPDATES


def end_of_prologue(text: str) -> int:
    """The offset of the first thing in a text that is neither declaration nor comment nor white space."""
    match = _PROLOGUE.match(text)
    return match.end() if match else 0


@cached_if_short(entries=64, longest=5_000)
def _first_word(text: str) -> str | None:
    """The keyword a text begins with after its prologue; None where that is none."""
    match = _WORD.match(text, end_of_prologue(text))
    return match[0].upper() if match else None
