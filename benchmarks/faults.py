"""The classes of faults, each done to real servers, as a table: what was asked, answered and lost, and the silences.

    python benchmarks/faults.py                    all classes, a quarter of an hour
    python benchmarks/faults.py --only journal     those whose name has the word
    python benchmarks/faults.py --list             the classes and their tests; nothing is run

The classes are in tests/faults/classes.yaml. Their tests do the faults and judge the outcome: that answers are right,
and that no update is lost. Each notes what became of its requests; those of other processes are not counted. A refusal
is a 4xx, or a limit that a query exceeds. A silence lasts from an answer to the next one with a request in vain between
them. The exit code is 1 where a class was not survived, or could not be tried on this machine.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
CLASSES = ROOT / "tests" / "faults" / "classes.yaml"
COLUMNS = ("requests", "answered", "refused", "unavailable", "unanswered", "failed", "acknowledged")
HEADER = (
    "class",
    "what is done",
    "tests",
    "requests",
    "answered",
    "refused",
    "503",
    "unanswered",
    "other 5xx",
    "updates acknowledged",
    "lost or wrong",
    "longest silence (s)",
    "took (s)",
    "verdict",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultClass:
    """A class of faults: its name, what is done, and the tests that do it."""

    name: str
    done: str
    tests: tuple[str, ...]

    def has(self, test: str) -> bool:
        """Whether a test, or the whole file that it is in, is of this class."""
        return test in self.tests or test.partition("::")[0] in self.tests


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What came of the tests of a class: how many passed, failed and were skipped, and their figures together."""

    passed: int = 0
    skipped: int = 0
    failed: list[str] = field(default_factory=list)
    figures: Counter[str] = field(default_factory=Counter)
    silence: float = 0.0
    seconds: float = 0.0

    @property
    def verdict(self) -> str:
        """A word on the class."""
        if self.failed:
            return "NOT survived"
        return "survived" if self.passed else "not tried"

    def add(self, case: ElementTree.Element) -> None:
        """Count a test in, as JUnit's report has it."""
        if case.find("failure") is not None or case.find("error") is not None:
            self.failed.append(_test(case))
        elif case.find("skipped") is not None:
            self.skipped += 1
        else:
            self.passed += 1
        self.seconds += float(case.attrib["time"])
        told = {each.attrib["name"]: float(each.attrib["value"]) for each in case.iter("property")}
        self.silence = max(self.silence, told.pop("silence", 0.0))
        self.figures.update({name: int(number) for name, number in told.items()})


def main() -> int:
    """List the classes, or run their tests and print the table; the exit code."""
    options = _options()
    classes = [each for each in read(CLASSES) if options.only.casefold() in each.name.casefold()]
    if not classes:
        sys.exit(f"no class has {options.only!r} in its name; --list names them all")
    if options.list:
        for each in classes:
            print(f"{each.name}: {each.done}\n", *(f"    {test}\n" for test in each.tests), sep="")
        return 0
    cases = run([test for each in classes for test in each.tests])
    outcomes = [outcome(each, cases) for each in classes]
    print("\n".join(table(classes, outcomes)))
    survived = sum(each.verdict == "survived" for each in outcomes)
    print(f"\n{survived} of {len(classes)} classes survived")
    for test in dict.fromkeys(test for each in outcomes for test in each.failed):
        print(f"failed: {test}")
    return int(survived < len(classes))


def read(path: Path) -> list[FaultClass]:
    """The classes that a file declares."""
    declared: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [FaultClass(name=each["class"], done=each["done"], tests=tuple(each["tests"])) for each in declared]


def run(tests: Sequence[str]) -> list[ElementTree.Element]:
    """The report on each test, one after another; none where there is nothing to run."""
    if not tests:
        return []
    with tempfile.TemporaryDirectory(prefix="medkg-faults-") as directory:
        report = Path(directory) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", "-n0", "--tb=short", "-o", "junit_family=xunit1"]
        subprocess.run([*command, f"--junitxml={report}", *dict.fromkeys(tests)], cwd=ROOT, stdout=sys.stderr)
        return [*ElementTree.parse(report).iter("testcase")] if report.exists() else []


def outcome(of: FaultClass, cases: Sequence[ElementTree.Element]) -> Outcome:
    """What came of the tests of a class."""
    found = Outcome()
    for case in cases:
        if of.has(_test(case)):
            found.add(case)
    return found


def table(classes: Sequence[FaultClass], outcomes: Sequence[Outcome]) -> Iterator[str]:
    """The lines of a table in Markdown."""
    yield _row(HEADER)
    yield _row(["---"] * 3 + ["---:"] * (len(HEADER) - 4) + ["---"])
    for each, came in zip(classes, outcomes, strict=True):
        tests = f"{came.passed} passed" + f", {len(came.failed)} failed" * bool(came.failed)
        tests += f", {came.skipped} skipped" * bool(came.skipped)
        has_figures = bool(came.figures["requests"])
        figures = [f"{came.figures[name]:,}" if has_figures else "" for name in COLUMNS]
        wrong = {"survived": "0", "not tried": ""}.get(came.verdict, "see below")
        silence = f"{came.silence:.2f}" if has_figures else ""
        yield _row([each.name, each.done, tests, *figures, wrong, silence, f"{came.seconds:.0f}", came.verdict])


def _row(cells: Sequence[str]) -> str:
    """A line of a table in Markdown."""
    return f"| {' | '.join(cells)} |"


def _test(case: ElementTree.Element) -> str:
    """The name of a test as pytest takes it, without parameters."""
    return f"{case.attrib['file']}::{case.attrib['name'].partition('[')[0]}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", metavar="WORD", help="the classes whose name has the word")
    parser.add_argument("--list", action="store_true", help="name the classes and their tests, and run nothing")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
