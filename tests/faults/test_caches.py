"""What strangers send is not kept: no cache grows by the length of what is asked."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

import pytest

import medkg
from tests.faults.asking import Reply, ask, send
from tests.faults.conftest import QUADS, graph, impatient
from tests.processes import front, on_linux, resident
from tests.servers import Running, published

MIB = 1 << 20
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
OFTEN = 64
"""Requests of each kind, of up to a megabyte each."""

ROOM = 40 * MIB
"""What the front may take more after all of them than after the first of each kind."""


def form(n: int, fields: str) -> bytes:
    """A form of a megabyte, whose last value is long."""
    return f"query=ASK%20%7B%7D%20%23%20{n}&{fields}".encode().ljust(MIB - 100, b"x")


KINDS: Mapping[str, tuple[int, Callable[[Running, int], Reply]]] = {
    "the IRI of a default graph": (
        400,
        lambda server, n: send(server, "POST", "/sparql", form(n, f"default-graph-uri=http://example.org/{n}/"), FORM),
    ),
    "the IRI of a named graph": (
        400,
        lambda server, n: send(server, "POST", "/sparql", form(n, f"named-graph-uri=http://example.org/{n}/"), FORM),
    ),
    "the name of a format": (400, lambda server, n: send(server, "POST", "/sparql", form(n, f"format={n}"), FORM)),
    "a time limit": (400, lambda server, n: send(server, "POST", "/sparql", form(n, f"timeout={n}"), FORM)),
    "another parameter": (200, lambda server, n: send(server, "POST", "/sparql", form(n, f"own={n}"), FORM)),
    "a query": (200, lambda server, n: ask(server, f"PREFIX a: <http://example.org/{n}{'é' * 90_000}> ASK {{}}")),
    "a body that is no query": (413, lambda server, n: ask(server, str(n) * 400_000)),
    "the IRI of a graph of the store": (
        400,
        lambda server, n: send(server, "GET", f"/graph-store?graph=http://example.org/{n}/{'x' * 60_000}"),
    ),
    "the path of a graph of the store": (
        414,
        lambda server, n: send(server, "GET", f"/graph-store/{n}/{'x' * 60_000}"),
    ),
    "a URL": (200, lambda server, n: send(server, "GET", f"/sparql?query=ASK%7B%7D&own={n}{'x' * 60_000}")),
    "what the client likes": (
        200,
        lambda server, n: send(
            server, "GET", "/sparql?query=ASK%7B%7D", headers={"Accept": f"*/*, a/{n}" + ", a/b" * 3_000}
        ),
    ),
    "the codings it takes": (
        200,
        lambda server, n: send(
            server, "GET", "/sparql?query=ASK%7B%7D", headers={"Accept-Encoding": f"x{n}, " * 2_000}
        ),
    ),
    "who a proxy says it is": (
        200,
        lambda server, n: send(
            server, "GET", "/sparql?query=ASK%7B%7D", headers={"X-Forwarded-For": f"{n}:".ljust(15_000, "x")}
        ),
    ),
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server behind a proxy."""
    home = tmp_path_factory.mktemp("home")
    published(home, graph(QUADS))
    with impatient(home, seconds="20", MEDKG_PROXIES="1") as server:
        yield server
        assert server.said == ""


@on_linux
def test_the_front_keeps_nothing_of_what_strangers_send(server: Running) -> None:
    for status, request in KINDS.values():
        assert request(server, 0).status == status
    before = resident(front(server.process.pid))
    for name, (status, request) in KINDS.items():
        assert {request(server, n).status for n in range(1, OFTEN)} == {status}, name
    assert resident(front(server.process.pid)) - before < ROOM


@pytest.mark.parametrize("name", ["default-graph-uri", "named-graph-uri", "using-graph-uri", "using-named-graph-uri"])
def test_an_iri_that_is_too_long_is_refused_with_the_bound(server: Running, name: str) -> None:
    asked = "update=CLEAR%20DEFAULT" if "using" in name else "query=ASK%7B%7D"
    for length, is_refused in ((8_000, False), (8_001, True)):
        iri = "http://example.org/".ljust(length, "x")
        reply = send(server, "POST", "/sparql", f"{asked}&{name}={quote(iri)}".encode(), FORM)
        assert (reply.status == 400) is is_refused
        if is_refused:
            assert reply.problem["detail"] == f"The IRI in {name!r} has 8,001 characters, and 8,000 are the most."


@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
def test_a_graph_whose_name_is_too_long_is_refused_with_the_bound(server: Running, method: str) -> None:
    iri = "http://example.org/".ljust(8_001, "x")
    assert "8,000 are the most" in send(server, method, f"/graph-store?graph={iri}").problem["detail"]
    reply = send(server, method, f"/graph-store/{'x' * 8_000}")
    assert reply.status == 414
    assert reply.problem["detail"] == "The address of a graph may have 8,000 characters."


BOUNDED = {
    "caches.py": "by the length of the key",
    "catalogs/facts.py": "the names of a vocabulary",
    "catalogs/expansions.py": "one call",
    "curation/forms.py": "classes",
    "evaluation/syntax.py": "keywords of SPARQL",
    "evaluation/language.py": "the base of a file that the command line is given",
    "views/history.py": "two snapshots",
    "lineage/leakage.py": "one answer",
    "model/fields.py": "classes",
    "site/assets.py": "files of ours",
    "site/pairs.py": "one answer",
    "site/context.py": "slugs of datasets",
    "site/leak.py": "slugs of datasets",
}
"""The modules that have caches by number, and what is in their keys, of which there is only so much."""


def test_every_other_cache_is_bounded_by_the_length_of_its_keys() -> None:
    root = Path(medkg.__file__).parent
    using = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "functools"
        if any(re.fullmatch("(lru_)?cache", each.name) for each in node.names)
    }
    assert using == set(BOUNDED)
