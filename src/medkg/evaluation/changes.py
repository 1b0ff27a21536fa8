"""What an update does to a store, as a value: kept in a journal, and applied to any other copy of that store."""

from __future__ import annotations

from dataclasses import dataclass

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
