"""What an evaluator says, checked: it reads strangers' queries, and one of them may have taken it over.

A message has to be one that its errand may come to; any other is a `FrameError`, and ends the evaluator that sent it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import NamedTuple

from medkg.errors import (
    Busy,
    EngineCrash,
    FormatError,
    LoadLimit,
    MedkgError,
    MemoryLimit,
    QueryError,
    SizeLimit,
    TimeLimit,
    UnknownName,
)
from medkg.pool.frames import Frame, FrameError
from medkg.pool.job import Answered

FAILURES: Mapping[str, type[MedkgError]] = {
    each.__name__: each for each in (QueryError, FormatError, UnknownName, SizeLimit, MemoryLimit)
}
"""What an errand may fail with that is the asker's to mend, by the names that go over the wire."""

UNFORESEEN = "unforeseen"
"""How a failure that is ours to mend is named there; its message is for our log alone."""

LONGEST_LOG = 20_000
"""Characters of a message for our log."""

_MOST_PID = 1 << 31
_STATUSES = range(200, 600)
# https://www.rfc-editor.org/rfc/rfc9110#section-5.1
_NAME = re.compile(r"[a-z0-9!#$%&'*+.^_`|~-]+")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
_LONGEST_QUOTE = 200  # characters of a message that the log quotes

# what the engine says, and Python's faulthandler
_OUT_OF_MEMORY = (b"memory allocation of", b"MemoryError")
_CRASHED = (b"panicked at", b"Fatal Python error")


class Cause(StrEnum):
    """Why an evaluator ended before its time."""

    TIME = "time"
    LOAD = "load"
    MEMORY = "memory"
    CRASH = "crash"
    PROTOCOL = "protocol"
    KILLED = "killed"
    ABANDONED = "abandoned"
    START = "start"


_CAUSES: Mapping[type[Exception], Cause] = {
    TimeLimit: Cause.TIME,
    LoadLimit: Cause.LOAD,
    MemoryLimit: Cause.MEMORY,
    EngineCrash: Cause.CRASH,
    RuntimeError: Cause.CRASH,
    FrameError: Cause.PROTOCOL,
}


class Hello(NamedTuple):
    """How an evaluator introduces itself: its process, the revision of its graph, and the generation of its keeper."""

    pid: int
    revision: str
    generation: int


def hello(frame: Frame) -> Hello:
    """The introduction that a frame is; a `FrameError` where it is none, or says why there is no evaluator."""
    match frame.head:
        case {"failure": str(message)}:
            raise FrameError(message[:_LONGEST_QUOTE])
        case {"pid": int(pid), "revision": str(revision), "generation": int(generation)}:
            if 1 < pid < _MOST_PID and pid != os.getpid() and generation >= 0:
                return Hello(pid, revision, generation)
    raise _nonsense(frame)


def is_last(frame: Frame) -> bool:
    """Whether an evaluator is to be replaced after an answer, by its own word."""
    match frame.head:
        case {"last": bool(last)}:
            return last
    raise _nonsense(frame)


def outcome(frame: Frame, asked: Frame, revision: str) -> Answered | Exception:
    """What came of an errand: the answer, or what it failed with."""
    match frame.head:
        case {"failure": str(name), "message": str(message)} if name in FAILURES:
            return FAILURES[name](message)
        case {"failure": str(name), "message": str(message)} if name == UNFORESEEN:
            return RuntimeError(message)
        case {"failure": _}:
            raise _nonsense(frame)
    if not _SHAPES.get(asked.head["ask"], _is_nothing)(frame, asked):
        raise _nonsense(frame)
    return Answered(frame.head, frame.body, revision)


def cause(failure: Exception | None) -> Cause:
    """Why an evaluator is ended, by what its client is told; None where no client waits."""
    return Cause.ABANDONED if failure is None else _CAUSES.get(type(failure), Cause.KILLED)


def last_words(rest: bytes) -> MedkgError:
    """Why an evaluator died, by what it left: `Busy` where that is nothing, for an operator or the kernel killed it."""
    if any(words in rest for words in _OUT_OF_MEMORY):
        return MemoryLimit("evaluation took more memory than it may; ask for less, or in parts")
    if any(words in rest for words in _CRASHED):
        return EngineCrash("this query brings the engine down; nest it less, or ask in parts")
    return Busy("the process that evaluated this was ended from outside; ask again in a moment", of_client=False)


def _is_document(frame: Frame, asked: Frame) -> bool:
    """Whether a frame is a document, in the coding that was asked for or in none."""
    return frame.head.get("coding", "") in (None, asked.head["coding"])


def _is_page(frame: Frame, asked: Frame) -> bool:
    """Whether a frame is an answer of HTTP that a client may get, with what is to be logged."""
    match frame.head:
        case {"status": int(status), "headers": list(headers), "log": list(log)}:
            return (
                status in _STATUSES
                and all(map(_is_header, headers))
                and all(isinstance(each, str) and len(each) <= LONGEST_LOG for each in log)
            )
    return False


def _is_header(header: object) -> bool:
    """Whether something is the name and the value of a header."""
    match header:
        case [str(name), str(value)]:
            return bool(_NAME.fullmatch(name) and _VALUE.fullmatch(value))
    return False


def _is_change(frame: Frame, asked: Frame) -> bool:
    """Whether a frame says what would change."""
    match frame.head:
        case {"removed": int(removed), "dropped": list(dropped), "created": list(created), "existed": bool()}:
            return 0 <= removed <= len(frame.body) and all(isinstance(each, str) for each in (*dropped, *created))
    return False


def _is_nothing(frame: Frame, asked: Frame) -> bool:
    """That nothing is an answer to what no errand is."""
    return False


def _nonsense(frame: Frame) -> FrameError:
    quoted = repr(dict(frame.head))
    return FrameError(f"an evaluator says what it may not: {quoted[:_LONGEST_QUOTE]}")


_SHAPES: Mapping[str, Callable[[Frame, Frame], bool]] = {
    **dict.fromkeys(("query", "graph"), _is_document),
    "page": _is_page,
    **dict.fromkeys(("update", "put", "post", "delete"), _is_change),
}
"""What answers look like, by errand."""
