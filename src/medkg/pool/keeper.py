"""The keeper: a process that holds the graph in memory and does nothing but fork evaluators from it.

It has one thread, so that forking is safe, and never evaluates what others ask, so that nothing brings it down. Where
there is a site, it reads all that pages need of files, for evaluators open none.

`FORK` comes with a descriptor and asks for an evaluator there; `ADVANCE` asks to take in what the journal has gained,
up to an update whose number follows; `PING` asks whether the keeper is there. The keeper tells its position after each
update that it takes in, so that one at work is not taken for one that hangs. It tells its generation whenever that
rises: the number of times that the pages were prepared, which evaluators forked from then on profit by. When the server
closes the connection the keeper ends, and the kernel ends the evaluators with it.

An evaluator is confined by the kernel and may be killed at any instant; nothing is lost with it but the answer at work.
"""

from __future__ import annotations

import faulthandler
import gc
import os
import select
import signal
import socket
import sys
import threading
from contextlib import suppress
from dataclasses import replace
from importlib import import_module

from pyoxigraph import Store

from medkg.errors import MedkgError, in_one_line
from medkg.evaluation.changes import apply
from medkg.evaluation.serialization import DocumentBounds
from medkg.pool import sandbox
from medkg.pool.keeper_client import KeeperConfig
from medkg.pool.messages import (
    ADVANCE,
    FORK,
    OPERATIONS,
    PING,
    POSITION,
    EvaluatorHello,
    KeeperGeneration,
    KeeperProgress,
    KeeperReport,
    StartFailure,
)
from medkg.pool.operations import EvaluatorContext, PageSource, run
from medkg.pool.processes import die_with_parent, ignore_stray_signals, keep_freed_memory
from medkg.pool.wire import receive, send
from medkg.snapshots.snapshot import Snapshot, open_snapshot

_QUIET_S = 0.2  # without a command, after which the pages may be prepared
_GRACE_S = 1.0  # after the deadline, when the kernel ends what the server has not


def main() -> None:
    """Keep the graph that the first line of the standard input names, at the socket of that number."""
    keep_freed_memory()
    control_fd, config = KeeperConfig.from_json(sys.stdin.readline())
    control = socket.socket(fileno=control_fd)
    ignore_stray_signals()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # evaluators are reaped by the kernel
    try:
        keeper = Keeper(open_snapshot(config.snapshot), config)
    except MedkgError as error:
        send(control_fd, StartFailure(message=str(error)))
        return
    except Exception as error:
        send(control_fd, StartFailure(message=f"the graph cannot be kept: {in_one_line(error)}"))
        return
    with suppress(ConnectionError):  # where the server has ended without a word
        keeper.serve(control)


class Keeper:
    """A snapshot's graph, held in memory where it is small enough and opened by each evaluator where it is not."""

    def __init__(self, snapshot: Snapshot, config: KeeperConfig) -> None:
        self._snapshot = snapshot
        self._in_memory = snapshot.manifest.quads <= config.max_quads_in_memory
        self._confinement = sandbox.probe(files=not self._in_memory)
        self._memory_bytes = config.limits.memory
        bounds = DocumentBounds(bytes=config.limits.answer, rows=config.limits.rows)
        store = snapshot.in_memory() if self._in_memory else Store()
        if not self._in_memory:
            _ = snapshot.journal.position, snapshot.store_files  # read once, and not by every evaluator
        pages = _page_source(config, snapshot, store)
        self._context = EvaluatorContext(store=store, prefixes=config.prefixes, bounds=bounds, pages=pages)
        self._preparation = None if pages is None else pages.preparation()
        self._generation = 0
        _freeze()

    def serve(self, control: socket.socket) -> None:
        """Serve until the other side closes the connection; the first report says that the graph is there."""
        self._report(control)
        while True:
            self._prepare(control)
            command, descriptors, _, _ = socket.recv_fds(control, 1, 1)
            if command == FORK:
                for descriptor in descriptors:  # there is none where this process may open no more of them
                    self._fork(descriptor, control)
            elif command == ADVANCE:
                last, *_ = POSITION.unpack(control.recv(POSITION.size, socket.MSG_WAITALL))
                try:
                    self._advance(last, control)
                except (MedkgError, OSError) as error:
                    send(control.fileno(), StartFailure(message=str(error)))
                    return
                self._report(control)
            elif command == PING:
                self._report(control)
            else:
                return

    def _fork(self, descriptor: int, control: socket.socket) -> None:
        """Fork an evaluator that serves a descriptor, or say there why there is none."""
        keeper = os.getpid()
        try:
            is_keeper = os.fork() != 0
        except OSError as error:  # as where there are too many processes, or too little memory: it may pass
            _send_failure(descriptor, error)
            is_keeper = True
        if is_keeper:
            os.close(descriptor)
            return
        try:
            die_with_parent(keeper)
            control.close()
            self._evaluate(descriptor)
        except Exception as error:
            _send_failure(descriptor, error)
        finally:
            os._exit(0)

    def _evaluate(self, descriptor: int) -> None:
        """Be an evaluator: run operations until the other side closes the connection.

        What the engine or Python says before the process aborts goes to the descriptor as well, after which comes the
        end: last words that tell a lack of memory from a crash, and a crash from being killed.
        """
        os.setpgid(0, 0)  # so that the server can give all threads another priority at once
        gc.freeze()
        os.dup2(descriptor, 2)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)  # by which the kernel ends what the server has not
        context = self._context if self._in_memory else self._context_on_disk()
        # The engine draws blank nodes, UUID() and RAND() from a generator of each thread, which a fork would copy: all
        # evaluators would draw the same. A thread that begins after the fork has one of its own.
        thread = threading.Thread(target=self._answer, args=(descriptor, context))
        thread.start()
        thread.join()

    def _answer(self, descriptor: int, context: EvaluatorContext) -> None:
        """Confine this process, say hello, and answer."""
        try:
            faulthandler.enable(2, all_threads=False)  # here, for each thread needs a stack to report an overflow from
            sandbox.confine(self._memory_bytes, files=not self._in_memory)
        except Exception as error:
            _send_failure(descriptor, error)
            return
        send(descriptor, EvaluatorHello(pid=os.getpid(), revision=self._revision, generation=self._generation))
        for operation in receive(descriptor, OPERATIONS):
            signal.setitimer(signal.ITIMER_REAL, operation.seconds + _GRACE_S)
            result = run(context, operation)
            signal.setitimer(signal.ITIMER_REAL, 0)
            send(descriptor, result)
            if result.is_last:
                return

    def _context_on_disk(self) -> EvaluatorContext:
        """The context with the graph opened from its files; for this side of a fork only."""
        context = replace(self._context, store=self._snapshot.store)
        if context.pages is not None:
            context.pages.show(context.store, self._revision)
        return context

    @property
    def _revision(self) -> str:
        """What names the graph as far as the journal has been read."""
        return self._snapshot.journal.last_read.revision

    def _prepare(self, control: socket.socket) -> None:
        """Work out what many pages need, step by step as long as no command comes."""
        if self._preparation is None or _has_command(control, _QUIET_S):
            return
        for _ in self._preparation:
            if _has_command(control, 0):
                return
        self._preparation = None
        _freeze()
        self._generation += 1
        send(control.fileno(), KeeperGeneration(generation=self._generation))

    def _advance(self, last: int, control: socket.socket) -> None:
        """Take in the updates that the journal has gained, up to one; evaluators forked from here on know them."""
        journal = self._snapshot.journal
        if last and journal.last_read.position >= last:
            return
        for change in journal.changes(after=journal.last_read.position):
            apply(self._context.store, change)
            if self._context.pages is not None:
                self._context.pages.show(self._context.store, self._revision, change)
                self._preparation = self._context.pages.preparation()
            send(control.fileno(), KeeperProgress(position=journal.last_read.position))
            if journal.last_read.position == last:
                return

    def _report(self, control: socket.socket) -> None:
        """Tell what is kept."""
        position, revision = self._snapshot.journal.last_read
        report = KeeperReport(
            revision=revision,
            position=position,
            in_memory=self._in_memory,
            has_filter=self._confinement.has_filter,
            has_memory_limit=self._confinement.has_memory_limit,
        )
        send(control.fileno(), report)


def _send_failure(descriptor: int, error: Exception) -> None:
    """Tell the server why it gets no evaluator, if it listens still."""
    with suppress(OSError):
        send(descriptor, StartFailure(message=in_one_line(error)))


def _page_source(config: KeeperConfig, snapshot: Snapshot, store: Store) -> PageSource | None:
    """The site over a graph: `Site` of the module that is named, which is of a wing beyond this one."""
    if config.site is None:
        return None
    pages: PageSource = import_module(str(config.site["module"])).Site(snapshot, store, config.prefixes, config.site)
    return pages


def _has_command(control: socket.socket, seconds: float) -> bool:
    """Whether a command comes within some seconds."""
    return bool(select.select([control], [], [], seconds)[0])


def _freeze() -> None:
    """Leave all objects where they are: or each evaluator would copy the pages that collecting writes to."""
    gc.collect()
    gc.freeze()
