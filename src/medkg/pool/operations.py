"""What an evaluator is asked to do, by name: each takes the frame that asks and gives the frame that answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, Store

from medkg.errors import SizeLimit, UnknownName
from medkg.evaluation import GRAPHS, evaluate, named, offers, serialize
from medkg.evaluation import graph_store as contents
from medkg.evaluation.changes import Change
from medkg.evaluation.formats import WORTHWHILE, compress
from medkg.evaluation.graph_store import Document
from medkg.evaluation.serialize import Bounds, dump
from medkg.evaluation.update import update as evaluate_update
from medkg.model.prefixes import BASE
from medkg.pool.frames import Frame


class Site(Protocol):
    """What answers requests for pages from a graph; made by the keeper, at work in evaluators."""

    def show(self, store: Store, revision: str, change: Change | None = None) -> None:
        """Answer from a store from here on, which has had one change more."""

    def preparation(self) -> Iterator[None]:
        """Works out what many pages need of the graph as it is now, in steps."""

    def answer(self, asked: Frame, bounds: Bounds) -> Frame:
        """The answer to a request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What an evaluator works with: its graph, the prefixes that need no declaration, the bounds of an answer."""

    store: Store
    prefixes: Mapping[str, str]
    bounds: Bounds
    site: Site | None = None


def query(desk: Desk, asked: Frame) -> Frame:
    """The answer to the query in the body, in the `format` and the `coding` asked for."""
    head = asked.head
    results = evaluate(
        desk.store,
        asked.body.decode(),
        prefixes=desk.prefixes,
        default_graphs=head["default"],
        named_graphs=head["named"],
        base_iri=BASE,
    )
    formats = offers(results)
    form = named(head["format"], formats) or formats[0]
    return _document(serialize(results, form, prefixes=desk.prefixes, bounds=desk.bounds), head["coding"])


def graph(desk: Desk, asked: Frame) -> Frame:
    """The `graph` named, whole, or the default graph; an `UnknownName` where there is none.

    https://www.w3.org/TR/sparql11-http-rdf-update/#http-get
    """
    name = _graph(asked)
    if isinstance(name, NamedNode) and not desk.store.contains_named_graph(name):
        raise UnknownName(f"there is no graph <{name.value}>")
    form = named(asked.head["format"], GRAPHS) or GRAPHS[0]
    return _document(dump(desk.store, name, form, desk.prefixes, desk.bounds), asked.head["coding"])


def page(desk: Desk, asked: Frame) -> Frame:
    """The page that answers the request in the frame; a `SizeLimit` where it is larger than an answer may be."""
    if desk.site is None:
        raise UnknownName("there are no pages here")
    answer = desk.site.answer(asked, desk.bounds)
    if len(answer.body) > desk.bounds.bytes:
        raise SizeLimit(f"the page is larger than {desk.bounds.bytes:,} bytes; ask for less")
    return answer


def update(desk: Desk, asked: Frame) -> Frame:
    """What the update in the body would change."""
    change = evaluate_update(
        desk.store,
        asked.body.decode(),
        prefixes=desk.prefixes,
        base_iri=BASE,
        using_graphs=asked.head["using"],
        using_named_graphs=asked.head["using_named"],
    )
    return _changed(change, existed=True)


def put(desk: Desk, asked: Frame) -> Frame:
    """What it would change to replace the `graph` by the documents in the body."""
    return _came_of(contents.put(desk.store, _graph(asked), _documents(asked), base_iri=asked.head["base"]))


def post(desk: Desk, asked: Frame) -> Frame:
    """What it would change to add the documents in the body to the `graph`."""
    return _came_of(contents.post(desk.store, _graph(asked), _documents(asked), base_iri=asked.head["base"]))


def delete(desk: Desk, asked: Frame) -> Frame:
    """What it would change to remove the `graph`; an `UnknownName` where there is none."""
    outcome = contents.delete(desk.store, _graph(asked))
    if not outcome.existed:
        raise UnknownName(f"there is no graph <{asked.head['graph']}>")
    return _came_of(outcome)


def _documents(asked: Frame) -> list[Document]:
    """The documents in the body, cut apart by their sizes."""
    documents, start = [], 0
    for part in asked.head["parts"]:
        form = named(part["format"], GRAPHS)
        assert form is not None  # the front has named it
        assert isinstance(form.engine, RdfFormat)
        end = start + part["size"]
        documents.append(Document(content=asked.body[start:end], format=form.engine))
        start = end
    return documents


def _came_of(outcome: contents.Outcome) -> Frame:
    """What an operation would change, as a frame."""
    return _changed(outcome.change, existed=outcome.existed)


def _graph(asked: Frame) -> NamedNode | DefaultGraph:
    """The graph an errand is about."""
    iri = asked.head["graph"]
    return DefaultGraph() if iri is None else NamedNode(iri)


def _document(document: bytes, coding: str | None) -> Frame:
    """A document on its way out, compressed where that is wished for and worth it."""
    if coding is None or len(document) < WORTHWHILE:
        return Frame({"coding": None}, document)
    return Frame({"coding": coding}, compress(document, coding))


def _changed(change: Change, *, existed: bool) -> Frame:
    """What would change, and whether the graph it is about was there before."""
    head = {
        "removed": len(change.removed),
        "dropped": change.dropped,
        "created": change.created,
        "existed": existed,
    }
    return Frame(head, change.removed + change.added)


ERRANDS: dict[str, Callable[[Desk, Frame], Frame]] = {
    errand.__name__: errand for errand in (query, graph, page, update, put, post, delete)
}
