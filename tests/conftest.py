"""Fixtures that several wings share, and the profile of hypothesis, which measures no time."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import hypothesis
import pytest
from flask import Flask
from pyoxigraph import Store
from werkzeug.test import Client

from medkg.model.collection import Records
from medkg.settings import Settings
from medkg.snapshots.snapshot import Snapshot
from tests import real, tally
from tests.servers import TOKEN, Running, running
from tests.small_graph import small

hypothesis.settings.register_profile("medkg", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("medkg")

ROOT = Path(__file__).parents[1]
TINY = Path(__file__).parent / "tiny" / "data"


def pytest_configure(config: pytest.Config) -> None:
    """Have the processes of a run share one real graph, compile each module once, and write nothing to the sources."""
    if not hasattr(config, "workerinput"):
        os.environ[real.HOME] = tempfile.mkdtemp(prefix="medkg-")
    cache: pytest.Cache | None = getattr(config, "cache", None)  # there is none where the plugin is switched off
    if cache is not None and os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        os.environ["PYTHONPYCACHEPREFIX"] = str(cache.mkdir("bytecode"))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the real graph of the run."""
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ.pop(real.HOME, ""), ignore_errors=True)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """The processes that run tests: two more than there are processors, for tests wait a lot, and four at most."""
    return min(4, 2 + (os.cpu_count() or 1))


@pytest.fixture(autouse=True)
def _figures(request: pytest.FixtureRequest) -> Iterator[None]:
    """What became of a test's requests, in the report for `benchmarks/faults.py`."""
    tally.REQUESTS.clear()
    yield
    if tally.REQUESTS:
        request.node.user_properties.extend(tally.figures().items())


@pytest.fixture(scope="session")
def records() -> Records:
    """The records of the repository's data."""
    return real.records()


@pytest.fixture(scope="session")
def snapshot() -> Snapshot:
    """The snapshot of the repository's data, built once a run."""
    return real.snapshot()


@pytest.fixture(scope="session")
def nquads() -> bytes:
    """The graph of the repository's data as sorted N-Quads."""
    return real.nquads()


@pytest.fixture(scope="session")
def graph() -> Store:
    """The graph of the repository's data, in memory."""
    return real.store()


@pytest.fixture(scope="session")
def site() -> Flask:
    """The pages over that graph."""
    return real.app()


@pytest.fixture
def resources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tiny data directory with the real ontology, to be changed at will, as the working directory."""
    found = tmp_path / "resources"
    shutil.copytree(TINY, found / "data")
    shutil.copytree(ROOT / "ontology", found / "ontology")
    monkeypatch.chdir(found)
    return found


@pytest.fixture
def settings(tmp_path: Path, resources: Path) -> Settings:
    """Settings of a home that nobody has used yet."""
    return Settings(environment={"MEDKG_HOME": str(tmp_path / "home"), "MEDKG_RESOURCES": str(resources)})


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server on the small graph, which nobody may write to."""
    with running(small(tmp_path_factory.mktemp("server"))) as server:
        yield server
        assert "Traceback" not in server.said


@pytest.fixture
def client(server: Running) -> Client:
    """A client of it."""
    return server.client


@pytest.fixture(scope="session")
def writable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server that may be written to; each test has graphs of its own."""
    with running(small(tmp_path_factory.mktemp("writable")), MEDKG_WRITE_TOKEN=TOKEN) as server:
        yield server
        assert "Traceback" not in server.said


@pytest.fixture
def url() -> str:
    """The address of a graph that no other test has."""
    return f"/graph-store?graph=https://example.org/{uuid4()}"
