"""The manifest of a snapshot: its contents, the versions that made it, and the size and SHA-256 of each of its files.

A manifest has one serialisation and its own checksum, so that a change of any byte is noticed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from medkg.errors import SnapshotError
from medkg.files import atomic_write, way_out
from medkg.snapshots import storage

FORMAT = 2
"""The newest format of a manifest; one of format 1 does not state it, and has the sizes of the graph's files only."""

GRAPH = "graph.nq"
"""The name of the sorted N-Quads in a snapshot's directory."""

INDEX = "search.sqlite"
"""The name of the search index in a snapshot's directory."""

LINEAGE = "lineage.json"
"""The name of the register of lineage there."""

DERIVED = (INDEX, LINEAGE)
"""The files that are derived from the records, and that a build of the same data writes again."""

REBUILD_HINT = "delete it and run `medkg build`"
"""The advice where a file of a snapshot cannot be used."""

_NAME, _CHECKSUM, _STORE = "manifest.json", "checksum", "store"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The contents of a snapshot and the versions that made it.

    `built` is a UTC time in ISO 8601, `data` the digest of the data and the ontology that it was made of. `files` has
    sizes in bytes and `sha256` digests, both by the names of files.
    """

    format: int = 1
    digest: str
    quads: int
    graphs: int
    medkg: str
    pyoxigraph: str
    built: str
    data: str = ""
    files: Mapping[str, int] = field(hash=False)
    sha256: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), hash=False)


def read(path: Path) -> Manifest:
    """The manifest in a directory; a `SnapshotError` where it is damaged, or was written by a newer medkg."""
    try:
        raw = (path / _NAME).read_bytes()
        content = dict(json.loads(raw))
        version = content.get("format", 1)
        if version not in range(1, FORMAT + 1):
            raise SnapshotError(f"{path} was written by a newer medkg, in format {version}; use that one")
        checksum = content.pop(_CHECKSUM, None)
        manifest = Manifest(**content)
        is_valid = _has_valid_types(manifest) and (version == 1) == (checksum is None)
        if not is_valid or (checksum and _serialize(manifest) != raw):
            raise ValueError("its manifest is not what was written")
    except (OSError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise SnapshotError(f"{path} is no complete snapshot: {error}") from error
    return manifest


def write(path: Path, manifest: Manifest) -> None:
    """Write the manifest into a snapshot's directory, in one step."""
    with atomic_write(path / _NAME) as draft:
        storage.write_to_disk(draft, _serialize(manifest))
    storage.sync_directory(path)


def files_of(path: Path) -> dict[str, Path]:
    """The files in a snapshot's directory by name, without the manifest; those of the store by their own names."""
    beside = [path / name for name in (GRAPH, *DERIVED)]
    return {file.name: file for file in (*beside, *sorted((path / _STORE).iterdir())) if file.is_file()}


def path_of(path: Path, name: str) -> Path:
    """The path of a file of a snapshot by its name; without a name, the directory of the store's files."""
    return path / name if name in (GRAPH, *DERIVED) else path / _STORE / name


def file_size(path: Path) -> int:
    """The size of a file; -1 where there is none."""
    return path.stat().st_size if path.is_file() else -1


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file; a `SnapshotError` where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise SnapshotError(f"{path} cannot be read: {error.strerror}; {way_out(error, REBUILD_HINT)}") from error


def _serialize(manifest: Manifest) -> bytes:
    """The one serialisation of a manifest."""
    content: dict[str, Any] = asdict(manifest)
    content |= {name: dict(getattr(manifest, name)) for name in ("files", "sha256")}
    checksum = hashlib.sha256(json.dumps(content).encode()).hexdigest()
    return (json.dumps({**content, _CHECKSUM: checksum}, indent=2) + "\n").encode()


def _has_valid_types(manifest: Manifest) -> bool:
    """Whether every value in a manifest is of its type."""
    texts = (manifest.digest, manifest.medkg, manifest.pyoxigraph, manifest.built, manifest.data)
    numbers = (manifest.quads, manifest.graphs, *dict(manifest.files).values())
    digests = dict(manifest.sha256).values()
    return all(isinstance(text, str) for text in (*texts, *digests)) and all(type(number) is int for number in numbers)
