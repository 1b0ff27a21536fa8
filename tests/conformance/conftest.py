"""Two servers: one that only answers, and one that may be written to and is empty before each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pyoxigraph import NamedNode, Quad
from werkzeug.test import Client

from tests.conformance.cases import UPDATE
from tests.conformance.protocol_cases import SHELF, SHELVES
from tests.servers import BEARER, TOKEN, Running, published, running


@pytest.fixture(scope="session")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server on three named graphs."""
    home = tmp_path_factory.mktemp("reading")
    kind = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    shelves = [NamedNode(iri) for iri in SHELVES]
    published(home, [Quad(shelf, kind, NamedNode(SHELF), shelf) for shelf in shelves])
    with running(home) as server:
        yield server


@pytest.fixture(scope="session")
def writing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server that may be written to."""
    home = tmp_path_factory.mktemp("writing")
    published(home, [])
    with running(home, MEDKG_WRITE_TOKEN=TOKEN) as server:
        yield server


@pytest.fixture
def empty(writing: Running) -> Client:
    """A client of the server that may be written to, which holds nothing."""
    answer = writing.client.post("/sparql", data=b"DROP ALL", content_type=UPDATE, headers=BEARER)
    assert answer.status_code == 204, answer.text
    return writing.client
