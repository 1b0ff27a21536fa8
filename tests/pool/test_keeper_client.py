"""Evaluators that cannot be started for a while: the keeper lives on, no query is lost that another can do."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest

from medkg.errors import Busy, MedkgError, SnapshotError
from medkg.pool import ExitCause, KeeperClient, KeeperConfig, Pool
from tests.pool.asking import count, keeper, keepers, kept_and_pooled, on_a_loop, pooled, until
from tests.pool.conftest import QUADS
from tests.processes import FORK_FAILS, children, is_alive, on_linux, without_descriptors

pytestmark = on_linux


@pytest.fixture
def sign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that makes the forks of a keeper fail while it is there."""
    sign = tmp_path / "sign"
    (tmp_path / "sitecustomize.py").write_text(FORK_FAILS.format(sign=str(sign)))
    monkeypatch.syspath_prepend(str(tmp_path))
    return sign


async def replaced(pool: Pool) -> None:
    """Have all evaluators end."""
    for each in children(keeper()):
        os.kill(each, signal.SIGKILL)
    await until(lambda: pool.idle == 0)


@on_a_loop
async def test_a_fork_that_fails_is_made_again_and_a_query_waits_for_it(kept: KeeperConfig, sign: Path) -> None:
    async with pooled(kept) as pool:
        assert await count(pool) == QUADS
        holder = keeper()
        sign.touch()
        await replaced(pool)
        waiting = asyncio.ensure_future(count(pool))
        await until(lambda: pool.ended[ExitCause.START] >= 1)
        sign.unlink()
        assert await waiting == QUADS
        assert keeper() == holder


@on_a_loop
async def test_one_failed_fork_is_no_matter_where_there_are_other_evaluators(kept: KeeperConfig, sign: Path) -> None:
    async with pooled(kept, evaluators=2) as pool:
        await until(lambda: pool.idle == 2)
        sign.touch()
        os.kill(children(keeper())[0], signal.SIGKILL)
        await until(lambda: pool.ended[ExitCause.START] >= 1)
        assert await count(pool) == QUADS
        sign.unlink()
        await until(lambda: pool.idle == 2)


@on_a_loop
async def test_while_no_fork_succeeds_queries_are_sent_away_and_the_log_says_why_once(
    kept: KeeperConfig, sign: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with pooled(kept) as pool:
        await until(lambda: pool.idle == 2)
        holder = keeper()
        sign.touch()
        await replaced(pool)
        with pytest.raises(Busy, match="can be started") as sent_away:
            await count(pool)
        assert not sent_away.value.of_client
        await until(lambda: pool.ended[ExitCause.START] >= 4)
        assert sum("Resource temporarily unavailable" in each for each in caplog.messages) == 1
        sign.unlink()
        assert await count(pool) == QUADS
        assert keeper() == holder


@on_a_loop
async def test_a_keeper_that_may_open_nothing_lives_on_and_leaks_nothing(kept: KeeperConfig) -> None:
    async with pooled(kept) as pool:
        await until(lambda: pool.idle == 2)
        holder, ours = keeper(), len(os.listdir("/dev/fd"))
        its = len(os.listdir(f"/proc/{holder}/fd"))
        with without_descriptors(holder):
            await replaced(pool)
            with pytest.raises(Busy, match="can be started"):
                await count(pool)
        assert await count(pool) == QUADS
        await until(lambda: pool.idle == 2)
        assert keeper() == holder
        assert len(os.listdir(f"/proc/{holder}/fd")) == its
        assert len(os.listdir("/dev/fd")) == ours


@on_a_loop
async def test_a_server_that_may_open_nothing_answers_with_the_evaluators_it_has(kept: KeeperConfig) -> None:
    async with pooled(kept) as pool:
        await until(lambda: pool.idle == 2)
        ours = len(os.listdir("/dev/fd"))
        doomed = children(keeper())
        with without_descriptors(os.getpid()):
            assert await count(pool) == QUADS
            for each in doomed:
                os.kill(each, signal.SIGKILL)
            with pytest.raises(Busy, match="can be started"):
                await count(pool)
            with pytest.raises(Busy, match="no process can be started to keep the graph"):
                await KeeperClient.start(kept)
        assert await count(pool) == QUADS
        await until(lambda: pool.idle == 2)
        assert len(os.listdir("/dev/fd")) == ours


@on_a_loop
async def test_a_keeper_that_hangs_is_found_and_killed(kept: KeeperConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("medkg.pool.keeper_client.ANSWER_TIMEOUT_S", 2)
    async with kept_and_pooled(kept) as (keeper_client, pool):
        assert await count(pool) == QUADS
        holder = keeper()
        os.kill(holder, signal.SIGSTOP)
        await until(lambda: not keeper_client.is_alive, seconds=20)
        await until(lambda: not is_alive(holder))
        with pytest.raises(SnapshotError):
            await keeper_client.advance()
        with pytest.raises(Busy):
            await count(pool)


@on_a_loop
async def test_a_keeper_that_hangs_while_an_update_is_taken_in_is_found_too(
    kept: KeeperConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("medkg.pool.keeper_client.ANSWER_TIMEOUT_S", 2)
    async with kept_and_pooled(kept) as (keeper_client, _):
        os.kill(keeper(), signal.SIGSTOP)
        with pytest.raises(SnapshotError, match="does not answer"):
            await keeper_client.advance()
        assert not keeper_client.is_alive


@on_a_loop
async def test_a_keeper_that_hangs_before_it_has_its_graph_is_found_too(
    kept: KeeperConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("medkg.pool.keeper_client.START_TIMEOUT_S", 1)
    starting = asyncio.ensure_future(KeeperClient.start(kept))
    halted: set[int] = set()
    while not starting.done():
        for each in {*keepers()} - halted:
            os.kill(each, signal.SIGSTOP)
            halted.add(each)
        await asyncio.sleep(0.002)
    with pytest.raises(MedkgError, match="does not answer"):
        await starting
    assert len(halted) == 2
    assert keepers() == []


@on_a_loop
async def test_a_keeper_that_is_halted_for_a_moment_goes_on(kept: KeeperConfig) -> None:
    async with kept_and_pooled(kept) as (keeper_client, pool):
        holder = keeper()
        os.kill(holder, signal.SIGSTOP)
        await asyncio.sleep(1.5)
        os.kill(holder, signal.SIGCONT)
        await keeper_client.advance()
        assert await count(pool) == QUADS
        assert keeper() == holder


@on_a_loop
async def test_nothing_is_imported_from_the_working_directory(
    kept: KeeperConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("json", "struct", "pyoxigraph", "resource", "sitecustomize", "usercustomize", "encodings"):
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'imported')!r}, 'a').write({name!r})\n")
    monkeypatch.chdir(tmp_path)
    for spelling in ("", str(tmp_path), "."):
        with monkeypatch.context() as patch:
            patch.syspath_prepend(spelling)  # as `python -c` and `python -m` have it
            async with pooled(kept) as pool:
                assert await count(pool) == QUADS
                assert Path(f"/proc/{keeper()}/cwd").readlink() == Path("/")
    assert not (tmp_path / "imported").exists()


@on_a_loop
async def test_modules_are_found_where_pythonpath_says_even_in_the_working_directory(
    kept: KeeperConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sitecustomize.py").write_text(f"open({str(tmp_path / 'imported')!r}, 'w')\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.syspath_prepend(str(tmp_path))
    async with pooled(kept) as pool:
        assert await count(pool) == QUADS
    assert (tmp_path / "imported").exists()
