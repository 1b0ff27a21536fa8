"""The command line over a small data directory: in this process, as a person would type it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from medkg.cli import main
from medkg.settings import Settings
from medkg.snapshots.build import build

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What became of a command."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """The lines of its answer."""
        return self.out.splitlines()


Medkg = Callable[..., Ran]


def lay_out(resources: Path, example: str = "small") -> None:
    """A small data directory with vocabularies, stored queries and the real ontology."""
    shutil.copytree(ROOT / "tests" / "tiny" / "data" / "vocabularies", resources / "data" / "vocabularies")
    for kind in ("catalogs", "datasets", "challenges"):
        shutil.copytree(HERE / example / kind, resources / "data" / kind)
    shutil.copytree(HERE / "small" / "queries", resources / "queries")
    shutil.copytree(ROOT / "ontology", resources / "ontology")


def started(settings: Settings, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    """A process of its own that runs `medkg`."""
    return subprocess.Popen(
        [sys.executable, "-m", "medkg.cli", *arguments],
        env={**os.environ, **settings.environment, "PYTHONPATH": str(ROOT / "src"), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a graph that is built once, for commands that only ask."""
    place = tmp_path_factory.mktemp("cli")
    lay_out(place / "resources")
    settings = Settings(environment={"MEDKG_HOME": str(place / "home"), "MEDKG_RESOURCES": str(place / "resources")})
    build(settings)
    return settings


@pytest.fixture(scope="session")
def family(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a graph, built once, of datasets that share images in every way there is."""
    place = tmp_path_factory.mktemp("family")
    lay_out(place / "resources", "family")
    settings = Settings(environment={"MEDKG_HOME": str(place / "home"), "MEDKG_RESOURCES": str(place / "resources")})
    build(settings)
    return settings


@pytest.fixture
def own(tmp_path: Path) -> Settings:
    """Settings of data of one's own and no graph yet, for commands that write."""
    lay_out(tmp_path / "resources")
    return Settings(environment={"MEDKG_HOME": str(tmp_path / "home"), "MEDKG_RESOURCES": str(tmp_path / "resources")})


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Runs `medkg` with settings and arguments, in the directory of the settings' resources."""

    def run(settings: Settings, *arguments: str) -> Ran:
        for name, value in settings.environment.items():
            monkeypatch.setenv(name, value)
        if settings.resources.is_dir():
            monkeypatch.chdir(settings.resources)
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        captured = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return Ran(status=ended.value.code, out=captured.out, err=captured.err)

    return run


@pytest.fixture
def medkg(run: Callable[..., Ran], shared: Settings) -> Medkg:
    """Runs `medkg` over the shared graph."""
    return lambda *arguments: run(shared, *arguments)


@pytest.fixture
def kin(run: Callable[..., Ran], family: Settings) -> Medkg:
    """Runs `medkg` over the graph of datasets that share images."""
    return lambda *arguments: run(family, *arguments)


@pytest.fixture
def my_medkg(run: Callable[..., Ran], own: Settings) -> Medkg:
    """Runs `medkg` over data of one's own."""
    return lambda *arguments: run(own, *arguments)
