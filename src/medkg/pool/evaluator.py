"""One evaluator as the server sees it: busy with a job or idle, asked over a socket, killed where it must be."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from enum import StrEnum
from typing import Any

from medkg.errors import Busy, EngineCrash, LoadLimit, MedkgError, MemoryLimit, TimeLimit
from medkg.pool import processes
from medkg.pool.job import EvaluatorAnswer, Job
from medkg.pool.messages import (
    FROM_EVALUATORS,
    EvaluatorHello,
    FailureResult,
    InternalErrorResult,
    Result,
    StartFailure,
)
from medkg.pool.wire import MessageError, MessageReader, encode

_log = logging.getLogger("medkg.pool")

QUICK_S = 0.005
"""Seconds that the jobs of an evaluator take of late where it may prefetch the next one."""

WITHDRAW_AFTER_S = 0.03
"""Seconds of a job after which the one that was prefetched is given to another evaluator."""

_MIN_PROCESSOR_SHARE = 1 / 16  # a job that gets less waits for the disk, and costs as if it got so much
_LATEST_WEIGHT = 0.25  # of the latest job in the seconds that jobs take
_MAX_QUOTE = 200  # characters of a failure that the log quotes

# what the engine says, and Python's faulthandler
_OUT_OF_MEMORY = (b"memory allocation of", b"MemoryError")
_CRASH = (b"panicked at", b"Fatal Python error")


class ExitCause(StrEnum):
    """Why an evaluator ended before its time."""

    TIME = "time"
    LOAD = "load"
    MEMORY = "memory"
    CRASH = "crash"
    PROTOCOL = "protocol"
    KILLED = "killed"
    ABANDONED = "abandoned"
    START = "start"


_CAUSES: Mapping[type[Exception], ExitCause] = {
    TimeLimit: ExitCause.TIME,
    LoadLimit: ExitCause.LOAD,
    MemoryLimit: ExitCause.MEMORY,
    EngineCrash: ExitCause.CRASH,
    RuntimeError: ExitCause.CRASH,
    MessageError: ExitCause.PROTOCOL,
}


class Evaluator:
    """The server's end of an evaluator, which has a job at work and perhaps the next one.

    `released` is called with it whenever it has ended a job or has died, and with that job; one without an answer is
    for another evaluator.
    """

    def __init__(
        self,
        connection: socket.socket,
        released: Callable[[Evaluator, Job | None], None],
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        connection.setblocking(False)
        self._connection, self._release, self._loop = connection, released, loop
        self._reader = MessageReader(FROM_EVALUATORS)
        self._process: int | None = None  # a descriptor where the system has such, else nothing to kill it by
        self._unsent, self._is_deaf = memoryview(b""), False
        self.job: Job | None = None
        """The job at work."""
        self._prefetched: Job | None = None
        self._processor_s = 0.0  # that the process had used when the job began
        self._usual_s = 1.0  # that jobs take of late
        self.pid = 0
        """The number of the process, once it has said hello."""
        self.revision, self.generation = "", 0
        self.is_alive, self.is_spent = True, False
        self.cause: ExitCause | None = None
        """Why it ended before its time."""
        self.failure: Exception | None = None
        """The error that its client was told then."""
        loop.add_reader(connection.fileno(), self._read)

    @property
    def is_ready(self) -> bool:
        """Whether it has said hello."""
        return self.pid != 0

    @property
    def can_prefetch(self) -> bool:
        """Whether it may get the next job while one is at work: its jobs are quick, so that the next hardly waits."""
        return (
            self._usual_s < QUICK_S
            and self.job is not None
            and self._prefetched is None
            and not (self.is_spent or self.job.changes_graph or self._unsent)
        )

    def start(self, job: Job) -> None:
        """Give it a job, whose future gets the answer or the reason why there is none."""
        if self.job is None:
            self._begin(job)
        else:
            self._prefetched = job
        self.is_spent = self.is_spent or job.changes_graph
        self._unsent = memoryview(b"".join(encode(job.operation)))
        self._write()
        if self._unsent:
            self._loop.add_writer(self._connection.fileno(), self._write)

    def check(self, now: float) -> None:
        """See how long its job has taken, and end it at its deadline."""
        job = self.job
        if job is None:
            return
        self._weigh(job, now)
        if now - job.began + job.lost_s >= job.seconds:
            self._end(TimeLimit(f"evaluation took longer than {job.seconds:g} seconds; ask for less, or in parts"))
        else:
            job.check_slow(now)

    def is_late(self, now: float) -> bool:
        """Whether the job at work is not quick, so that the next one should be withdrawn."""
        return self._prefetched is not None and self.job is not None and now - self.job.began >= WITHDRAW_AFTER_S

    def begin_prefetched_job(self) -> Job | None:
        """The job that was prefetched, if any, which is at work from now on."""
        job, self._prefetched = self._prefetched, None
        if job is not None:
            self._begin(job)
        return job

    def withdraw(self) -> Job | None:
        """The job that was prefetched, if any, for another evaluator.

        The process may have read it, so it is not to be used again once the job at work is done.
        """
        job, self._prefetched = self._prefetched, None
        self.is_spent = self.is_spent or job is not None
        return job

    def demote(self) -> None:
        """Lower its priority for the job at work; it is not to be used again."""
        self.is_spent = True
        processes.lower_priority(self.pid)

    def stop(self, failure: Exception) -> None:
        """End it, and tell the client of its job why."""
        self._end(failure)

    def abandon(self, job: Job) -> bool:
        """Drop a job for which nobody waits any more, and end the process where it is at that; False for another's."""
        if job is self.job:
            self._end(None)
        elif job is self._prefetched:
            self.withdraw()
        else:
            return False
        return True

    def kill(self) -> None:
        """End the process at once; clients that wait for it are not told."""
        if not self.is_alive:
            return
        self.is_alive = False
        self._loop.remove_reader(self._connection.fileno())
        self._loop.remove_writer(self._connection.fileno())
        if self._process is not None:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._process, signal.SIGKILL)
            os.close(self._process)
        elif self.job is not None and self.pid:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
        self._connection.close()

    def _write(self) -> None:
        """Send what is left of the operations."""
        try:
            self._unsent = self._unsent[self._connection.send(self._unsent) :]
        except BlockingIOError:
            return
        except OSError:  # it has died, as the reader will find
            self._unsent, self._is_deaf = memoryview(b""), True
        if not self._unsent:
            self._loop.remove_writer(self._connection.fileno())

    def _read(self) -> None:
        """Take in what the process sends."""
        try:
            data = self._connection.recv(self._reader.next_read_bytes)
        except BlockingIOError:
            return
        except OSError:  # on Linux where it has ended without having read all that it was sent
            data, self._is_deaf = b"", True
        if not data:
            self._die()
            return
        jobs = [job for job in (self.job, self._prefetched) if job is not None]
        try:
            for message in self._reader.feed(data):
                if not self.is_ready:
                    self._greet(message)
                elif self.is_alive:
                    self._answer(message, jobs)
        except MessageError as error:
            if self.job is None and self.is_ready:  # no client is told
                _log.error("%s; it is replaced", error)
            self._end(error)

    def _greet(self, message: object) -> None:
        """Take in the hello; a `MessageError` where it is none."""
        if isinstance(message, StartFailure):
            raise MessageError(message.message[:_MAX_QUOTE])
        if not isinstance(message, EvaluatorHello) or message.pid == os.getpid():
            raise MessageError("an evaluator does not say hello")
        self.pid, self.revision, self.generation = message.pid, message.revision, message.generation
        self._process = processes.process_descriptor(self.pid)
        self._release(self, None)

    def _answer(self, message: object, jobs: list[Job]) -> None:
        """Take in the answer to the first of the jobs that it had when this arrived; a `MessageError` for another."""
        job, now = self.job, self._loop.time()
        if job is None or not jobs or jobs.pop(0) is not job:
            _log.error("an evaluator answers what it was not asked; it is replaced")
            self._end(None, ExitCause.PROTOCOL)
            return
        self._weigh(job, now)
        outcome = _outcome(message, job, self.revision)
        self._usual_s += _LATEST_WEIGHT * (min(now - job.began, 1.0) - self._usual_s)
        if isinstance(message, Result) and message.is_last:
            self.is_spent = True
            self.cause = _CAUSES.get(type(outcome), ExitCause.KILLED) if isinstance(outcome, Exception) else None
        self._finish(outcome)

    def _die(self) -> None:
        """Tell the client why, as far as the last words say, or leave the job to another evaluator."""
        failure, job = _last_words(self._reader.remainder), self.job
        was_read = self._prefetched is not None or not (self._is_deaf or self._unsent)
        if job and isinstance(failure, Busy) and job.may_retry(self._loop.time(), was_read=was_read):
            self._end(None, ExitCause.KILLED)
        else:
            self._end(failure)

    def _begin(self, job: Job) -> None:
        """Have a job at work."""
        self.job = job
        self._processor_s = processes.processor_seconds(self.pid)

    def _weigh(self, job: Job, now: float) -> None:
        """Note what the job at work has cost: processor time, and no less than the time it took can mean."""
        least = (now - job.began) * _MIN_PROCESSOR_SHARE
        job.cost = max(job.cost, least, processes.processor_seconds(self.pid) - self._processor_s)

    def _end(self, failure: Exception | None, cause: ExitCause | None = None) -> None:
        """End the process, and tell the client of its job why: None where that has gone or is to have another."""
        self.kill()
        self.failure = failure
        if not self.is_ready:
            self.cause = ExitCause.START
        elif cause is not None:
            self.cause = cause
        else:
            self.cause = ExitCause.ABANDONED if failure is None else _CAUSES.get(type(failure), ExitCause.KILLED)
        self._finish(failure)

    def _finish(self, outcome: EvaluatorAnswer[Any] | Exception | None) -> None:
        """Hand over the outcome of the job, and tell the pool."""
        job, self.job = self.job, None
        if job is not None and isinstance(outcome, Exception):
            job.fail(outcome)
        elif job is not None and isinstance(outcome, EvaluatorAnswer) and not job.answer.done():
            job.answer.set_result(outcome)
        self._release(self, job)


def _outcome(result: object, job: Job, revision: str) -> EvaluatorAnswer[Any] | Exception:
    """The answer to a job, or the error that it failed with; a `MessageError` where the result is of another job."""
    if isinstance(result, FailureResult | InternalErrorResult):
        return result.error
    if not isinstance(result, Result) or not job.operation.accepts(result):
        raise MessageError(f"an evaluator answers with what was not asked for: {type(result).__name__}")
    return EvaluatorAnswer(result, revision)


def _last_words(remainder: bytes) -> MedkgError:
    """Why an evaluator died, by the last bytes it sent: `Busy` without, for an operator or the kernel killed it."""
    if any(message in remainder for message in _OUT_OF_MEMORY):
        return MemoryLimit("evaluation took more memory than it may; ask for less, or in parts")
    if any(message in remainder for message in _CRASH):
        return EngineCrash("this query brings the engine down; nest it less, or ask in parts")
    return Busy("the process that evaluated this was ended from outside; ask again in a moment", of_client=False)
