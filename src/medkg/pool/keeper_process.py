"""Starts the process of a keeper, apart from the directory and the secrets of the server."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import medkg
from medkg.pool.limits import Limits

MOST_QUADS = 4_000_000
"""Graphs of more quads stay on disk, where each evaluator opens them; they cannot be written to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a keeper keeps: a snapshot's directory, the prefixes of queries, the limits of evaluation.

    `site` names the `module` of the site, where there is to be one, and holds what else that is told, as JSON.
    """

    snapshot: Path
    prefixes: Mapping[str, str]
    limits: Limits
    most_quads: int = MOST_QUADS
    site: Mapping[str, object] | None = None


def start(kept: Kept) -> tuple[subprocess.Popen[str], socket.socket]:
    """The process of a keeper, told what it keeps, and the connection to it; an `OSError` where there can be none."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    with theirs:
        try:
            return _started(kept, theirs), ours
        except BaseException:
            ours.close()
            raise


def _started(kept: Kept, control: socket.socket) -> subprocess.Popen[str]:
    """The process of a keeper, told what it keeps and on which descriptor it gets its commands.

    It imports nothing from the directory in which the server was started, where somebody may have put a `json.py`: `-P`
    keeps that off the path. `-I` would do so too, but would ignore the user's site and all `PYTHON*` variables.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MEDKG_")}
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", "from medkg.pool.keeper import main; main()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        pass_fds=[control.fileno()],
        cwd=os.sep,
        env=environment | {"PYTHONPATH": os.pathsep.join(module_path())},
        encoding="utf-8",
    )
    assert process.stdin is not None  # it is a pipe
    with suppress(BrokenPipeError), process.stdin as line:
        line.write(json.dumps(_task(kept, control.fileno())) + "\n")
    return process


def module_path() -> list[str]:
    """The path on which this process finds modules, without the working directory.

    That stays where `PYTHONPATH` names it, or medkg itself lies there: then the operator has chosen it.
    """
    try:
        here = os.getcwd()
    except FileNotFoundError:  # it has been removed
        here = os.sep
    named = filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))
    chosen = {os.path.realpath(os.path.join(here, each)) for each in (*named, str(Path(medkg.__file__).parents[1]))}
    path = [os.path.join(here, each) for each in sys.path if each]
    return [each for each in path if (found := os.path.realpath(each)) != os.path.realpath(here) or found in chosen]


def _task(kept: Kept, control: int) -> dict[str, object]:
    """What the keeper reads on its standard input."""
    return {
        "control": control,
        "snapshot": str(kept.snapshot.absolute()),
        "prefixes": dict(kept.prefixes),
        "most_quads": kept.most_quads,
        "memory": kept.limits.memory,
        "answer": kept.limits.answer,
        "rows": kept.limits.rows,
        "site": None if kept.site is None else dict(kept.site),
    }
