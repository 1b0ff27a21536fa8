"""What has become of a store between two looks at it, whatever was done to it in between."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import NamedNode, RdfFormat, Store

from medkg.evaluation.changes import Change
from medkg.evaluation.lines import joined, named_graphs


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
    start = one.rfind(b"\n", 0, _common(one, other)) + 1
    one, other = one[start:], other[start:]
    end = _common(one[::-1], other[::-1])
    end -= (one[len(one) - end :] + b"\n").index(b"\n") + 1
    if end > 0:
        one, other = one[: len(one) - end], other[: len(other) - end]
    these, those = set(one.splitlines(keepends=True)), set(other.splitlines(keepends=True))
    return joined(these - those), joined(those - these)


def _common(one: bytes, other: bytes) -> int:
    """The number of bytes with which both texts begin."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[low:middle] == other[low:middle] else (low, middle - 1)
    return low
