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
from medkg.pool import Operation, Pool, PoolLimits, UpdateOperation
from medkg.pool.messages import FAILURES, OPERATIONS
from medkg.pool.wire import MessageError, receive
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
            hello = message(["EvaluatorHello", {"pid": _nobody(), "revision": "r", "generation": 0}])
            connection.sendall(hello if self._hello is None or not is_first else self._hello)
            for _ in receive(connection.fileno(), OPERATIONS):
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


ANSWER = message(["DocumentResult", {"coding": None, "is_last": False}], b"good")
CHANGE = {"removed_bytes": 0, "dropped": [], "created": [], "existed": True, "is_last": True}
QUERY, UPDATE = asked("ASK {}"), UpdateOperation(body=b"DROP ALL")


def ask(
    says: bytes, *, operation: Operation[Any] = QUERY, hello: bytes | None = None
) -> tuple[bytes, Exception | None]:
    """What comes of a good operation after another, and what that fails with, where the first evaluator says this."""

    async def run() -> tuple[bytes, Exception | None]:
        keeper = Keeper(says, hello=hello)
        pool = Pool(keeper, PoolLimits(evaluators=1))  # type: ignore[arg-type]
        failure = None
        try:
            if hello is None:
                try:
                    await asyncio.wait_for(pool.run(operation, client="ann", seconds=20.0), 20)
                except Exception as error:
                    failure = error
            answer = await asyncio.wait_for(pool.run(QUERY, client="ann", seconds=20.0), 20)
            assert keeper.forked >= 2
            return answer.result.body, failure
        finally:
            pool.close()

    return asyncio.run(run())


def failing(name: object, message: object = "m") -> list[object]:
    """A failure as an evaluator may tell it."""
    return ["FailureResult", {"name": name, "message": message, "is_last": False}]


NONSENSE: dict[str, Any] = {
    "the failure of a class that is none": failing("Path", "/etc/passwd"),
    "the failure of a module": failing("annotations"),
    "the failure of a base class": failing("MedkgError"),
    "a failure with arguments of its own": failing("Busy"),
    "a failure of curated files": failing("Fault"),
    "a failure of the server's": failing("TimeLimit"),
    "a function of errors": failing("leaves"),
    "a private name": failing("__doc__"),
    "a failure without a message": ["FailureResult", {"name": "QueryError", "is_last": False}],
    "a failure whose message is none": failing("QueryError", {"a": 1}),
    "a failure whose name is none": failing(["QueryError"]),
    "a failure that is nothing": failing(None),
    "an answer that does not say whether it is the last": ["DocumentResult", {"coding": None}],
    "an answer that is the last in a manner of speaking": ["DocumentResult", {"coding": None, "is_last": "yes"}],
    "an answer that is the last as a number": ["DocumentResult", {"coding": None, "is_last": 1}],
    "an answer in no coding": ["DocumentResult", {"is_last": False}],
    "an answer in a coding that nobody asked for": ["DocumentResult", {"coding": "br", "is_last": False}],
    "an answer with a header of its own": ["DocumentResult", {"coding": "br\r\nSet-Cookie: a=b", "is_last": False}],
    "an answer with a body of its own": ["DocumentResult", {"coding": None, "is_last": False, "body": "a"}],
    "an answer with a field of its own": ["DocumentResult", {"coding": None, "is_last": False, "error": "a"}],
    "a page": ["PageResult", {"status": 200, "headers": [], "log": [], "is_last": False}],
    "a change": ["ChangeResult", CHANGE],
    "another hello": ["EvaluatorHello", {"pid": 1, "revision": "s", "generation": 0}],
    "another hello that might be one": ["EvaluatorHello", {"pid": 12, "revision": "s", "generation": 0}],
    "that it cannot start": ["StartFailure", {"message": "m"}],
    "what keepers say": ["KeeperReport", {"revision": "r"}],
    "what it is asked": ["QueryOperation", {"format": "json"}],
    "a class that is no message": ["Result", {"is_last": False}],
    "a class without fields": ["DocumentResult"],
    "a class whose fields are a list": ["DocumentResult", ["coding", None]],
    "nothing": {},
    "a list": ["coding", None],
    "a number": 12,
    "a word": "last",
    "no JSON": b"['DocumentResult', {'coding': None}]",
    "no UTF-8": b'["DocumentResult", {"coding": "\xff", "is_last": false}]',
    "JSON without end": b"[" * 100_000,
    "a number without end": b'["DocumentResult", {"coding": ' + b"9" * 10_000 + b"}]",
}


@pytest.mark.parametrize("says", NONSENSE.values(), ids=NONSENSE)
def test_nonsense_fails_the_request_and_replaces_the_evaluator(says: Any) -> None:
    answer, failure = ask(message(says, b"bad"))
    assert isinstance(failure, MessageError)
    assert answer == b"good"


@pytest.mark.parametrize(
    "wrong",
    [
        {"removed_bytes": -1},
        {"removed_bytes": 4},
        {"removed_bytes": "0"},
        {"removed_bytes": True},
        {"dropped": ["a", 1]},
        {"created": "a"},
        {"existed": 1},
        {"coding": None, "removed_bytes": None},
    ],
)
def test_a_change_that_is_none_fails_the_request_and_replaces_the_evaluator(wrong: dict[str, Any]) -> None:
    answer, failure = ask(message(["ChangeResult", CHANGE | wrong], b"bad"), operation=UPDATE)
    assert isinstance(failure, MessageError)
    assert answer == b"good"


def test_a_change_is_taken_for_one() -> None:
    assert ask(message(["ChangeResult", CHANGE], b"bad"), operation=UPDATE) == (b"good", None)


@pytest.mark.parametrize(
    ("says", "failure"),
    [
        (b"thread 'main' panicked at src/lib.rs", EngineCrash),
        (b"memory allocation of 1073741824 bytes failed", MemoryLimit),
        (b"x" * (1 << 20), MessageError),
        (b"\xff" * (1 << 20), MessageError),
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
            connection.sendall(message(["EvaluatorHello", {"pid": _nobody(), "revision": "r", "generation": 0}]))
            next(receive(connection.fileno(), OPERATIONS))
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
        {"coding": None, "is_last": False},
    ],
    ids=lambda hello: str(hello).replace(str(os.getpid()), "its parent's"),
)
def test_an_evaluator_that_introduces_itself_as_what_it_is_not_is_replaced(hello: dict[str, Any]) -> None:
    assert ask(ANSWER, hello=message(["EvaluatorHello", hello])) == (b"good", None)


def test_an_evaluator_that_speaks_unasked_is_replaced() -> None:
    hello = message(["EvaluatorHello", {"pid": _nobody(), "revision": "r", "generation": 0}]) + ANSWER
    assert ask(message(["DocumentResult", {"coding": None, "is_last": False}], b"bad"), hello=hello) == (b"good", None)


def test_what_operations_may_fail_with_has_its_name_on_the_wire() -> None:
    raised: set[str] = set()
    for path in (*SOURCE.glob("evaluation/*.py"), SOURCE / "pool" / "operations.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and isinstance(node.exc.func, ast.Name):
                raised.add(node.exc.func.id)
    ours = {name for name in raised if issubclass(getattr(errors, name, int), MedkgError)}
    assert QueryError.__name__ in ours
    assert ours - {*FAILURES} == set()
    assert all(type(kind("words")) is kind for kind in FAILURES.values())
