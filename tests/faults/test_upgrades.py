"""One version of medkg after another on one home: no update is lost, no page fails, what is newer is left alone."""

from __future__ import annotations

import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from medkg.errors import SnapshotError
from medkg.rdf import lineage_register
from medkg.search.index import VERSION
from medkg.settings import Settings
from medkg.snapshots import manifest
from medkg.snapshots.build import build, open_current
from medkg.snapshots.manifest import DERIVED, INDEX, LINEAGE
from medkg.snapshots.publish import replace_derived_files
from medkg.snapshots.snapshot import Snapshot, open_snapshot
from medkg.snapshots.storage import read_pointer, write_pointer
from tests.changes import stating
from tests.faults.asking import ask, get, update
from tests.faults.commands import medkg
from tests.faults.conftest import impatient
from tests.servers import REPOSITORY
from tests.site import tiny
from tests.tiny_resources import relabel, spoil

BEFORE = Path(__file__).with_name("home-of-format-1.tar.gz")
"""A home as medkg wrote it before forms had numbers: the graph of `tests/graph/tiny`, with two updates."""

REVISIONS = ("d427e4a", "HEAD~1")
"""The last commit before forms had numbers, and the one before this."""

QUESTION = "SELECT ?it { <https://example.org/it> <https://example.org/says> ?it } ORDER BY ?it"
PAGES = ("/datasets?q=lits", "/dataset/lits", "/leak?train=lits&test=acdc", "/feed.atom")

STATE = """
import sys
from medkg.evaluation.changes import Change
from medkg.settings import Settings
try:
    from medkg.snapshots.build import open_current
except ModuleNotFoundError:  # where earlier versions have it
    from medkg.graph.build import open_current
triple = f'<https://example.org/it> <https://example.org/says> "{sys.argv[1]}" .\\n'
open_current(Settings.from_environment()).journal.append(Change(added=triple.encode()))
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a small graph of which nothing is built."""
    return tiny.settings(tmp_path)


@pytest.fixture
def before(settings: Settings) -> Settings:
    """Settings of a home that an older medkg has written."""
    with tarfile.open(BEFORE) as archive:
        archive.extractall(settings.home, filter="data")
    return settings


def told(out: str) -> list[str]:
    """What the updates state, as a query tells it."""
    return out.splitlines()[1:]


def of_another_version(settings: Settings, snapshot: Snapshot) -> None:
    """Let a snapshot be as another version of medkg would have built it, with another schema of the same number."""

    def derive(directory: Path) -> None:
        shutil.copy(snapshot.path / LINEAGE, directory / LINEAGE)
        with closing(sqlite3.connect(directory / INDEX)) as index:
            index.executescript(f"CREATE TABLE dataset (number INTEGER); PRAGMA user_version = {VERSION - 1}")

    replace_derived_files(snapshot, derive, data=snapshot.manifest.data)
    pointer = read_pointer(snapshot.path.parent)
    assert pointer is not None
    write_pointer(snapshot.path.parent, type(pointer)(snapshot=snapshot.digest, inputs="others", shapes=pointer.shapes))


# ---- Up


def test_a_home_of_an_older_medkg_answers_with_its_updates_and_takes_more(before: Settings) -> None:
    ran = medkg(before, "query", QUESTION)
    assert (ran.status, told(ran.out)) == (0, ["1", "2"]), ran
    assert medkg(before, "search", "lits").status == 0
    assert medkg(before, "journal", "check").status == 0
    with impatient(before.home, seconds="20", **before.environment) as server:
        assert {page: get(server, page).status for page in PAGES} == dict.fromkeys(PAGES, 200)
        assert get(server, "/readyz").status == 200
        assert update(server, 'INSERT DATA { <https://example.org/it> <https://example.org/says> "3" }').status == 204
        assert len(ask(server, QUESTION).json["results"]["bindings"]) == 3
    assert medkg(before, "build", "--keep-updates").status == 0
    assert told(medkg(before, "query", QUESTION).out) == ["1", "2", "3"]
    pointer = read_pointer(before.home / "snapshots")
    assert pointer is not None
    snapshot = open_snapshot(before.home / "snapshots" / pointer.snapshot)
    assert snapshot.manifest.format == manifest.FORMAT
    assert set(DERIVED) < set(snapshot.manifest.sha256)


def test_an_index_of_another_schema_is_made_anew_though_there_are_updates(settings: Settings) -> None:
    snapshot = build(settings)
    snapshot.journal.append(stating("1"))
    of_another_version(settings, snapshot)
    ran = medkg(settings, "search", "lits")
    assert (ran.status, "lits" in ran.out) == (0, True), ran
    with impatient(settings.home, seconds="20", **settings.environment) as server:
        assert {page: get(server, page).status for page in PAGES} == dict.fromkeys(PAGES, 200)
        assert len(ask(server, QUESTION).json["results"]["bindings"]) == 1


def test_an_index_of_another_schema_over_other_data_is_made_of_those_and_that_is_told(settings: Settings) -> None:
    snapshot = build(settings)
    snapshot.journal.append(stating("1"))
    of_another_version(settings, snapshot)
    relabel(settings.resources, "ACDC of 2017")
    ran = medkg(settings, "search", "ACDC of 2017")
    assert (ran.status, "acdc" in ran.out) == (0, True), ran
    assert "1 update of the graph that serves would be lost" in ran.err
    assert "were made anew, of the present data" in ran.err
    assert "made anew" not in medkg(settings, "search", "ACDC of 2017").err
    assert told(medkg(settings, "query", QUESTION).out) == ["1"]


def test_an_index_of_another_schema_that_cannot_be_made_anew_is_refused_and_queries_are_answered(
    settings: Settings,
) -> None:
    snapshot = build(settings)
    snapshot.journal.append(stating("1"))
    of_another_version(settings, snapshot)
    spoil(settings.resources)
    ran = medkg(settings, "search", "lits")
    assert (ran.status, "of another version of medkg" in ran.err) == (1, True), ran
    assert told(medkg(settings, "query", QUESTION).out) == ["1"]
    with impatient(settings.home, seconds="20", **settings.environment) as server:
        health = get(server, "/readyz")
        assert (health.status, health.json["pages"], health.json["queries"]) == (503, "not ready", "ready")
        assert get(server, "/datasets?q=lits").status == 503
        assert len(ask(server, QUESTION).json["results"]["bindings"]) == 1


def test_an_upgrade_of_the_code_alone_keeps_updates_without_being_told(settings: Settings) -> None:
    snapshot = build(settings)
    snapshot.journal.append(stating("1"))
    pointer = read_pointer(snapshot.path.parent)
    assert pointer is not None
    write_pointer(snapshot.path.parent, type(pointer)(snapshot=snapshot.digest, inputs="others", shapes=pointer.shapes))
    warnings: list[str] = []
    assert open_current(settings, warn=warnings.append).revision == snapshot.revision
    assert warnings == []


def test_the_form_of_the_index_changes_with_its_schema(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(sqlite3.connect(build(settings).index)) as index:
        assert index.execute("PRAGMA user_version").fetchone() == (VERSION,)
    register = json.loads(build(settings).lineage.read_bytes())
    assert register["format"] == lineage_register.VERSION
    for each in ("claims", "Evidence.basis", "Claim.relation"):
        assert each in lineage_register._SHAPE


# ---- What is newer


def test_a_home_of_a_newer_medkg_is_refused_and_left_alone(settings: Settings) -> None:
    snapshot = build(settings)
    (settings.home / "home.json").write_text('{"format": 99}')
    before = {path: path.read_bytes() for path in settings.home.rglob("*") if path.is_file()}
    for arguments in (("build", "--again"), ("search", "lits"), ("rollback",), ("journal", "salvage"), ("serve",)):
        ran = medkg(settings, *arguments)
        assert (ran.status, "was written by a newer medkg, in format 99" in ran.err) == (1, True), (arguments, ran)
    assert {path: path.read_bytes() for path in settings.home.rglob("*") if path.is_file()} == before
    with pytest.raises(RuntimeError, match="newer medkg"), impatient(settings.home, **settings.environment):
        pass
    assert snapshot.path.is_dir()


def test_a_pointer_and_a_manifest_of_a_newer_medkg_are_refused(settings: Settings) -> None:
    snapshot = build(settings)
    pointer = settings.home / "snapshots" / "current.json"
    found = json.loads(pointer.read_bytes())
    pointer.write_text(json.dumps({**found, "format": 99, "more": 1}))
    with pytest.raises(SnapshotError, match="newer medkg"):
        open_current(settings)
    assert json.loads(pointer.read_bytes())["format"] == 99
    told = json.loads((snapshot.path / "manifest.json").read_bytes())
    (snapshot.path / "manifest.json").write_text(json.dumps({**told, "format": 99, "more": 1}))
    with pytest.raises(SnapshotError, match="newer medkg"):
        open_snapshot(snapshot.path)


# ---- Up and down again, with the code of then


def wheel(revision: str, directory: Path) -> Path:
    """The wheel of a commit, unpacked; skipped where there is no history."""
    archive = subprocess.run(["git", "archive", revision], cwd=REPOSITORY, capture_output=True, check=False)
    if archive.returncode:
        pytest.skip(f"{revision} is not in this history")
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as tree:
        tree.extractall(directory / "source", filter="data")
    made = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(directory)]
    subprocess.run(
        made, cwd=directory / "source", env={**os.environ, "MEDKG_BUILD_UI": "0"}, check=True, capture_output=True
    )
    (found,) = directory.glob("*.whl")
    with zipfile.ZipFile(found) as content:
        content.extractall(directory / "wheel")
    return directory / "wheel"


@pytest.mark.parametrize("revision", REVISIONS)
def test_no_update_is_lost_where_the_version_before_comes_back_for_a_while(
    settings: Settings, tmp_path: Path, revision: str
) -> None:
    code = wheel(revision, tmp_path / "before")

    def run(path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, **settings.environment, "PYTHONPATH": str(path)}
        return subprocess.run(
            [sys.executable, *arguments], env=environment, capture_output=True, text=True, check=False, cwd=tmp_path
        )

    def query(path: Path) -> subprocess.CompletedProcess[str]:
        return run(path, "-m", "medkg.cli", "query", QUESTION)

    present = REPOSITORY / "src"
    assert run(code, "-m", "medkg.cli", "build").returncode == 0
    assert run(code, "-c", STATE, "1").returncode == 0
    assert told(query(present).stdout) == ["1"]
    assert run(present, "-c", STATE, "2").returncode == 0
    assert told(query(present).stdout) == ["1", "2"]
    down = query(code)
    assert (down.returncode, told(down.stdout)) in ((0, ["1", "2"]), (1, [])), down
    assert run(code, "-m", "medkg.cli", "build", "--keep-updates").returncode == 0
    assert told(query(code).stdout) == ["1", "2"]
    assert told(query(present).stdout) == ["1", "2"]
