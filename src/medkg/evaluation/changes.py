"""What an update does to a store, as a value: kept in a journal, and applied to any other copy of that store.

Quads as lines of N-Quads, the form in which changes are told and kept.

What has become of a store between two looks at it, whatever was done to it in between.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import BytesIO

from pyoxigraph import NamedNode, Quad, RdfFormat, Store, parse, serialize

from medkg.errors import QueryError
from medkg.evaluation.language import MAX_DEPTH


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The quads an update takes away and those it brings, as N-Quads, one a line and no line in both.

    Blank nodes bear the labels they have in the store. What quads cannot tell stands beside them, as IRIs of
    named graphs: `dropped` are those that are no more (losing its last quad leaves a graph behind, empty), and
    `created` those that are new and empty (https://www.w3.org/TR/sparql11-update/#graphManagement).
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
    """Change a store as the update changed the copy it was evaluated on, blank nodes included."""
    for quad in parse(change.removed, RdfFormat.N_QUADS):
        store.remove(quad)
    for iri in change.dropped:
        store.remove_graph(NamedNode(iri))
    store.extend(parse(change.added, RdfFormat.N_QUADS))
    for iri in change.created:
        store.add_graph(NamedNode(iri))


def combined(changes: Iterable[Change]) -> Change:
    r"""One change that comes to the same as several, one after another, for any store that they were made to.

    >>> put = Change(added=b'<a:s> <a:p> "1" <a:g> .\n')
    >>> delete = Change(removed=put.added, dropped=("a:g",))
    >>> combined([put, delete])
    Change(removed=b'', added=b'', dropped=('a:g',), created=())
    """
    removed: dict[bytes, None] = {}  # and no set, for what comes of it is to be in the same order each time
    added: dict[bytes, None] = {}
    dropped: set[str] = set()
    created: set[str] = set()
    for change in changes:
        undone = [line for line in BytesIO(change.removed) if not _moved(line, added, removed)]
        for line in BytesIO(change.added):
            _moved(line, removed, added)
        # a graph stays, though perhaps empty, when its last quad goes; only to drop it makes an end of it
        dropped |= {*change.dropped}
        dropped -= {*change.created, *(_graphs(change.added) if dropped else ())}
        created |= {*change.created, *_graphs(b"".join(undone))}
        created -= {*change.dropped}
    return Change(
        removed=b"".join(removed),
        added=b"".join(added),
        dropped=tuple(sorted(dropped)),
        created=tuple(sorted(created)),
    )


def _moved(line: bytes, undone: dict[bytes, None], done: dict[bytes, None]) -> bool:
    """Whether a line is done now; False where that has only undone what was done to it before."""
    if line in undone:
        del undone[line]
        return False
    done[line] = None
    return True


def _graphs(nquads: bytes) -> set[str]:
    """The IRIs of the named graphs of quads."""
    names = {quad.graph_name for quad in parse(nquads, RdfFormat.N_QUADS)}
    return {name.value for name in names if isinstance(name, NamedNode)}


_DEEP = b" )>>" * MAX_DEPTH  # the ends of triples within triples: https://www.w3.org/TR/rdf12-n-quads/#triple-terms


def lines(quads: Iterable[Quad]) -> set[bytes]:
    """A line for each quad."""
    return set((serialize(quads, format=RdfFormat.N_QUADS) or b"").splitlines(keepends=True))


def joined(some: Iterable[bytes]) -> bytes:
    """Lines as one text, sorted, so that a change is told the same way each time."""
    return b"".join(sorted(some))


def named_graphs(nquads: bytes) -> set[str]:
    """The IRIs of the graphs of some quads; a `QueryError` where they could not be read again once they are written.

    Functions can make terms that no document may hold, and update after update triples of triples without end.
    """
    if _DEEP in nquads:
        raise QueryError(f"there are triples within triples, {MAX_DEPTH} deep; nothing so deep is kept")
    try:
        names = {quad.graph_name for quad in parse(nquads, RdfFormat.N_QUADS)}
    except SyntaxError as error:
        raise QueryError(f"no document can hold what comes of this: {reason_of(error)}") from error
    return {name.value for name in names if isinstance(name, NamedNode)}


def reason_of(error: SyntaxError) -> str:
    """What the engine says against an RDF document, without the place."""
    return re.sub(r"^Parser error .*?: ", "", error.msg, count=1, flags=re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """All that a store holds: its quads as N-Quads, and the IRIs of its named graphs, empty ones included."""

    nquads: bytes
    graphs: frozenset[str]


def contents(store: Store) -> Contents:
    """What a store holds now."""
    graphs = frozenset(name.value for name in store.named_graphs() if isinstance(name, NamedNode))
    return Contents(nquads=store.dump(format=RdfFormat.N_QUADS) or b"", graphs=graphs)


def difference(before: Contents, after: Contents) -> Change:
    r"""The change that leads from one state of a store to another; a `QueryError` where it cannot be written down.

    >>> one = Contents(nquads=b'<a:s> <a:p> "1" .\n<a:s> <a:p> "2" .\n', graphs=frozenset())
    >>> two = Contents(nquads=b'<a:s> <a:p> "2" .\n<a:s> <a:p> "3" .\n', graphs=frozenset({"a:g"}))
    >>> difference(one, two).removed, difference(one, two).added, difference(one, two).created
    (b'<a:s> <a:p> "1" .\n', b'<a:s> <a:p> "3" .\n', ('a:g',))
    """
    removed, added = _apart(before.nquads, after.nquads)
    filled = named_graphs(added)
    return Change(
        removed=removed,
        added=added,
        dropped=tuple(sorted(before.graphs - after.graphs)),
        created=tuple(sorted(after.graphs - before.graphs - filled)),
    )


def _apart(one: bytes, other: bytes) -> tuple[bytes, bytes]:
    """The lines that only one of two texts has, and those that only the other has, each sorted.

    The engine writes what is old in the same order each time, so that most lines need no look of their own.
    """
    most = min(len(one), len(other))
    begin = _longest(most, lambda low, high: one[low:high] == other[low:high])
    begin = one.rfind(b"\n", 0, begin) + 1
    end = _longest(most - begin, lambda low, high: _tail(one, low, high) == _tail(other, low, high))
    end = len(one) - (one.find(b"\n", len(one) - end) + 1 or len(one))  # less the line of which only the end is common
    these = set(one[begin : len(one) - end].splitlines(keepends=True))
    those = set(other[begin : len(other) - end].splitlines(keepends=True))
    return joined(these - those), joined(those - these)


def _longest(most: int, is_common: Callable[[int, int], bool]) -> int:
    """The length, up to a bound, to which two texts have everything in common; asked of one stretch at a time."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if is_common(low, middle) else (low, middle - 1)
    return low


def _tail(text: bytes, low: int, high: int) -> bytes:
    """The stretch of a text between two distances from its end."""
    return text[len(text) - high : len(text) - low]
