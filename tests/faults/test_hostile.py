"""An evaluator that a query has taken over: its request is answered, it is replaced, and others notice nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.asking import Reply, ask, count, get
from tests.faults.conftest import QUADS
from tests.processes import evaluators, on_linux, until
from tests.servers import REPOSITORY, Running, running

pytestmark = on_linux

# A module of this name is imported by every Python that finds it. In the processes that evaluate, what an evaluator
# answers is what a comment of the query says.
TAKEN_OVER = """
import ast
import sys

if "medkg.pool.keeper" in " ".join(sys.orig_argv):
    import json
    import os
    import struct
    from medkg.pool import operations

    run = operations.run

    def say(context, operation):
        _, _, words = operation.body.decode().partition("# say ")
        if words.startswith("raw "):
            os.write(2, words.removeprefix("raw ").encode())
            os._exit(0)
        if words:
            head = json.dumps(ast.literal_eval(words)).encode()
            os.write(2, struct.pack("<II", len(head), 0) + head)
            while True:
                os.read(2, 1 << 16)
        return run(context, operation)

    operations.run = say
"""


@pytest.fixture
def server(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server whose evaluators say what queries want them to."""
    directory = tmp_path_factory.mktemp("site")
    (directory / "sitecustomize.py").write_text(TAKEN_OVER)
    paths = os.pathsep.join([str(directory), str(REPOSITORY / "src")])
    with running(home, MEDKG_EVALUATORS="2", MEDKG_QUERY_TIMEOUT="20", PYTHONPATH=paths) as server:
        yield server


def is_recorded(server: Running, reply: Reply) -> bool:
    """Whether a reply says that the fault is ours, without a word of the evaluator's, and the log tells more."""
    told = reply.problem
    assert told["detail"] == f"Something went wrong on our side. It has been recorded as {told['instance']}."
    assert server.has_said(told["instance"])
    return reply.status == 500


@pytest.mark.parametrize(
    "says",
    [
        ["FailureResult", {"name": "Path", "message": "/etc/passwd", "is_last": False}],
        ["FailureResult", {"name": "Busy", "message": "go away", "is_last": False}],
        ["FailureResult", {"name": "MedkgError", "message": "a", "is_last": False}],
        ["FailureResult", {"name": "QueryError", "message": None, "is_last": False}],
        ["FailureResult", {"name": ["QueryError"], "message": "a", "is_last": False}],
        ["QueryError", {"message": "a", "is_last": False}],
        ["DocumentResult", {"coding": "br", "is_last": False}],
        ["DocumentResult", {"coding": None}],
        ["PageResult", {"status": 200, "headers": [], "log": [], "is_last": False}],
        {"name": "QueryError", "message": "a"},
        [],
        {},
    ],
    ids=str,
)
def test_a_request_is_answered_and_its_evaluator_replaced_whatever_that_says(server: Running, says: object) -> None:
    assert count(server) == QUADS
    before = set(evaluators(server.process.pid))
    assert is_recorded(server, ask(server, f"ASK {{}} # say {says}"))
    assert count(server) == QUADS
    until(lambda: len(set(evaluators(server.process.pid)) - before) >= 1)
    assert get(server, "/readyz").status == 200


def test_what_an_evaluator_may_say_is_believed(server: Running) -> None:
    says = ["FailureResult", {"name": "QueryError", "message": "no such thing", "is_last": False}]
    reply = ask(server, f"ASK {{}} # say {says}")
    assert (reply.status, reply.problem["detail"]) == (400, "no such thing")


def test_an_evaluator_that_ends_in_the_middle_of_its_words_is_replaced(server: Running) -> None:
    for _ in range(3):
        assert ask(server, "ASK {} # say raw nonsense").status == 503
        assert count(server) == QUADS
