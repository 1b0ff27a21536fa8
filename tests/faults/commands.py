"""The command line in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from medkg.settings import Settings
from tests.servers import REPOSITORY


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What became of a command."""

    status: int
    out: str
    err: str


def medkg(settings: Settings, *arguments: str, prefix: Sequence[str] = ()) -> Ran:
    """What becomes of a command with settings, perhaps run by another one."""
    ran = subprocess.run(
        [*prefix, sys.executable, "-m", "medkg.cli", *arguments],
        env={**os.environ, **settings.environment, "PYTHONPATH": str(REPOSITORY / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    return Ran(status=ran.returncode, out=ran.stdout, err=ran.stderr)
