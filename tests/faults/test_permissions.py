"""What medkg makes in its home is for the user it runs as, unless the operator shares it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from tests.faults.asking import count, update
from tests.faults.commands import medkg
from tests.faults.conftest import QUADS, graph, impatient
from tests.servers import published
from tests.site import tiny

pytestmark = pytest.mark.skipif(os.name != "posix", reason="permissions are of POSIX")

ONE = "INSERT DATA { <http://example.org/a> <http://example.org/b> 1 }"


def modes(home: Path, *, but: frozenset[Path] = frozenset()) -> dict[str, int]:
    """The permissions of a directory and all that is under it."""
    return {str(each): stat.S_IMODE(each.stat().st_mode) for each in (home, *home.rglob("*")) if each not in but}


def test_a_home_and_all_that_a_build_makes_in_it_are_for_their_owner_alone(tmp_path: Path) -> None:
    settings, output = tiny.settings(tmp_path), tmp_path / "graph.ttl"
    umask = ("sh", "-c", 'umask 022; exec "$@"', "sh")
    ran = medkg(settings, "export", "--output", str(output), prefix=umask)  # which builds first
    assert ran.status == 0, ran.err
    found = modes(settings.home)
    assert len(found) > 10
    assert {path: oct(mode) for path, mode in found.items() if mode & 0o077} == {}
    assert stat.S_IMODE(output.stat().st_mode) == 0o644  # which is the user's, and not of the home


def test_what_a_server_makes_in_its_home_is_for_its_owner_alone(tmp_path: Path) -> None:
    published(tmp_path, graph(QUADS))
    before = frozenset({tmp_path, *tmp_path.rglob("*")})
    log = tmp_path / "access.log"
    with impatient(tmp_path, seconds="20", before="import os; os.umask(0o022)", MEDKG_ACCESS_LOG=str(log)) as server:
        assert update(server, ONE).status == 204
        assert count(server) == QUADS + 1
        found = modes(tmp_path, but=before | {tmp_path / "server.stderr"})
        assert {".rdfp", ".log", ".lock"} <= {Path(each).suffix for each in found}  # journal, beacon, log, locks
        assert {path: oct(mode) for path, mode in found.items() if mode & 0o077} == {}


def test_a_home_can_be_shared_with_a_group(tmp_path: Path) -> None:
    settings = tiny.settings(tmp_path)
    shared = type(settings)(environment={**settings.environment, "MEDKG_UMASK": "0027"})
    assert medkg(shared, "build", prefix=("sh", "-c", 'umask 077; exec "$@"', "sh")).status == 0
    found = modes(shared.home)
    directories = {path: mode for path, mode in found.items() if Path(path).is_dir()}
    assert set(directories.values()) == {0o750}
    assert found[str(shared.home / "snapshots" / "current.json")] == 0o640
    assert {path: oct(mode) for path, mode in found.items() if mode & 0o007} == {}


@pytest.mark.parametrize("value", ["22", "0888", "u=rwx", "-022", "0o1777"])
@pytest.mark.parametrize("name", ["MEDKG_UMASK", "MEDKG_SOCKET_MODE"])
def test_permissions_that_are_none_are_refused(tmp_path: Path, name: str, value: str) -> None:
    settings = tiny.settings(tmp_path)
    with pytest.raises(Exception, match=f"{name} is an octal number from 0000 to 0777, not '{value}'"):
        settings.__class__(environment={**settings.environment, name: value}).whole(name)
