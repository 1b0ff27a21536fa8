"""No query and no update leaves the machine: SERVICE and LOAD are refused before anything is evaluated.

pyoxigraph would send the request to any address and has no switch against it.
"""

from __future__ import annotations

from collections.abc import Mapping

from medkg.errors import QueryError
from medkg.evaluation import syntax
from medkg.evaluation.keywords import find_keyword
from medkg.evaluation.languages import QUERIES, Language

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
