"""A state of the graph is named by what is in it: two states never bear one name, whatever became of the journal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest

from medkg.settings import Settings
from medkg.snapshots.build import build
from tests.faults.asking import Reply, get, send
from tests.faults.commands import medkg
from tests.faults.conftest import impatient
from tests.processes import until
from tests.servers import BEARER, Running
from tests.site import tiny

IT = "<http://example.org/it> <http://example.org/says>"
QUESTION = f"/sparql?query={quote(f'SELECT ?what {{ {IT} ?what }}')}"
GRAPH = "/graph-store?default"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a small graph that is built."""
    settings = tiny.settings(tmp_path)
    build(settings)
    return settings


@contextmanager
def serving(settings: Settings) -> Iterator[Running]:
    """A server on the graph of the settings."""
    with impatient(settings.home, seconds="20", **settings.environment) as server:
        yield server


def state(text: str, server: Running, **conditions: str) -> Reply:
    """The answer to an update that states a text."""
    headers = {"Content-Type": "application/sparql-update", **BEARER}
    headers |= {name.replace("_", "-"): value for name, value in conditions.items()}
    return send(server, "POST", "/sparql", f'INSERT DATA {{ {IT} "{text}" }}'.encode(), headers)


def revision(server: Running) -> str:
    """What the server says it serves."""
    return str(get(server, "/readyz").json["revision"])


def journal(settings: Settings) -> Path:
    """The journal that updates go to."""
    (digest,) = (path.name for path in (settings.home / "snapshots").iterdir() if path.is_dir())
    return settings.home / "snapshots" / f"{digest}.rdfp"


def discard(settings: Settings, before: bytes) -> None:
    """Have the updates forgotten."""
    medkg(settings, "build", "--discard-updates")


def restore(settings: Settings, before: bytes) -> None:
    """Put an older copy of the journal in its place."""
    other = journal(settings).with_suffix(".copy")
    other.write_bytes(before)
    other.replace(journal(settings))


def cut(settings: Settings, before: bytes) -> None:
    """Cut the end off, as a disk does that is failing."""
    with journal(settings).open("r+b") as file:
        file.truncate(len(before))


WAYS = pytest.mark.parametrize("lose", [discard, restore, cut])
Lose = Callable[[Settings, bytes], None]


@WAYS
def test_an_update_in_the_place_of_one_that_is_lost_makes_another_state(settings: Settings, lose: Lose) -> None:
    with serving(settings) as server:
        if lose is not discard:
            assert state("always", server).status == 204
        before, copy = revision(server), journal(settings).read_bytes() if lose is not discard else b""
        lost = state("first", server).headers["medkg-revision"]
        answer, graph = get(server, QUESTION), get(server, GRAPH)
        assert b"first" in answer.body
        lose(settings, copy)
        until(lambda: revision(server) == before)
        made = state("second", server)
        assert made.status == 204
        assert made.headers["medkg-revision"] == revision(server) not in (lost, before)
        assert b"first" not in get(server, QUESTION).body
        assert b"second" in get(server, QUESTION).body
        for reply, target in ((answer, QUESTION), (graph, GRAPH)):
            again = send(server, "GET", target, headers={"If-None-Match": reply.headers["etag"]})
            assert (again.status, b"second" in again.body) == (200, True)
        assert state("third", server, If_Match=f'"{lost}"').status == 412
        put = {**BEARER, "Content-Type": "text/turtle", "If-Match": graph.headers["etag"]}
        assert send(server, "PUT", GRAPH, b"", put).status == 412
        assert state("third", server, If_Match=f'"{revision(server)}"').status == 204


@WAYS
def test_a_server_that_begins_after_a_loss_knows_no_state_from_before(settings: Settings, lose: Lose) -> None:
    with serving(settings) as server:
        if lose is not discard:
            assert state("always", server).status == 204
        copy = journal(settings).read_bytes() if lose is not discard else b""
        lost = state("first", server).headers["medkg-revision"]
        etag = get(server, QUESTION).headers["etag"]
    lose(settings, copy)
    with serving(settings) as server:
        assert state("second", server).headers["medkg-revision"] != lost
        assert send(server, "GET", QUESTION, headers={"If-None-Match": etag}).status == 200
        assert state("third", server, If_Match=f'"{lost}"').status == 412


def test_replicas_with_other_updates_are_in_other_states_and_with_the_same_in_the_same(tmp_path: Path) -> None:
    replicas = [tiny.settings(tmp_path / name) for name in ("a", "b")]
    for each in replicas:
        build(each)
    with serving(replicas[0]) as one, serving(replicas[1]) as other:
        assert revision(one) == revision(other)
        state("first", one)
        state("second", other)
        assert revision(one) != revision(other)
        etag = get(one, QUESTION).headers["etag"]
        assert send(other, "GET", QUESTION, headers={"If-None-Match": etag}).status == 200
    for each in replicas:
        medkg(each, "build", "--discard-updates")
    with serving(replicas[0]) as one, serving(replicas[1]) as other:
        for server in (one, other):
            state("first", server)
            state("second", server)
        assert revision(one) == revision(other)
        etag = get(one, QUESTION).headers["etag"]
        assert send(other, "GET", QUESTION, headers={"If-None-Match": etag}).status == 304


def test_what_has_been_updated_is_cited_as_that(settings: Settings) -> None:
    with serving(settings) as server:
        before = get(server, "/help/cite").body
        state("first", server)
        first = get(server, "/help/cite").body
    assert before != first
