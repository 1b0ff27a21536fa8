"""What serves: the snapshot pointed to, its successor once there is one, and the newest that is whole in need."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from medkg.errors import SnapshotError
from medkg.evaluation.changes import Change
from medkg.pool import PoolLimits, UpdateOperation
from medkg.server.config import Config
from medkg.server.publication import Publication, initial_endpoint
from medkg.snapshots.journal import Journal
from medkg.snapshots.snapshot import open_snapshot
from medkg.snapshots.storage import Pointer, write_pointer
from tests.pool.asking import asked, keeper, keepers, number, on_a_loop, until
from tests.servers import REPOSITORY, published

COUNT = asked("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
NEW = Change(added=b"<http://example.org/new> <http://example.org/p> <http://example.org/o> .\n")


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """The set-up of a server of one evaluator on a home without a snapshot."""
    return Config(snapshots=tmp_path / "snapshots", resources=REPOSITORY, pool=PoolLimits(evaluators=1))


def made(config: Config, quads: int, *, points: bool = False) -> str:
    """Make a snapshot of so many quads, and let it serve or not; its digest."""
    p = NamedNode("http://example.org/p")
    graph = (Quad(NamedNode(f"http://example.org/{n}"), p, Literal(n)) for n in range(quads))
    digest = published(config.snapshots.parent, graph)
    if points:
        write_pointer(config.snapshots, Pointer(snapshot=digest, inputs="", shapes=""))
    return digest


def damage(config: Config, digest: str) -> None:
    """Change a byte of a snapshot."""
    file = config.snapshots / digest / "graph.nq"
    file.write_bytes(file.read_bytes().replace(b"/0>", b"/x>", 1))


@asynccontextmanager
async def publishing(config: Config) -> AsyncIterator[Publication]:
    """A publication that follows what is pointed to."""
    publication = Publication(config, await initial_endpoint(config))
    watching = asyncio.ensure_future(publication.run())
    try:
        yield publication
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
        await publication.stop()


async def count(publication: Publication) -> int:
    """The number of quads, as the endpoint says that answers now."""
    return number(await publication.endpoint.evaluate(COUNT, client="somebody"))


def serves(publication: Publication, revision: str) -> Callable[[], bool]:
    """Whether a revision answers, when asked."""
    return lambda: publication.endpoint.revision == revision


@on_a_loop
async def test_what_is_pointed_to_serves(config: Config) -> None:
    digest = made(config, 1, points=True)
    made(config, 2)
    async with publishing(config) as publication:
        assert publication.endpoint.revision == digest
        assert await count(publication) == 1


@on_a_loop
async def test_without_a_pointer_the_newest_serves(config: Config) -> None:
    made(config, 1)
    newer = made(config, 2)
    os.utime(config.snapshots / newer, (1, 1))  # whatever has been copied when
    async with publishing(config) as publication:
        assert publication.endpoint.revision == newer


@on_a_loop
async def test_what_is_damaged_is_passed_over(config: Config, caplog: pytest.LogCaptureFixture) -> None:
    sound, damaged = made(config, 1), made(config, 2, points=True)
    damage(config, damaged)
    async with publishing(config) as publication:
        assert publication.endpoint.revision == sound
    assert f"{damaged} cannot be served" in caplog.text


def test_where_nothing_is_whole_that_is_told_with_the_way_out(config: Config) -> None:
    damage(config, made(config, 2, points=True))
    with pytest.raises(SnapshotError, match="run `medkg build`"):
        asyncio.run(initial_endpoint(config))
    shutil.rmtree(config.snapshots)
    with pytest.raises(SnapshotError, match="run `medkg build`"):
        asyncio.run(initial_endpoint(config))
    assert keepers() == []


@on_a_loop
async def test_another_that_is_pointed_to_takes_over_and_the_one_before_ends(config: Config) -> None:
    made(config, 1, points=True)
    async with publishing(config) as publication:
        assert await count(publication) == 1
        before = keeper()
        digest = made(config, 2, points=True)
        await until(serves(publication, digest))
        assert await count(publication) == 2
        await until(lambda: before not in keepers())
        assert len(keepers()) == 1


@on_a_loop
async def test_who_is_told_to_look_looks_at_once(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("medkg.server.publication.CHECK_INTERVAL_S", 60)
    made(config, 1, points=True)
    async with publishing(config) as publication:
        digest = made(config, 2, points=True)
        await asyncio.sleep(0.1)
        assert publication.endpoint.revision != digest
        publication.check_now()
        await until(serves(publication, digest))


@on_a_loop
async def test_one_that_is_damaged_is_refused_once_and_the_next_is_taken(
    config: Config, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("medkg.server.publication.CHECK_INTERVAL_S", 0.02)
    before = made(config, 1, points=True)
    async with publishing(config) as publication:
        damage(config, made(config, 2))
        made_again = [path.name for path in config.snapshots.iterdir() if path.name not in (before, "current.json")]
        write_pointer(config.snapshots, Pointer(snapshot=made_again[0], inputs="", shapes=""))
        await until(lambda: "is refused" in caplog.text)
        await asyncio.sleep(0.2)
        assert await count(publication) == 1
        assert [record.levelno for record in caplog.records] == [logging.ERROR]  # and not every time it looks
        digest = made(config, 3, points=True)
        await until(serves(publication, digest))


@on_a_loop
async def test_one_that_was_put_right_is_taken_when_it_is_told_to_look(config: Config) -> None:
    made(config, 1, points=True)
    async with publishing(config) as publication:
        digest = made(config, 2)
        file = config.snapshots / digest / "graph.nq"
        whole = file.read_bytes()
        damage(config, digest)
        write_pointer(config.snapshots, Pointer(snapshot=digest, inputs="", shapes=""))
        publication.check_now()
        await asyncio.sleep(1)
        assert await count(publication) == 1
        file.write_bytes(whole)
        publication.check_now()
        await until(serves(publication, digest))


@on_a_loop
async def test_a_keeper_that_was_killed_is_started_anew(config: Config) -> None:
    digest = made(config, 1, points=True)
    async with publishing(config) as publication:
        before = publication.endpoint
        os.kill(keeper(), signal.SIGKILL)
        await until(lambda: publication.endpoint is not before)
        assert publication.endpoint.is_alive
        assert (publication.endpoint.revision, await count(publication)) == (digest, 1)


@on_a_loop
async def test_an_update_that_is_written_down_is_made_though_the_keeper_dies_then(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = made(config, 1, points=True)
    append = Journal.append

    def last_act(journal: Journal, change: Change, *, after: int | None = None) -> int:
        position = append(journal, change, after=after)
        os.kill(keeper(), signal.SIGKILL)
        return position

    monkeypatch.setattr(Journal, "append", last_act)
    async with publishing(config) as publication:
        before, insert = publication.endpoint, b"INSERT DATA { <http://example.org/a> a <http://example.org/B> }"
        done = await before.write(UpdateOperation(body=insert), client="somebody")
        assert done.revision == before.revision
        assert done.revision == open_snapshot(config.snapshots / digest).revision != digest
        await until(lambda: publication.endpoint is not before)
        assert (publication.endpoint.revision, await count(publication)) == (done.revision, 2)


@on_a_loop
async def test_where_the_one_that_served_is_damaged_meanwhile_the_one_before_serves(config: Config) -> None:
    sound, digest = made(config, 1), made(config, 2, points=True)
    async with publishing(config) as publication:
        assert publication.endpoint.revision == digest
        damage(config, digest)
        os.kill(keeper(), signal.SIGKILL)
        await until(serves(publication, sound))
        assert await count(publication) == 1


@on_a_loop
async def test_updates_that_somebody_else_made_are_taken_in(config: Config) -> None:
    digest = made(config, 1, points=True)
    async with publishing(config) as publication:
        snapshot = open_snapshot(config.snapshots / digest)
        snapshot.journal.append(NEW)
        await until(serves(publication, snapshot.revision))
        assert await count(publication) == 2


@on_a_loop
async def test_nothing_is_left_where_it_has_stopped(config: Config) -> None:
    made(config, 1, points=True)
    async with publishing(config) as publication:
        made(config, 2, points=True)
        publication.check_now()
        await asyncio.sleep(0.05)
    assert keepers() == []


@on_a_loop
async def test_whatever_goes_wrong_it_looks_again(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("medkg.server.publication.CHECK_INTERVAL_S", 0.02)
    resources = config.snapshots.parent / "resources"
    resources.symlink_to(REPOSITORY)
    made(config, 1, points=True)
    async with publishing(replace(config, resources=resources)) as publication:
        resources.unlink()
        resources.touch()
        made(config, 2, points=True)
        await asyncio.sleep(0.3)
        assert await count(publication) == 1
        resources.unlink()
        resources.symlink_to(REPOSITORY)
        digest = made(config, 3, points=True)
        await until(serves(publication, digest))
