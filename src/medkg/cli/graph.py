"""The graph for a command: opened, or built while a bar on the terminal tells how far it is."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from medkg.settings import Settings
from medkg.snapshots.build import Progress, build, open_current, silent
from medkg.snapshots.snapshot import Snapshot
from medkg.snapshots.activation import Updates

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID


def opened(settings: Settings) -> Snapshot:
    """The snapshot of the present data, built where there is none."""
    with _progress() as progress:
        return open_current(settings, progress=progress)


def built(settings: Settings, *, again: bool, updates: Updates) -> Snapshot:
    """The snapshot of the present data, built now unless it is there; `again`, in any case."""
    with _progress() as progress:
        return build(settings, progress=progress, again=again, updates=updates)


def summary(snapshot: Snapshot) -> str:
    """What a snapshot holds and where it is, in a line."""
    manifest, number = snapshot.manifest, snapshot.journal.position
    since = f" and {number:,} update{'' if number == 1 else 's'} since" if number else ""
    return f"{manifest.quads:,} quads in {manifest.graphs + 1:,} graphs{since}: {snapshot.path}"


@contextmanager
def _progress() -> Iterator[Progress]:
    """A bar on standard error where that is a terminal, otherwise nothing."""
    if not sys.stderr.isatty():
        yield silent
        return
    bar = _Bar()
    try:
        yield bar
    finally:
        bar.close()


class _Bar:
    """A progress bar that is there from the first stage on, so that opening a built graph shows none."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Take note."""
        bar, task = self._shown
        bar.update(task, description=stage, completed=done, total=total)

    def close(self) -> None:
        """Take the bar away."""
        if "_shown" in self.__dict__:
            self._shown[0].stop()

    @cached_property
    def _shown(self) -> tuple[Bar, TaskID]:
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bar

        columns = (TextColumn("building the graph"), BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        bar = Bar(*columns, console=Console(stderr=True), transient=True)
        bar.start()
        return bar, bar.add_task("", total=None)
