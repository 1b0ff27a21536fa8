"""The keeper as the server sees it: started as a process of its own, asked for evaluators, ended with the server."""

from __future__ import annotations

import asyncio
import logging
import socket
import subprocess
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from medkg.errors import Busy, MedkgError, SnapshotError
from medkg.pool.frames import Frame, Frames
from medkg.pool.job import nothing
from medkg.pool.keeper import ADVANCE, FORK, NUMBER, PING
from medkg.pool.keeper_process import Kept, start
from medkg.pool.process import processor_time
from medkg.pool.sandbox import Walls

START_TIMEOUT_S, ANSWER_TIMEOUT_S = 60, 5
"""Seconds after which a keeper that says and does nothing is killed, while it reads its graph and from then on."""

BUSY_FACTOR = 12
"""How many times as long it may take where it is at work all the while."""

_log = logging.getLogger("medkg.pool")

_PING_INTERVAL_S = 1.0
_PATIENCE = 5.0  # seconds for a keeper to end by itself
_BUFFER = 1 << 20  # bytes that an evaluator may be ahead of the server


class Keeping:
    """A keeper at work.

    `revision` is that of the graph it holds, `position` how much of the journal that takes in, `in_memory` whether
    updates can reach it, and `walls` what its evaluators are shut in by. `generation` rises whenever evaluators forked
    from then on make pages faster, and `on_generation` is called then. It is pinged every second, and killed where it
    says nothing for a while.
    """

    def __init__(self, process: subprocess.Popen[str], control: socket.socket, loop: asyncio.AbstractEventLoop) -> None:
        self._process, self._control, self._loop = process, control, loop
        self._frames, self._said = Frames(), deque[Frame]()
        self._news, self._turn = asyncio.Event(), asyncio.Lock()
        self._has_ended = False
        self._pinging: asyncio.Task[None] | None = None
        self.revision, self.position = "", 0
        self.generation = 0
        self.on_generation: Callable[[], None] = nothing
        self.in_memory = False
        self.walls = Walls()
        loop.add_reader(control.fileno(), self._read)

    @classmethod
    async def start(cls, kept: Kept) -> Keeping:
        """A keeper that has its graph; a `MedkgError` where it cannot be had, `Busy` where the system lacks the means.

        One that ends without a word has been killed, and another is started; a second time there is a reason for it.
        """
        try:
            return await cls._started(kept)
        except SnapshotError:
            return await cls._started(kept)

    @classmethod
    async def _started(cls, kept: Kept) -> Keeping:
        """A keeper that has its graph; a `SnapshotError` where it ends before that without a word."""
        try:
            process, control = start(kept)
        except OSError as error:
            reason = f"no process can be started to keep the graph: {error.strerror}"
            raise Busy(reason, of_client=False) from error
        keeping = cls(process, control, asyncio.get_running_loop())
        try:
            await keeping._report(START_TIMEOUT_S)
        except BaseException:
            await keeping.stop()
            raise
        keeping._pinging = asyncio.create_task(keeping._ping())
        return keeping

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
        for each in (ours, theirs):
            with suppress(OSError):  # a system may grant less: slower, but no less right
                each.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)
        with theirs, suppress(OSError):  # a keeper that has died answers nothing, and the evaluator's end is closed
            socket.send_fds(self._control, [FORK], [theirs.fileno()])
        return ours

    async def advance(self, last: int = 0) -> None:
        """Have the keeper take in what the journal has gained, up to an update; `revision` is the new one then.

        A `MedkgError` where it cannot, and a `SnapshotError` where it has ended. It is no more then: what it would have
        gained, its successor begins with.
        """
        await self._ask(ADVANCE + NUMBER.pack(last))

    async def stop(self) -> None:
        """End the keeper, and its evaluators with it."""
        if self._pinging is not None:
            self._pinging.cancel()
        self._end()
        self._control.close()
        try:
            await asyncio.to_thread(self._process.wait, _PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            await asyncio.to_thread(self._process.wait)

    async def _ping(self) -> None:
        """Ask again and again whether the keeper is there, until it is not."""
        while self.is_alive:
            await asyncio.sleep(_PING_INTERVAL_S)
            with suppress(MedkgError):
                await self._ask(PING)

    async def _ask(self, command: bytes) -> None:
        """Give the keeper a command, and take in its report."""
        async with self._turn:
            with suppress(OSError):  # of which one hears when one listens
                self._control.send(command)
            await self._report(ANSWER_TIMEOUT_S)

    async def _report(self, seconds: int) -> None:
        """Wait for the keeper's report, which says what it holds; while it says how far it is, one waits on."""
        frame = await self._heard(seconds)
        while frame.head.keys() == {"position"}:
            frame = await self._heard(seconds)
        if "failure" in frame.head:
            raise MedkgError(frame.head["failure"])
        self.revision, self.position = frame.head["revision"], frame.head["position"]
        self.in_memory, self.walls = frame.head["in_memory"], Walls(*frame.head["walls"])

    async def _heard(self, seconds: int) -> Frame:
        """The next frame the keeper sends; a `SnapshotError` where it ends, or hangs for so long and is killed.

        Seconds are counted one by one: where this process has been halted too, the keeper gets its time all the same.
        """
        used, idle = 0.0, 0
        for _ in range(seconds * BUSY_FACTOR):
            with suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await self._news.wait()
            if self._said:
                return self._said.popleft()
            if self._has_ended:
                raise SnapshotError("the process that keeps the graph has ended; is there enough memory?")
            self._news.clear()
            before, used = used, processor_time(self._process.pid)
            idle = 0 if used > before else idle + 1
            if idle >= seconds:
                break
        _log.error("the process that keeps the graph does not answer, and is killed")
        self._process.kill()
        self._end()
        raise SnapshotError("the process that keeps the graph does not answer")

    def _read(self) -> None:
        """Take in what the keeper sends."""
        try:
            data = self._control.recv(1 << 16)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            for frame in self._frames.feed(data):
                self._take(frame)
        else:
            self._end()

    def _take(self, frame: Frame) -> None:
        """Take in a frame: a new generation at once, and all else by whoever waits for it."""
        if frame.head.keys() == {"generation"}:
            self.generation = frame.head["generation"]
            self.on_generation()
        else:
            self._said.append(frame)
            self._news.set()

    def _end(self) -> None:
        """Listen no longer."""
        self._has_ended = True
        self._loop.remove_reader(self._control.fileno())
        self._news.set()
