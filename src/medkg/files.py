"""Files written whole or not at all: aside first, then put in their place in one step."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Where to write what is to stand at `path`, which takes that place once the block ends well.

    Whatever happens on the way, the file holds what it held before; whoever reads the old one goes on reading it.
    The draft is hidden and named as leftovers of killed builds are, so that those are swept.
    """
    draft = path.with_name(f".{path.name}.partial-{os.getpid()}")
    try:
        yield draft
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
