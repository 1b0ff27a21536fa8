"""Whatever a library raises, wherever the command line calls one: a message, a status, and never a traceback.

Each verb is run once to see which libraries it calls, then once for each such call, which then fails.
"""

from __future__ import annotations

import errno
import sys
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path

import pytest

from medkg.cli import VERBS, main
from medkg.cli.failures import STATUS_ERROR, STATUS_INTERRUPTED, STATUS_UNEXPECTED
from medkg.settings import Settings
from tests.cli.conftest import Ran
from tests.injection import FAILURES, SOURCE, WORDS, Call, failing, noting

RIM = (f"{SOURCE}/cli", f"{SOURCE}/settings.py", f"{SOURCE}/files.py")
HANDLERS = (f"{SOURCE}/cli/failures.py",)  # where it is told what fails
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
    "rollback": ("--list",),
    "journal": ("check",),
    "check": (),
    "fmt": ("--check",),
    "reconcile": (),
    "docs": ("--check",),
}


@pytest.fixture
def commands(tmp_path: Path) -> Iterator[dict[str, tuple[str, ...]]]:
    """A command of each verb; none of them leaves anything behind."""
    file = tmp_path / "README.md"
    file.write_text("## Liver\n\n[LiTS](./resources/LiTS.md) (3D CT, 131 Cases, 1 Category)\n", encoding="utf-8")
    commands = COMMANDS | {"import": ("openmedlab", str(file), "-o", str(tmp_path / "openmedlab.yaml"))}
    assert set(commands) == {*VERBS, "docs"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("medkg.server.serve.MPServer.serve", lambda *_, **__: None)  # it would serve until interrupted
        patch.setattr(sys, "path", [*sys.path])  # which a server that starts sets, and this for those it starts
        patch.setenv("PYTHONSAFEPATH", "1")
        yield commands


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # of what a library had half made
def test_whatever_a_library_raises_is_told_without_a_traceback(
    run: Callable[..., Ran], shared: Settings, commands: dict[str, tuple[str, ...]]
) -> None:
    failed: set[Call | str] = set()
    failures: cycle[Callable[[], BaseException]] = cycle(
        (*FAILURES, lambda: BrokenPipeError(errno.EPIPE, WORDS), lambda: KeyboardInterrupt())
    )
    for verb, arguments in commands.items():
        found: dict[Call, None] = {}
        with noting(found, but=HANDLERS):
            run(shared, verb, *arguments)
        for call in found:
            # at the rim every call, further in each function of a library once, whoever calls it first
            key = call if call.file.startswith(RIM) else call.callee
            if key in failed or call.code is main.__code__:
                continue
            failed.add(key)
            failure = next(failures)()
            with failing(call, failure):
                ran = run(shared, verb, *arguments)
            assert is_told(ran, failure), (verb, call, failure, ran)
    assert len(failed) >= LEAST_CALLS


def is_told(ran: Ran, failure: BaseException) -> bool:
    """Whether a command has ended as it may: nothing raw is shown, and what nobody foresaw has its own status."""
    if "Traceback" in ran.err + ran.out or 'File "' in ran.err + ran.out:
        return False
    if ran.status != STATUS_UNEXPECTED:
        is_silent = ran.status == 0 or isinstance(failure, BrokenPipeError)  # whoever reads the answer has gone away
        return ran.status in {0, STATUS_ERROR, 2, STATUS_INTERRUPTED} and (bool(ran.err) or is_silent)
    line = ran.err.splitlines()[-1]
    return line.startswith("medkg") and f"failed: {type(failure).__name__}" in line and "MEDKG_DEBUG=1" in line
