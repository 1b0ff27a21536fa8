"""The operations that evaluators carry out: each takes its message and gives the result."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, Store

from medkg.errors import MemoryLimit, SizeLimit, UnknownName
from medkg.evaluation import GRAPHS, evaluate, find_format, graph_store, result_formats, serialize
from medkg.evaluation.changes import Change
from medkg.evaluation.formats import MIN_COMPRESSED_BYTES, compress
from medkg.evaluation.graph_store import Document
from medkg.evaluation.serialization import DocumentBounds, dump
from medkg.evaluation.update import update
from medkg.model.prefixes import BASE
from medkg.pool.messages import (
    FAILURES,
    ChangeResult,
    DocumentResult,
    FailureResult,
    GraphDeleteOperation,
    GraphPostOperation,
    GraphPutOperation,
    GraphReadOperation,
    InternalErrorResult,
    Operation,
    PageOperation,
    PageResult,
    QueryOperation,
    Result,
    UpdateOperation,
)

MAX_LIGHT_ANSWER_BYTES = 4 << 20
"""The size of an answer after which an evaluator holds much more memory than when it was forked, and is replaced."""


class PageSource(Protocol):
    """The site, as far as it is needed here: made by the keeper, at work in evaluators."""

    def show(self, store: Store, revision: str, change: Change | None = None) -> None:
        """Answer from a store from here on, which has had one change more."""

    def preparation(self) -> Iterator[None]:
        """Works out what many pages need of the graph as it is now, in steps."""

    def answer(self, operation: PageOperation, bounds: DocumentBounds) -> PageResult:
        """The answer to a request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluatorContext:
    """What an evaluator works with: its graph, the prefixes that need no declaration, the bounds of an answer."""

    store: Store
    prefixes: Mapping[str, str]
    bounds: DocumentBounds
    pages: PageSource | None = None


def run(context: EvaluatorContext, operation: Operation[Any]) -> Result:
    """The result of an operation; a failure that is the client's to mend is one by the name of its class."""
    try:
        result = _RUN[type(operation)](context, operation)
    except tuple(FAILURES.values()) as error:
        return FailureResult(name=type(error).__name__, message=str(error))
    except MemoryError:
        message = "evaluation took more memory than it may"
        return FailureResult(name=MemoryLimit.__name__, message=message, is_last=True)
    except Exception:
        return InternalErrorResult(traceback=traceback.format_exc(), is_last=True)
    return replace(result, is_last=True) if len(result.body) > MAX_LIGHT_ANSWER_BYTES else result


def _query(context: EvaluatorContext, operation: QueryOperation) -> DocumentResult:
    """The answer to a query."""
    results = evaluate(
        context.store,
        operation.body.decode(),
        prefixes=context.prefixes,
        default_graphs=operation.default_graphs,
        named_graphs=operation.named_graphs,
        base_iri=BASE,
    )
    formats = result_formats(results)
    form = find_format(operation.format, formats) or formats[0]
    return _document(serialize(results, form, prefixes=context.prefixes, bounds=context.bounds), operation.coding)


def _graph_read(context: EvaluatorContext, operation: GraphReadOperation) -> DocumentResult:
    """A graph, whole; an `UnknownName` where there is none of that name.

    https://www.w3.org/TR/sparql11-http-rdf-update/#http-get
    """
    graph = _graph(operation.graph)
    if isinstance(graph, NamedNode) and not context.store.contains_named_graph(graph):
        raise UnknownName(f"there is no graph <{graph.value}>")
    form = find_format(operation.format, GRAPHS) or GRAPHS[0]
    return _document(dump(context.store, graph, form, context.prefixes, context.bounds), operation.coding)


def _page(context: EvaluatorContext, operation: PageOperation) -> PageResult:
    """The answer to a request for a page; a `SizeLimit` where it is larger than an answer may be."""
    if context.pages is None:
        raise UnknownName("there are no pages here")
    result = context.pages.answer(operation, context.bounds)
    if len(result.body) > context.bounds.bytes:
        raise SizeLimit(f"the page is larger than {context.bounds.bytes:,} bytes; ask for less")
    return result


def _update(context: EvaluatorContext, operation: UpdateOperation) -> ChangeResult:
    """What an update would change."""
    change = update(
        context.store,
        operation.body.decode(),
        prefixes=context.prefixes,
        base_iri=BASE,
        using_graphs=operation.using_graphs,
        using_named_graphs=operation.using_named_graphs,
    )
    return _change(graph_store.GraphChange(change=change, existed=True))


def _graph_put(context: EvaluatorContext, operation: GraphPutOperation) -> ChangeResult:
    """What it would change to replace a graph by documents."""
    documents = _documents(operation)
    return _change(graph_store.put(context.store, _graph(operation.graph), documents, base_iri=operation.base_iri))


def _graph_post(context: EvaluatorContext, operation: GraphPostOperation) -> ChangeResult:
    """What it would change to add documents to a graph."""
    documents = _documents(operation)
    return _change(graph_store.post(context.store, _graph(operation.graph), documents, base_iri=operation.base_iri))


def _graph_delete(context: EvaluatorContext, operation: GraphDeleteOperation) -> ChangeResult:
    """What it would change to remove a graph; an `UnknownName` where there is none."""
    outcome = graph_store.delete(context.store, _graph(operation.graph))
    if not outcome.existed:
        raise UnknownName(f"there is no graph <{operation.graph}>")
    return _change(outcome)


def _documents(operation: GraphPutOperation | GraphPostOperation) -> list[Document]:
    """The documents in the body, cut apart by their sizes."""
    documents, start = [], 0
    for name, size in operation.documents:
        form = find_format(name, GRAPHS)
        assert form is not None  # the server has named it
        assert isinstance(form.engine, RdfFormat)
        documents.append(Document(content=operation.body[start : start + size], format=form.engine))
        start += size
    return documents


def _graph(iri: str | None) -> NamedNode | DefaultGraph:
    """The graph of an IRI, the default graph where there is none."""
    return DefaultGraph() if iri is None else NamedNode(iri)


def _document(document: bytes, coding: str | None) -> DocumentResult:
    """A document as a result, compressed where that is asked for and worth it."""
    if coding is None or len(document) < MIN_COMPRESSED_BYTES:
        return DocumentResult(body=document)
    return DocumentResult(coding=coding, body=compress(document, coding))


def _change(outcome: graph_store.GraphChange) -> ChangeResult:
    """A change as a result."""
    change = outcome.change
    return ChangeResult(
        removed_bytes=len(change.removed),
        dropped=tuple(change.dropped),
        created=tuple(change.created),
        existed=outcome.existed,
        body=change.removed + change.added,
    )


_RUN: Mapping[type[Operation[Any]], Callable[[EvaluatorContext, Any], Result]] = {
    QueryOperation: _query,
    GraphReadOperation: _graph_read,
    PageOperation: _page,
    UpdateOperation: _update,
    GraphPutOperation: _graph_put,
    GraphPostOperation: _graph_post,
    GraphDeleteOperation: _graph_delete,
}
