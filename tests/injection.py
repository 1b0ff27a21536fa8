"""Faults put in: the calls of libraries that medkg makes, found by a profiler, which can also let one of them fail."""

from __future__ import annotations

import asyncio
import errno
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import yaml

import medkg

SOURCE = str(Path(medkg.__file__).parent)
TESTS = str(Path(__file__).parent)

WORDS = "the words of a library"

_WITHOUT_FAIL = ("builtins", "time", "_asyncio", "tests.")
_ASYNCIO = str(Path(asyncio.__file__).parent)  # which would leave coroutines behind that nobody awaits
_RELEASES = (
    "__enter__",
    "__exit__",
    "__aenter__",
    "__aexit__",
    "close",
)  # without which this process would keep locks and files


class Panic(BaseException):
    """What a panic of the engine is in Python: no `Exception`."""


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
    lambda: Panic(WORDS),
)
"""What libraries raise."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a library: the code and the line that make it, and what is called."""

    code: CodeType
    line: int
    callee: str

    @property
    def file(self) -> str:
        """The module of medkg that makes it."""
        return self.code.co_filename


@contextmanager
def noting(calls: dict[Call, None], *, but: tuple[str, ...] = ()) -> Iterator[None]:
    """A context in which each call of a library out of medkg is noted, but for those out of some files."""
    with _profiled(lambda call: calls.setdefault(call), but):
        yield


@contextmanager
def failing(wanted: Call, failure: BaseException) -> Iterator[None]:
    """A context in which a call of a library fails the first time it is made."""

    def fail(call: Call) -> None:
        if call == wanted:
            raise failure  # after which the interpreter asks the profiler no more

    with _profiled(fail, ()):
        yield


@contextmanager
def _profiled(told: Callable[[Call], None], but: tuple[str, ...]) -> Iterator[None]:
    def profile(frame: FrameType, event: str, called: Any) -> None:
        call = _call(frame, event, called)
        if call is not None and not call.file.startswith(but or "-"):
            told(call)

    sys.setprofile(profile)
    try:
        yield
    finally:
        sys.setprofile(None)


def _call(frame: FrameType, event: str, called: Any) -> Call | None:
    """The call of a library out of medkg that an event of the profiler is; None of any other event."""
    if event == "c_call":
        module = getattr(called, "__module__", None) or type(called.__self__).__module__
        caller, callee = frame, f"{module}.{called.__name__}"
        is_library = not module.startswith(_WITHOUT_FAIL)
    elif event == "call" and frame.f_back is not None:
        file = frame.f_code.co_filename
        caller, callee = frame.f_back, f"{file}:{frame.f_code.co_name}"
        is_library = not file.startswith((SOURCE, TESTS, _ASYNCIO, "<"))
    else:
        return None
    if not is_library or callee.endswith(_RELEASES) or not caller.f_code.co_filename.startswith(SOURCE):
        return None
    return Call(caller.f_code, caller.f_lineno, callee)
