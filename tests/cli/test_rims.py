"""Whatever a library raises, wherever the command line calls one: a message, a status, and never a traceback.

Each verb is run once to see which libraries it calls, then once for each such call, which then fails.
"""

from __future__ import annotations

import errno
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import pytest
import yaml

import medkg
from medkg.cli import VERBS
from medkg.cli.failures import DEFECT, INTERRUPTED, WRONG
from medkg.settings import Settings
from tests.cli.conftest import Ran

SOURCE = str(Path(medkg.__file__).parent)
RIM = (f"{SOURCE}/cli", f"{SOURCE}/settings.py", f"{SOURCE}/files.py")
RELEASES = ("__enter__", "__exit__", "close")  # without which this process would keep locks and files
HANDLERS = (f"{SOURCE}/cli/failures.py",)  # where what fails is told

WORDS = "the words of a library"
FAILURES: tuple[Callable[[], BaseException], ...] = (
    lambda: ValueError(WORDS),
    lambda: RuntimeError(f"{WORDS}\non two lines"),
    lambda: OSError(errno.EIO, WORDS),
    lambda: OSError(WORDS),
    lambda: PermissionError(errno.EACCES, WORDS, "some/file"),
    lambda: OSError(errno.EMFILE, WORDS),
    lambda: RecursionError(WORDS),
    lambda: MemoryError(),
    lambda: UnicodeDecodeError("utf-8", b"\xff", 0, 1, WORDS),
    lambda: sqlite3.DatabaseError(WORDS),
    lambda: yaml.YAMLError(WORDS),
    lambda: KeyError(WORDS),
    lambda: ImportError(WORDS),
    lambda: BrokenPipeError(errno.EPIPE, WORDS),
    lambda: KeyboardInterrupt(),
    lambda: Panic(WORDS),
)

LEAST_CALLS = 200
"""The number of calls that are to fail at the least, so that none of them is missed unnoticed."""

COMMANDS: dict[str, tuple[str, ...]] = {
    "search": ("liver", "--modality", "CT"),
    "show": ("lits",),
    "overlap": ("lits",),
    "explain": ("lits", "acdc"),
    "leak": ("--train", "lits", "--test", "acdc"),
    "safe": ("--test-for", "lits"),
    "lineage": ("lits",),
    "query": ("SELECT ?s { ?s a dcat:Dataset }",),
    "export": ("--dataset", "lits", "-f", "jsonld"),
    "stats": (),
    "serve": ("--host", "localhost", "--port", "0"),
    "build": (),
    "reload": (),
    "rollback": ("--list",),
    "check": (),
    "fmt": ("--check",),
    "reconcile": (),
    "docs": ("--check",),
}


class Panic(BaseException):
    """What a panic of the engine is in Python: no `Exception`."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a library: the code and the line that make it, and what is called."""

    code: CodeType
    line: int
    callee: str


def calls(found: dict[Call, None], fail: Callable[[Call], None]) -> Callable[[FrameType, str, Any], None]:
    """A profiler that notes the calls of libraries out of medkg, and may fail them."""

    def profile(frame: FrameType, event: str, called: Any) -> None:
        if event == "c_call":
            caller, module = frame, getattr(called, "__module__", None) or type(called.__self__).__module__
            callee = f"{module}.{called.__name__}"
            is_library = module != "builtins"
        elif event == "call" and frame.f_back is not None:
            caller, callee = frame.f_back, f"{frame.f_code.co_filename}:{frame.f_code.co_name}"
            is_library = not frame.f_code.co_filename.startswith((SOURCE, "<"))
        else:
            return
        file = caller.f_code.co_filename
        is_library = is_library and not callee.endswith(RELEASES)
        if is_library and file.startswith(SOURCE) and file not in HANDLERS and caller.f_code.co_name != "main":
            call = Call(caller.f_code, caller.f_lineno, callee)
            found[call] = None
            fail(call)

    return profile


@contextmanager
def profiled(profile: Callable[[FrameType, str, Any], None]) -> Iterator[None]:
    """A context in which each call is told to a profiler; one that raises is taken away by the interpreter."""
    sys.setprofile(profile)
    try:
        yield
    finally:
        sys.setprofile(None)


@pytest.fixture
def commands(tmp_path: Path) -> Iterator[dict[str, tuple[str, ...]]]:
    """A command of each verb; none of them leaves anything behind."""
    file = tmp_path / "README.md"
    file.write_text("## Liver\n\n[LiTS](./resources/LiTS.md) (3D CT, 131 Cases, 1 Category)\n", encoding="utf-8")
    commands = COMMANDS | {"import": ("openmedlab", str(file), "-o", str(tmp_path / "openmedlab.yaml"))}
    assert set(commands) == {*VERBS, "docs"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("medkg.web.serve.Server.serve", lambda *_, **__: None)  # it would serve until interrupted
        yield commands


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # of what a library had half made
def test_whatever_a_library_raises_is_told_without_a_traceback(
    run: Callable[..., Ran], shared: Settings, commands: dict[str, tuple[str, ...]]
) -> None:
    failed: set[Call | str] = set()
    failures = cycle(FAILURES)
    for verb, arguments in commands.items():
        found: dict[Call, None] = {}
        with profiled(calls(found, lambda call: None)):
            run(shared, verb, *arguments)
        for wanted in found:
            # at the rim every call, further in each function of a library once, whoever calls it first
            key = wanted if wanted.code.co_filename.startswith(RIM) else wanted.callee
            if key in failed:
                continue
            failed.add(key)
            failure = next(failures)()
            assert told(run_failing(run, shared, wanted, failure, verb, *arguments), failure), (verb, wanted, failure)
    assert len(failed) >= LEAST_CALLS


def run_failing(
    run: Callable[..., Ran], settings: Settings, wanted: Call, failure: BaseException, *arguments: str
) -> Ran:
    """What becomes of a command in which a call of a library fails."""

    def fail(call: Call) -> None:
        if call == wanted:
            raise failure

    with profiled(calls({}, fail)):
        return run(settings, *arguments)


def told(ran: Ran, failure: BaseException) -> bool:
    """Whether a command has ended as it may: nothing raw is shown, and what nobody foresaw has its own status."""
    assert "Traceback" not in ran.err + ran.out, ran.err
    assert 'File "' not in ran.err + ran.out, ran.err
    if ran.status == DEFECT:
        (line,) = ran.err.splitlines()[-1:]
        assert line.startswith("medkg"), line
        assert f"failed: {type(failure).__name__}" in line, line
        assert "MEDKG_DEBUG=1" in line, line
        return True
    return ran.status in {0, WRONG, 2, INTERRUPTED} and (bool(ran.err) or ran.status == 0 or is_silent(failure))


def is_silent(failure: BaseException) -> bool:
    """Whether nothing is said of a failure: that whoever reads the answer has gone away."""
    return isinstance(failure, BrokenPipeError)
