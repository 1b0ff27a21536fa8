"""Processes on systems that this machine is not: Python with a `sitecustomize` that takes away and refuses."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from tests.servers import PATIENCE, REPOSITORY

System = Literal["windows", "macos", "bare_linux"]

NO_UTF8: Mapping[str, str] = {
    "LC_ALL": "C",
    "PYTHONCOERCECLOCALE": "0",
    "PYTHONIOENCODING": "cp1252",
    "PYTHONUTF8": "0",
}
"""An environment in which text files are no UTF-8 unless that is said, and a terminal has few letters."""


def python_path(system: System) -> str:
    """The `PYTHONPATH` of processes on another system."""
    return os.pathsep.join((str(Path(__file__).parent / system), str(REPOSITORY / "src"), str(REPOSITORY)))


def ran(system: System, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """What became of a run of Python on another system."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("MEDKG_")}
    return subprocess.run(
        [sys.executable, *arguments],
        env={**inherited, "PYTHONPATH": python_path(system), **environment},
        capture_output=True,
        encoding="cp1252",
        timeout=PATIENCE,
        check=False,
    )
