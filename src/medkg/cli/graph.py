"""The graph for a command: opened, or built with a progress bar on the terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from medkg.settings import Settings
from medkg.snapshots.activation import UpdatePolicy
from medkg.snapshots.build import Progress, build, no_progress, open_current
from medkg.snapshots.snapshot import Snapshot

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID


def open_graph(settings: Settings) -> Snapshot:
    """The snapshot of the present data, built where it is missing."""
    with _progress() as progress:
        return open_current(settings, progress=progress)


def build_graph(settings: Settings, *, again: bool, updates: UpdatePolicy) -> Snapshot:
    """The snapshot of the present data, built where it is missing; with `again`, in any case."""
    with _progress() as progress:
        return build(settings, progress=progress, again=again, updates=updates)


def summary(snapshot: Snapshot) -> str:
    """The contents and the path of a snapshot, in one line."""
    manifest, number = snapshot.manifest, snapshot.journal.position
    since = f" and {number:,} update{'' if number == 1 else 's'} since" if number else ""
    return f"{manifest.quads:,} quads in {manifest.graphs + 1:,} graphs{since}: {snapshot.path}"


@contextmanager
def _progress() -> Iterator[Progress]:
    """A progress bar on standard error where that is a terminal, otherwise none."""
    if not sys.stderr.isatty():
        yield no_progress
        return
    bar = _Bar()
    try:
        yield bar
    finally:
        bar.close()


class _Bar:
    """A progress bar that appears with the first stage, so that opening a built graph shows none."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Show the stage."""
        bar, task = self._bar_and_task
        bar.update(task, description=stage, completed=done, total=total)

    def close(self) -> None:
        """Remove the bar."""
        if "_bar_and_task" in self.__dict__:
            self._bar_and_task[0].stop()

    @cached_property
    def _bar_and_task(self) -> tuple[Bar, TaskID]:
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bar

        columns = (TextColumn("building the graph"), BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        bar = Bar(*columns, console=Console(stderr=True), transient=True)
        bar.start()
        return bar, bar.add_task("", total=None)
