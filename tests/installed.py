"""medkg as a reader of the guides has it: an installed package, its command on the path, and an empty folder."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tests.servers import REPOSITORY


@dataclass(frozen=True, kw_only=True)
class Installation:
    """A directory with what a wheel holds, the command, and a place for graphs."""

    directory: Path

    @property
    def package(self) -> Path:
        """Where Python finds the package."""
        return self.directory / "site-packages"

    @property
    def resources(self) -> Path:
        """The data, ontology and stored queries in the package."""
        return self.package / "medkg" / "resources"

    @property
    def home(self) -> Path:
        """Where its graphs are."""
        return self.directory / "home"

    @cached_property
    def environment(self) -> Mapping[str, str]:
        """What a process needs to find the package and the command."""
        others = {name: value for name, value in os.environ.items() if not name.startswith("MEDKG_")}
        path = os.pathsep.join([str(self.directory / "bin"), os.environ.get("PATH", os.defpath)])
        return {**others, "PATH": path, "PYTHONPATH": str(self.package), "MEDKG_HOME": str(self.home)}


def install(directory: Path) -> Installation:
    """Put down what an installation of the package puts down, but for its dependencies, which are there."""
    wheels = directory / "wheels"
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(wheels)],
        cwd=REPOSITORY,
        env={**os.environ, "MEDKG_BUILD_UI": "0"},
        check=True,
        capture_output=True,
    )
    found = Installation(directory=directory)
    for wheel in wheels.glob("*.whl"):
        zipfile.ZipFile(wheel).extractall(found.package)
    for name in ("bin", "home"):
        (directory / name).mkdir()
    command = directory / "bin" / "medkg"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m medkg.cli "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    return found
