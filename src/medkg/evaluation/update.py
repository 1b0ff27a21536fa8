"""One SPARQL update against a copy of a store that is thrown away: text in, what it changes out.

https://www.w3.org/TR/sparql11-update/
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pyoxigraph import Store

from medkg.errors import QueryError
from medkg.evaluation import syntax
from medkg.evaluation.changes import Change, apply
from medkg.evaluation.data_updates import data_change
from medkg.evaluation.differences import contents, difference
from medkg.evaluation.federation import refuse_load, refuse_service
from medkg.evaluation.forms import BYTE_ORDER_MARK
from medkg.evaluation.languages import Language, in_sequences, updates, wanted
from medkg.evaluation.nesting import refuse_depth
from medkg.evaluation.using import over

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
