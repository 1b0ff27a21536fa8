"""The pointer to the snapshot that serves: one small file, replaced in one step."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from medkg.errors import SnapshotError
from medkg.files import replacing
from medkg.graph import disk

FORMAT = 1
"""The format of a pointer, which is said from 2 on only, so that a medkg can read it that knows of no formats."""

_CURRENT = "current.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """Which snapshot serves: its digest, the fingerprint of the inputs it answers for, the shapes it has passed.

    One that is rolled back answers on purpose for inputs that would make another graph. `before` is the digest of
    what served until then; empty where that is not known.
    """

    snapshot: str
    inputs: str
    shapes: str
    rolled_back: bool = False
    before: str = ""


def current(snapshots: Path) -> Pointer | None:
    """The pointer to the snapshot that serves; None where there is none that can be read.

    A `SnapshotError` where a newer medkg has written it.
    """
    try:
        content = json.loads((snapshots / _CURRENT).read_bytes())
        if (version := content.pop("format", FORMAT)) != FORMAT:
            raise SnapshotError(
                f"{snapshots / _CURRENT} was written by a newer medkg, in format {version}; use that one"
            )
        found = Pointer(**content)
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return None
    return found if all(isinstance(each, str) for each in (found.snapshot, found.inputs, found.before)) else None


def point(snapshots: Path, pointer: Pointer) -> None:
    """Let a snapshot serve from here on; whatever goes wrong, the one before it still does."""
    with replacing(snapshots / _CURRENT) as draft:
        disk.write_json(draft, asdict(pointer))
    disk.synchronise(snapshots)
