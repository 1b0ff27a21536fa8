"""Files written whole or not at all: aside first, then put in their place in one step."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_ATTEMPTS, _PAUSE_S = 40, 0.05
# https://learn.microsoft.com/windows/win32/debug/system-error-codes--0-499-: access denied, sharing violation
_IN_USE = (5, 32)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Where to write what is to stand at `path`, which takes that place once the block ends well.

    Whatever happens on the way, the file holds what it held before; whoever reads the old one goes on reading it.
    The draft is hidden and named as leftovers of killed builds are, so that those are swept.
    """
    draft = path.with_name(f".{path.name}.partial-{os.getpid()}")
    try:
        yield draft
        _move(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _move(draft: Path, path: Path) -> None:
    """Put a draft in its place; on Windows, where nobody may replace a file while another reads it, after a wait."""
    for left in reversed(range(_ATTEMPTS)):
        try:
            draft.replace(path)
        except PermissionError as error:
            if not left or getattr(error, "winerror", None) not in _IN_USE:
                raise
            time.sleep(_PAUSE_S)
        else:
            return
