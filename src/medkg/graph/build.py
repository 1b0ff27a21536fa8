"""Data to a published snapshot, and the one call by which every command comes to the graph.

    read, check → quads → what follows from them, the ontology → sorted N-Quads, their digest
    → SHACL gate, unless it is known to have passed → snapshot → pointer
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pyoxigraph
from pyoxigraph import DefaultGraph, Quad, RdfFormat

from medkg.errors import SnapshotError
from medkg.graph.fingerprint import fingerprint
from medkg.graph.gate import Passed, recorded, shapes_digest
from medkg.graph.lock import exclusive
from medkg.graph.publish import prune, publish, sweep
from medkg.graph.snapshot import Pointer, Snapshot, current, last_good, open_snapshot, point
from medkg.settings import Settings

if TYPE_CHECKING:
    from medkg.curation import Records

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
    except (ExceptionGroup, SnapshotError) as failure:
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
    with _told(snapshots):
        snapshots.mkdir(parents=True, exist_ok=True)
    with _told(snapshots), exclusive(snapshots / "build.lock", lambda: progress("waiting for another build", 0, 1)):
        ...
