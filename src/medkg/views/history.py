"""The differences between one published graph and the next.

The data have no dates of their changes: the only dates are those of a snapshot's build and of the last write to its
journal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import takewhile
from pathlib import Path

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, parse

from medkg.evaluation.changes import Change, combine
from medkg.model.prefixes import BASE, Prefixes
from medkg.rdf.terms import RDF_TYPE
from medkg.snapshots.manifest import GRAPH, Manifest
from medkg.snapshots.revision import updates_of
from medkg.snapshots.snapshot import Snapshot, complete_snapshots, open_snapshot

KINDS: Mapping[str, str] = {
    "dcat:Dataset": "dataset",
    "medkg:Challenge": "challenge",
    "medkg:LineageClaim": "claim",
    "dcat:CatalogRecord": "catalog",
}
"""The kinds of things whose changes are listed, by class, each with the beginning of its IRIs."""

_LOG_LIMIT = 1_000  # updates that a log holds one by one

Kinds = tuple[tuple[str, str, str], ...]
"""The same, each class by its CURIE and IRI."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedThings:
    """The IRIs of the things of one kind that are new, gone or changed."""

    kind: str
    new: tuple[str, ...]
    gone: tuple[str, ...]
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The numbers of quads that are gone and that are new, and the things that they describe."""

    removed: int
    added: int
    touched: tuple[ChangedThings, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphEdition:
    """A state of the graph: its revision, when it came about (UTC), and its difference from the one before.

    `updates` counts those made to the snapshot since it was built; `difference` is None where the one before is gone.
    """

    revision: str
    since: str
    manifest: Manifest
    updates: int
    difference: Difference | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateLog:
    """The updates made to a snapshot, in order, and when the last was written (UTC)."""

    changes: tuple[Change, ...]
    written: datetime

    def followed_by(self, change: Change) -> UpdateLog:
        """The log with one more update, made now; updates are combined from time to time, so that it stays short."""
        changes = (*self.changes, change)
        if len(changes) > _LOG_LIMIT:
            changes = (combine(changes),)
        return UpdateLog(changes=changes, written=datetime.now(UTC))


def editions(directory: Path, prefixes: Prefixes) -> Iterator[GraphEdition]:
    """The snapshot in a directory as it was built, and those built before it; the latest first."""
    serving = open_snapshot(directory)
    kinds = _kinds(prefixes)
    before = [
        snapshot
        for snapshot in complete_snapshots(directory.parent)
        if snapshot.manifest.built < serving.manifest.built
    ]
    snapshots = [serving, *sorted(before, key=lambda snapshot: snapshot.manifest.built, reverse=True)]
    for snapshot, previous in zip(snapshots, [*snapshots[1:], None], strict=True):
        yield GraphEdition(
            revision=snapshot.digest,
            since=snapshot.manifest.built,
            manifest=snapshot.manifest,
            updates=0,
            difference=_since(previous, snapshot, kinds) if previous else None,
        )


def edition_with_updates(manifest: Manifest, revision: str, log: UpdateLog, prefixes: Prefixes) -> GraphEdition:
    """The edition of a snapshot with the updates made to it."""
    change = combine(log.changes)
    return GraphEdition(
        revision=revision,
        since=log.written.isoformat(timespec="microseconds"),
        manifest=manifest,
        updates=updates_of(revision),
        difference=_difference(change.removed.splitlines(), change.added.splitlines(), _kinds(prefixes)),
    )


def update_log(directory: Path, updates: int) -> UpdateLog:
    """The first updates made to the snapshot in a directory, as one; `updates` is their number."""
    journal = open_snapshot(directory).journal
    patches = takewhile(lambda patch: patch.number <= updates, journal.patches())
    return UpdateLog(changes=(combine(map(journal.change, patches)),), written=_modification_time(journal.path))


def _modification_time(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _kinds(prefixes: Prefixes) -> Kinds:
    return tuple((curie, prefixes.expand(curie).value, start) for curie, start in KINDS.items())


def _since(before: Snapshot, after: Snapshot, kinds: Kinds) -> Difference | None:
    """The difference between two snapshots; None where one was removed meanwhile."""
    try:
        return _between(before.path, after.path, kinds)
    except OSError:
        return None


@lru_cache(maxsize=16)
def _between(before: Path, after: Path, kinds: Kinds) -> Difference:
    """The difference between two snapshots, neither of which ever changes."""
    removed: list[bytes] = []
    added: list[bytes] = []
    with (before / GRAPH).open("rb") as one, (after / GRAPH).open("rb") as other:
        for line, is_new in differing_lines(one, other):
            (added if is_new else removed).append(line)
    return _difference(removed, added, kinds)


def differing_lines(before: Iterable[bytes], after: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """The lines that only one of two sorted texts has, each with whether that is the second one.

    >>> list(differing_lines([b"a", b"b"], [b"b", b"c"]))
    [(b'a', False), (b'c', True)]
    """
    first, second = iter(before), iter(after)
    one, other = next(first, None), next(second, None)
    while one is not None or other is not None:
        if other is None or (one is not None and one < other):
            yield one or b"", False
            one = next(first, None)
        elif one is None or other < one:
            yield other, True
            other = next(second, None)
        else:
            one, other = next(first, None), next(second, None)


def _difference(removed: Iterable[bytes], added: Iterable[bytes], kinds: Kinds) -> Difference:
    gone, new = _quads(removed), _quads(added)
    return Difference(removed=len(gone), added=len(new), touched=tuple(_changed_things(gone, new, kinds)))


def _quads(lines: Iterable[bytes]) -> list[Quad]:
    return list(parse(b"\n".join(line.rstrip(b"\n") for line in lines), RdfFormat.N_QUADS, lenient=True))


def _changed_things(gone: list[Quad], new: list[Quad], kinds: Kinds) -> Iterator[ChangedThings]:
    about = {_thing(quad) for quad in (*gone, *new)}
    for curie, kind, start in kinds:
        old, new_ones = ({_thing(quad) for quad in quads if _is_typed(quad, kind)} for quads in (gone, new))
        changed = {iri for iri in about if iri.startswith(f"{BASE}{start}/")} - old - new_ones
        if start == "catalog":
            changed = {iri for iri in changed if "/record/" in iri}
        if old or new_ones or changed:
            yield ChangedThings(
                kind=curie,
                new=_sorted_iris(new_ones - old),
                gone=_sorted_iris(old - new_ones),
                changed=_sorted_iris(changed),
            )


def _is_typed(quad: Quad, kind: str) -> bool:
    """Whether a quad states in the default graph that a thing is of a kind."""
    return quad.predicate == RDF_TYPE and quad.object == NamedNode(kind) and isinstance(quad.graph_name, DefaultGraph)


def _thing(quad: Quad) -> str:
    """The IRI of the thing that a quad describes: the record that states it, else its subject without a fragment."""
    node = quad.subject if isinstance(quad.graph_name, DefaultGraph) else quad.graph_name
    return node.value.partition("#")[0] if isinstance(node, NamedNode) else ""


def _sorted_iris(iris: set[str]) -> tuple[str, ...]:
    return tuple(sorted(iris))
