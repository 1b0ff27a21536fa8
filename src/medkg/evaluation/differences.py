"""What has become of a store between two looks at it, whatever was done to it in between."""

from __future__ import annotations

from collections.abc import Callable
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
