"""One evaluator as the server sees it: busy with one job or idle, asked over a socket, killed where it must be."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import Callable
from contextlib import suppress

from medkg import errors
from medkg.errors import Busy, EngineCrash, MedkgError, MemoryLimit, TimeLimit
from medkg.pool.frames import Frame, Frames
from medkg.pool.job import Answered, Job
from medkg.pool.worker import UNFORESEEN

LENIENCE = 1.0
"""Seconds after which a job steps behind all others; its evaluator is not used again."""

_BEHIND = 10  # niceness
# what the engine says, and Python's faulthandler
_OUT_OF_MEMORY = (b"memory allocation of", b"MemoryError")
_CRASHED = (b"panicked at", b"Fatal Python error")


class Evaluator:
    """The server's end of an evaluator.

    `released` is called with it whenever it has become idle or has died, and with the job it had.
    """

    def __init__(
        self,
        connection: socket.socket,
        released: Callable[[Evaluator, Job | None], None],
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        connection.setblocking(False)
        self._connection, self._released, self._loop = connection, released, loop
        self._arrived = Frames()
        self._process: int | None = None  # a descriptor where the system has such, else nothing to kill it by
        self._pid = 0
        self._unsent = memoryview(b"")
        self.job: Job | None = None
        self.revision = ""
        self.is_alive = True
        self.is_spent = False
        loop.add_reader(connection.fileno(), self._read)

    @property
    def is_ready(self) -> bool:
        """Whether it has said hello."""
        return self._pid != 0

    def start(self, job: Job, now: float) -> None:
        """Give it a job, whose future gets the answer or the reason why there is none."""
        job.take(now)
        self.job = job
        message = b"".join(job.asked.packed())
        try:
            sent = self._connection.send(message)
        except BlockingIOError:
            sent = 0
        except OSError:
            return  # it has died, as the reader will find
        if sent < len(message):
            self._unsent = memoryview(message)[sent:]
            self._loop.add_writer(self._connection.fileno(), self._write)

    def look(self, now: float) -> None:
        """See how long its job has taken: let others go before one that takes its time, end it at its deadline."""
        job = self.job
        if job is None:
            return
        taken = now - job.began
        if taken >= job.seconds:
            self.kill()
            self._finish(TimeLimit(f"evaluation took longer than {job.seconds:g} seconds; ask for less, or in parts"))
        elif taken >= LENIENCE and not self.is_spent:
            self.is_spent = True
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, self._pid, _BEHIND)
        else:
            job.notice(now)

    def give_up(self) -> None:
        """End the process and the job it has, for which nobody waits any more."""
        self.kill()
        self._finish(TimeLimit("nobody waits for this"))

    def kill(self) -> None:
        """End the process at once; whoever waits for it gets nothing."""
        if not self.is_alive:
            return
        self.is_alive = False
        self._loop.remove_reader(self._connection.fileno())
        self._loop.remove_writer(self._connection.fileno())
        if self._process is not None:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._process, signal.SIGKILL)
            os.close(self._process)
        elif self.job is not None and self._pid:
            with suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)
        self._connection.close()

    def _write(self) -> None:
        """Send what is left of the job."""
        try:
            self._unsent = self._unsent[self._connection.send(self._unsent) :]
        except BlockingIOError:
            return
        except OSError:
            self._unsent = memoryview(b"")
        if not self._unsent:
            self._loop.remove_writer(self._connection.fileno())

    def _read(self) -> None:
        """Take in what the process says."""
        try:
            data = self._connection.recv(self._arrived.wanted)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._died()
            return
        for frame in self._arrived.feed(data):
            self._said(frame)

    def _said(self, frame: Frame) -> None:
        """Take in one frame: the hello, or the answer to the job."""
        if not self.is_ready:
            self._pid, self.revision = frame.head["pid"], frame.head["revision"]
            self._process = _descriptor(self._pid)
            self._released(self, None)
        elif self.job is not None:
            self.is_spent = self.is_spent or self.job.changes or frame.head["last"]
            self._finish(_failure(frame) or Answered(frame.head, frame.body, self.revision))

    def _died(self) -> None:
        """Tell the one who waits why, as far as the last words say."""
        failure = _last_words(self._arrived.rest)
        self.kill()
        self._finish(failure)

    def _finish(self, outcome: Answered | Exception) -> None:
        """Hand over what came of the job, then oneself."""
        job, self.job = self.job, None
        if job is not None and isinstance(outcome, Exception):
            job.fail(outcome)
        elif job is not None and isinstance(outcome, Answered) and not job.answer.done():
            job.answer.set_result(outcome)
        self._released(self, job)


def _descriptor(pid: int) -> int | None:
    """A descriptor of a process that names no other even after it has ended; None where there is no such thing."""
    try:
        return os.pidfd_open(pid)
    except (AttributeError, OSError):
        return None


def _failure(frame: Frame) -> Exception | None:
    """The failure a frame tells; None where it is an answer."""
    name = frame.head.get("failure")
    if name is None:
        return None
    kind = RuntimeError if name == UNFORESEEN else getattr(errors, name)
    return kind(frame.head["message"])


def _last_words(rest: bytes) -> MedkgError:
    """Why an evaluator died, by what it left: nothing where it was killed, by an operator or for want of memory."""
    if any(words in rest for words in _OUT_OF_MEMORY):
        return MemoryLimit("evaluation took more memory than it may; ask for less, or in parts")
    if any(words in rest for words in _CRASHED):
        return EngineCrash("this query brings the engine down; nest it less, or ask in parts")
    return Busy("the process that evaluated this was ended from outside; ask again in a moment", of_client=False)
