"""One evaluator as the server sees it: busy with one job or idle, asked over a socket, killed where it must be."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from medkg.errors import Busy, TimeLimit
from medkg.pool import process, replies
from medkg.pool.frames import Frame, FrameError, Frames
from medkg.pool.job import Answered, Job

_log = logging.getLogger("medkg.pool")

_QUICK = 0.005  # seconds; a job behind such a one is better off than one that waits for us to hear of it
_LEAST_SHARE = 1 / 16  # of a processor; a job that gets less waits for the disk, and costs as if it got so much
_LATEST = 0.25  # the weight of the latest job in what jobs take


class Evaluator:
    """The server's end of an evaluator.

    `released` is called with it whenever it has become idle or has died, and with the job it had; one without an
    answer is for another evaluator.
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
        self._unsent, self._is_deaf = memoryview(b""), False
        self._given: deque[Job | None] = deque()  # None for one whose answer nobody waits for any more
        self._used = 0.0  # seconds of processor when it began
        self._began, self._usual = 0.0, 1.0  # when it began with the first, and the seconds that jobs take of late
        self.revision, self.generation = "", 0
        self.is_alive, self.is_spent = True, False
        self.cause: replies.Cause | None = None  # why it ended before its time
        self.failure: Exception | None = None  # which says so
        loop.add_reader(connection.fileno(), self._read)

    @property
    def is_ready(self) -> bool:
        """Whether it has said hello."""
        return self._pid != 0

    @property
    def pid(self) -> int:
        """The number of the process, once it has said hello."""
        return self._pid

    @property
    def job(self) -> Job | None:
        """The job it is at; None where it is at none, or at one that nobody waits for."""
        return self._given[0] if self._given else None

    @property
    def is_busy(self) -> bool:
        """Whether it is at anything."""
        return bool(self._given)

    @property
    def quick(self) -> Job | None:
        """The job it is at where another may lie ready behind it, so that this process need not wait for ours.

        Its jobs are quick then, for whatever lies behind a job has to wait for it.
        """
        job = self.job
        is_open = self._usual < _QUICK and len(self._given) == 1 and not (self.is_spent or self._unsent)
        return job if is_open and job is not None and not job.changes else None

    def start(self, job: Job, now: float) -> None:
        """Give it a job, whose future gets the answer or the reason why there is none."""
        self._given.append(job)
        self.is_spent = self.is_spent or job.changes
        if len(self._given) == 1:
            self._begin(now)
        message = b"".join(job.asked.packed())
        self._unsent = memoryview(message)
        self._write()
        if self._unsent:
            self._loop.add_writer(self._connection.fileno(), self._write)

    def look(self, now: float) -> list[Job]:
        """See how long its job has taken, and end it at its deadline.

        What lies behind a job that is not quick is given back, for another to do.
        """
        if not self._given:
            return []
        self._weigh(now)
        job = self.job
        taken = now - self._began + (job.spent if job else 0)
        if job is None:
            if taken >= _QUICK:
                self._end(None)
        elif taken >= job.seconds:
            self._end(TimeLimit(f"evaluation took longer than {job.seconds:g} seconds; ask for less, or in parts"))
        else:
            job.notice(now)
        return self._behind() if taken >= _QUICK else []

    def step_behind(self) -> None:
        """Have the system let others go before it from here on; it is not to be used again."""
        self.is_spent = True
        process.step_behind(self._pid)

    def stop(self, failure: Exception) -> None:
        """End it, and tell the client of its job why."""
        self._end(failure)

    def give_up(self, job: Job) -> bool:
        """Drop a job for which nobody waits any more, and end the process where it is at that; False for another's."""
        if job not in self._given:
            return False
        if job is self.job:
            self._end(None)
        else:
            self._behind()
        return True

    def leave(self) -> list[Job]:
        """The jobs that it will not do; to be asked of one that is done for."""
        left = [job for job in self._given if job is not None]
        self._given.clear()
        return left

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
        elif self._given and self._pid:
            with suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)
        self._connection.close()

    def _write(self) -> None:
        """Send what is left of the job."""
        try:
            self._unsent = self._unsent[self._connection.send(self._unsent) :]
        except BlockingIOError:
            return
        except OSError:  # it has died, as the reader will find
            self._unsent, self._is_deaf = memoryview(b""), True
        if not self._unsent:
            self._loop.remove_writer(self._connection.fileno())

    def _read(self) -> None:
        """Take in what the process says."""
        try:
            data = self._connection.recv(self._arrived.wanted)
        except BlockingIOError:
            return
        except OSError:  # on Linux where it has ended without having read all that it was sent
            data, self._is_deaf = b"", True
        if not data:
            self._died()
            return
        answers = len(self._given)  # what is given from here on cannot have been answered yet
        try:
            for frame in self._arrived.feed(data):
                if not self.is_ready:
                    self._greet(frame)
                elif answers:
                    answers -= 1
                    self._answer(frame)
                elif self.is_alive:
                    _log.error("an evaluator answers what it was not asked; it is replaced")
                    self._end(None, replies.Cause.PROTOCOL)
        except FrameError as error:
            if self.job is None and self.is_ready:  # nobody waits to be told
                _log.error("%s; it is replaced", error)
            self._end(error)

    def _greet(self, frame: Frame) -> None:
        """Take in the hello; a `FrameError` where it is none."""
        self._pid, self.revision, self.generation = replies.hello(frame)
        self._process = process.descriptor(self._pid)
        self._released(self, None)

    def _answer(self, frame: Frame) -> None:
        """Take in the answer to the job; a `FrameError` where it is none."""
        if not self.is_alive:
            return
        now, job = self._loop.time(), self.job
        self._weigh(now)
        is_last = replies.is_last(frame)
        outcome = replies.outcome(frame, job.asked, self.revision) if job else None
        self._usual += _LATEST * (min(now - self._began, 1.0) - self._usual)
        self.is_spent = self.is_spent or is_last
        if is_last and isinstance(outcome, Exception):
            self.cause = replies.cause(outcome)
        self._finish(outcome, now)

    def _died(self) -> None:
        """Tell the client why, as far as the last words say, or leave the job to another evaluator."""
        failure, job = replies.last_words(self._arrived.rest), self.job
        was_read = len(self._given) > 1 or not (self._is_deaf or self._unsent)
        if job and isinstance(failure, Busy) and job.retry(self._loop.time(), was_read=was_read):
            self._end(None, replies.Cause.KILLED)
        else:
            self._end(failure)

    def _begin(self, now: float) -> None:
        """Note that the first job given is at work."""
        self._began, self._used = now, process.processor_time(self._pid)

    def _weigh(self, now: float) -> None:
        """Note what the job at work has cost: processor time, and no less than the time it took can mean."""
        if self.job is not None:
            least = (now - self._began) * _LEAST_SHARE
            self.job.cost = max(self.job.cost, least, process.processor_time(self._pid) - self._used)

    def _behind(self) -> list[Job]:
        """The job that lies behind the one at work, if any; its answer will be dropped."""
        if len(self._given) < 2 or (job := self._given[1]) is None:
            return []
        self._given[1] = None
        return [job]

    def _end(self, failure: Exception | None, cause: replies.Cause | None = None) -> None:
        """End the process, and tell the client of its job why: None where that has gone or is to have another."""
        self.kill()
        self.failure = failure
        self.cause = cause or (replies.cause(failure) if self.is_ready else replies.Cause.START)
        self._finish(failure, self._loop.time())

    def _finish(self, outcome: Answered | Exception | None, now: float) -> None:
        """Hand over what came of the job, then oneself."""
        job = self._given.popleft() if self._given else None
        if self._given and self.is_alive:
            self._begin(now)
        if job is not None and isinstance(outcome, Exception):
            job.fail(outcome)
        elif job is not None and isinstance(outcome, Answered) and not job.answer.done():
            job.answer.set_result(outcome)
        self._released(self, job)
