"""A graph of a thousand quads on disk, as a keeper is told of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from medkg.pool import KeeperConfig, RequestLimits
from tests.servers import published

QUADS = 1_000


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the one snapshot."""
    home = tmp_path_factory.mktemp("home")
    knows = NamedNode("http://example.org/knows")
    published(home, (Quad(NamedNode(f"http://example.org/{n}"), knows, Literal(str(n))) for n in range(QUADS)))
    return home


@pytest.fixture(scope="session")
def kept(home: Path) -> KeeperConfig:
    """The snapshot, with limits that are soon reached."""
    (snapshot,) = (home / "snapshots").iterdir()
    limits = RequestLimits(seconds=10.0, memory=128 << 20, answer=1 << 20, rows=5_000)
    return KeeperConfig(snapshot=snapshot, prefixes={"ex": "http://example.org/"}, limits=limits)


@pytest.fixture
def fresh(tmp_path: Path) -> KeeperConfig:
    """A snapshot of ten quads that no other test knows."""
    knows = NamedNode("http://example.org/knows")
    digest = published(tmp_path, (Quad(NamedNode(f"http://example.org/{n}"), knows, Literal(n)) for n in range(10)))
    return KeeperConfig(snapshot=tmp_path / "snapshots" / digest, prefixes={}, limits=RequestLimits())
