"""The two graphs that are asked: ours, and one of millions of quads made of copies of ours; each as a file and a home.

The file of N-Quads is what every peer loads. The home is a `MEDKG_HOME` from which `medkg serve` answers.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from medkg.errors import SnapshotError
from medkg.settings import Settings
from medkg.snapshots.build import build
from medkg.snapshots.inputs import fingerprint
from medkg.snapshots.manifest import GRAPH, INDEX, LINEAGE
from medkg.snapshots.publish import publish
from medkg.snapshots.snapshot import Snapshot, open_snapshot
from medkg.snapshots.storage import Pointer, read_pointer, write_pointer

_COPY, _NUMBER = b"\x01", b"\x02"
"""Where a copy's names differ from the original's: behind an IRI, and inside a literal; no N-Quads line holds them."""

_OWN = re.compile(rb"(<https://w3id\.org/medkg/(?:dataset|challenge|claim|catalog/[^/>]+/record)/[^#>]+)")
_NAME = re.compile(
    rb"^(\S+\x01\S* <(?:http://purl\.org/dc/terms/(?:title|identifier|alternative)"
    rb'|http://www\.w3\.org/2000/01/rdf-schema#label)> "(?:[^"\\]|\\.)*)"'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """A graph to be asked: its name, its N-Quads, its number of quads, the home it is served from, and its digest."""

    name: str
    nquads: Path
    quads: int
    home: Path
    digest: str


def real(cache: Path) -> Graph:
    """Our own graph, built from the present data."""
    home = cache / "real"
    return _graph("real", build(_settings(home)), home)


def synthetic(original: Graph, quads: int, cache: Path) -> Graph:
    """A graph of about so many quads: all of the original, and copies of its records under names of their own.

    Vocabularies, ontology, catalogues and papers are shared by all copies, as they would be in a
    larger graph; datasets, challenges, claims and records are not.
    """
    home = cache / "synthetic" / f"{original.digest[:16]}-{quads}"
    snapshot = _made(home) or _publish(original, quads, home)
    _point(snapshot, home)
    return _graph("synthetic", snapshot, home)


def copies(nquads: bytes, quads: int) -> Iterator[bytes]:
    """The N-Quads of a graph and of as many copies of its records as come near a number of quads."""
    marked = [_OWN.sub(rb"\1" + _COPY, line) for line in nquads.splitlines(keepends=True)]
    template = b"".join(_NAME.sub(rb"\1" + _NUMBER + rb'"', line) for line in marked if _COPY in line)
    yield nquads
    for number in range(1, 1 + round((quads - len(marked)) / template.count(b"\n"))):
        yield template.replace(_COPY, b"--%d" % number).replace(_NUMBER, b" %d" % number)


def _graph(name: str, snapshot: Snapshot, home: Path) -> Graph:
    quads = snapshot.manifest.quads
    return Graph(name=name, nquads=snapshot.path / GRAPH, quads=quads, home=home, digest=snapshot.digest)


def _made(home: Path) -> Snapshot | None:
    """The snapshot that an earlier run has made, unless a newer medkg wants another form of it."""
    pointer = read_pointer(home / "snapshots")
    try:
        return open_snapshot(home / "snapshots" / pointer.snapshot) if pointer else None
    except SnapshotError:
        return None


def _publish(original: Graph, quads: int, home: Path) -> Snapshot:
    """The snapshot of the copies; for search and lineage it has what the original has."""
    snapshots = home / "snapshots"
    snapshots.mkdir(parents=True, exist_ok=True)
    lines = b"".join(copies(original.nquads.read_bytes(), quads)).split(b"\n")[:-1]
    lines.sort()
    nquads = b"\n".join([*lines, b""])
    snapshot = publish(snapshots, hashlib.sha256(nquads).hexdigest(), nquads)
    for name in (INDEX, LINEAGE):
        shutil.copy(original.nquads.parent / name, snapshot.path / name)
    return snapshot


def _point(snapshot: Snapshot, home: Path) -> None:
    """Let a home serve a snapshot as if it were that of the present data, which else would be built first."""
    inputs = fingerprint(_settings(home).resources)
    write_pointer(home / "snapshots", Pointer(snapshot=snapshot.digest, inputs=inputs, shapes=""))


def _settings(home: Path) -> Settings:
    return Settings(environment={"MEDKG_HOME": str(home)})
