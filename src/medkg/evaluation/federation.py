"""No query leaves the machine: SERVICE is refused before anything is evaluated.

pyoxigraph would send the request to any address and has no switch against it. Its parser is the
only judge of what is a keyword (SPARQL cannot be cut into tokens without parsing it: `<` opens an
IRI in one place and compares in another), so we ask it: every "service" in the text is replaced by
a word that is no keyword. In a string, comment, IRI or name that makes no difference; where the
word was the keyword, the text no longer parses.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from medkg.errors import QueryError
from medkg.evaluation import syntax

MASK = "s3rv1c3"  # as long as the keyword, so that places in the text stay the same


def _spelling(letter: str) -> str:
    r"""A pattern for a letter in either case, bare or as a codepoint escape.

    https://www.w3.org/TR/sparql11-query/#codepointEscape allows `\u0053ERVICE`.
    """
    codes = f"(?:{ord(letter.lower()):x}|{ord(letter.upper()):x})"
    return rf"(?:{letter}|\\u00{codes}|\\U000000{codes})"


_SERVICE = re.compile("".join(map(_spelling, "service")), re.IGNORECASE | re.ASCII)


def refuse_service(query: str, prefixes: Mapping[str, str]) -> None:
    """Refuse a query that calls SERVICE with a `QueryError`; let one that stays at home pass."""
    masked = _SERVICE.sub(MASK, query)
    if masked == query:
        return
    error = syntax.parse_error(masked, prefixes)
    if error is None:
        return
    offset = syntax.locate(masked, prefixes, error)
    if masked.startswith(MASK, offset):
        raise QueryError(
            f"{syntax.place(query, offset)}: SERVICE is not allowed here, queries are answered from this graph alone; "
            f"ask the other endpoint separately\n{syntax.excerpt(query, offset)}"
        )
    raise QueryError(syntax.explain(query, prefixes, error, offset)) from error
