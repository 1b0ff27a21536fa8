"""The keeper as the server sees it: started as a process of its own, asked for evaluators, ended with the server."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from medkg.errors import Busy, MedkgError, SnapshotError
from medkg.pool.job import do_nothing
from medkg.pool.limits import RequestLimits
from medkg.pool.messages import (
    ADVANCE,
    FORK,
    FROM_KEEPERS,
    PING,
    POSITION,
    KeeperGeneration,
    KeeperProgress,
    KeeperReport,
    StartFailure,
)
from medkg.pool.processes import import_path, processor_seconds
from medkg.pool.sandbox import Confinement
from medkg.pool.wire import CHUNK_BYTES, MessageReader

START_TIMEOUT_S, ANSWER_TIMEOUT_S = 60, 5
"""Seconds after which a keeper that says and does nothing is killed, while it reads its graph and from then on."""

BUSY_FACTOR = 12
"""How many times as long it may take where it is at work all the while."""

MAX_QUADS_IN_MEMORY = 4_000_000
"""Graphs of more quads stay on disk, where each evaluator opens them; they cannot be written to."""

_log = logging.getLogger("medkg.pool")

_PING_INTERVAL_S = 1.0
_STOP_TIMEOUT_S = 5.0
_SEND_BUFFER_BYTES = 1 << 20  # that an evaluator may be ahead of the server

_Answer = KeeperReport | KeeperProgress | StartFailure


@dataclass(frozen=True, slots=True, kw_only=True)
class KeeperConfig:
    """What a keeper is told: a snapshot's directory, the prefixes of queries, the limits of evaluation.

    `site` names the `module` of the site, where there is to be one, and holds what else that is told, as JSON.
    """

    snapshot: Path
    prefixes: Mapping[str, str]
    limits: RequestLimits
    max_quads_in_memory: int = MAX_QUADS_IN_MEMORY
    site: Mapping[str, object] | None = None

    def to_json(self, control_fd: int) -> str:
        """The line that the process reads: the number of the socket for commands, and what it is told."""
        values = {
            "snapshot": str(self.snapshot.absolute()),
            "prefixes": dict(self.prefixes),
            "limits": asdict(self.limits),
            "max_quads_in_memory": self.max_quads_in_memory,
            "site": None if self.site is None else dict(self.site),
        }
        return json.dumps([control_fd, values]) + "\n"

    @classmethod
    def from_json(cls, line: str) -> tuple[int, KeeperConfig]:
        """The number of the socket and what the keeper is told."""
        control_fd, values = json.loads(line)
        snapshot, limits = Path(values.pop("snapshot")), RequestLimits(**values.pop("limits"))
        return control_fd, cls(snapshot=snapshot, limits=limits, **values)


class KeeperClient:
    """A keeper at work.

    `revision` is that of the graph it holds, `position` how much of the journal that takes in, `in_memory` whether
    updates can reach it, and `confinement` that of its evaluators. `generation` rises whenever evaluators forked from
    then on make pages faster, and `on_generation` is called then. The keeper is pinged every second, and killed where
    it says nothing for a while.
    """

    def __init__(self, process: subprocess.Popen[str], control: socket.socket, loop: asyncio.AbstractEventLoop) -> None:
        self._process, self._control, self._loop = process, control, loop
        self._reader, self._answers = MessageReader(FROM_KEEPERS), deque[_Answer]()
        self._has_news, self._turn = asyncio.Event(), asyncio.Lock()
        self._has_ended = False
        self._pinging: asyncio.Task[None] | None = None
        self.revision, self.position = "", 0
        self.generation = 0
        self.on_generation: Callable[[], None] = do_nothing
        self.in_memory = False
        self.confinement = Confinement()
        loop.add_reader(control.fileno(), self._read)

    @classmethod
    async def start(cls, config: KeeperConfig) -> KeeperClient:
        """A keeper that has its graph; a `MedkgError` where it cannot be had, `Busy` where the system lacks the means.

        One that ends without a word has been killed, and another is started; a second time there is a reason for it.
        """
        try:
            return await cls._start_once(config)
        except SnapshotError:
            return await cls._start_once(config)

    @classmethod
    async def _start_once(cls, config: KeeperConfig) -> KeeperClient:
        """A keeper that has its graph; a `SnapshotError` where it ends before that without a word."""
        try:
            process, control = _start_process(config)
        except OSError as error:
            reason = f"no process can be started to keep the graph: {error.strerror}"
            raise Busy(reason, of_client=False) from error
        client = cls(process, control, asyncio.get_running_loop())
        try:
            await client._take_report(START_TIMEOUT_S)
        except BaseException:
            await client.stop()
            raise
        client._pinging = asyncio.create_task(client._ping())
        return client

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether the process is there, and answers."""
        return not self._has_ended and self._process.poll() is None

    def fork(self) -> socket.socket:
        """The connection to a new evaluator, which says hello once it is there; an `OSError` where none can be had."""
        ours, theirs = socket.socketpair()
        for end in (ours, theirs):
            with suppress(OSError):  # a system may grant less: slower, but no less right
                end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER_BYTES)
        with theirs, suppress(OSError):  # a keeper that has died answers nothing, and the evaluator's end is closed
            socket.send_fds(self._control, [FORK], [theirs.fileno()])
        return ours

    async def advance(self, last: int = 0) -> None:
        """Have the keeper take in what the journal has gained, up to an update; `revision` is the new one then.

        A `MedkgError` where it cannot, and a `SnapshotError` where it has ended. It is no more then: what it would have
        gained, its successor begins with.
        """
        await self._command(ADVANCE + POSITION.pack(last))

    async def stop(self) -> None:
        """End the keeper, and its evaluators with it."""
        if self._pinging is not None:
            self._pinging.cancel()
        self._end()
        self._control.close()
        try:
            await asyncio.to_thread(self._process.wait, _STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            await asyncio.to_thread(self._process.wait)

    async def _ping(self) -> None:
        """Ask again and again whether the keeper is there, until it is not."""
        while self.is_alive:
            await asyncio.sleep(_PING_INTERVAL_S)
            with suppress(MedkgError):
                await self._command(PING)

    async def _command(self, command: bytes) -> None:
        """Give the keeper a command, and take in its report."""
        async with self._turn:
            with suppress(OSError):  # which is noticed where the report does not come
                self._control.send(command)
            await self._take_report(ANSWER_TIMEOUT_S)

    async def _take_report(self, timeout_s: int) -> None:
        """Wait for the keeper's report, which says what it holds; while it tells of progress, wait on."""
        answer = await self._next_answer(timeout_s)
        while isinstance(answer, KeeperProgress):
            answer = await self._next_answer(timeout_s)
        if isinstance(answer, StartFailure):
            raise MedkgError(answer.message)
        self.revision, self.position, self.in_memory = answer.revision, answer.position, answer.in_memory
        self.confinement = Confinement(has_filter=answer.has_filter, has_memory_limit=answer.has_memory_limit)

    async def _next_answer(self, timeout_s: int) -> _Answer:
        """The next message of the keeper; a `SnapshotError` where it ends, or hangs for so long and is killed.

        Seconds are counted one by one: where this process has been halted too, the keeper gets its time all the same.
        """
        used, idle = 0.0, 0
        for _ in range(timeout_s * BUSY_FACTOR):
            with suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await self._has_news.wait()
            if self._answers:
                return self._answers.popleft()
            if self._has_ended:
                raise SnapshotError("the process that keeps the graph has ended; is there enough memory?")
            self._has_news.clear()
            before, used = used, processor_seconds(self._process.pid)
            idle = 0 if used > before else idle + 1
            if idle >= timeout_s:
                break
        _log.error("the process that keeps the graph does not answer, and is killed")
        self._process.kill()
        self._end()
        raise SnapshotError("the process that keeps the graph does not answer")

    def _read(self) -> None:
        """Take in what the keeper sends: a new generation at once, and all else by the one that waits for it."""
        try:
            data = self._control.recv(CHUNK_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._end()
            return
        for message in self._reader.feed(data):
            if isinstance(message, KeeperGeneration):
                self.generation = message.generation
                self.on_generation()
            else:
                self._answers.append(message)
                self._has_news.set()

    def _end(self) -> None:
        """Listen no longer."""
        self._has_ended = True
        self._loop.remove_reader(self._control.fileno())
        self._has_news.set()


def _start_process(config: KeeperConfig) -> tuple[subprocess.Popen[str], socket.socket]:
    """The process of a keeper, and the connection to it; an `OSError` where there can be none.

    It imports nothing from the directory in which the server was started, where somebody may have put a `json.py`: `-P`
    keeps that off the path. `-I` would do so too, but would ignore the user's site and all `PYTHON*` variables. It gets
    none of the server's secrets.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MEDKG_")}
    ours, theirs = socket.socketpair()
    with theirs:
        try:
            process = subprocess.Popen(
                [sys.executable, "-P", "-c", "from medkg.pool.keeper import main; main()"],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                cwd=os.sep,
                env=environment | {"PYTHONPATH": os.pathsep.join(import_path())},
                encoding="utf-8",
            )
        except BaseException:
            ours.close()
            raise
        assert process.stdin is not None  # it is a pipe
        with suppress(BrokenPipeError), process.stdin as line:
            line.write(config.to_json(theirs.fileno()))
    ours.setblocking(False)
    return process, ours
