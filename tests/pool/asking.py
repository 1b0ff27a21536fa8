"""Pools at work, and what is asked of them: a question, a runaway, a memory bomb, two that crash the engine."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import wraps
from pathlib import Path
from time import monotonic
from typing import Any, ParamSpec

from medkg.pool import EvaluatorAnswer, KeeperClient, KeeperConfig, Pool, PoolLimits, QueryOperation
from tests.processes import children

Parameters = ParamSpec("Parameters")

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
CRASHES = (f"ASK {{ FILTER({'!' * 90_000} true) }}", f"ASK {{ ?s {'/'.join(['ex:p'] * 10_000)} ?o }}")

_DOUBLED = " ".join(f"BIND(CONCAT(?a{n}, ?a{n}) AS ?a{n + 1})" for n in range(30))
MEMORY_BOMB = f"SELECT (STRLEN(?a30) AS ?n) {{ BIND('12345678' AS ?a0) {_DOUBLED} }}"


def asked(text: str, *, seconds: float = 10.0) -> QueryOperation:
    """A query as an evaluator is asked it."""
    return QueryOperation(format="json", seconds=seconds, body=text.encode())


@asynccontextmanager
async def kept_and_pooled(
    kept: KeeperConfig, *, evaluators: int = 2, **crowd: int
) -> AsyncIterator[tuple[KeeperClient, Pool]]:
    """A keeper, and a pool on it."""
    keeper_client = await KeeperClient.start(kept)
    pool = Pool(keeper_client, PoolLimits(evaluators=evaluators, **crowd))
    try:
        yield keeper_client, pool
    finally:
        pool.close()
        await keeper_client.stop()


@asynccontextmanager
async def pooled(kept: KeeperConfig, *, evaluators: int = 2, **crowd: int) -> AsyncIterator[Pool]:
    """A pool on a keeper of its own."""
    async with kept_and_pooled(kept, evaluators=evaluators, **crowd) as (_, pool):
        yield pool


async def run(pool: Pool, text: str, *, client: str = "somebody", seconds: float = 10.0) -> EvaluatorAnswer[Any]:
    """What comes of a query."""
    return await pool.run(asked(text, seconds=seconds), client=client, seconds=seconds)


async def count(pool: Pool, *, client: str = "somebody") -> int:
    """The number of quads as the pool says it."""
    return number(await run(pool, COUNT, client=client))


def number(answer: EvaluatorAnswer[Any]) -> int:
    """The one number an answer says."""
    return int(json.loads(answer.result.body)["results"]["bindings"][0]["n"]["value"])


async def until(is_so: Callable[[], bool], *, seconds: float = 60.0) -> float:
    """The seconds until something is so, which must come to be."""
    started = monotonic()
    while not is_so():
        assert monotonic() - started < seconds
        await asyncio.sleep(0.002)
    return monotonic() - started


def keepers() -> list[int]:
    """The keepers that this process itself has, not those of servers that it has started."""
    mine = children(os.getpid())
    return [each for each in mine if b"medkg.pool.keeper" in Path(f"/proc/{each}/cmdline").read_bytes()]


def keeper() -> int:
    """The one keeper that this process has."""
    (found,) = keepers()
    return found


def on_a_loop(
    test: Callable[Parameters, Coroutine[Any, Any, None]],
) -> Callable[Parameters, None]:
    """A test that is a coroutine, as one that is a function."""

    @wraps(test)
    def tested(*arguments: Parameters.args, **options: Parameters.kwargs) -> None:
        asyncio.run(test(*arguments, **options))

    return tested
