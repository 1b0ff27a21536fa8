"""Snapshots: immutable graphs on disk, named by their digest, and the pointer to the one that serves.

    MEDKG_HOME/snapshots/
    ├── current.json         which snapshot serves, for which inputs, and which shapes it has passed
    ├── build.lock           held by the process that builds
    └── <digest>/
        ├── manifest.json    what the snapshot holds, and the size of every file of its store
        └── store/           Oxigraph's files

Reading takes no lock and writes nothing, so that a snapshot serves from a read-only file system too.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path

from pyoxigraph import Store

from medkg.errors import SnapshotError
from medkg.files import replacing

_MANIFEST, _STORE, _CURRENT = "manifest.json", "store", "current.json"

INDEX = "search.sqlite"
"""The name of the search index in a snapshot's directory."""

LINEAGE = "lineage.json"
"""The name of the register of lineage there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a snapshot holds and what made it; `built` is a UTC time in ISO 8601, `files` are sizes in bytes."""

    digest: str
    quads: int
    graphs: int
    medkg: str
    pyoxigraph: str
    built: str
    files: Mapping[str, int] = field(hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """Which snapshot serves: its digest, the fingerprint of the inputs it answers for, the shapes it has passed."""

    snapshot: str
    inputs: str
    shapes: str


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """A graph on disk; its store never changes once it is published."""

    path: Path
    manifest: Manifest

    @property
    def digest(self) -> str:
        """The SHA-256 of the graph's sorted N-Quads, which names the snapshot."""
        return self.manifest.digest

    @cached_property
    def store(self) -> Store:
        """The graph, opened read-only when first asked for; to be used on this side of a fork only."""
        try:
            return Store.read_only(str(store_of(self.path)))
        except (OSError, RuntimeError) as error:
            raise SnapshotError(f"{self.path} cannot be opened: {error}; delete it and run `medkg build`") from error


def open_snapshot(path: Path) -> Snapshot:
    """The snapshot in a directory; a `SnapshotError` where a file is missing or not of its size."""
    try:
        manifest = Manifest(**json.loads((path / _MANIFEST).read_bytes()))
        sizes = file_sizes(path)
    except (OSError, ValueError, TypeError) as error:
        raise SnapshotError(f"{path} is no complete snapshot: {error}") from error
    damaged = [name for name, size in manifest.files.items() if sizes.get(name) != size]
    if damaged:
        raise SnapshotError(f"{path} is damaged: {', '.join(damaged)} missing or not of the size it was written with")
    return Snapshot(path=path, manifest=manifest)


def current(snapshots: Path) -> Pointer | None:
    """The pointer to the snapshot that serves; None where there is none that can be read."""
    try:
        return Pointer(**json.loads((snapshots / _CURRENT).read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def point(snapshots: Path, pointer: Pointer) -> None:
    """Let a snapshot serve from here on; whatever goes wrong, the one before it still does."""
    with replacing(snapshots / _CURRENT) as draft:
        write_json(draft, asdict(pointer))


def last_good(snapshots: Path) -> Snapshot | None:
    """The snapshot that serves or, where it is damaged, the newest that is not."""
    pointer = current(snapshots)
    serving = pointer.snapshot if pointer else ""
    return max(intact(snapshots), key=lambda each: (each.path.name == serving, each.manifest.built), default=None)


def intact(snapshots: Path) -> Iterator[Snapshot]:
    """Every snapshot that is complete, as far as sizes tell."""
    for path in directories(snapshots):
        try:
            yield open_snapshot(path)
        except SnapshotError:
            continue


def directories(snapshots: Path) -> list[Path]:
    """The directories that bear a snapshot's name, whole or not."""
    try:
        return sorted(path for path in snapshots.iterdir() if re.fullmatch(r"[0-9a-f]{64}", path.name))
    except OSError:
        return []


def store_of(path: Path) -> Path:
    """The directory of Oxigraph's files in a snapshot's directory."""
    return path / _STORE


def file_sizes(path: Path) -> dict[str, int]:
    """Size in bytes of each file of a snapshot's store, less those that hold no data: `LOCK` and the engine's log."""
    files = sorted(os.scandir(store_of(path)), key=lambda file: file.name)
    return {file.name: file.stat().st_size for file in files if not file.name.startswith(("LOCK", "LOG"))}


def write_manifest(path: Path, manifest: Manifest) -> None:
    """Write the manifest into the snapshot's directory."""
    write_json(path / _MANIFEST, asdict(manifest))


def write_json(path: Path, content: object) -> None:
    """Bring a file to the disk, not only to the operating system."""
    with path.open("w", encoding="utf-8") as file:
        file.write(json.dumps(content, indent=2) + "\n")
        file.flush()
        os.fsync(file.fileno())
