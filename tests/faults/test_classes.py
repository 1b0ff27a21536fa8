"""The classes of faults: each has its tests, and each test has its class."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests import tally
from tests.servers import REPOSITORY

CLASSES = yaml.safe_load((Path(__file__).parent / "classes.yaml").read_text())
DECLARED = [test for each in CLASSES for test in each["tests"]]


def functions(path: Path) -> Iterator[str]:
    """The tests of a file as pytest names them."""
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            yield f"{path.relative_to(REPOSITORY).as_posix()}::{node.name}"


def test_there_are_forty_four_classes_with_names_of_their_own() -> None:
    assert len({each["class"] for each in CLASSES}) == len(CLASSES) == 44


def test_every_class_says_what_is_done_and_has_a_test() -> None:
    assert not [each["class"] for each in CLASSES if not (each["done"] and each["tests"])]


def test_every_test_that_a_class_names_is_there_and_in_no_other_class() -> None:
    files = {name for name in (test.partition("::")[0] for test in DECLARED) if (REPOSITORY / name).exists()}
    there = {test for name in files for test in functions(REPOSITORY / name)}
    assert not sorted({*DECLARED} - there - files)
    assert not [test for test, number in Counter(DECLARED).items() if number > 1]


def test_every_test_of_faults_belongs_to_a_class() -> None:
    files = sorted({*Path(__file__).parent.glob("test_*.py")} - {Path(__file__)})
    missing = [test for path in files for test in functions(path) if not {test, test.partition("::")[0]} & {*DECLARED}]
    assert not missing, "each needs a class in tests/faults/classes.yaml"


def test_the_script_lists_every_class_with_its_tests() -> None:
    script = REPOSITORY / "benchmarks" / "faults.py"
    listed = subprocess.run([sys.executable, script, "--list"], capture_output=True, text=True, check=True).stdout
    assert [line.strip() for line in listed.splitlines() if "::" in line or line.endswith(".py")] == DECLARED
    assert all(f"{each['class']}: {each['done']}\n" in listed for each in CLASSES)


def test_a_silence_lasts_from_the_last_answer_before_a_failure_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    limit = b"evaluation took longer than 1 second"
    ends = [
        (1.0, 200, b""),
        (2.5, 503, limit),
        (3.0, 0, b""),
        (3.5, 503, b"too many"),
        (5.0, 204, b""),
        (9.0, 400, b""),
    ]
    requests = [tally.Request(is_write=True, began=end - 0.5, ended=end) for end, _, _ in ends]
    for request, (_, status, body) in zip(requests, ends, strict=True):
        request.end(status, body)
    monkeypatch.setattr(tally, "REQUESTS", requests)
    counts = {"answered": 2, "refused": 2, "unavailable": 1, "failed": 0, "unanswered": 1}
    assert tally.figures() == {"requests": 6, **counts, "acknowledged": 2, "silence": 2.5}
