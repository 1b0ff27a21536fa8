"""A tiny data directory with the real ontology, and a home for snapshots, new for every test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from medkg.settings import Settings

ROOT = Path(__file__).parents[2]


@pytest.fixture
def resources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy to be changed at will; it is the working directory, so that faults name `data/…`."""
    found = tmp_path / "resources"
    shutil.copytree(Path(__file__).parent / "tiny" / "data", found / "data")
    shutil.copytree(ROOT / "ontology", found / "ontology")
    monkeypatch.chdir(found)
    return found


@pytest.fixture
def settings(tmp_path: Path, resources: Path) -> Settings:
    """Settings of a home that nobody has used yet."""
    return Settings(environment={"MEDKG_HOME": str(tmp_path / "home"), "MEDKG_RESOURCES": str(resources)})
