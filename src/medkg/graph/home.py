"""The home of snapshots: marked with the version of its form, and where journals go that nobody reads any more.

MEDKG_HOME/
├── home.json            the form of all this
├── snapshots/           the graphs and their journals
└── aside/               journals that were discarded or damaged, with the time when they were set aside
"""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

from medkg.errors import SnapshotError
from medkg.files import adopt, make_directory, replacing
from medkg.graph import disk

FORMAT = 1
"""The form of a home; one of a higher number is not touched. Without a mark it is as it was before there were any."""

_MARK, _ASIDE = "home.json", "aside"


def require_readable(home: Path) -> None:
    """Refuse with a `SnapshotError` a home that a newer medkg has written."""
    try:
        found = json.loads((home / _MARK).read_bytes())["format"]
    except (OSError, ValueError, LookupError, TypeError):
        return
    if isinstance(found, int) and found > FORMAT:
        raise SnapshotError(
            f"{home} was written by a newer medkg, in format {found}: use that one, or another directory as MEDKG_HOME"
        )


def prepare(home: Path) -> None:
    """Make the directory of the snapshots, where it is not there, and mark the home."""
    make_directory(home / "snapshots")
    mark = home / _MARK
    if not mark.exists():
        with replacing(mark) as draft:
            disk.write_json(draft, {"format": FORMAT})


def set_aside(home: Path, file: Path, why: str) -> Path:
    """Where a file of the snapshots is now that nobody reads it any more, named by why and when it was set aside."""
    target = keep_aside(home, file, why)
    file.unlink()
    disk.synchronise(file.parent)
    return target


def keep_aside(home: Path, file: Path, why: str) -> Path:
    """Where a file of the snapshots is too from now on, whatever becomes of it; nothing is overwritten."""
    aside = home / _ASIDE
    make_directory(aside)
    time = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    target = aside / f"{file.stem}.{why}-{time}{file.suffix}"
    try:
        target.hardlink_to(file)
    except OSError:  # the snapshots may be a file system of their own, or one that knows no links
        shutil.copy2(file, target)
        adopt(target)
        disk.sealed(target)
    disk.synchronise(aside)
    return target


def files_aside(home: Path) -> set[Path]:
    """The files that were set aside; none where the home cannot be read, which the build tells."""
    try:
        return {*(home / _ASIDE).iterdir()}
    except OSError:
        return set()
