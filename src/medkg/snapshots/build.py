"""Data to a published snapshot, and the one call by which every command comes to the graph.

Records are read and checked, made quads with all that follows from them, and joined by the ontology;
sorted N-Quads give the digest; the shapes are asked unless this very graph is known to have passed;
then the snapshot is published and pointed to.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Protocol

from medkg.errors import MedkgError, SnapshotError
from medkg.files import process_umask
from medkg.settings import Settings
from medkg.snapshots import derived, storage
from medkg.snapshots import manifest as manifests
from medkg.snapshots.inputs import Passed, data_digest, fingerprint, recorded, shapes_digest
from medkg.snapshots.publish import derive_anew, prune, publish, sweep
from medkg.snapshots.snapshot import Snapshot, journal_of, last_good, open_snapshot
from medkg.snapshots.storage import Pointer, current, exclusive
from medkg.snapshots.activation import Updates, refuse_to_lose, serving, succeed

STAGES = ("reading the data", "making the graph", "checking the shapes", "writing the snapshot", "publishing it")


class Progress(Protocol):
    """Whoever wants to know how far a build is: the stage that begins, and how many of all are done."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Take note."""


def silent(stage: str, done: int, total: int) -> None:
    """Take note of nothing."""


def to_stderr(message: str) -> None:
    """Say something beside the answer."""
    print(message, file=sys.stderr)


def open_current(
    settings: Settings,
    *,
    progress: Progress = silent,
    warn: Callable[[str], None] = to_stderr,
    is_verified: bool = False,
) -> Snapshot:
    """The snapshot of the present inputs, built where there is none; verified, in every byte of its graph.

    Where that cannot be built, the last good one is given and `warn` is told; where there is none
    either, what is wrong is raised: an ExceptionGroup of faults, or a `SnapshotError`.
    """
    snapshots = snapshots_of(settings)
    is_verified = is_verified or _has_updates(snapshots)
    snapshot = _up_to_date(settings, is_verified=is_verified)
    if snapshot:
        return snapshot
    try:
        with building(snapshots, progress, umask=settings.umask):
            return _up_to_date(settings, is_verified=is_verified) or _build_unasked(settings, progress)
    except (ExceptionGroup, MedkgError) as failure:
        last = _last_acknowledged(snapshots) or last_good(snapshots, is_verified=is_verified)
        if last is None:
            raise
        warn(f"{_why_old(last, failure)}{_mend(last, settings)}")
        return last


def build(
    settings: Settings, *, progress: Progress = silent, again: bool = False, updates: Updates = Updates.REFUSE
) -> Snapshot:
    """The snapshot of the present inputs, which serves from now on; updates to the one before fare as told.

    One that is up to date is given as it is, unless everything is to be done again, the gate included.
    Faults of the data come all in one ExceptionGroup; whatever fails, what served before still does.
    """
    snapshots = snapshots_of(settings)
    with building(snapshots, progress, umask=settings.umask):
        pointer = current(snapshots)
        if again or pointer is None or pointer.rolled_back:
            return _build(settings, progress, again, updates)
        up_to_date = _up_to_date(settings, is_verified=True)
        if up_to_date and updates is Updates.DISCARD:
            with told(snapshots):
                succeed(snapshots, pointer.snapshot, pointer, updates)
        return up_to_date or _build(settings, progress, again, updates)


def snapshots_of(settings: Settings) -> Path:
    """The directory of the snapshots."""
    return settings.home / "snapshots"


def _build_unasked(settings: Settings, progress: Progress) -> Snapshot:
    """The snapshot of the present inputs, unless the data have changed under a graph that has updates."""
    snapshots = snapshots_of(settings)
    pointer = current(snapshots)
    if pointer and pointer.inputs != fingerprint(settings.resources) and not _may_be_the_same(settings, pointer):
        refuse_to_lose(journal_of(snapshots, pointer.snapshot))
    return _build(settings, progress, again=False, updates=Updates.REFUSE)


def _build(settings: Settings, progress: Progress, again: bool, updates: Updates) -> Snapshot:
    from medkg.curation import load  # imported here, for opening a snapshot needs none of it
    from medkg.rdf.lineage_register import register
    from medkg.rdf.ontology import require_files
    from medkg.rdf.quads import rdf_dataset
    from medkg.rdf.shapes import require_conformance

    resources, ontology, snapshots = settings.resources, settings.resources / "ontology", snapshots_of(settings)
    require_files(ontology)
    inputs = fingerprint(resources)
    _begin("reading the data", progress)
    records = load(resources / "data")
    _begin("making the graph", progress)
    lineage = register(records)
    made = rdf_dataset(records, ontology, lineage)
    before = serving(snapshots)
    if updates is Updates.REFUSE and before not in (None, made.digest):
        refuse_to_lose(journal_of(snapshots, before or ""))
    passed = Passed(graph=made.digest, shapes=shapes_digest(ontology))
    if again or passed not in (recorded(resources), _passed(current(snapshots))):
        _begin("checking the shapes", progress)
        require_conformance(made.default_graph, ontology, records)
    with told(snapshots):
        _begin("writing the snapshot", progress)
        derive = partial(derived.derive, records, lineage)
        snapshot = publish(snapshots, made.digest, made.nquads, derive, data=data_digest(resources))
        _begin("publishing it", progress)
        succeed(snapshots, before, Pointer(snapshot=made.digest, inputs=inputs, shapes=passed.shapes), updates)
        prune(snapshots)
    progress("done", len(STAGES), len(STAGES))
    return snapshot


@contextmanager
def building(snapshots: Path, progress: Progress = silent, *, umask: int) -> Iterator[None]:
    """A context in which no other process builds or moves the pointer, and nothing of a killed one is left.

    What is made in it has none of the permissions of `umask`.
    """
    with ExitStack() as stack:
        stack.enter_context(process_umask(umask))
        with told(snapshots):
            storage.require_readable(snapshots.parent)
            storage.prepare(snapshots.parent)
            waiting = partial(progress, "waiting for another build", 0, len(STAGES))
            stack.enter_context(exclusive(snapshots / "build.lock", waiting))
            sweep(snapshots)
        yield


@contextmanager
def told(snapshots: Path) -> Iterator[None]:
    """A context whose failures to write are `SnapshotError`s with the way out."""
    try:
        yield
    except (OSError, RuntimeError) as error:
        raise SnapshotError(
            f"no snapshot can be written under {snapshots}: {error}; "
            f"{storage.way_out(error, snapshots)}, or set MEDKG_HOME to a directory that you may write to"
        ) from error


def _begin(stage: str, progress: Progress) -> None:
    progress(stage, STAGES.index(stage), len(STAGES))


def _has_updates(snapshots: Path) -> bool:
    """Whether the graph that serves has updates; a `SnapshotError` where nobody can tell."""
    pointer = current(snapshots)
    return bool(pointer and journal_of(snapshots, pointer.snapshot).position)


def _up_to_date(settings: Settings, *, is_verified: bool = False) -> Snapshot | None:
    """The snapshot that serves, if it is whole and that of the present inputs; verified, in every byte there is."""
    storage.require_readable(settings.home)
    pointer = current(snapshots_of(settings))
    if pointer is None or pointer.inputs != fingerprint(settings.resources):
        return None
    try:
        snapshot = open_snapshot(snapshots_of(settings) / pointer.snapshot)
        derived.require_unchanged(snapshot)
        if is_verified:
            snapshot.verify()
            _ = snapshot.store_files
    except SnapshotError:
        return None
    return snapshot if snapshot.manifest.format == manifests.FORMAT else None


def _may_be_the_same(settings: Settings, pointer: Pointer) -> bool:
    """Whether the graph that serves may be that of the present data, made by another version of medkg."""
    try:
        made_of = open_snapshot(snapshots_of(settings) / pointer.snapshot).manifest.data
    except SnapshotError:
        return False
    return made_of in ("", data_digest(settings.resources))


def _last_acknowledged(snapshots: Path) -> Snapshot | None:
    """The snapshot that serves, if it has updates: no older one may answer in its place, for that has them not."""
    pointer = current(snapshots)
    if pointer is None or not journal_of(snapshots, pointer.snapshot).position:
        return None
    snapshot = open_snapshot(snapshots / pointer.snapshot)
    snapshot.verify()
    return snapshot


def _mend(snapshot: Snapshot, settings: Settings) -> str:
    """What to say after the derived files of a snapshot that cannot be used were made anew of the present data."""
    from medkg.curation import load
    from medkg.rdf.lineage_register import register

    with suppress(ExceptionGroup, MedkgError, OSError):  # who needs them is told what is wrong with them
        try:
            derived.require(snapshot)
        except SnapshotError:
            with building(snapshot.path.parent, umask=settings.umask):
                records = load(settings.resources / "data")
                derive_anew(snapshot, partial(derived.derive, records, register(records)))
            return "; its search index and register of lineage were made anew, of the present data"
    return ""


def _passed(pointer: Pointer | None) -> Passed | None:
    return Passed(graph=pointer.snapshot, shapes=pointer.shapes) if pointer else None


def _why_old(last: Snapshot, failure: Exception) -> str:
    """Why an old snapshot answers, and what can be done."""
    why = str(failure)
    if isinstance(failure, ExceptionGroup):
        number = len(failure.exceptions)
        why = f"the data have {number} fault{'s' if number > 1 else ''}, `medkg check` and `medkg build` name them"
    return f"medkg: {why}; answering from the graph of {last.manifest.built[:19]}Z"
