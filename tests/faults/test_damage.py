"""Snapshots of which a byte is another, or a part is missing: refused or made anew, and never believed."""

from __future__ import annotations

import json
import os
import random
import signal
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from medkg.errors import SnapshotError
from medkg.settings import Settings
from medkg.snapshots import storage
from medkg.snapshots.build import build
from medkg.snapshots.manifest import DERIVED, INDEX, LINEAGE
from medkg.snapshots.snapshot import Snapshot, open_snapshot
from medkg.snapshots.storage import Pointer
from tests.cli.conftest import lay_out
from tests.faults.asking import ask, count, get
from tests.faults.commands import medkg
from tests.faults.conftest import impatient
from tests.faults.test_upgrades import BEFORE
from tests.processes import until

FLIPS = 20
"""Bytes of each file that are changed, one after another."""

LEAK = ("leak", "--train", "Draw A", "--test", "Pool")
"""What is known to leak: the exit status is 1."""

PAGE = "/datasets?q=pool"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a graph of datasets that share images."""
    lay_out(tmp_path / "resources", "family")
    settings = Settings(
        environment={"MEDKG_HOME": str(tmp_path / "home"), "MEDKG_RESOURCES": str(tmp_path / "resources")}
    )
    build(settings)
    return settings


@pytest.fixture
def snapshot(settings: Settings) -> Snapshot:
    """The graph that is built."""
    return build(settings)


def use(path: Path) -> None:
    """Use all that there is of a snapshot, as a process does that knows nothing of it yet."""
    snapshot = open_snapshot(path)
    snapshot.verify()
    _ = snapshot.store_files, snapshot.index, snapshot.lineage


def files(snapshot: Snapshot) -> list[Path]:
    """Every file of a snapshot."""
    return sorted(path for path in snapshot.path.rglob("*") if path.is_file())


def halve(path: Path) -> None:
    """Cut off the second half of a file."""
    os.truncate(path, path.stat().st_size // 2)


def empty(path: Path) -> None:
    """Cut off all of a file."""
    os.truncate(path, 0)


def flip(path: Path) -> None:
    """Change a byte in the middle of a file."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 4
    path.write_bytes(content)


DAMAGES = pytest.mark.parametrize("damage", [flip, halve, empty, Path.unlink])
Damage = Callable[[Path], None]


def test_every_file_of_a_snapshot_stands_in_its_manifest(snapshot: Snapshot) -> None:
    names = {path.name for path in files(snapshot)} - {"manifest.json"}
    told = json.loads((snapshot.path / "manifest.json").read_bytes())
    assert names == set(told["files"]) == set(told["sha256"]) > {*DERIVED, "graph.nq", "CURRENT"}


def test_a_byte_that_is_another_is_refused_in_whichever_file_it_is(snapshot: Snapshot) -> None:
    chance, flipped = random.Random(7), 0
    for path in files(snapshot):
        whole = path.read_bytes()
        for _ in range(FLIPS if whole else 0):
            content = bytearray(whole)
            content[chance.randrange(len(whole))] ^= chance.randrange(1, 256)
            path.write_bytes(content)
            with pytest.raises(SnapshotError, match=r"damaged|no complete snapshot|newer medkg"):
                use(snapshot.path)
            flipped += 1
        path.write_bytes(whole)
        use(snapshot.path)
    assert flipped >= 300


def test_everything_is_on_the_disk_before_the_snapshot_is_pointed_to(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    safe: set[int] = set()
    synchronise, point = os.fsync, storage.write_pointer

    def watching(descriptor: int) -> None:
        synchronise(descriptor)
        safe.add(os.fstat(descriptor).st_ino)

    def pointing(snapshots: Path, to: Pointer) -> None:
        path = snapshots / to.snapshot
        unsafe = [each.name for each in (path, *path.rglob("*")) if each.stat().st_ino not in safe]
        assert unsafe == []
        point(snapshots, to)

    monkeypatch.setattr(os, "fsync", watching)
    monkeypatch.setattr("medkg.snapshots.activation.write_pointer", pointing)
    with (settings.resources / "data" / "datasets" / "pool.yaml").open("a", encoding="utf-8") as file:
        file.write("alternative: [Another pool]\n")
    assert build(settings).digest


@pytest.mark.parametrize("name", DERIVED)
@DAMAGES
def test_a_damaged_derived_file_is_made_anew_and_the_verdict_stays(
    settings: Settings, snapshot: Snapshot, name: str, damage: Damage
) -> None:
    damage(snapshot.path / name)
    ran = medkg(settings, *LEAK)
    assert (ran.status, "definite" in ran.out) == (1, True), ran
    use(snapshot.path)


@pytest.mark.parametrize("name", ["graph.nq", "store/CURRENT", *DERIVED])
def test_a_build_of_the_same_data_finds_what_is_damaged_and_mends_it(
    settings: Settings, snapshot: Snapshot, name: str
) -> None:
    flip(snapshot.path / name)
    ran = medkg(settings, "build")
    assert ran.status == 0, ran
    use(snapshot.path)


@pytest.mark.parametrize("name", DERIVED)
def test_a_damaged_derived_file_is_refused_where_it_cannot_be_made_anew(
    settings: Settings, snapshot: Snapshot, name: str
) -> None:
    flip(snapshot.path / name)
    with (settings.resources / "data" / "datasets" / "pool.yaml").open("a", encoding="utf-8") as file:
        file.write("colour: blue\n")  # no graph can be made of this
    ran = medkg(settings, *LEAK)
    assert ran.status == 1
    assert ran.out == ""
    assert "colour" in ran.err or "run `medkg build`" in ran.err


@pytest.mark.parametrize("name", DERIVED)
@DAMAGES
def test_a_server_whose_pages_cannot_work_says_so_and_answers_queries_until_it_is_mended(
    settings: Settings, snapshot: Snapshot, name: str, damage: Damage
) -> None:
    with impatient(settings.home, seconds="20", **settings.environment) as server:
        assert get(server, PAGE).status == 200
        number = count(server)
        damage(snapshot.path / name)
        until(lambda: get(server, "/readyz").status == 503)
        state = get(server, "/readyz").json
        assert (state["status"], state["queries"], state["pages"]) == ("not ready", "ready", "not ready")
        assert count(server) == number
        if name == INDEX:
            reply = get(server, PAGE)
            assert (reply.status, reply.problem["status"]) == (503, 503)
        assert medkg(settings, "build").status == 0
        until(lambda: get(server, "/readyz").status == 200)
        assert get(server, PAGE).status == 200
    assert "Traceback" not in server.said


@pytest.mark.parametrize("name", DERIVED)
@pytest.mark.parametrize("damage", [halve, empty])
def test_what_an_older_medkg_wrote_without_a_digest_is_looked_at_too(tmp_path: Path, name: str, damage: Damage) -> None:
    with tarfile.open(BEFORE) as archive:
        archive.extractall(tmp_path, filter="data")
    (path,) = (each for each in (tmp_path / "snapshots").iterdir() if each.is_dir())
    damage(path / name)
    with impatient(tmp_path, seconds="20") as server:
        assert get(server, "/readyz").json["pages"] == "not ready"
        assert ask(server, "ASK { ?s ?p ?o }").status == 200
        reply = get(server, PAGE if name == INDEX else "/leak?train=lits&test=acdc")
        assert (reply.status, reply.problem["status"]) == (503, 503)
    assert "Traceback" not in server.said


@pytest.mark.parametrize("name", DERIVED)
def test_a_server_that_begins_with_a_damaged_derived_file_is_not_ready(
    settings: Settings, snapshot: Snapshot, name: str
) -> None:
    flip(snapshot.path / name)
    with impatient(settings.home, seconds="20", **settings.environment) as server:
        assert get(server, "/readyz").status == 503
        assert ask(server, "ASK { ?s ?p ?o }").status == 200
        for page in ("/", PAGE, "/leak?train=draw-a&test=pool", "/dataset/pool"):
            assert get(server, page).status in (200, 503)
        assert get(server, PAGE if name == INDEX else "/leak?train=draw-a&test=pool").status == 503


def test_the_register_of_a_graph_that_takes_over_is_looked_at_too(settings: Settings, snapshot: Snapshot) -> None:
    relabel_pool(settings)
    with impatient(settings.home, seconds="20", **settings.environment) as server:
        other = build(settings)
        flip(other.path / LINEAGE)
        os.kill(server.process.pid, signal.SIGHUP)
        until(lambda: get(server, "/readyz").json["revision"] == other.digest)
        until(lambda: get(server, "/readyz").status == 503)
        assert get(server, "/leak?train=draw-a&test=pool").status == 503


def relabel_pool(settings: Settings) -> None:
    """A sound change of the data."""
    path = settings.resources / "data" / "datasets" / "pool.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("label: Pool", "label: Pools"), encoding="utf-8")
