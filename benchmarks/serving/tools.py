"""The peers' programs: found on this machine, or fetched into the benchmark's own directory; the project needs none."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path


class Unavailable(Exception):
    """A program that cannot be had here, with the reason."""


def environment(cache: Path) -> Path:
    """The programs of the peers that pip installs, in a virtual environment of their own."""
    programs = cache / "peers" / "bin"
    if not (programs / "oxigraph").exists() or not (programs / "uvicorn").exists():
        output([sys.executable, "-P", "-m", "venv", str(cache / "peers")], cache)
        pip = [str(programs / "python"), "-P", "-m", "pip", "install", "--quiet"]
        output([*pip, "oxigraph", "rdflib-endpoint", "uvicorn"], cache)
    return programs


def debian(program: str, packages: Sequence[str], cache: Path) -> str:
    """The path of a program: the machine's, or else that of Debian packages, unpacked and not installed."""
    found = shutil.which(program)
    if found:
        return found
    unpacked = cache / "debian"
    if not (unpacked / "usr" / "bin" / program).exists():
        unpacked.mkdir(parents=True, exist_ok=True)
        output(["apt-get", "download", *packages], cache, unpacked)
        for package in unpacked.glob("*.deb"):
            output(["dpkg-deb", "--extract", str(package), str(unpacked)], cache)
    return str(unpacked / "usr" / "bin" / program)


def libraries(cache: Path) -> dict[str, str]:
    """The environment in which unpacked programs find what was unpacked with them."""
    folders = sorted({str(path.parent) for path in (cache / "debian").glob("usr/lib/**/*.so*")})
    return os.environ | ({"LD_LIBRARY_PATH": ":".join(folders)} if folders else {})


def output(command: Sequence[str], cache: Path, folder: Path | None = None) -> str:
    """What a program says when it is called; `Unavailable` where it fails."""
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            env=libraries(cache),
            cwd=folder,
            stdin=subprocess.DEVNULL,
        )
    except OSError as error:
        raise Unavailable(f"{Path(command[0]).name} cannot be run: {error.strerror}") from error
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise Unavailable(f"{Path(command[0]).name} failed: {said[-1] if said else done.returncode}")
    return done.stdout + done.stderr
