"""Bringing what is written to the disk, not only to the operating system, so that it outlives a loss of power."""

from __future__ import annotations

import json
import os
from pathlib import Path


def write(path: Path, content: bytes) -> None:
    """Write a file; its name is safe once its directory is synchronised too."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def write_json(path: Path, content: object) -> None:
    """Write a file of JSON, as people like to read it."""
    write(path, (json.dumps(content, indent=2) + "\n").encode())


def synchronise(directory: Path) -> None:
    """Make the names in a directory safe: that a file was made there, moved there or removed."""
    if not hasattr(os, "O_DIRECTORY"):
        return  # as on Windows, where a directory cannot be opened and the file system sees to names by itself
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
