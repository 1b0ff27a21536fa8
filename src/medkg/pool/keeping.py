"""The keeper as the server sees it: started as a process of its own, asked for evaluators, ended with the server."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from medkg.errors import MedkgError, SnapshotError
from medkg.pool.frames import Frame, Frames
from medkg.pool.keeper import ADVANCE, FORK, NUMBER
from medkg.pool.limits import Limits
from medkg.pool.sandbox import Walls

MOST_QUADS = 4_000_000
"""Graphs of more quads stay on disk, where each evaluator opens them; they cannot be written to."""

_PATIENCE = 5.0  # seconds for a keeper to end by itself
_BUFFER = 1 << 20  # bytes that an evaluator may be ahead of the server


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a keeper keeps: a snapshot's directory, the prefixes of queries, the limits of evaluation.

    `site` names the `module` of the site, where there is to be one, and holds what else that is told, as JSON.
    """

    snapshot: Path
    prefixes: Mapping[str, str]
    limits: Limits
    most_quads: int = MOST_QUADS
    site: Mapping[str, object] | None = None


class Keeping:
    """A keeper at work.

    `revision` is that of the graph it holds, `position` how much of the journal that takes in, `in_memory` whether
    updates can reach it, and `walls` what its evaluators are shut in by.
    """

    def __init__(self, process: subprocess.Popen[str], control: socket.socket, loop: asyncio.AbstractEventLoop) -> None:
        self._process, self._control, self._loop = process, control, loop
        self._frames = Frames()
        self.revision, self.position = "", 0
        self.in_memory = False
        self.walls = Walls()

    @classmethod
    async def start(cls, kept: Kept) -> Keeping:
        """A keeper that has its graph; a `MedkgError` where it cannot be had.

        One that ends without a word has been killed, and another is started; a second time there is a reason for it.
        """
        try:
            return await cls._started(kept)
        except SnapshotError:
            return await cls._started(kept)

    @classmethod
    async def _started(cls, kept: Kept) -> Keeping:
        """A keeper that has its graph; a `SnapshotError` where it ends before that without a word."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        with theirs:
            try:
                process = _process(theirs, kept)
            except MedkgError:
                ours.close()
                raise
        keeping = cls(process, ours, asyncio.get_running_loop())
        try:
            await keeping._told()
        except BaseException:
            await keeping.stop()
            raise
        return keeping

    @property
    def is_alive(self) -> bool:
        """Whether the process is there."""
        return self._process.poll() is None

    def fork(self) -> socket.socket:
        """The connection to a new evaluator, which says hello once it is there."""
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
        with suppress(ConnectionError):  # of which one hears when one listens
            await self._loop.sock_sendall(self._control, ADVANCE + NUMBER.pack(last))
        await self._told()

    async def stop(self) -> None:
        """End the keeper, and its evaluators with it."""
        self._control.close()
        try:
            await asyncio.to_thread(self._process.wait, _PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            await asyncio.to_thread(self._process.wait)

    async def _told(self) -> None:
        """Wait for the keeper's next word, which is its revision."""
        frame = await self._heard()
        if "failure" in frame.head:
            raise MedkgError(frame.head["failure"])
        self.revision, self.position = frame.head["revision"], frame.head["position"]
        self.in_memory, self.walls = frame.head["in_memory"], Walls(*frame.head["walls"])

    async def _heard(self) -> Frame:
        """The next frame the keeper sends."""
        with suppress(ConnectionError):
            while data := await self._loop.sock_recv(self._control, 1 << 16):
                for frame in self._frames.feed(data):
                    return frame
        raise SnapshotError("the process that keeps the graph has ended; is there enough memory?")


def _process(control: socket.socket, kept: Kept) -> subprocess.Popen[str]:
    """The keeper's process, which has been told what it keeps."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MEDKG_")}
    try:
        process = subprocess.Popen(
            [sys.executable, "-c", "from medkg.pool.keeper import main; main()"],
            stdin=subprocess.PIPE,
            pass_fds=[control.fileno()],
            env=environment | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            encoding="utf-8",
        )
    except OSError as error:
        raise MedkgError(f"no process can be started to keep the graph: {error.strerror}") from error
    assert process.stdin is not None  # it is a pipe
    with suppress(BrokenPipeError), process.stdin as line:
        line.write(json.dumps(_task(kept, control.fileno())) + "\n")
    return process


def _task(kept: Kept, control: int) -> dict[str, object]:
    """What the keeper reads on its standard input."""
    return {
        "control": control,
        "snapshot": str(kept.snapshot.absolute()),
        "prefixes": dict(kept.prefixes),
        "most_quads": kept.most_quads,
        "memory": kept.limits.memory,
        "answer": kept.limits.answer,
        "rows": kept.limits.rows,
        "site": None if kept.site is None else dict(kept.site),
    }
