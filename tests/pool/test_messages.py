"""What an evaluator says is data that may be anything: nonsense ends it, and whoever waits for it is told."""

from __future__ import annotations

import ast
import asyncio
import json
import os
import socket
import struct
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from medkg import errors
from medkg.errors import EngineCrash, MedkgError, MemoryLimit, QueryError
from medkg.pool import Crowd, Pool
from medkg.pool.frames import FrameError, receive
from medkg.pool.replies import FAILURES
from tests.pool.asking import asked

SOURCE = Path(errors.__file__).parent


class Keeper:
    """A keeper whose evaluators are threads of the test: the first says what the test wants, the others are good."""

    revision, generation, is_alive = "r", 0, True

    def __init__(self, says: bytes, *, hello: bytes | None = None) -> None:
        self._says, self._hello, self.forked = says, hello, 0

    def fork(self) -> socket.socket:
        """The connection to another evaluator."""
        ours, theirs = socket.socketpair()
        is_first, self.forked = self.forked == 0, self.forked + 1
        Thread(target=self._evaluate, args=(theirs, is_first), daemon=True).start()
        return ours

    def _evaluate(self, connection: socket.socket, is_first: bool) -> None:
        with connection, suppress(OSError):  # the server may hang up before it has heard everything
            hello = message({"pid": _nobody(), "revision": "r", "generation": 0})
            connection.sendall(hello if self._hello is None or not is_first else self._hello)
            for _ in receive(connection.fileno()):
                connection.sendall(self._says if is_first else ANSWER)


def _nobody() -> int:
    """The number of a process that has ended."""
    process = os.fork()
    if not process:
        os._exit(0)
    os.waitpid(process, 0)
    return process


def message(head: Any, body: bytes = b"") -> bytes:
    """A message as it travels."""
    written = head if isinstance(head, bytes) else json.dumps(head).encode()
    return struct.pack("<II", len(written), len(body)) + written + body


ANSWER = message({"coding": None, "last": False}, b"good")
CHANGE = {"removed": 0, "dropped": [], "created": [], "existed": True, "last": True}


def ask(says: bytes, *, ask: str = "query", hello: bytes | None = None) -> tuple[bytes, Exception | None]:
    """What comes of a good errand after another, and what that fails with, where the first evaluator says this."""

    async def run() -> tuple[bytes, Exception | None]:
        keeper = Keeper(says, hello=hello)
        pool = Pool(keeper, Crowd(evaluators=1))  # type: ignore[arg-type]
        failure = None
        try:
            if hello is None:
                try:
                    await asyncio.wait_for(pool.run(asked("ASK {}", ask=ask), client="ann", seconds=20.0), 20)
                except Exception as error:
                    failure = error
            answer = await asyncio.wait_for(pool.run(asked("ASK {}"), client="ann", seconds=20.0), 20)
            assert keeper.forked >= 2
            return answer.body, failure
        finally:
            pool.close()

    return asyncio.run(run())


NONSENSE: dict[str, Any] = {
    "the failure of a class that is none": {"failure": "Path", "message": "/etc/passwd", "last": False},
    "the failure of a module": {"failure": "annotations", "message": "m", "last": False},
    "the failure of a base class": {"failure": "MedkgError", "message": "m", "last": False},
    "a failure with arguments of its own": {"failure": "Busy", "message": "m", "last": False},
    "a failure of curated files": {"failure": "Fault", "message": "m", "last": False},
    "a failure of the server's": {"failure": "TimeLimit", "message": "m", "last": False},
    "a function of errors": {"failure": "leaves", "message": "m", "last": False},
    "a private name": {"failure": "__doc__", "message": "m", "last": False},
    "a failure without a message": {"failure": "QueryError", "last": False},
    "a failure whose message is none": {"failure": "QueryError", "message": {"a": 1}, "last": False},
    "a failure whose name is none": {"failure": ["QueryError"], "message": "m", "last": False},
    "a failure that is nothing": {"failure": None, "message": "m", "last": False},
    "an answer that does not say whether it is the last": {"coding": None},
    "an answer that is the last in a manner of speaking": {"coding": None, "last": "yes"},
    "an answer in no coding": {"last": False},
    "an answer in a coding that nobody asked for": {"coding": "br", "last": False},
    "an answer with a header of its own": {"coding": "br\r\nSet-Cookie: a=b", "last": False},
    "a change": CHANGE,
    "another hello": {"pid": 1, "revision": "s", "generation": 0},
    "nothing": {},
    "a list": ["coding", None],
    "a number": 12,
    "a word": "last",
    "no JSON": b"{'coding': None}",
    "no UTF-8": b'{"coding": "\xff"}',
    "JSON without end": b"[" * 100_000,
    "a number without end": b'{"last": ' + b"9" * 10_000 + b"}",
}


@pytest.mark.parametrize("says", NONSENSE.values(), ids=NONSENSE)
def test_nonsense_fails_the_request_and_replaces_the_evaluator(says: Any) -> None:
    answer, failure = ask(message(says, b"bad"))
    assert isinstance(failure, FrameError)
    assert answer == b"good"


@pytest.mark.parametrize(
    "wrong",
    [
        {"removed": -1},
        {"removed": 4},
        {"removed": "0"},
        {"dropped": ["a", 1]},
        {"created": "a"},
        {"existed": 1},
        {"coding": None, "removed": None},
    ],
)
def test_a_change_that_is_none_fails_the_request_and_replaces_the_evaluator(wrong: dict[str, Any]) -> None:
    answer, failure = ask(message(CHANGE | wrong, b"bad"), ask="update")
    assert isinstance(failure, FrameError)
    assert answer == b"good"


def test_a_change_is_taken_for_one() -> None:
    assert ask(message(CHANGE, b"bad"), ask="update") == (b"good", None)


@pytest.mark.parametrize(
    ("says", "failure"),
    [
        (b"thread 'main' panicked at src/lib.rs", EngineCrash),
        (b"memory allocation of 1073741824 bytes failed", MemoryLimit),
        (b"x" * (1 << 20), FrameError),
        (b"\xff" * (1 << 20), FrameError),
    ],
)
def test_bytes_that_are_no_message_are_last_words_or_nonsense(says: bytes, failure: type[Exception]) -> None:
    answer, failed = ask_and_hang_up(says)
    assert isinstance(failed, failure)
    assert answer == b"good"


def ask_and_hang_up(says: bytes) -> tuple[bytes, Exception | None]:
    """As `ask`, of an evaluator that ends after what it says."""
    evaluate = Keeper._evaluate

    def end(self: Keeper, connection: socket.socket, is_first: bool) -> None:
        if not is_first:
            return evaluate(self, connection, is_first)
        with connection, suppress(OSError):
            connection.sendall(message({"pid": _nobody(), "revision": "r", "generation": 0}))
            next(receive(connection.fileno()))
            connection.sendall(self._says)
        return None

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Keeper, "_evaluate", end)
        return ask(says)


@pytest.mark.parametrize(
    "hello",
    [
        {},
        {"pid": 0, "revision": "r", "generation": 0},
        {"pid": -1, "revision": "r", "generation": 0},
        {"pid": 1, "revision": "r", "generation": 0},
        {"pid": os.getpid(), "revision": "r", "generation": 0},
        {"pid": True, "revision": "r", "generation": 0},
        {"pid": "12", "revision": "r", "generation": 0},
        {"pid": 12.0, "revision": "r", "generation": 0},
        {"pid": 4_000_000_000_000, "revision": "r", "generation": 0},
        {"pid": 12, "revision": None, "generation": 0},
        {"pid": 12, "revision": "r"},
        {"pid": 12, "revision": "r", "generation": -1},
        {"pid": 12, "revision": "r", "generation": "0"},
        {"coding": None, "last": False},
    ],
    ids=lambda hello: str(hello).replace(str(os.getpid()), "its parent's"),
)
def test_an_evaluator_that_introduces_itself_as_what_it_is_not_is_replaced(hello: dict[str, Any]) -> None:
    assert ask(ANSWER, hello=message(hello)) == (b"good", None)


def test_an_evaluator_that_speaks_unasked_is_replaced() -> None:
    hello = message({"pid": _nobody(), "revision": "r", "generation": 0}) + ANSWER
    assert ask(message({"coding": None, "last": False}, b"bad"), hello=hello) == (b"good", None)


def test_what_the_errands_may_fail_with_has_its_name_on_the_wire() -> None:
    raised: set[str] = set()
    for path in (*SOURCE.glob("evaluation/*.py"), SOURCE / "pool" / "errands.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and isinstance(node.exc.func, ast.Name):
                raised.add(node.exc.func.id)
    ours = {name for name in raised if issubclass(getattr(errors, name, int), MedkgError)}
    assert QueryError.__name__ in ours
    assert ours - {*FAILURES} == set()
    assert all(type(kind("words")) is kind for kind in FAILURES.values())
