"""What has changed from one published graph to the next, found by laying the graphs side by side.

The data carries no dates of its own changes: when a snapshot was built and when its journal was last written are all
the dates there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import takewhile
from pathlib import Path

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, parse

from medkg.evaluation.changes import Change, combined
from medkg.model.prefixes import BASE, Prefixes
from medkg.rdf.terms import RDF_TYPE
from medkg.snapshots.revision import updates_of
from medkg.snapshots.manifest import GRAPH, Manifest
from medkg.snapshots.snapshot import Snapshot, intact, open_snapshot

KINDS: Mapping[str, str] = {
    "dcat:Dataset": "dataset",
    "medkg:Challenge": "challenge",
    "medkg:LineageClaim": "claim",
    "dcat:CatalogRecord": "catalog",
}
"""The kinds of things whose changes are told, by class, each with the beginning of its IRIs."""

_MOST_APART = 1_000  # updates that a log holds one by one

Kinds = tuple[tuple[str, str, str], ...]
"""The same, each class by its CURIE and IRI."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """The things of one kind, by IRI, that are new, are gone, or of which something else is said."""

    kind: str
    new: tuple[str, ...]
    gone: tuple[str, ...]
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The quads that are gone and that are new, and the things they are about."""

    removed: int
    added: int
    touched: tuple[Touched, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A state of the graph: its revision, since when it is there (UTC), and what distinguishes it from the one before.

    `updates` counts those made to the snapshot since it was built; `difference` is None where the one before is gone.
    """

    revision: str
    since: str
    manifest: Manifest
    updates: int
    difference: Difference | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateLog:
    """The updates made to a snapshot, in their order, and when the last was written down (UTC)."""

    changes: tuple[Change, ...]
    written: datetime

    def followed_by(self, change: Change) -> UpdateLog:
        """The log with one update more, made now; many are one from time to time, so that it stays short."""
        changes = (*self.changes, change)
        if len(changes) > _MOST_APART:
            changes = (combined(changes),)
        return UpdateLog(changes=changes, written=datetime.now(UTC))


def editions(directory: Path, prefixes: Prefixes) -> Iterator[Edition]:
    """The snapshot in a directory as it was built, and those built before it; the latest first."""
    serving = open_snapshot(directory)
    kinds = _kinds(prefixes)
    before = [each for each in intact(directory.parent) if each.manifest.built < serving.manifest.built]
    kept = [serving, *sorted(before, key=lambda each: each.manifest.built, reverse=True)]
    for each, previous in zip(kept, [*kept[1:], None], strict=True):
        yield Edition(
            revision=each.digest,
            since=each.manifest.built,
            manifest=each.manifest,
            updates=0,
            difference=_since(previous, each, kinds) if previous else None,
        )


def updated(manifest: Manifest, revision: str, log: UpdateLog, prefixes: Prefixes) -> Edition:
    """A snapshot with the updates made to it."""
    change = combined(log.changes)
    return Edition(
        revision=revision,
        since=log.written.isoformat(timespec="microseconds"),
        manifest=manifest,
        updates=updates_of(revision),
        difference=_difference(change.removed.splitlines(), change.added.splitlines(), _kinds(prefixes)),
    )


def update_log(directory: Path, updates: int) -> UpdateLog:
    """The first so many updates made to the snapshot in a directory, as one."""
    journal = open_snapshot(directory).journal
    made = takewhile(lambda patch: patch.number <= updates, journal.patches())
    return UpdateLog(changes=(combined(map(journal.change, made)),), written=_modified(journal.path))


def _modified(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _kinds(prefixes: Prefixes) -> Kinds:
    return tuple((curie, prefixes.expand(curie).value, start) for curie, start in KINDS.items())


def _since(before: Snapshot, after: Snapshot, kinds: Kinds) -> Difference | None:
    """What distinguishes two snapshots; None where one has been thrown away meanwhile."""
    try:
        return _between(before.path, after.path, kinds)
    except OSError:
        return None


@lru_cache(maxsize=16)
def _between(before: Path, after: Path, kinds: Kinds) -> Difference:
    """What distinguishes two snapshots, neither of which ever changes."""
    removed: list[bytes] = []
    added: list[bytes] = []
    with (before / GRAPH).open("rb") as one, (after / GRAPH).open("rb") as other:
        for line, is_new in differing(one, other):
            (added if is_new else removed).append(line)
    return _difference(removed, added, kinds)


def differing(before: Iterable[bytes], after: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """The lines that only one of two sorted texts has, each with whether it is the second.

    >>> list(differing([b"a", b"b"], [b"b", b"c"]))
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
    return Difference(removed=len(gone), added=len(new), touched=tuple(_touched(gone, new, kinds)))


def _quads(lines: Iterable[bytes]) -> list[Quad]:
    return list(parse(b"\n".join(line.rstrip(b"\n") for line in lines), RdfFormat.N_QUADS, lenient=True))


def _touched(gone: list[Quad], new: list[Quad], kinds: Kinds) -> Iterator[Touched]:
    about = {_thing(quad) for quad in (*gone, *new)}
    for curie, kind, start in kinds:
        lost, found = ({_thing(each) for each in quads if _makes(each, kind)} for quads in (gone, new))
        changed = {each for each in about if each.startswith(f"{BASE}{start}/")} - lost - found
        if start == "catalog":
            changed = {each for each in changed if "/record/" in each}
        if lost or found or changed:
            yield Touched(kind=curie, new=_sorted(found - lost), gone=_sorted(lost - found), changed=_sorted(changed))


def _makes(quad: Quad, kind: str) -> bool:
    """Whether a quad says that something is of a kind."""
    return quad.predicate == RDF_TYPE and quad.object == NamedNode(kind) and isinstance(quad.graph_name, DefaultGraph)


def _thing(quad: Quad) -> str:
    """The IRI of what a quad is about: of the record that states it, else of its subject without a fragment."""
    node = quad.subject if isinstance(quad.graph_name, DefaultGraph) else quad.graph_name
    return node.value.partition("#")[0] if isinstance(node, NamedNode) else ""


def _sorted(iris: set[str]) -> tuple[str, ...]:
    return tuple(sorted(iris))
