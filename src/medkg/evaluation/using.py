"""An update over the RDF dataset that its request names: https://www.w3.org/TR/sparql11-protocol/#update-dataset.

pyoxigraph takes no RDF dataset with an update, so that the request's graphs are written into the text, as USING and
USING NAMED of every operation that has a WHERE clause. Which WHERE that is, only the parser knows: an operation's
own may be preceded by USING, that of a subquery may not, and in a string or a comment anything may stand. So each
occurrence of the word is tried, once with the clause before it and once with something that is no clause.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from pyoxigraph import NamedNode

from medkg.errors import QueryError
from medkg.evaluation import syntax
from medkg.evaluation.keywords import find_keyword, spelled
from medkg.evaluation.languages import Language

_CLAUSE, _NO_CLAUSE = " USING <urn:x:y> ", " USYNG <urn:x:y> "


def over(
    text: str,
    prefixes: Mapping[str, str],
    language: Language,
    *,
    default_graphs: Sequence[str],
    named_graphs: Sequence[str],
) -> str:
    """A well-formed update with its WHERE clauses over the graphs of a request, where that names any.

    An update that has an RDF dataset of its own is a `QueryError` then.
    """
    if not default_graphs and not named_graphs:
        return text
    _refuse_own(text, prefixes, language)
    clauses = "".join((*_clauses("USING", default_graphs), *_clauses("USING NAMED", named_graphs)))
    end, parts = 0, []
    for offset, template in _operations(text, prefixes, language):
        parts += [text[end:offset], template, clauses]
        end = offset
    return "".join((*parts, text[end:]))


def _refuse_own(text: str, prefixes: Mapping[str, str], language: Language) -> None:
    """Refuse an update that names its own RDF dataset: https://www.w3.org/TR/sparql11-protocol/#update-dataset."""
    for word in ("USING", "WITH"):
        offset = find_keyword(text, prefixes, word, language)
        if offset is not None:
            raise QueryError(
                f"{syntax.place(text, offset)}: {word} in the update and graphs in the request exclude each other; "
                f"leave out one or the other\n{syntax.excerpt(text, offset)}"
            )


def _clauses(keyword: str, graphs: Sequence[str]) -> Iterator[str]:
    """A clause for each graph; an IRI holds nothing that could end it early."""
    for iri in graphs:
        try:
            yield f" {keyword} {NamedNode(iri)} "
        except ValueError as error:
            raise QueryError(f"a graph is named by an absolute IRI: {error}") from error


def _operations(text: str, prefixes: Mapping[str, str], language: Language) -> Iterator[tuple[int, str]]:
    """The offset of every operation's own WHERE, with the template to write before it, which DELETE WHERE lacks.

    DELETE WHERE { … } is short for DELETE { … } WHERE { … }: https://www.w3.org/TR/sparql11-update/#deleteWhere
    """

    def is_well_formed(candidate: str) -> bool:
        return language.error(candidate, prefixes) is None

    def goes(insertion: str, offset: int) -> bool:
        return is_well_formed(text[:offset] + insertion + text[offset:])

    for match in spelled("WHERE").finditer(text):
        offset = match.start()
        if goes(_NO_CLAUSE, offset):  # in a string or a comment
            continue
        if goes(_CLAUSE, offset):
            yield offset, ""
        elif goes("{}" + _CLAUSE, offset):
            ends = (brace.end() for brace in re.finditer("}", text[match.end() :]))
            end = next(match.end() + end for end in ends if is_well_formed(text[: match.end() + end]))
            yield offset, text[match.end() : end]
