"""A graph of two thousand quads and a real server on it that has little patience."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from medkg.model.collection import Records
from medkg.snapshots.products import BuildProducts
from tests.servers import REPOSITORY, TOKEN, Running, published, running

QUADS = 2_000


def graph(quads: int) -> Iterator[Quad]:
    """So many quads."""
    knows = NamedNode("http://example.org/knows")
    return (Quad(NamedNode(f"http://example.org/{n}"), knows, Literal(str(n))) for n in range(quads))


def impatient(home: Path, *, seconds: str = "1", before: str = "", **settings: str) -> AbstractContextManager[Running]:
    """A server of four evaluators that gives a query little time and little memory."""
    return running(
        home,
        port=0,
        before=before,
        MEDKG_EVALUATORS="4",
        MEDKG_QUERY_TIMEOUT=seconds,
        MEDKG_QUERY_MEMORY=str(128 << 20),
        MEDKG_WRITE_TOKEN=TOKEN,
        **settings,
    )


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server that every test leaves as it was, and that gives a query the time it needs on a busy machine."""
    home = tmp_path_factory.mktemp("home")
    snapshot = home / "snapshots" / published(home, graph(QUADS))
    BuildProducts(resources=REPOSITORY, records=Records()).write_derived_files(
        snapshot
    )  # index and register, which the pages need, though there is nothing in them
    with impatient(home, seconds="20") as server:
        yield server


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with a snapshot that no other test knows."""
    published(tmp_path, graph(QUADS))
    return tmp_path


@pytest.fixture
def server(home: Path) -> Iterator[Running]:
    """A server that a test may ruin."""
    with impatient(home) as server:
        yield server
