"""The fingerprint of a build's inputs, cheap enough for every command to ask whether its snapshot is up to date.

The record of a passed gate: which graph conforms to which shapes, so that nobody need ask pySHACL again.

It travels with the data (`data/gate.yaml`), and is believed only for the very bytes it names.
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

RECORD = "gate.yaml"
_HEADER = (
    "# Written by `medkg build --record-gate`: the graph with the one digest conforms to the shapes with the other.\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """That the graph with one digest conforms to the shapes with another."""

    graph: str
    shapes: str


def shapes_digest(ontology: Path) -> str:
    """The digest of the shapes together with the terms they speak of."""
    files = (ontology / name for name in ("shapes.ttl", "medkg.ttl", "alignments.ttl"))
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def recorded(resources: Path) -> Passed | None:
    """What the record says; None where there is none, or none that can be read."""
    import yaml  # only a build asks

    try:
        return Passed(**yaml.safe_load((resources / "data" / RECORD).read_bytes()))
    except (OSError, ValueError, TypeError, RecursionError, yaml.YAMLError):
        return None


def record_gate(resources: Path, digest: str) -> Path:
    """The record, written anew: the graph with this digest has passed the shapes as they are."""
    path = resources / "data" / RECORD
    shapes = shapes_digest(resources / "ontology")
    try:
        path.write_text(f"{_HEADER}graph: {digest}\nshapes: {shapes}\n", encoding="utf-8", newline="\n")
    except OSError as error:
        raise SnapshotError(f"{path} cannot be written: {error.strerror}") from error
    return path


_Tree = tuple[Path, tuple[str, ...]]
"""A directory, and the suffixes of the files under it that count."""


def fingerprint(resources: Path) -> str:
    """A digest over the data, the ontology, medkg's own sources and the engine's version.

    The recorded gate is left out: it says something about the graph and is no part of it. A file that
    cannot be read counts with the reason, so that a build names it and the last good graph answers.
    """
    return _digest(pyoxigraph.__version__, *_inputs(resources), (Path(medkg.__file__).parent, (".py",)))


def data_digest(resources: Path) -> str:
    """A digest over the data and the ontology alone, which stays from one version of medkg to the next."""
    return _digest("", *_inputs(resources))


def _inputs(resources: Path) -> tuple[_Tree, ...]:
    """Where the data and the ontology are; .yml is a fault that a build is to name."""
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
    """Paths of the files under a directory that end in one of the suffixes, hidden ones left out."""
    try:
        found = list(os.scandir(root))
    except OSError as error:
        raise UnreadableFile(f"{root} cannot be read: {error.strerror}; see MEDKG_RESOURCES") from error
    for each in found:
        if each.is_dir():
            yield from _files(each.path, suffixes)
        elif each.name.endswith(suffixes) and not each.name.startswith(".") and each.name != RECORD:
            yield each.path
