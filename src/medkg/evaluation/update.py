"""One SPARQL update against a copy of a store that is thrown away: text in, what it changes out.

https://www.w3.org/TR/sparql11-update/

An update over the RDF dataset that its request names: https://www.w3.org/TR/sparql11-protocol/#update-dataset.

pyoxigraph takes no RDF dataset with an update, so that the request's graphs are written into the text, as USING and
USING NAMED of every operation that has a WHERE clause. Which WHERE that is, only the parser knows: an operation's
own may be preceded by USING, that of a subquery may not, and in a string or a comment anything may stand. So each
occurrence of the word is tried, once with the clause before it and once with something that is no clause.

Updates that only list quads, INSERT DATA { … } and DELETE DATA { … } alone: what they change is plain from the text.

They are the most frequent, and the size of the store makes no difference to them.
https://www.w3.org/TR/sparql11-update/#insertData
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from pyoxigraph import NamedNode, Store

from medkg.errors import QueryError
from medkg.evaluation import syntax
from medkg.evaluation.changes import Change, apply, contents, difference, joined, lines
from medkg.evaluation.language import (
    BLANK,
    BYTE_ORDER_MARK,
    Language,
    end_of_prologue,
    in_sequences,
    refuse_depth,
    updates,
    wanted,
)
from medkg.evaluation.refusals import find_keyword, refuse_load, refuse_service, spelled

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


_DATA = re.compile(rf"(INSERT|DELETE){BLANK}*+(DATA)", re.IGNORECASE | re.ASCII)


def data_change(
    store: Store, text: str, prefixes: Mapping[str, str], language: Language, base_iri: str | None
) -> Change | None:
    """What a well-formed update that only lists quads changes in a store; None for any other.

    With WHERE in the place of DATA the text is an operation too if, and only if, it has no second one.
    """
    match = _DATA.match(text, end_of_prologue(text))
    if match is None or language.error(f"{text[: match.start(2)]}{text[match.end(2) :]}\nWHERE {{}}", prefixes):
        return None
    # read by the engine into a store of their own, the quads are in its normal form and their blank nodes are new
    listed = Store()
    inserted = f"{text[: match.start(1)]}INSERT{text[match.end(1) :]}"
    listed.update(inserted, prefixes=wanted(prefixes, text), base_iri=base_iri)
    if match[1].upper() == "DELETE":
        return Change(removed=joined(lines(quad for quad in listed if quad in store)))
    return Change(added=joined(lines(quad for quad in listed if quad not in store)))


NO_PREFIXES: Mapping[str, str] = {}


def update(
    store: Store,
    text: str,
    *,
    prefixes: Mapping[str, str] = NO_PREFIXES,
    base_iri: str | None = None,
    using_graphs: Sequence[str] = (),
    using_named_graphs: Sequence[str] = (),
) -> Change:
    """What an update changes in a store, on which it is carried out; an update that fails is a `QueryError`.

    The store is to be a copy that is thrown away: an update that fails may have been carried out in part. A byte order
    mark before the text is ignored.

    `prefixes` need no declaration in the text. `base_iri` is what relative IRIs are resolved against, where the text
    declares no BASE. `using_graphs` and `using_named_graphs` are graph IRIs that together are the RDF dataset of every
    WHERE clause; a text that names its own is refused then.
    """
    language, text = updates(base_iri), text.removeprefix(BYTE_ORDER_MARK)
    _refuse(text, prefixes, language)
    text = over(text, prefixes, language, default_graphs=using_graphs, named_graphs=using_named_graphs)
    try:
        change = data_change(store, text, prefixes, language, base_iri)
        if change is not None:
            apply(store, change)
            return change
        before = contents(store)
        for part in in_sequences(text, prefixes, base_iri):
            store.update(part, prefixes=wanted(prefixes, part), base_iri=base_iri)
        return difference(before, contents(store))
    except SyntaxError as error:
        raise _explained(text, prefixes, error, language) from error
    except (RuntimeError, UnicodeError) as error:
        raise QueryError(f"the update cannot be carried out: {error}") from error


def _refuse(text: str, prefixes: Mapping[str, str], language: Language) -> None:
    """Refuse with a `QueryError` what is not well-formed, would bring the engine down, or would leave the machine."""
    refuse_depth(text, language.noun)
    try:
        refuse_service(text, prefixes, language)
        refuse_load(text, prefixes, language)
        error = language.error(text, prefixes)
    except UnicodeError as failure:
        raise QueryError(f"the update cannot be read: {failure}") from failure
    if error is not None:
        raise _explained(text, prefixes, error, language) from error


def _explained(text: str, prefixes: Mapping[str, str], error: SyntaxError, language: Language) -> QueryError:
    """What is wrong with an update that is not well-formed, and where."""
    offset = syntax.locate(text, prefixes, error, language)
    return QueryError(syntax.explain(text, prefixes, error, offset, language))
