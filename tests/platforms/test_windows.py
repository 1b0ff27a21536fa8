"""Command line, library, builds and exports on Windows, as far as another system can play it."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from medkg.files import atomic_write
from medkg.settings import Settings
from medkg.snapshots.build import build
from medkg.snapshots.storage import read_pointer
from tests.cli.conftest import lay_out
from tests.platforms.emulation import NO_UTF8, ran
from tests.servers import REPOSITORY

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="files in use are found through /proc")

Environment = Mapping[str, str]

EVERY_MODULE = """
import importlib, pkgutil, medkg
for module in pkgutil.walk_packages(medkg.__path__, "medkg."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
print("imported")
"""

UPDATES = """
from pathlib import Path
from medkg.evaluation.changes import Change
from medkg.snapshots.build import build, open_current
from medkg.snapshots.activation import UpdatePolicy
from medkg.settings import Settings
settings = Settings.from_environment()
for number in range(2):
    change = Change(added=f"<urn:x:a> <urn:x:b> <urn:x:{number}> .\\n".encode())
    assert open_current(settings).journal.append(change) == number + 1
data = settings.resources / "data" / "datasets" / "acdc.yaml"
before = build(settings).digest
data.write_text(data.read_text(encoding="utf-8").replace("label: ACDC", "label: ACDC 2017"), encoding="utf-8")
after = build(settings, updates=UpdatePolicy.KEEP)
assert after.digest != before
assert after.journal.position == 2
assert after.revision != after.digest
assert build(settings, again=True, updates=UpdatePolicy.DISCARD).revision == after.digest
print("updated")
"""

CLOSED_PIPE = """
import errno, sys
from medkg.cli.failures import status_of
def write():
    raise OSError(errno.EINVAL, "Invalid argument")
sys.exit(status_of(write))
"""

IN_TURN = """
import io, json, sys
from medkg.cli import main
for arguments in json.loads(sys.argv[1]):
    sys.stdout = io.TextIOWrapper(io.BytesIO(), encoding=sys.__stdout__.encoding)
    sys.stderr = io.StringIO()
    try:
        main(arguments)
    except SystemExit as end:
        sys.stdout.flush()
        out = sys.stdout.buffer.getvalue().decode(sys.stdout.encoding, "replace")
        print(json.dumps([end.code or 0, out, sys.stderr.getvalue()]), file=sys.__stdout__)
"""
"""Code that gives several commands one after another, and says what became of each."""

VERBS = (
    (("build",), "quads"),
    (("search", "liver"), "lits"),
    (("search", "\u809d\u810f"), "lits"),
    (("show", "lits"), "LiTS"),
    (("show", "lits", "--json"), '"slug": "lits"'),
    (("leak", "--train", "lits", "--test", "acdc"), "none-known"),
    (("query", "ASK { ?s ?p ?o }"), "true"),
    (("query", "--list"), "datasets-by-anatomy"),
    (("query", "datasets-by-anatomy", "-p", "anatomy=liver"), "lits"),
    (("export", "--format", "nquads"), "<https://w3id.org/medkg/dataset/lits>"),
    (("stats",), "catalogue\t"),
    (("check",), "no faults"),
    (("fmt",), "north.yaml"),
    (("lineage", "lits", "--format", "svg"), "<svg"),
    (("overlap", "lits"), "LiTS"),
    (("reconcile",), ""),
    (("rollback", "--list"), "digest"),
)
"""Commands, with what stands in their answers."""


def on_windows(place: Environment, *arguments: str, code: str = "") -> subprocess.CompletedProcess[str]:
    """What became of Python on Windows, where the default encoding is not UTF-8 and to rely on it is an error."""
    strict = ("-X", "warn_default_encoding", "-W", "error::EncodingWarning")
    # filelock finds neither Windows nor `fcntl` here
    quiet = ("-W", "ignore:only soft file lock")
    return ran(
        "windows", *strict, *quiet, *(("-c", code) if code else ("-m", "medkg.cli")), *arguments, **NO_UTF8, **place
    )


@pytest.fixture
def place(tmp_path: Path) -> Environment:
    """A home, and small data."""
    lay_out(tmp_path / "resources")
    return {"MEDKG_HOME": str(tmp_path / "home"), "MEDKG_RESOURCES": str(tmp_path / "resources")}


def test_verbs_work_on_windows(place: Environment) -> None:
    ended = on_windows(place, json.dumps([arguments for arguments, _ in VERBS]), code=IN_TURN)
    assert ended.returncode == 0, ended.stderr
    told = [json.loads(line) for line in ended.stdout.splitlines()]
    wrong = {
        arguments: (status, out, err)
        for (arguments, expected), (status, out, err) in zip(VERBS, told, strict=True)
        if status or expected not in out or "Warning" in err
    }
    assert not wrong


def test_a_graph_is_the_same_wherever_it_is_built(place: Environment, tmp_path: Path) -> None:
    assert on_windows(place, "build").returncode == 0
    here = build(Settings(environment={**place, "MEDKG_HOME": str(tmp_path / "here")}))
    there = read_pointer(tmp_path / "home" / "snapshots")
    assert there is not None
    assert there.snapshot == here.digest


def test_updates_survive_a_build_on_windows(place: Environment) -> None:
    ended = on_windows(place, code=UPDATES)
    assert (ended.returncode, ended.stdout) == (0, "updated\n"), ended.stderr


def test_a_reader_who_goes_away_is_no_failure_to_speak_of(place: Environment) -> None:
    ended = on_windows(place, code=CLOSED_PIPE)
    assert (ended.returncode, ended.stderr) == (1, "")


def test_a_verb_that_needs_another_system_says_so(place: Environment) -> None:
    ended = on_windows(place, "serve")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith("medkg: the server needs processes that fork")
    assert "Windows in WSL" in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_the_deployable_application_says_what_it_needs(place: Environment) -> None:
    ended = on_windows(place, code=(REPOSITORY / "server.py").read_text(encoding="utf-8"))
    assert ended.returncode == 1
    assert "the server needs" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_every_module_can_be_imported_on_windows(place: Environment) -> None:
    ended = on_windows(place, code=EVERY_MODULE)
    assert (ended.returncode, ended.stdout) == (0, "imported\n"), ended.stderr


def test_what_windows_does_not_have_is_not_required_there() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (uvloop,) = (each for each in map(Requirement, project["dependencies"]) if each.name == "uvloop")
    assert uvloop.marker is not None
    assert not uvloop.marker.evaluate({"sys_platform": "win32"})
    assert uvloop.marker.evaluate({"sys_platform": "darwin"})


def test_a_file_that_is_being_read_is_replaced_a_moment_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (path := tmp_path / "current.json").write_text("old", encoding="utf-8")
    refusals = [sharing_violation() for _ in range(3)]
    replace = Path.replace

    def replace_on_windows(draft: Path, target: Path) -> Path:
        if refusals:
            raise refusals.pop()
        return replace(draft, target)

    monkeypatch.setattr(Path, "replace", replace_on_windows)
    with atomic_write(path) as draft:
        draft.write_text("new", encoding="utf-8")
    assert path.read_text(encoding="utf-8") == "new"
    refusals.append(PermissionError(13, "Permission denied"))
    with pytest.raises(PermissionError), atomic_write(path) as draft:
        draft.write_text("newer", encoding="utf-8")
    assert path.read_text(encoding="utf-8") == "new"


def sharing_violation() -> PermissionError:
    """What Windows says of a file that somebody else has open."""
    error = PermissionError(13, "The process cannot access the file because it is being used by another process")
    error.winerror = 32  # type: ignore[attr-defined]
    return error
