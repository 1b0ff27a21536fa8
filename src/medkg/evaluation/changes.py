"""What an update does to a store, as a value: kept in a journal, and applied to any other copy of that store."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO

from pyoxigraph import NamedNode, RdfFormat, Store, parse


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
