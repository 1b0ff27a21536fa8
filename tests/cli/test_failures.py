"""How commands end: one message for each thing that is wrong, a status that says which kind, never a traceback."""

from __future__ import annotations

import errno
import os
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from medkg.cli.failures import STATUS_UNEXPECTED, status_of
from medkg.errors import Fault, MedkgError
from medkg.settings import Settings
from tests.cli.conftest import ROOT, Medkg, Ran, started


def failing(error: BaseException) -> Callable[[], None]:
    def command() -> None:
        raise error

    return command


def fault(name: str) -> Fault:
    return Fault(file=Path(name), message="is wrong", code="wrong-type")


def test_a_failure_is_one_message_and_status_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of(failing(MedkgError("the way out"))) == 1
    assert capsys.readouterr().err == "medkg: the way out\n"


def test_faults_come_one_a_line_however_they_are_grouped(capsys: pytest.CaptureFixture[str]) -> None:
    group = ExceptionGroup("3 faults", [fault("a"), ExceptionGroup("2 faults", [fault("b"), fault("c")])])
    assert status_of(failing(group)) == 1
    lines = capsys.readouterr().err.splitlines()
    assert lines == [f"{name}: is wrong [wrong-type]" for name in "abc"] + ["medkg: 3 faults"]


def test_a_file_that_the_system_refuses_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of(failing(PermissionError(13, "Permission denied", "data/x.yaml"))) == 1
    assert capsys.readouterr().err == "medkg: data/x.yaml: Permission denied\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device here that is always full")
def test_a_full_disk_under_standard_output_is_said(shared: Settings) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        command = [sys.executable, "-m", "medkg.cli", "show", "lits"]
        environment = {**os.environ, **shared.environment, "PYTHONPATH": str(ROOT / "src")}
        ran = subprocess.run(command, env=environment, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert ran.returncode == 1
    assert ran.stderr == "medkg: standard output cannot be written: No space left on device\n"


class Panic(BaseException):
    """What a panic of the engine is in Python: no `Exception`."""


UNFORESEEN = [
    ValueError("invalid IP\naddress syntax"),
    RuntimeError("Could not determine home directory."),
    OSError("RDF/XML reserved syntax term is not allowed as a predicate"),
    RecursionError("maximum recursion depth exceeded"),
    UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"),
    sqlite3.DatabaseError("database disk image is malformed"),
    KeyError("name"),
    AssertionError(),
    Panic("index out of bounds"),
]


@pytest.mark.parametrize("error", UNFORESEEN, ids=lambda error: type(error).__name__)
def test_what_nobody_foresaw_is_told_in_a_line_with_a_status_of_its_own(
    error: BaseException, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status_of(failing(error), name="medkg serve") == STATUS_UNEXPECTED == 70
    (line,) = capsys.readouterr().err.splitlines()
    words = " ".join(str(error).split())
    assert line.startswith(f"medkg serve failed: {type(error).__name__}{f': {words}' if words else ''}; ")
    assert "MEDKG_DEBUG=1" in line


def test_what_nobody_foresaw_among_faults_is_told_after_them(capsys: pytest.CaptureFixture[str]) -> None:
    group = ExceptionGroup("2 faults", [fault("a"), ExceptionGroup("others", [ValueError("ours")])])
    assert status_of(failing(group)) == STATUS_UNEXPECTED
    first, second, last = capsys.readouterr().err.splitlines()
    assert (first, second) == ("a: is wrong [wrong-type]", "medkg: 2 faults")
    assert last.startswith("medkg failed: ValueError: ours; ")


def test_its_traceback_is_shown_to_those_who_ask(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEDKG_DEBUG", "1")
    assert status_of(failing(ValueError("ours"))) == STATUS_UNEXPECTED
    told = capsys.readouterr().err
    assert "Traceback" in told
    assert told.splitlines()[-1].startswith("medkg failed: ValueError: ours")


def test_long_words_are_cut_off(capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of(failing(ValueError("x" * 10_000))) == STATUS_UNEXPECTED
    assert len(capsys.readouterr().err) < 600


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (MemoryError(), "medkg: not enough memory"),
        (OSError(errno.EMFILE, "Too many open files"), "medkg: no file can be opened: Too many open files; let more"),
        (OSError(errno.EMFILE, "Too many open files", "a.yaml"), "medkg: a.yaml: Too many open files; let more"),
    ],
)
def test_what_the_system_lacks_is_told_with_the_way_out(
    error: BaseException, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status_of(failing(error)) == 1
    assert capsys.readouterr().err.startswith(message)


def shell(settings: Settings, command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """What becomes of a command line of the shell, in which `medkg` runs as a process of its own."""
    return subprocess.run(
        ["sh", "-c", f'medkg() {{ "{sys.executable}" -m medkg.cli "$@"; }}; {command}'],
        env={**os.environ, **settings.environment, "PYTHONPATH": str(ROOT / "src"), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("command", "status"),
    [
        ("medkg search lits >&-", 0),
        ("medkg search lits 2>&-", 0),
        ("medkg search lits <&- >&- 2>&-", 0),
        ("medkg export >&-", 0),
        ("medkg query - <&-", 1),
        ("medkg nosuch 2>&-", 2),
        ("medkg query SELEC 2>/dev/full", 1),
        ("medkg nosuch 2>/dev/full", 2),
        ("medkg search lits >/dev/full", 1),
        ("medkg --help >/dev/full", 1),
        ("medkg stats >/dev/full 2>/dev/full", 1),
    ],
)
def test_standard_streams_that_are_closed_or_full_are_survived(shared: Settings, command: str, status: int) -> None:
    ran = shell(shared, command)
    assert ran.returncode == status
    assert "Traceback" not in ran.stderr
    assert "Exception ignored" not in ran.stderr


@pytest.mark.parametrize("files", [20, 64])
@pytest.mark.parametrize("verb", ["query 'ASK {}'", "show lits", "stats", "export", "build --again", "serve --port 0"])
def test_where_few_files_may_be_open_the_way_out_is_said(
    own: Settings, shared: Settings, files: int, verb: str
) -> None:
    settings = own if verb.startswith("build") else shared
    ran = shell(settings, f"ulimit -n {files} && medkg {verb}")
    assert ran.returncode == 1
    (line,) = ran.stderr.splitlines()
    assert re.search(r"by `ulimit -n 1024`", line)
    assert "delete" not in line


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("MEDKG_HOME", "~no-such-user/x", "MEDKG_HOME is '~no-such-user/x', and no such home directory is known"),
        ("MEDKG_RESOURCES", "~no-such-user/x", "MEDKG_RESOURCES is '~no-such-user/x'"),
        ("MEDKG_HOME", "/dev/null", "set MEDKG_HOME to a directory that you may write to"),
        ("MEDKG_HOME", "/proc/nowhere", "set MEDKG_HOME to a directory that you may write to"),
        ("MEDKG_HOME", "x" * 300, "set MEDKG_HOME to a directory that you may write to"),
        ("MEDKG_RESOURCES", "/dev/null", "/dev/null"),
    ],
)
def test_a_home_that_is_none_is_named_by_every_verb(
    run: Callable[..., Ran], own: Settings, setting: str, value: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(environment={name: each for name, each in own.environment.items() if name != setting})
    monkeypatch.setenv(setting, value)
    for verb in (("build",), ("search", "x"), ("query", "ASK {}"), ("stats",), ("serve",)):
        ran = run(settings, *verb)
        assert ran.status == 1, verb
        assert words in ran.err, verb


def test_a_home_may_be_relative(shared: Settings, tmp_path: Path) -> None:
    ran = shell(shared, f"cd {tmp_path} && medkg search lits", MEDKG_HOME="relative")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert (tmp_path / "relative" / "snapshots").is_dir()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may do everything")
def test_a_home_that_cannot_be_read_is_named(own: Settings) -> None:
    own.home.mkdir(mode=0)
    ran = shell(own, "medkg search lits")
    own.home.chmod(0o700)
    assert ran.returncode == 1
    assert "set MEDKG_HOME to a directory that you may write to" in ran.stderr


def test_an_interruption_is_status_130_without_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of(failing(KeyboardInterrupt())) == 130
    assert capsys.readouterr().err == "interrupted\n"


def test_a_reader_who_goes_away_is_no_failure_to_speak_of(shared: Settings) -> None:
    process = started(shared, "export", "--format", "nquads")
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == ""
    process.stderr.close()
    process.wait()


def test_ctrl_c_in_a_build_leaves_no_traceback(own: Settings) -> None:
    lock = own.home / "snapshots" / "build.lock"
    process = started(own, "build")
    while not lock.exists():
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    _, err = process.communicate()
    assert process.returncode % 256 in (
        130,
        256 - signal.SIGINT,
    )  # CPython may end itself by the signal; shells say 130
    assert err.strip() == "interrupted"


def test_a_home_that_cannot_be_written_says_the_way_out(run: Callable[..., Ran], own: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    settings = Settings(environment={**own.environment, "MEDKG_HOME": str(tmp_path / "file" / "home")})
    ran = run(settings, "search", "lits")
    assert ran.status == 1
    assert "set MEDKG_HOME to a directory that you may write to" in ran.err


def test_data_that_are_not_there_say_the_way_out(run: Callable[..., Ran], own: Settings, tmp_path: Path) -> None:
    settings = Settings(environment={**own.environment, "MEDKG_RESOURCES": str(tmp_path / "nowhere")})
    for verb in (("build",), ("stats",), ("check",), ("fmt",), ("search", "x"), ("reconcile",)):
        ran = run(settings, *verb)
        assert ran.status == 1, verb
        assert "nowhere" in ran.err, verb


def test_names_that_a_terminal_has_no_letters_for_are_escaped(shared: Settings) -> None:
    out, err = started(shared, "show", "lits", PYTHONIOENCODING="latin-1").communicate()
    assert "\\u809d" in out
    assert err == ""


def test_a_setting_that_does_not_exist_is_told_and_the_answer_comes_all_the_same(
    medkg: Medkg, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEDKG_PROT", "80")
    monkeypatch.setenv("MEDKG_BUILD_UI", "0")
    ran = medkg("stats", "--json")
    assert ran.status == 0
    assert ran.err == "warning: MEDKG_PROT is no setting of medkg and changes nothing; did you mean 'MEDKG_PORT'?\n"
