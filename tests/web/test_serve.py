"""The server, run for real: granian, worker processes, a store on disk and clients that know nothing of us."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Store
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import JSON, TURTLE, SPARQLWrapper

from medkg.errors import MedkgError
from medkg.web.serve import serve

PROGRAM = """
import json, sys
from pyoxigraph import Store
from medkg.errors import MedkgError, SnapshotError
from medkg.web import create_app
from medkg.web.serve import serve

path, prefixes, port = sys.argv[1], json.loads(sys.argv[2]), int(sys.argv[3])

def load():
    if path == "missing":
        raise SnapshotError("there is no snapshot; build one")
    return create_app(store=Store.read_only(path), revision="r1", prefixes=prefixes)

try:
    serve(load, port=port, workers=2, announce=lambda address: print(address, flush=True))
except MedkgError as error:
    sys.exit(str(error))
"""


def started(path: str, prefixes: str = "{}", port: int = 0) -> subprocess.Popen[str]:
    """The server in a process group of its own, as a terminal would start it."""
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, path, prefixes, str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )


@pytest.fixture(scope="module")
def on_disk(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small graph as a store on disk, closed."""
    path = tmp_path_factory.mktemp("store")
    copy = Store(path)
    copy.bulk_extend(store)
    copy.flush()
    return path


@pytest.fixture(scope="module")
def address(on_disk: Path, prefixes_as_json: str) -> Iterator[str]:
    """The address of a running server, which is interrupted at the end."""
    server = started(str(on_disk), prefixes_as_json)
    assert server.stdout is not None
    yield server.stdout.readline().strip()
    os.killpg(server.pid, signal.SIGINT)
    _, errors = server.communicate(timeout=30)
    assert (server.returncode, errors) == (0, "")


def test_the_announced_address_answers_at_once(address: str) -> None:
    with urllib.request.urlopen(f"{address}livez", timeout=10) as answer:
        assert answer.read() == b"alive\n"


def test_a_query_is_answered(address: str) -> None:
    request = urllib.request.Request(
        f"{address}sparql", data=b"ASK { ?s a dcat:Dataset }", headers={"Content-Type": "application/sparql-query"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.headers["Content-Type"] == "application/sparql-results+json"
        assert answer.read() == b'{"head":{},"boolean":true}'


def test_a_mistake_is_a_400(address: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(f"{address}sparql?query=SELEC", timeout=10)
    assert caught.value.code == 400
    caught.value.close()


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflib_s_store_asks_it(address: str, method: str) -> None:
    client = SPARQLStore(f"{address}sparql", method=method)
    titles: Any = client.query('SELECT ?t { ?d <http://purl.org/dc/terms/title> ?t FILTER(LANG(?t) = "zh") }')
    assert [str(row[0]) for row in titles] == ["肝脏肿瘤分割"]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_sparqlwrapper_asks_it(address: str, method: str) -> None:
    client = SPARQLWrapper(f"{address}sparql")
    client.setMethod(method)
    client.setReturnFormat(JSON)
    client.setQuery("SELECT ?n { dataset:lits medkg:caseCount ?n }")
    answer: Any = client.queryAndConvert()
    assert answer["results"]["bindings"][0]["n"]["value"] == "201"
    client.setReturnFormat(TURTLE)
    client.setQuery("DESCRIBE dataset:lits")
    answer = client.queryAndConvert()
    assert b"dataset:lits" in answer


def test_a_second_server_on_the_port_is_refused(address: str) -> None:
    port = int(address.rstrip("/").rpartition(":")[2])
    with pytest.raises(MedkgError, match=f"127.0.0.1:{port}: the port is in use"):
        serve(lambda: None, port=port)


@pytest.mark.parametrize(
    ("host", "port", "reason"),
    [("127.0.0.1", 70000, "from 0 to 65535"), ("203.0.113.1", 8077, "no such address"), ("no host", 8077, "no host")],
)
def test_a_place_that_cannot_be_had_is_explained(host: str, port: int, reason: str) -> None:
    with pytest.raises(MedkgError, match=reason):
        serve(lambda: None, host=host, port=port)


def test_a_store_that_cannot_be_opened_is_told_once_without_a_traceback() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = started("missing", port=port)
    _, errors = server.communicate(timeout=30)
    assert (server.returncode, errors) == (1, "there is no snapshot; build one\n")
