"""Snapshots on disk: opened read-only, refused when damaged, and found by a pointer that never dangles."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from medkg.errors import SnapshotError
from medkg.evaluation.changes import Change
from medkg.settings import Settings
from medkg.snapshots.build import build, open_current
from medkg.snapshots.snapshot import Snapshot, last_good, open_snapshot
from medkg.snapshots.storage import Pointer, read_pointer, write_pointer
from tests.changes import stating
from tests.tiny_resources import largest, process, relabel

HEAVY = ("flask", "pyshacl", "rdflib", "yaml", "medkg.curation")


@pytest.fixture
def snapshot(settings: Settings) -> Snapshot:
    return build(settings)


def test_a_snapshot_answers(snapshot: Snapshot) -> None:
    question = "ASK { GRAPH ?record { <https://w3id.org/medkg/dataset/lits> ?property ?value } }"
    assert bool(snapshot.store.query(question))


def test_a_snapshot_cannot_be_written_to(snapshot: Snapshot) -> None:
    with pytest.raises((OSError, RuntimeError)):
        snapshot.store.update("INSERT DATA { <x:a> <x:b> <x:c> }")


def test_reading_changes_nothing_on_disk(snapshot: Snapshot) -> None:
    before = {path: path.stat() for path in snapshot.path.rglob("*") if path.is_file()}
    assert len(snapshot.store) == snapshot.manifest.quads
    after = {path: path.stat() for path in snapshot.path.rglob("*") if path.is_file()}
    assert {path: (stat.st_size, stat.st_mtime_ns) for path, stat in after.items()} == {
        path: (stat.st_size, stat.st_mtime_ns) for path, stat in before.items()
    }


def test_the_manifest_says_what_is_there(snapshot: Snapshot) -> None:
    manifest = json.loads((snapshot.path / "manifest.json").read_text())
    assert manifest["digest"] == snapshot.digest == snapshot.path.name
    assert manifest["quads"] == len(snapshot.store)
    assert manifest["graphs"] == len(list(snapshot.store.named_graphs())) == 4
    assert manifest["files"]["CURRENT"] == 16
    assert manifest["files"]["graph.nq"] == (snapshot.path / "graph.nq").stat().st_size


def test_the_sorted_nquads_are_there_as_a_file(snapshot: Snapshot) -> None:
    text = (snapshot.path / "graph.nq").read_bytes()
    assert hashlib.sha256(text).hexdigest() == snapshot.digest
    lines = text.splitlines(keepends=True)
    assert lines == sorted(lines)
    assert len(lines) == snapshot.manifest.quads


def test_a_truncated_store_is_refused(snapshot: Snapshot) -> None:
    damaged = largest(snapshot)
    os.truncate(damaged, 100)
    with pytest.raises(SnapshotError, match=rf"is damaged: {damaged.name} missing or not of the size"):
        open_snapshot(snapshot.path)


@pytest.mark.parametrize("missing", ["manifest.json", "store", "store/CURRENT", "graph.nq"])
def test_a_snapshot_with_something_missing_is_refused(snapshot: Snapshot, missing: str) -> None:
    path = snapshot.path / missing
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    with pytest.raises(SnapshotError, match=r"damaged|no complete snapshot"):
        open_snapshot(snapshot.path)


def test_truncated_nquads_are_refused(snapshot: Snapshot) -> None:
    os.truncate(snapshot.path / "graph.nq", 100)
    with pytest.raises(SnapshotError, match=r"is damaged: graph\.nq missing or not of the size"):
        open_snapshot(snapshot.path)


def test_a_snapshot_that_bears_another_name_is_refused(snapshot: Snapshot) -> None:
    other = snapshot.path.with_name("0" * 64)
    shutil.copytree(snapshot.path, other)
    with pytest.raises(SnapshotError, match="its manifest is that of"):
        open_snapshot(other)


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"digest": "0"}', "\x00" * 64, "\xff", '{"digest": 1, "files": 1}']
)
def test_a_manifest_that_is_none_is_refused(snapshot: Snapshot, content: str) -> None:
    (snapshot.path / "manifest.json").write_text(content)
    with pytest.raises(SnapshotError, match="no complete snapshot"):
        open_snapshot(snapshot.path)


def test_a_store_that_the_engine_refuses_gives_the_way_out(snapshot: Snapshot) -> None:
    (snapshot.path / "store" / "CURRENT").write_text("MANIFEST-999999\n")
    with pytest.raises(SnapshotError, match="delete it and run `medkg build`"):
        _ = open_snapshot(snapshot.path).store


@pytest.mark.parametrize(
    "content", [None, "", "{}", "[1]", '{"snapshot": "0"}', '{"snapshot": 0, "inputs": "", "shapes": ""}', "[" * 10**5]
)
def test_a_pointer_that_cannot_be_read_points_nowhere(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "current.json").write_text(content)
    assert read_pointer(tmp_path) is None


def test_pointing_replaces_the_pointer_and_leaves_nothing_beside(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_pointer(tmp_path, Pointer(snapshot=name, inputs="i", shapes="s"))
    assert read_pointer(tmp_path) == Pointer(snapshot="b", inputs="i", shapes="s")
    assert [path.name for path in tmp_path.iterdir()] == ["current.json"]


def test_the_last_good_snapshot_is_the_serving_one_whatever_is_newer(settings: Settings, resources: Path) -> None:
    first = build(settings)
    relabel(resources, "ACDC of 2017")
    second = build(settings)
    snapshots = first.path.parent
    assert last_good(snapshots) == second
    write_pointer(snapshots, Pointer(snapshot=first.digest, inputs="", shapes=""))
    assert last_good(snapshots) == first


def test_the_last_good_snapshot_is_the_one_before_a_damaged_one(settings: Settings, resources: Path) -> None:
    first = build(settings)
    relabel(resources, "ACDC of 2017")
    os.truncate(largest(build(settings)), 100)
    assert last_good(first.path.parent) == first


def test_the_last_good_snapshot_is_verified_where_that_is_asked_for(settings: Settings, resources: Path) -> None:
    first = build(settings)
    relabel(resources, "ACDC of 2017")
    second = build(settings)
    flip(second.path / "graph.nq")
    assert last_good(first.path.parent) == second
    assert last_good(first.path.parent, is_verified=True) == first


def test_where_nothing_was_built_there_is_no_last_good_snapshot(tmp_path: Path) -> None:
    assert last_good(tmp_path / "nowhere") is None


# ---- In memory, and with updates


def flip(path: Path) -> None:
    """Another byte in the middle of a file, which keeps its size."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_the_graph_in_memory_is_the_graph_on_disk(snapshot: Snapshot) -> None:
    assert set(snapshot.in_memory()) == set(snapshot.on_disk())


def test_nquads_with_another_byte_are_refused_with_the_way_out(snapshot: Snapshot) -> None:
    flip(snapshot.path / "graph.nq")
    with pytest.raises(
        SnapshotError, match=r"is damaged: graph\.nq is not what was written; run `medkg build --again`"
    ):
        open_snapshot(snapshot.path).in_memory()


def test_a_graph_without_updates_is_named_by_its_digest_and_read_from_the_disk(snapshot: Snapshot) -> None:
    assert snapshot.revision == snapshot.digest
    with pytest.raises((OSError, RuntimeError), match="read-"):
        snapshot.store.add_graph(NamedNode("x:graph"))


def test_a_graph_with_updates_is_named_by_what_they_are_and_has_them(snapshot: Snapshot) -> None:
    quad = next(iter(snapshot.store))
    snapshot.journal.append(Change(removed=f"{quad} .\n".encode()))
    snapshot.journal.append(stating("it"))
    found = open_snapshot(snapshot.path)
    assert re.fullmatch(rf"{snapshot.digest}\.[0-9a-f]{{32}}\.2", found.revision)
    assert quad not in found.store
    assert set(found.store) - set(snapshot.store) == set(parse(stating("it").added, RdfFormat.N_QUADS))
    assert len(found.store) == snapshot.manifest.quads


def test_damage_of_a_journal_is_damage_of_the_graph_that_has_it(snapshot: Snapshot) -> None:
    snapshot.journal.append(stating("it"))
    flip(snapshot.journal.path)
    with pytest.raises(SnapshotError, match="is damaged in update 1"):
        _ = open_snapshot(snapshot.path).store


def test_opening_imports_nothing_heavy(settings: Settings) -> None:
    build(settings)
    code = f"import sys; print(open_current(settings).digest, [name for name in {HEAVY} if name in sys.modules])"
    printed, _ = process(settings, code).communicate()
    assert printed.split(maxsplit=1) == [open_current(settings).digest, "[]\n"]
