"""The inputs of a build as digests, cheap enough for every command, and the recorded result of the shape gate.

The record travels with the data (`data/gate.yaml`): a graph and shapes with these very digests have passed the gate
and need not pass it again.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph

import medkg
from medkg.errors import SnapshotError, UnreadableFile

_RECORD = "gate.yaml"
_RECORD_HEADER = (
    "# Written by `medkg build --record-gate`: the graph with the one digest conforms to the shapes with the other.\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShapeConformance:
    """The digests of a graph and of the shapes that it conforms to."""

    graph: str
    shapes: str


def shapes_digest(ontology: Path) -> str:
    """The digest of the shapes and of the ontology's terms, which they refer to."""
    files = (ontology / name for name in ("shapes.ttl", "medkg.ttl", "alignments.ttl"))
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def recorded_conformance(resources: Path) -> ShapeConformance | None:
    """The content of the record; None where there is none that can be read."""
    import yaml  # only a build reads it

    try:
        return ShapeConformance(**yaml.safe_load((resources / "data" / _RECORD).read_bytes()))
    except (OSError, ValueError, TypeError, RecursionError, yaml.YAMLError):
        return None


def record_conformance(resources: Path, digest: str) -> Path:
    """The path of the record, after writing that the graph with a digest conforms to the present shapes."""
    path = resources / "data" / _RECORD
    shapes = shapes_digest(resources / "ontology")
    try:
        path.write_text(f"{_RECORD_HEADER}graph: {digest}\nshapes: {shapes}\n", encoding="utf-8", newline="\n")
    except OSError as error:
        raise SnapshotError(f"{path} cannot be written: {error.strerror}") from error
    return path


_Tree = tuple[Path, tuple[str, ...]]
"""A directory, and the suffixes of the files under it that count."""


def fingerprint(resources: Path) -> str:
    """The digest of the data, the ontology, medkg's own sources and the engine's version.

    The record of the gate is left out, for it changes no graph. A file that cannot be read counts with the reason, so
    that a build is tried, which names the file.
    """
    return _digest(pyoxigraph.__version__, *_trees(resources), (Path(medkg.__file__).parent, (".py",)))


def data_digest(resources: Path) -> str:
    """The digest of the data and the ontology alone, which is the same in every version of medkg."""
    return _digest("", *_trees(resources))


def _trees(resources: Path) -> tuple[_Tree, ...]:
    """The directories of the data and the ontology; a .yml file counts, for a build reports it as a fault."""
    return (resources / "data", (".yaml", ".yml")), (resources / "ontology", (".ttl", ".yaml"))


def _digest(salt: str, *trees: _Tree) -> str:
    digest = hashlib.sha256(salt.encode())
    for root, suffixes in trees:
        for path in sorted(_files(str(root), suffixes)):
            content = _content(path)
            digest.update(f"{path[len(str(root)) :]}\0{len(content)}\0".encode())
            digest.update(content)
    return digest.hexdigest()


def _content(path: str) -> bytes:
    try:
        with open(path, "rb", buffering=0) as file:
            return file.read()
    except OSError as error:
        return (error.strerror or "").encode()


def _files(root: str, suffixes: tuple[str, ...]) -> Iterator[str]:
    """The paths of the files under a directory that end in one of the suffixes, without hidden ones."""
    try:
        entries = list(os.scandir(root))
    except OSError as error:
        raise UnreadableFile(f"{root} cannot be read: {error.strerror}; see MEDKG_RESOURCES") from error
    for entry in entries:
        if entry.is_dir():
            yield from _files(entry.path, suffixes)
        elif entry.name.endswith(suffixes) and not entry.name.startswith(".") and entry.name != _RECORD:
            yield entry.path
