"""The record of a passed gate: which graph conforms to which shapes, so that nobody need ask pySHACL again.

It travels with the data (`data/gate.yaml`), and is believed only for the very bytes it names.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from medkg.errors import SnapshotError

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
