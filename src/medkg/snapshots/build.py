"""Data to a published snapshot, and the one call by which every command opens the graph.

The records are read and checked, the graph is made of them and the ontology, the shapes are validated unless this very
graph is known to conform, and the snapshot is published and pointed to.
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
from medkg.snapshots import manifest, storage
from medkg.snapshots.activation import UpdatePolicy, activate, require_no_updates, serving_digest
from medkg.snapshots.inputs import ShapeConformance, data_digest, fingerprint, recorded_conformance, shapes_digest
from medkg.snapshots.publish import prune, publish, replace_derived_files, sweep
from medkg.snapshots.snapshot import Snapshot, journal_of, last_good, open_snapshot
from medkg.snapshots.storage import Pointer, process_lock, read_pointer

STAGES = ("reading the data", "making the graph", "checking the shapes", "writing the snapshot", "publishing it")


class Progress(Protocol):
    """A callback for the progress of a build."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Report the stage that begins, and how many of all stages are done."""


def no_progress(stage: str, done: int, total: int) -> None:
    """Ignore the progress."""


def to_stderr(message: str) -> None:
    """Write a message to standard error."""
    print(message, file=sys.stderr)


def open_current(
    settings: Settings,
    *,
    progress: Progress = no_progress,
    warn: Callable[[str], None] = to_stderr,
    is_verified: bool = False,
) -> Snapshot:
    """The snapshot of the present inputs, built where it is missing; verified in every byte of its graph if asked for.

    Where it cannot be built, the last good snapshot with a warning; where there is none, the failure is raised: an
    ExceptionGroup of faults, or a `SnapshotError`.
    """
    snapshots = snapshots_of(settings)
    is_verified = is_verified or _has_updates(snapshots)
    snapshot = _up_to_date(settings, is_verified=is_verified)
    if snapshot:
        return snapshot
    try:
        with build_lock(snapshots, progress, umask=settings.umask):
            return _up_to_date(settings, is_verified=is_verified) or _build_if_no_updates(settings, progress)
    except (ExceptionGroup, MedkgError) as failure:
        last = _serving_with_updates(snapshots) or last_good(snapshots, is_verified=is_verified)
        if last is None:
            raise
        warn(f"{_fallback_warning(last, failure)}{_renew_derived_files(last, settings)}")
        return last


def build(
    settings: Settings,
    *,
    progress: Progress = no_progress,
    again: bool = False,
    updates: UpdatePolicy = UpdatePolicy.REFUSE,
) -> Snapshot:
    """The snapshot of the present inputs, which serves from now on; updates to the one before follow the policy.

    A snapshot that is up to date is not built again unless `again` is set, which validates the shapes too. All faults
    of the data come in one ExceptionGroup; after any failure, the snapshot that served before still does.
    """
    snapshots = snapshots_of(settings)
    with build_lock(snapshots, progress, umask=settings.umask):
        pointer = read_pointer(snapshots)
        if again or pointer is None or pointer.rolled_back:
            return _build(settings, progress, again, updates)
        snapshot = _up_to_date(settings, is_verified=True)
        if snapshot and updates is UpdatePolicy.DISCARD:
            with explaining_snapshot_failure(snapshots):
                activate(snapshots, pointer.snapshot, pointer, updates)
        return snapshot or _build(settings, progress, again, updates)


def snapshots_of(settings: Settings) -> Path:
    """The directory of the snapshots."""
    return settings.home / "snapshots"


@contextmanager
def build_lock(snapshots: Path, progress: Progress = no_progress, *, umask: int) -> Iterator[None]:
    """A context in which no other process builds or moves the pointer; leftovers of killed builds are removed first.

    Files made in it have none of the permissions in `umask`.
    """
    with ExitStack() as stack:
        stack.enter_context(process_umask(umask))
        with explaining_snapshot_failure(snapshots):
            storage.require_known_format(snapshots.parent)
            storage.prepare_home(snapshots.parent)
            on_wait = partial(progress, "waiting for another build", 0, len(STAGES))
            stack.enter_context(process_lock(snapshots / "build.lock", on_wait))
            sweep(snapshots)
        yield


@contextmanager
def explaining_snapshot_failure(snapshots: Path) -> Iterator[None]:
    """A context in which a failure to write is raised as `SnapshotError` with the way out."""
    try:
        yield
    except (OSError, RuntimeError) as error:
        raise SnapshotError(
            f"no snapshot can be written under {snapshots}: {error}; "
            f"{storage.way_out(error, snapshots)}, or set MEDKG_HOME to a directory that you may write to"
        ) from error


def _build_if_no_updates(settings: Settings, progress: Progress) -> Snapshot:
    """The snapshot of the present inputs, unless the data have changed and the graph that serves has updates."""
    snapshots = snapshots_of(settings)
    pointer = read_pointer(snapshots)
    if (
        pointer
        and pointer.inputs != fingerprint(settings.resources)
        and not _may_be_of_the_same_data(settings, pointer)
    ):
        require_no_updates(journal_of(snapshots, pointer.snapshot))
    return _build(settings, progress, again=False, updates=UpdatePolicy.REFUSE)


def _build(settings: Settings, progress: Progress, again: bool, updates: UpdatePolicy) -> Snapshot:
    from medkg.rdf import ontology  # imported here, because opening a snapshot does not need them
    from medkg.snapshots.products import BuildProducts

    resources, snapshots = settings.resources, snapshots_of(settings)
    ontology.require_files(resources / "ontology")
    inputs = fingerprint(resources)
    _begin("reading the data", progress)
    products = BuildProducts.of(resources)
    _begin("making the graph", progress)
    graph = products.graph
    before = serving_digest(snapshots)
    if updates is UpdatePolicy.REFUSE and before not in (None, graph.digest):
        require_no_updates(journal_of(snapshots, before or ""))
    conformance = ShapeConformance(graph=graph.digest, shapes=shapes_digest(products.ontology))
    if again or conformance not in (recorded_conformance(resources), _known_conformance(snapshots)):
        _begin("checking the shapes", progress)
        products.require_conformance()
    with explaining_snapshot_failure(snapshots):
        _begin("writing the snapshot", progress)
        derive = products.write_derived_files
        snapshot = publish(snapshots, graph.digest, graph.nquads, derive, data=data_digest(resources))
        _begin("publishing it", progress)
        activate(snapshots, before, Pointer(snapshot=graph.digest, inputs=inputs, shapes=conformance.shapes), updates)
        prune(snapshots)
    progress("done", len(STAGES), len(STAGES))
    return snapshot


def _begin(stage: str, progress: Progress) -> None:
    progress(stage, STAGES.index(stage), len(STAGES))


def _has_updates(snapshots: Path) -> bool:
    """Whether the graph that serves has updates; a `SnapshotError` where its journal cannot be read."""
    pointer = read_pointer(snapshots)
    return bool(pointer and journal_of(snapshots, pointer.snapshot).position)


def _up_to_date(settings: Settings, *, is_verified: bool = False) -> Snapshot | None:
    """The snapshot that serves, if it is intact and of the present inputs; verified in every byte if asked for."""
    storage.require_known_format(settings.home)
    pointer = read_pointer(snapshots_of(settings))
    if pointer is None or pointer.inputs != fingerprint(settings.resources):
        return None
    try:
        snapshot = open_snapshot(snapshots_of(settings) / pointer.snapshot)
        snapshot.verify_derived_files()
        if is_verified:
            snapshot.verify()
    except SnapshotError:
        return None
    return snapshot if snapshot.manifest.format == manifest.FORMAT else None


def _may_be_of_the_same_data(settings: Settings, pointer: Pointer) -> bool:
    """Whether the graph that serves may be that of the present data, made by another version of medkg."""
    try:
        data = open_snapshot(snapshots_of(settings) / pointer.snapshot).manifest.data
    except SnapshotError:
        return False
    return data in ("", data_digest(settings.resources))


def _serving_with_updates(snapshots: Path) -> Snapshot | None:
    """The snapshot that serves, if it has updates: no older one may answer in its place, because it lacks them."""
    pointer = read_pointer(snapshots)
    if pointer is None or not journal_of(snapshots, pointer.snapshot).position:
        return None
    snapshot = open_snapshot(snapshots / pointer.snapshot)
    snapshot.verify_nquads()
    return snapshot


def _renew_derived_files(snapshot: Snapshot, settings: Settings) -> str:
    """The sentence that the derived files of a snapshot were made again of the present data, where that was needed."""
    from medkg.snapshots.products import BuildProducts

    with suppress(ExceptionGroup, MedkgError, OSError):  # a command that uses the files reports their faults
        try:
            snapshot.require_derived_files()
        except SnapshotError:
            with build_lock(snapshot.path.parent, umask=settings.umask):
                replace_derived_files(snapshot, BuildProducts.of(settings.resources).write_derived_files)
            return "; its search index and register of lineage were made anew, of the present data"
    return ""


def _known_conformance(snapshots: Path) -> ShapeConformance | None:
    """The conformance of the graph that serves."""
    pointer = read_pointer(snapshots)
    return ShapeConformance(graph=pointer.snapshot, shapes=pointer.shapes) if pointer else None


def _fallback_warning(last: Snapshot, failure: Exception) -> str:
    """The warning that an old snapshot answers, with the reason."""
    reason = str(failure)
    if isinstance(failure, ExceptionGroup):
        number = len(failure.exceptions)
        reason = f"the data have {number} fault{'s' if number > 1 else ''}, `medkg check` and `medkg build` name them"
    return f"medkg: {reason}; answering from the graph of {last.manifest.built[:19]}Z"
