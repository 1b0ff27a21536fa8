"""Load on a server: wrk with one thread and eight connections, in texts nobody asked before or in one and the same."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import NOT_MODIFIED, OK
from pathlib import Path

from serving.asking import LIMIT, ask, get, target, unique
from serving.processes import Server
from serving.queries import Query

CONNECTIONS = 8
_TURNS = 4
"""How many answers each connection must be able to get in a round, one server process given, for wrk to count well."""

_VERY_SLOW = 1.0  # seconds; from here on no more connections than there are cores in the smallest machine
_SCRIPT = Path(__file__).with_name("requests.lua")


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What became of a round: answers as they should be, seconds, and why it does not count where it does not."""

    answers: int
    seconds: float
    failure: str = ""

    @property
    def rate(self) -> float:
        """Answers a second; 0 for a round with failures."""
        return 0.0 if self.failure else self.answers / self.seconds


@dataclass(frozen=True, slots=True)
class Wrk:
    """The load generator at a path on this machine, and the environment variables it needs."""

    program: str
    variables: Mapping[str, str]

    def version(self) -> str:
        """Its version in a word."""
        told = subprocess.run(
            [self.program, "-v"], capture_output=True, text=True, check=False, env=self.variables
        ).stdout
        return told.split("[")[0].strip() or "wrk"

    def uncached(self, server: Server, query: Query, seconds: int, *, connections: int = CONNECTIONS) -> Load:
        """Load of texts that differ from request to request, so that no server can know the answer."""
        marked = unique()
        return self._run(server, target(server, query), query.accept, seconds, mark=marked, connections=connections)

    def cached(self, server: Server, query: Query, seconds: int, *, validated: bool = False) -> Load:
        """Load of one text, asked once before; if `validated`, of a client that has the answer and asks for news."""
        path = target(server, query) + unique()
        first = get(server, path, accept=query.accept)
        again = get(server, path, accept=query.accept, etag=first.etag if validated else "")
        wanted = NOT_MODIFIED if validated else OK
        if again.status != wanted:
            return Load(answers=0, seconds=seconds, failure=f"{again.status or 'nothing'} instead of {int(wanted)}")
        return self._run(server, path, query.accept, seconds, etag=first.etag if validated else "")

    def path(self, server: Server, path: str, seconds: int) -> Load:
        """Load of one path that is no query."""
        status = get(server, path).status
        if status != OK:
            return Load(answers=0, seconds=seconds, failure=f"{path} answers {status}")
        return self._run(server, path, "*/*", seconds)

    def _run(
        self,
        server: Server,
        path: str,
        accept: str,
        seconds: int,
        *,
        etag: str = "",
        mark: str = "",
        connections: int = CONNECTIONS,
    ) -> Load:
        command = [self.program, "-t1", f"-c{connections}", f"-d{seconds}s", f"--timeout={LIMIT:.0f}s"]
        command += ["-s", str(_SCRIPT), f"http://127.0.0.1:{server.port}", "--", path, accept, etag, mark]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=self.variables)
        told = next((line for line in done.stdout.splitlines() if line.startswith("{")), None)
        if told is None:
            return Load(answers=0, seconds=seconds, failure=f"wrk failed: {done.stderr.strip() or done.stdout.strip()}")
        return _load(json.loads(told))


def is_slow(alone: float, seconds: int) -> bool:
    """Whether a query that takes so long alone is answered too seldom in a round for wrk to count its answers."""
    return _TURNS * CONNECTIONS * alone > seconds


def few(server: Server, query: Query, alone: float, seconds: int) -> Load:
    """The load of a slow query: the time for a fixed number of requests, of about a round on two processors."""
    clients = CONNECTIONS if alone < _VERY_SLOW else 2
    number = clients * max(1, round(2 * seconds / alone / clients))
    begun = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        found = list(pool.map(lambda _: ask(server, query, limit=clients * LIMIT), range(number)))
    taken = time.perf_counter() - begun
    bad = sorted({each.status for each in found if each.status != OK})
    return Load(answers=number, seconds=taken, failure=f"answered {bad}" if bad else "")


def _load(told: dict[str, float]) -> Load:
    """What wrk counted, as a load."""
    faults = {"not answered 2xx": told["refused"], "connections broken or timed out": told["broken"]}
    failure = "; ".join(f"{number:.0f} {what}" for what, number in faults.items() if number)
    answers = int(told["requests"] - told["refused"])
    return Load(answers=answers, seconds=told["seconds"], failure=failure or ("" if answers else "no answer at all"))
