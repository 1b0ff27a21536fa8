"""Evaluators forked before the keeper has prepared its pages are replaced by ones forked after that."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from medkg.evaluation.changes import Change
from medkg.pool import KeeperConfig, PageOperation, Pool
from medkg.snapshots.snapshot import open_snapshot
from tests.pool.asking import RUNAWAY, count, keeper, kept_and_pooled, on_a_loop, run, until
from tests.processes import children

SITE = """
import time
from pathlib import Path
from medkg.pool import PageResult

class Site:
    "Pages that say how often they were prepared, which happens as long as a file is there."

    def __init__(self, snapshot, store, prefixes, task):
        self.file, self.times = Path(task["file"]), 0

    def show(self, store, revision, change=None):
        pass

    def preparation(self):
        while not self.file.exists():
            time.sleep(0.001)
            yield
        self.times += 1

    def answer(self, operation, bounds):
        return PageResult(status=200, body=b"%d" % self.times)
"""
EVALUATORS = 3


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file that makes keepers prepare their pages."""
    return tmp_path / "prepare"


@pytest.fixture
def kept(fresh: KeeperConfig, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> KeeperConfig:
    """A snapshot with pages."""
    (tmp_path / "site_for_tests.py").write_text(SITE)
    monkeypatch.syspath_prepend(str(tmp_path))
    return replace(fresh, site={"module": "site_for_tests", "file": str(file)})


async def pages(pool: Pool) -> set[bytes]:
    """The pages that all evaluators make, each asked by a client of its own."""
    asked = PageOperation(method="GET", path="/", query="", headers=(), client="", origin="", prefix="")
    answers = [pool.run(asked, client=f"client {n}", seconds=10.0) for n in range(EVALUATORS)]
    return {answer.result.body for answer in await asyncio.gather(*answers)}


@on_a_loop
async def test_once_pages_are_prepared_all_idle_evaluators_are_replaced_one_after_another(
    kept: KeeperConfig, file: Path
) -> None:
    async with kept_and_pooled(kept, evaluators=EVALUATORS) as (keeper_client, pool):
        await until(lambda: pool.idle == EVALUATORS)
        assert await pages(pool) == {b"0"}
        fewest, most = EVALUATORS, 0

        def is_replaced() -> bool:
            nonlocal fewest, most
            fewest, most = min(fewest, pool.idle), max(most, len(children(keeper())))
            return pool.generations == {1} and pool.idle == EVALUATORS

        file.touch()
        await until(is_replaced)
        assert (fewest, most) <= (EVALUATORS, EVALUATORS + 2)  # of which one may still be ending
        assert fewest == EVALUATORS
        assert await pages(pool) == {b"1"}
        open_snapshot(kept.snapshot).journal.append(Change(added=b"<a:s> <a:p> <a:o> .\n"))
        await keeper_client.advance()
        pool.renew()
        await until(lambda: pool.generations == {2} and pool.idle == EVALUATORS)
        assert await pages(pool) == {b"2"}
        assert not pool.ended


@on_a_loop
async def test_one_at_work_meanwhile_is_replaced_once_it_is_done(kept: KeeperConfig, file: Path) -> None:
    async with kept_and_pooled(kept, evaluators=2) as (_, pool):
        await until(lambda: pool.idle == 2)
        runaway = asyncio.ensure_future(run(pool, RUNAWAY))
        await until(lambda: pool.busy == 1)
        file.touch()
        await until(lambda: pool.generations == {0, 1})
        assert await count(pool) == 10
        runaway.cancel()
        await until(lambda: pool.generations == {1} and pool.idle == 2)
