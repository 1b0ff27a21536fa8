"""The keeper: a process with the graph in memory that does nothing but fork evaluators from it.

It has one thread, so that forking is safe, and never evaluates anything, so that nothing brings it down. `FORK`
comes with a descriptor and asks for an evaluator there; `ADVANCE` asks to take in what the journal has gained, up to
an update whose number follows; `PING` asks whether the keeper is there. It says how far it has got after each update
that it takes in, so that one at work is not taken for one that hangs.
When the server hangs up the keeper ends, and the kernel ends the evaluators with it.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import struct
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from pyoxigraph import Store

from medkg.errors import MedkgError, in_one_line
from medkg.evaluation.bounded import Bounds
from medkg.evaluation.changes import apply
from medkg.graph.snapshot import Snapshot, open_snapshot
from medkg.pool import sandbox
from medkg.pool.errands import Desk
from medkg.pool.frames import Frame, send
from medkg.pool.memory import keep_freed
from medkg.pool.signals import ignore_strays
from medkg.pool.worker import work

FORK, ADVANCE, PING = b"f", b"a", b"p"
NUMBER = struct.Struct("<Q")
"""The number of an update; 0 is the last one there is."""


def main() -> None:
    """Keep the graph that the first line of the standard input names, at the socket whose number it gives."""
    keep_freed()
    task = json.loads(sys.stdin.readline())
    control = socket.socket(fileno=task["control"])
    ignore_strays()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # evaluators are reaped by the kernel
    try:
        keeper = Keeper(open_snapshot(Path(task["snapshot"])), task)
    except MedkgError as error:
        send(control.fileno(), Frame({"failure": str(error)}))
        return
    except Exception as error:
        send(control.fileno(), Frame({"failure": f"the graph cannot be kept: {in_one_line(error)}"}))
        return
    with suppress(ConnectionError):  # where the server has ended without a word
        keeper.keep(control)


class Keeper:
    """A snapshot's graph, held in memory where it is small enough and opened by each evaluator where it is not."""

    def __init__(self, snapshot: Snapshot, task: dict[str, Any]) -> None:
        self._snapshot = snapshot
        self._walls = sandbox.walls(files=snapshot.manifest.quads > task["most_quads"])
        self._memory: int = task["memory"]
        self._in_memory = snapshot.manifest.quads <= task["most_quads"]
        bounds = Bounds(bytes=task["answer"], rows=task["rows"])
        store = snapshot.in_memory() if self._in_memory else Store()
        if not self._in_memory:
            _ = snapshot.journal.position, snapshot.store_files  # read once, and not by every evaluator
        self._desk = Desk(store=store, prefixes=task["prefixes"], bounds=bounds)

    def keep(self, control: socket.socket) -> None:
        """Serve until the other side hangs up; the first frame it gets says that the graph is there."""
        self._report(control)
        while True:
            command, descriptors, _, _ = socket.recv_fds(control, 1, 1)
            if command == FORK:
                for descriptor in descriptors:  # there is none where this process may open no more of them
                    self._fork(descriptor, control)
            elif command == ADVANCE:
                last, *_ = NUMBER.unpack(control.recv(NUMBER.size, socket.MSG_WAITALL))
                try:
                    self._advance(last, control)
                except (MedkgError, OSError) as error:
                    send(control.fileno(), Frame({"failure": str(error)}))
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
            _say(descriptor, error)
            is_keeper = True
        if is_keeper:
            os.close(descriptor)
            return
        try:
            sandbox.die_with_parent(keeper)
            control.close()
            desk = self._desk if self._in_memory else replace(self._desk, store=self._snapshot.store)
            work(
                desk,
                descriptor,
                revision=self._snapshot.journal.reached.revision,
                memory=self._memory,
                files=not self._in_memory,
            )
        except Exception as error:
            _say(descriptor, error)
        finally:
            os._exit(0)

    def _advance(self, last: int, control: socket.socket) -> None:
        """Take in the updates that the journal has gained, up to one; evaluators forked from here on know them."""
        journal = self._snapshot.journal
        if last and journal.reached.position >= last:
            return
        for change in journal.changes(after=journal.reached.position):
            apply(self._desk.store, change)
            send(control.fileno(), Frame({"position": journal.reached.position}))
            if journal.reached.position == last:
                return

    def _report(self, control: socket.socket) -> None:
        """Say which revision is kept, and what evaluators are shut in by."""
        head = {**self._snapshot.journal.reached._asdict(), "in_memory": self._in_memory}
        send(control.fileno(), Frame({**head, "walls": self._walls}))


def _say(descriptor: int, error: Exception) -> None:
    """Tell the server why it gets no evaluator, if it listens still."""
    with suppress(OSError):
        send(descriptor, Frame({"failure": in_one_line(error)}))
