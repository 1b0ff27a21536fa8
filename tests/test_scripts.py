"""The build of the pages' scripts: when it is wanted, and what it says when it fails."""

from __future__ import annotations

import importlib.util
import json
import shutil
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
PARTS = ("ui/package.json", "ui/package-lock.json", "ui/build.js", "ui/src")


@pytest.fixture(scope="module")
def hook() -> ModuleType:
    """The build hook, which is part of no package."""
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with the sources of the scripts."""
    for name in PARTS:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copyfile
        (tmp_path / name).parent.mkdir(exist_ok=True)
        copy(ROOT / name, tmp_path / name)
    return tmp_path


def built(checkout: Path, stamp: str) -> None:
    """Put down what a build leaves."""
    (checkout / "src/medkg/site/static/build").mkdir(parents=True)
    (checkout / "src/medkg/site/static/build/SOURCES").write_text(stamp)


def test_scripts_are_built_where_there_are_none(hook: ModuleType, checkout: Path) -> None:
    assert hook.is_wanted(checkout)


def test_scripts_that_fit_their_sources_are_left_alone(hook: ModuleType, checkout: Path) -> None:
    built(checkout, hook.digest(checkout))
    assert not hook.is_wanted(checkout)
    (checkout / "ui/src/copy.js").write_text("// changed")
    assert hook.is_wanted(checkout)


def test_scripts_can_be_left_out(hook: ModuleType, checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDKG_BUILD_UI", "0")
    assert not hook.is_wanted(checkout)


def test_a_build_that_fails_says_what_failed_and_how_to_do_without(
    hook: ModuleType, checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "npm"
    program.write_text("#!/bin/sh\necho no registry to be had; exit 7\n")
    program.chmod(0o755)
    monkeypatch.setattr(hook, "_program", lambda name: [str(tmp_path / name)])
    with pytest.raises(RuntimeError) as raised:
        hook.build(checkout)
    assert "`npm ci --ignore-scripts --no-audit --no-fund` ended with 7" in str(raised.value)
    assert "no registry to be had" in str(raised.value)
    assert "MEDKG_BUILD_UI=0" in str(raised.value)
    assert not (checkout / "src").exists()


def test_every_package_is_pinned() -> None:
    manifest = json.loads((ROOT / "ui/package.json").read_text())
    locked = json.loads((ROOT / "ui/package-lock.json").read_text())["packages"]
    for name, version in {**manifest["dependencies"], **manifest["devDependencies"]}.items():
        assert locked[f"node_modules/{name}"]["version"] == version
    assert all("integrity" in each for path, each in locked.items() if path)
