"""Data to a published snapshot, and the one call by which every command comes to the graph.

Records are read and checked, made quads with all that follows from them, and joined by the ontology;
sorted N-Quads give the digest; the shapes are asked unless this very graph is known to have passed;
then the snapshot is published and pointed to.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Protocol

from medkg.errors import MedkgError, SnapshotError
from medkg.graph.fingerprint import fingerprint
from medkg.graph.gate import Passed, recorded, shapes_digest
from medkg.graph.lock import exclusive
from medkg.graph.publish import prune, publish, sweep
from medkg.graph.snapshot import INDEX, LINEAGE, Pointer, Snapshot, current, last_good, open_snapshot, point
from medkg.settings import Settings

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
    settings: Settings, *, progress: Progress = silent, warn: Callable[[str], None] = to_stderr
) -> Snapshot:
    """The snapshot of the present inputs, built where there is none.

    Where that cannot be built, the last good one is given and `warn` is told; where there is none
    either, what is wrong is raised: an ExceptionGroup of faults, or a `SnapshotError`.
    """
    snapshot = _up_to_date(settings)
    if snapshot:
        return snapshot
    try:
        return build(settings, progress=progress)
    except (ExceptionGroup, MedkgError) as failure:
        last = last_good(_snapshots(settings))
        if last is None:
            raise
        warn(_why_old(last, failure))
        return last


def build(settings: Settings, *, progress: Progress = silent, again: bool = False) -> Snapshot:
    """The snapshot of the present inputs, which serves from now on.

    One that is up to date is given as it is, unless everything is to be done again, the gate included.
    Faults of the data come all in one ExceptionGroup; whatever fails, what served before still does.
    """
    snapshots = _snapshots(settings)
    with ExitStack() as stack:
        with _told(snapshots):
            stack.enter_context(_alone(snapshots, progress))
        up_to_date = None if again else _up_to_date(settings)
        return up_to_date or _build(settings, snapshots, progress, again)


def _build(settings: Settings, snapshots: Path, progress: Progress, again: bool) -> Snapshot:
    from medkg.curation import load  # imported here, for opening a snapshot needs none of it
    from medkg.graph import relatives
    from medkg.graph.ontology import require
    from medkg.graph.rdf_dataset import rdf_dataset
    from medkg.graph.search import index
    from medkg.graph.shapes import gate

    resources, ontology = settings.resources, settings.resources / "ontology"
    require(ontology)
    inputs = fingerprint(resources)
    _begin("reading the data", progress)
    records = load(resources / "data")
    _begin("making the graph", progress)
    made = rdf_dataset(records, ontology)
    passed = Passed(graph=made.digest, shapes=shapes_digest(ontology))
    if again or passed not in (recorded(resources), _passed(current(snapshots))):
        _begin("checking the shapes", progress)
        gate(made.default_graph, ontology, records)
    with _told(snapshots):
        _begin("writing the snapshot", progress)
        snapshot = publish(snapshots, made.digest, made.nquads)
        index(records, snapshot.path / INDEX)
        relatives.write(records, snapshot.path / LINEAGE)
        _begin("publishing it", progress)
        point(snapshots, Pointer(snapshot=made.digest, inputs=inputs, shapes=passed.shapes))
        prune(snapshots)
    progress("done", len(STAGES), len(STAGES))
    return snapshot


@contextmanager
def _alone(snapshots: Path, progress: Progress) -> Iterator[None]:
    """A context in which no other process builds, and nothing of a killed build is left."""
    snapshots.mkdir(parents=True, exist_ok=True)
    with exclusive(snapshots / "build.lock", lambda: progress("waiting for another build", 0, len(STAGES))):
        sweep(snapshots)
        yield


@contextmanager
def _told(snapshots: Path) -> Iterator[None]:
    """A context whose failures to write are `SnapshotError`s with the way out."""
    try:
        yield
    except (OSError, RuntimeError) as error:
        raise SnapshotError(
            f"no snapshot can be written under {snapshots}: {error}; "
            "make room there, or set MEDKG_HOME to a directory that you may write to"
        ) from error


def _begin(stage: str, progress: Progress) -> None:
    progress(stage, STAGES.index(stage), len(STAGES))


def _snapshots(settings: Settings) -> Path:
    return settings.home / "snapshots"


def _up_to_date(settings: Settings) -> Snapshot | None:
    """The snapshot that serves, if it is whole and that of the present inputs."""
    pointer = current(_snapshots(settings))
    if pointer is None or pointer.inputs != fingerprint(settings.resources):
        return None
    try:
        snapshot = open_snapshot(_snapshots(settings) / pointer.snapshot)
    except SnapshotError:
        return None
    return snapshot if all((snapshot.path / each).is_file() for each in (INDEX, LINEAGE)) else None


def _passed(pointer: Pointer | None) -> Passed | None:
    return Passed(graph=pointer.snapshot, shapes=pointer.shapes) if pointer else None


def _why_old(last: Snapshot, failure: Exception) -> str:
    """Why an old snapshot answers, and what can be done."""
    why = str(failure)
    if isinstance(failure, ExceptionGroup):
        number = len(failure.exceptions)
        why = f"the data have {number} fault{'s' if number > 1 else ''}, `medkg check` and `medkg build` name them"
    return f"medkg: {why}; answering from the graph of {last.manifest.built[:19]}Z"
