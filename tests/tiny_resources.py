"""Changes of the tiny data directory, and builds of it in processes of their own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from medkg.curation import load
from medkg.rdf.quads import rdf_dataset
from medkg.settings import Settings
from medkg.snapshots.inputs import record_conformance
from medkg.snapshots.snapshot import Snapshot, open_snapshot
from medkg.snapshots.storage import read_pointer


class Stages(list[str]):
    """What a build reports, one after another."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        self.append(stage)


def relabel(resources: Path, label: str) -> None:
    """A sound change: another label for a dataset."""
    path = resources / "data" / "datasets" / "acdc.yaml"
    _, _, rest = path.read_text(encoding="utf-8").partition("\n")
    path.write_text(f"label: {label}\n{rest}", encoding="utf-8")


def let_pass(resources: Path) -> None:
    """Record that the graph of the data conforms to the shapes, so that builds of it, which are many, do not ask."""
    record_conformance(resources, rdf_dataset(load(resources / "data"), resources / "ontology").digest)


def spoil(resources: Path) -> None:
    """Two faults, in two files."""
    relabel(resources, "[a, b]")
    with (resources / "data" / "challenges" / "lits-2017.yaml").open("a", encoding="utf-8") as file:
        file.write("lable: LiTS\n")


def forbid_titles(resources: Path) -> None:
    """A shape that no dataset conforms to."""
    with (resources / "ontology" / "shapes.ttl").open("a", encoding="utf-8") as file:
        file.write("<#nameless> a sh:NodeShape ; sh:targetClass dcat:Dataset ; sh:property <#no-title> .\n")
        file.write('<#no-title> sh:path dcterms:title ; sh:name "label" ; sh:maxCount 0 ; sh:message "No."@en .\n')


def serving(settings: Settings) -> Snapshot:
    """The snapshot that the pointer names, opened without a look at the inputs."""
    pointer = read_pointer(settings.home / "snapshots")
    assert pointer is not None
    return open_snapshot(settings.home / "snapshots" / pointer.snapshot)


def knows(snapshot: Snapshot, label: str) -> bool:
    """Whether a snapshot answers, and has a dataset by this label."""
    return bool(snapshot.store.query(f'ASK {{ ?dataset <http://purl.org/dc/terms/title> "{label}"@en }}'))


def strewn(settings: Settings) -> list[str]:
    """What lies among the snapshots and does not belong there."""
    names = (path.name for path in (settings.home / "snapshots").iterdir())
    return sorted(name for name in names if not re.fullmatch(r"[0-9a-f]{64}|current\.json|(build|journal)\.lock", name))


def largest(snapshot: Snapshot) -> Path:
    """The store's file with most data."""
    return max((snapshot.path / "store").glob("*.sst"), key=lambda path: path.stat().st_size)


def process(settings: Settings, code: str, *arguments: str) -> subprocess.Popen[str]:
    """Another process with the same settings; `build` and `settings` are names that its code may use."""
    setting = (
        "from medkg.snapshots.build import *\n"
        "from medkg.settings import Settings\n"
        "settings = Settings.from_environment()"
    )
    return subprocess.Popen(
        [sys.executable, "-c", f"{setting}\n{code}", *arguments],
        env={"PYTHONPATH": os.pathsep.join(sys.path), **settings.environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
