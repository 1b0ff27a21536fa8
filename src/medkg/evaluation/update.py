"""One SPARQL update against a store: text in, its change out. https://www.w3.org/TR/sparql11-update/."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, takewhile

from pyoxigraph import NamedNode, Store

from medkg.errors import QueryError
from medkg.evaluation import syntax
from medkg.evaluation.changes import Change, apply, contents, difference, join_lines, lines
from medkg.evaluation.language import BYTE_ORDER_MARK, Language, body, parts, prefixes_in, refuse_depth, updates
from medkg.evaluation.lexer import Token, code
from medkg.evaluation.query import NO_PREFIXES
from medkg.evaluation.syntax import refuse_load, refuse_service


def update(
    store: Store,
    text: str,
    *,
    prefixes: Mapping[str, str] = NO_PREFIXES,
    base_iri: str | None = None,
    using_graphs: Sequence[str] = (),
    using_named_graphs: Sequence[str] = (),
) -> Change:
    """The change that an update makes to a store, on which it is carried out; an update that fails is a `QueryError`.

    The store is to be a copy that is thrown away: an update that fails may have been carried out in part. A byte order
    mark before the text is ignored.

    `prefixes` need no declaration in the text. `base_iri` is what relative IRIs are resolved against, where the text
    declares no BASE. `using_graphs` and `using_named_graphs` are graph IRIs that together are the RDF dataset of every
    WHERE clause; a text that names its own is refused then.
    """
    language, text = updates(base_iri), text.removeprefix(BYTE_ORDER_MARK)
    _refuse(text, prefixes, language)
    if using_graphs or using_named_graphs:
        text = _over_graphs(text, prefixes, using_graphs, using_named_graphs)
    try:
        change = _data_change(store, text, prefixes, language, base_iri)
        if change is not None:
            apply(store, change)
            return change
        before = contents(store)
        for part in parts(text):
            store.update(part, prefixes=prefixes_in(part, prefixes), base_iri=base_iri)
        return difference(before, contents(store))
    except SyntaxError as error:
        raise _explanation(text, prefixes, error, language) from error
    except (RuntimeError, UnicodeError) as error:
        raise QueryError(f"the update cannot be carried out: {error}") from error


def _refuse(text: str, prefixes: Mapping[str, str], language: Language) -> None:
    """Raise a `QueryError` for a text that has an error, would bring the engine down, or would leave the machine."""
    refuse_depth(text, language.noun)
    try:
        refuse_service(text, prefixes, language)
        refuse_load(text, prefixes, language)
        error = language.error(text, prefixes)
    except UnicodeError as failure:
        raise QueryError(f"the update cannot be read: {failure}") from failure
    if error is not None:
        raise _explanation(text, prefixes, error, language) from error


def _explanation(text: str, prefixes: Mapping[str, str], error: SyntaxError, language: Language) -> QueryError:
    """The error of an update in words, with its place."""
    offset = syntax.locate(text, prefixes, error, language)
    return QueryError(syntax.explain(text, prefixes, error, offset, language))


def _over_graphs(
    text: str, prefixes: Mapping[str, str], default_graphs: Sequence[str], named_graphs: Sequence[str]
) -> str:
    """A well-formed update with the graphs of a request as the RDF dataset of every operation that has a WHERE clause.

    https://www.w3.org/TR/sparql11-protocol/#update-dataset. pyoxigraph takes no RDF dataset with an update, so that the
    graphs are written as USING and USING NAMED before each operation's own WHERE. DELETE WHERE { … } has no place for
    them, and is written as DELETE { … } WHERE { … }, which it is short for:
    https://www.w3.org/TR/sparql11-update/#deleteWhere
    """
    tokens = list(code(text, prefixes))
    outermost = [number for number, depth in enumerate(_depths(tokens)) if depth == 0]
    _refuse_own_graphs(text, [tokens[number] for number in outermost])
    clauses = "".join((*_clauses("USING", default_graphs), *_clauses("USING NAMED", named_graphs)))
    pieces, end = [], 0
    for number in (number for number in outermost if tokens[number].keyword == "WHERE"):
        start = tokens[number].start
        template = _group(text, tokens[number + 1 :]) if tokens[number - 1].keyword == "DELETE" else ""
        pieces += [text[end:start], template, clauses]
        end = start
    return "".join((*pieces, text[end:]))


def _refuse_own_graphs(text: str, tokens: Sequence[Token]) -> None:
    """Raise a `QueryError` for an update that names an RDF dataset, of which these are the tokens outside of groups."""
    for keyword in ("USING", "WITH"):
        token = next((token for token in tokens if token.keyword == keyword), None)
        if token is not None:
            reason = f"{keyword} in the update and graphs in the request exclude each other; leave out one or the other"
            raise QueryError(syntax.message(text, token.start, reason))


def _clauses(keyword: str, graphs: Sequence[str]) -> Iterator[str]:
    """A clause for each graph; an IRI holds nothing that could end it early."""
    for iri in graphs:
        try:
            yield f" {keyword} {NamedNode(iri)} "
        except ValueError as error:
            raise QueryError(f"a graph is named by an absolute IRI: {error}") from error


def _depths(tokens: Sequence[Token]) -> Iterator[int]:
    """For each token the brackets that are open before it."""
    depth = 0
    for token in tokens:
        yield depth
        depth += token.nesting


def _group(text: str, tokens: Sequence[Token]) -> str:
    """The group that some tokens of a text begin with, from brace to brace."""
    inner = sum(1 for _ in takewhile(bool, list(_depths(tokens))[1:]))
    return text[tokens[0].start : tokens[inner].end]


def _data_change(
    store: Store, text: str, prefixes: Mapping[str, str], language: Language, base_iri: str | None
) -> Change | None:
    """The change of a well-formed update that is one INSERT DATA or DELETE DATA; None for any other.

    They are the most frequent, and the size of the store makes no difference to them. With WHERE in the place of DATA
    the text is an operation too if, and only if, it has no second one.
    https://www.w3.org/TR/sparql11-update/#insertData
    """
    verb, noun = (*islice(body(text), 2), None, None)[:2]
    if verb is None or noun is None or verb.keyword not in ("INSERT", "DELETE") or noun.keyword != "DATA":
        return None
    if language.error(f"{text[: noun.start]}{text[noun.end :]}\nWHERE {{}}", prefixes):
        return None
    # read by the engine into a store of their own, the quads are in its normal form and their blank nodes are new
    listed = Store()
    insertion = f"{text[: verb.start]}INSERT{text[verb.end :]}"
    listed.update(insertion, prefixes=prefixes_in(text, prefixes), base_iri=base_iri)
    if verb.keyword == "DELETE":
        return Change(removed=join_lines(lines(quad for quad in listed if quad in store)))
    return Change(added=join_lines(lines(quad for quad in listed if quad not in store)))
