"""How commands end: one message for each thing that is wrong, a status that says which kind, never a traceback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from medkg.cli.failures import status_of
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


@pytest.mark.parametrize("error", [ValueError("ours"), ExceptionGroup("ours", [ValueError("ours")]), OSError("ours")])
def test_a_defect_of_ours_is_not_hidden(error: Exception) -> None:
    with pytest.raises(type(error)):
        status_of(failing(error))


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
