"""Processes whose MEDKG_HOME is a small file system of its own: disks that are full, or that nobody may write to."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache

import pytest

from medkg.settings import Settings

_BEGIN = """
import os, subprocess
from contextlib import suppress
from medkg.errors import *
from medkg.snapshots.build import *
from medkg.settings import Settings
from tests.changes import stating
from tests.tiny_resources import knows, relabel, serving, strewn
settings = Settings.from_environment()
resources = settings.resources
os.chdir(resources)

def fill():
    "Leave no room at all."
    with suppress(OSError), (settings.home / "filler").open("wb", buffering=0) as file:
        while file.write(bytes(1024)):
            pass

def close():
    "Let nobody write."
    subprocess.run(["mount", "-o", "remount,ro", str(settings.home)], check=True)
"""


def in_a_room(settings: Settings, code: str, size: str = "8m") -> None:
    """Run code in a process whose home is a file system of a size; what it asserts must hold."""
    settings.home.mkdir(parents=True, exist_ok=True)
    mount = f'mount -t tmpfs -o size={size} tmpfs "$MEDKG_HOME" && exec "$0" -c "$1"'
    ran = subprocess.run(
        [*_namespace(), "sh", "-c", mount, sys.executable, f"{_BEGIN}{code}"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **settings.environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr


@cache
def _namespace() -> tuple[str, ...]:
    """The command under which one may mount; where there is none, the test is skipped."""
    for flags in ("-rm", "-m"):
        command = ("unshare", flags)
        try:
            ran = subprocess.run([*command, "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True, check=False)
        except FileNotFoundError:
            break
        if ran.returncode == 0:
            return command
    pytest.skip("no file system can be mounted here")
