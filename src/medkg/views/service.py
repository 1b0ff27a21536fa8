"""A running endpoint as a value: where it is, what it serves and how much of it, and what it will do.

Its description for programs and its page for people are both made of this.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Protocol

from pyoxigraph import Store

from medkg.errors import ParameterError
from medkg.evaluation import GRAPHS, RESULTS, Format
from medkg.graph.queries import Names, StoredQuery
from medkg.graph.revision import updates_of
from medkg.graph.void import Contents, contents
from medkg.model.prefixes import Prefixes

MOST_GRAPHS = 2_000
"""Named graphs that are listed; of more only the number is told."""


class Limits(Protocol):
    """The bounds on one request: seconds, and bytes but for `rows`."""

    @property
    def seconds(self) -> float:
        """The time to evaluate a query or an update."""

    @property
    def answer(self) -> int:
        """The size of an answer."""

    @property
    def rows(self) -> int:
        """The number of solutions in an answer."""

    @property
    def request(self) -> int:
        """The size of a query."""

    @property
    def write(self) -> int:
        """The size of an update or of a graph that is sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """An endpoint: its address, the revision of the graph it serves, what that holds, and what it will do.

    `graph_store` is the address of the Graph Store Protocol, None where there is none. `queries` are
    ready to be asked as they stand.
    """

    endpoint: str
    graph_store: str | None
    revision: str
    writable: bool
    limits: Limits
    contents: Contents
    queries: tuple[StoredQuery, ...]
    prefixes: Prefixes

    @property
    def result_formats(self) -> tuple[Format, ...]:
        """The formats of solutions."""
        return RESULTS

    @property
    def graph_formats(self) -> tuple[Format, ...]:
        """The formats of graphs, and so of this description."""
        return GRAPHS

    @property
    def updates(self) -> int:
        """How many updates the graph has had since it was built."""
        return updates_of(self.revision)

    @property
    def lists_graphs(self) -> bool:
        """Whether the named graphs are few enough to be told one by one."""
        return len(self.contents.graphs) <= MOST_GRAPHS


def service(
    store: Store,
    *,
    queries: Iterable[StoredQuery],
    prefixes: Prefixes,
    endpoint: str,
    graph_store: str | None,
    revision: str,
    writable: bool,
    limits: Limits,
) -> Service:
    """The service that answers from a store at an address; for another address `replace` will do."""
    names = Names(store)
    return Service(
        endpoint=endpoint,
        graph_store=graph_store,
        revision=revision,
        writable=writable,
        limits=limits,
        contents=contents(store, prefixes),
        queries=tuple(_with_values(query, names) for query in queries),
        prefixes=prefixes,
    )


def _with_values(query: StoredQuery, names: Names) -> StoredQuery:
    """A stored query with its default values in it, and those it is tested with where it has no default.

    Where the graph does not know one of them the variables stay free.
    """
    try:
        return replace(query, text=query.asked(query.expects.given, names))
    except ParameterError:
        return query
