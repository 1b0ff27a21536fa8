"""Homes that belong to somebody else, cannot be written to or are gone: each is told by its own reason."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest

from medkg.errors import StorageError, StorageFull
from medkg.settings import Settings
from medkg.snapshots.build import build
from medkg.snapshots.snapshot import open_snapshot
from tests.changes import stating
from tests.faults.asking import ask, count, get, update
from tests.faults.commands import medkg
from tests.faults.conftest import QUADS, graph, impatient
from tests.processes import WITHOUT_OVERRIDE, on_linux
from tests.servers import published
from tests.site import tiny
from tests.tiny_resources import relabel

SOMEBODY = 12345
"""The number of a user whom nobody knows."""

ONE = "INSERT DATA { <http://example.org/a> <http://example.org/b> 1 }"

as_root = pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can be another user")


@pytest.fixture
def open_path() -> Iterator[Path]:
    """A directory that every user can come to."""
    path = Path(mkdtemp(prefix="medkg-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def theirs(open_path: Path) -> Settings:
    """Settings of a home that belongs to somebody else."""
    settings = tiny.settings(open_path)
    settings.home.mkdir()
    os.chown(settings.home, SOMEBODY, SOMEBODY)
    return settings


def as_somebody(act: Callable[[], object]) -> str:
    """What goes wrong when somebody else does something, in a process of its own; nothing where all goes well."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        os.setgroups([])
        os.setgid(SOMEBODY)
        os.setuid(SOMEBODY)
        try:
            act()
        except BaseException as error:
            os.write(writing, f"{type(error).__name__}: {error}".encode())
        os._exit(0)
    os.close(writing)
    with open(reading, "rb") as said:
        text = said.read().decode()
    os.waitpid(child, 0)
    return text


def owners(home: Path) -> dict[Path, tuple[int, int]]:
    """Whose each file and directory of a home is, where it is not somebody's."""
    found = {path: path.lstat() for path in (home, *home.rglob("*"))}
    return {
        path: (it.st_uid, it.st_gid) for path, it in found.items() if (it.st_uid, it.st_gid) != (SOMEBODY, SOMEBODY)
    }


@as_root
def test_what_root_makes_in_the_home_of_somebody_else_is_theirs(theirs: Settings) -> None:
    assert medkg(theirs, "build").status == 0
    assert owners(theirs.home) == {}
    snapshot = build(theirs)
    assert as_somebody(lambda: snapshot.journal.append(stating("theirs"))) == ""
    snapshot.journal.append(stating("of root"))
    relabel(theirs.resources, "ACDC of 2017")
    assert medkg(theirs, "build", "--keep-updates").status == 0
    assert medkg(theirs, "rollback").status == 0
    assert medkg(theirs, "build", "--again", "--discard-updates").status == 0
    with impatient(theirs.home, seconds="20", **theirs.environment) as server:
        assert update(server, ONE).status == 204
        (theirs.home / "server.stderr").unlink()  # which the test has made
        assert owners(theirs.home) == {}
    assert list((theirs.home / "aside").iterdir())
    serving = open_snapshot(build(theirs).path)
    assert as_somebody(lambda: serving.journal.append(stating("theirs again"))) == ""


@as_root
def test_a_home_that_root_makes_where_somebody_else_is_at_home_is_theirs(open_path: Path) -> None:
    os.chown(open_path, SOMEBODY, SOMEBODY)
    settings = tiny.settings(open_path)
    settings = Settings(environment={**settings.environment, "MEDKG_HOME": str(open_path / "share" / "medkg")})
    assert medkg(settings, "build").status == 0
    assert owners(open_path / "share") == {}


@as_root
def test_a_home_that_belongs_to_somebody_else_is_told_by_whose_it_is(open_path: Path) -> None:
    settings = tiny.settings(open_path)
    snapshot = build(settings)
    said = as_somebody(lambda: snapshot.journal.append(stating("too much")))
    assert said.startswith(f"StorageError: {snapshot.journal.path} cannot be written: ")
    assert (
        "Permission denied; nothing of the update is kept, it belongs to the user root, run medkg as that user" in said
    )
    said = as_somebody(lambda: build(settings, again=True))
    assert "it belongs to the user root, run medkg as that user or let this one write there, or set MEDKG_HOME" in said


@on_linux
def test_a_home_that_may_not_be_written_to_is_no_full_disk(tmp_path: Path) -> None:
    published(tmp_path, graph(QUADS))
    snapshots = tmp_path / "snapshots"
    snapshots.chmod(0o555)
    try:
        with impatient(tmp_path, seconds="20", before=WITHOUT_OVERRIDE) as server:
            reply = update(server, ONE)
            assert reply.status == 503
            assert "The server cannot write to its disk. Nothing was changed" in reply.problem["detail"]
            assert count(server) == QUADS
            assert server.has_said("Permission denied; nothing of the update is kept, it belongs to")
            snapshots.chmod(0o755)
            assert update(server, ONE).status == 204
    finally:
        snapshots.chmod(0o755)


@on_linux
def test_a_home_that_is_gone_is_no_full_disk_and_queries_are_answered(home: Path) -> None:
    with impatient(home, seconds="20") as server:
        shutil.rmtree(home / "snapshots")
        reply = update(server, ONE)
        assert (reply.status, "no room" in reply.problem["detail"]) == (503, False)
        assert server.has_said("the directory is gone")
        assert count(server) == QUADS
        assert get(server, "/livez").status == 200
        assert ask(server, "ASK { ?s ?p ?o }").status == 200


@pytest.mark.parametrize(
    ("number", "kind", "way_out"),
    [
        ("ENOSPC", StorageFull, "make room there"),
        ("EDQUOT", StorageFull, "make room there"),
        ("EFBIG", StorageFull, "make room there"),
        ("EROFS", StorageError, "mount it for writing"),
        ("EACCES", StorageError, "run medkg as that user"),
        ("EPERM", StorageError, "run medkg as that user"),
        ("ENOENT", StorageError, "the directory is gone"),
        ("EMFILE", StorageError, "let more files be open"),
        ("EIO", StorageError, "see the log of the system"),
    ],
)
def test_each_reason_has_its_words(
    home: Path, monkeypatch: pytest.MonkeyPatch, number: str, kind: type[Exception], way_out: str
) -> None:
    code = getattr(errno, number)
    (path,) = (home / "snapshots").iterdir()
    journal = open_snapshot(path).journal

    def fail(*_: object) -> int:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(kind, match=f"{os.strerror(code)}; nothing of the update is kept, .*{way_out}") as refused:
        journal.append(stating("too much"))
    assert type(refused.value) is kind
    assert not journal.path.exists()
