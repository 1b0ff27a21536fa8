"""The change that an update makes to a store, as a value for journals and for other copies of the store.

Its quads are lines of N-Quads. A change is computed from the contents of the store before and after.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import BytesIO

from pyoxigraph import NamedNode, Quad, RdfFormat, Store, parse, serialize

from medkg.errors import QueryError
from medkg.evaluation.formats import document_reason
from medkg.evaluation.lexer import MAX_DEPTH


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The quads that an update removes and adds, as N-Quads, one a line and no line in both.

    Blank nodes have the labels that they have in the store. `dropped` are the IRIs of named graphs that are removed
    (without its last quad a graph is still there, empty), and `created` those of new and empty ones (https://www.w3.org/TR/sparql11-update/#graphManagement).
    """

    removed: bytes = b""
    added: bytes = b""
    dropped: tuple[str, ...] = ()
    created: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether the store stays as it was."""
        return not (self.removed or self.added or self.dropped or self.created)


def apply(store: Store, change: Change) -> None:
    """Apply a change to a store, blank nodes included."""
    for quad in parse(change.removed, RdfFormat.N_QUADS):
        store.remove(quad)
    for iri in change.dropped:
        store.remove_graph(NamedNode(iri))
    store.extend(parse(change.added, RdfFormat.N_QUADS))
    for iri in change.created:
        store.add_graph(NamedNode(iri))


def combine(changes: Iterable[Change]) -> Change:
    r"""One change with the effect of several, one after another, on any store that they were made to.

    >>> put = Change(added=b'<a:s> <a:p> "1" <a:g> .\n')
    >>> delete = Change(removed=put.added, dropped=("a:g",))
    >>> combine([put, delete])
    Change(removed=b'', added=b'', dropped=('a:g',), created=())
    """
    removed: dict[bytes, None] = {}  # no set, so that the order is the same each time
    added: dict[bytes, None] = {}
    dropped: set[str] = set()
    created: set[str] = set()
    for change in changes:
        reverted = [line for line in BytesIO(change.removed) if not _add_or_revert(line, removed, added)]
        for line in BytesIO(change.added):
            _add_or_revert(line, added, removed)
        # without its last quad a graph is still there, empty; only to drop it removes it
        dropped |= {*change.dropped}
        dropped -= {*change.created, *(_graphs(change.added) if dropped else ())}
        created |= {*change.created, *_graphs(b"".join(reverted))}
        created -= {*change.dropped}
    return Change(
        removed=b"".join(removed),
        added=b"".join(added),
        dropped=tuple(sorted(dropped)),
        created=tuple(sorted(created)),
    )


def _add_or_revert(line: bytes, changes: dict[bytes, None], opposite: dict[bytes, None]) -> bool:
    """Whether a line is now among changes; False where it was among the opposite ones, and is in neither now."""
    if line in opposite:
        del opposite[line]
        return False
    changes[line] = None
    return True


def _graphs(nquads: bytes) -> set[str]:
    """The IRIs of the named graphs of quads."""
    names = {quad.graph_name for quad in parse(nquads, RdfFormat.N_QUADS)}
    return {name.value for name in names if isinstance(name, NamedNode)}


_DEEP = b" )>>" * MAX_DEPTH  # the ends of triples within triples: https://www.w3.org/TR/rdf12-n-quads/#triple-terms


def lines(quads: Iterable[Quad]) -> set[bytes]:
    """A line for each quad."""
    return set((serialize(quads, format=RdfFormat.N_QUADS) or b"").splitlines(keepends=True))


def join_lines(lines: Iterable[bytes]) -> bytes:
    """Lines as one text, sorted, so that equal changes are equal bytes."""
    return b"".join(sorted(lines))


def named_graphs(nquads: bytes) -> set[str]:
    """The IRIs of the graphs of some quads; a `QueryError` where they could not be read again once they are written.

    Functions can make terms that no document may hold, and update after update triples of triples without end.
    """
    if _DEEP in nquads:
        raise QueryError(f"there are triples within triples, {MAX_DEPTH} deep; nothing so deep can be kept")
    try:
        names = {quad.graph_name for quad in parse(nquads, RdfFormat.N_QUADS)}
    except SyntaxError as error:
        raise QueryError(f"no document can hold these quads: {document_reason(error)}") from error
    return {name.value for name in names if isinstance(name, NamedNode)}


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreContents:
    """The contents of a store: its quads as N-Quads, and the IRIs of its named graphs, empty ones included."""

    nquads: bytes
    graphs: frozenset[str]


def contents(store: Store) -> StoreContents:
    """The contents of a store."""
    graphs = frozenset(name.value for name in store.named_graphs() if isinstance(name, NamedNode))
    return StoreContents(nquads=store.dump(format=RdfFormat.N_QUADS) or b"", graphs=graphs)


def difference(before: StoreContents, after: StoreContents) -> Change:
    r"""The change from one state of a store to another; a `QueryError` where it cannot be written as N-Quads.

    >>> one = StoreContents(nquads=b'<a:s> <a:p> "1" .\n<a:s> <a:p> "2" .\n', graphs=frozenset())
    >>> two = StoreContents(nquads=b'<a:s> <a:p> "2" .\n<a:s> <a:p> "3" .\n', graphs=frozenset({"a:g"}))
    >>> difference(one, two).removed, difference(one, two).added, difference(one, two).created
    (b'<a:s> <a:p> "1" .\n', b'<a:s> <a:p> "3" .\n', ('a:g',))
    """
    removed, added = _unshared_lines(before.nquads, after.nquads)
    filled = named_graphs(added)
    return Change(
        removed=removed,
        added=added,
        dropped=tuple(sorted(before.graphs - after.graphs)),
        created=tuple(sorted(after.graphs - before.graphs - filled)),
    )


def _unshared_lines(one: bytes, other: bytes) -> tuple[bytes, bytes]:
    """The lines that only one of two texts has, and those that only the other has, each sorted.

    The engine writes unchanged quads in the same order each time, so that most lines are compared in long stretches.
    """
    shorter = min(len(one), len(other))
    begin = _common_length(shorter, lambda low, high: one[low:high] == other[low:high])
    begin = one.rfind(b"\n", 0, begin) + 1
    end = _common_length(shorter - begin, lambda low, high: _tail(one, low, high) == _tail(other, low, high))
    end = len(one) - (one.find(b"\n", len(one) - end) + 1 or len(one))  # less a line shared in part
    one_lines = set(one[begin : len(one) - end].splitlines(keepends=True))
    other_lines = set(other[begin : len(other) - end].splitlines(keepends=True))
    return join_lines(one_lines - other_lines), join_lines(other_lines - one_lines)


def _common_length(maximum: int, is_common: Callable[[int, int], bool]) -> int:
    """The length, up to a maximum, to which two texts are the same, by bisection."""
    low, high = 0, maximum
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if is_common(low, middle) else (low, middle - 1)
    return low


def _tail(text: bytes, low: int, high: int) -> bytes:
    """The stretch of a text between two distances from its end."""
    return text[len(text) - high : len(text) - low]
