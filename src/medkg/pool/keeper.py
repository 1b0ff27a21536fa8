"""The keeper: a process with the graph in memory that does nothing but fork evaluators from it.

It has one thread, so that forking is safe, and never evaluates what others ask, so that nothing brings it down. Where
there is a site, it reads all that pages need of files, for evaluators open none. `FORK`
comes with a descriptor and asks for an evaluator there; `ADVANCE` asks to take in what the journal has gained, up to
an update whose number follows; `PING` asks whether the keeper is there. It says how far it has got after each update
that it takes in, so that one at work is not taken for one that hangs, and its generation whenever that rises: the
number of times that the site was prepared, which evaluators forked from then on profit by.
When the server hangs up the keeper ends, and the kernel ends the evaluators with it.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
import struct
import sys
from contextlib import suppress
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

from pyoxigraph import Store

from medkg.errors import MedkgError, in_one_line
from medkg.evaluation.changes import apply
from medkg.evaluation.serialize import Bounds
from medkg.pool import sandbox
from medkg.pool.errands import Desk, Site
from medkg.pool.frames import Frame, send
from medkg.pool.memory import keep_freed
from medkg.pool.signals import ignore_strays
from medkg.pool.worker import work
from medkg.snapshots.snapshot import Snapshot, open_snapshot

FORK, ADVANCE, PING = b"f", b"a", b"p"
NUMBER = struct.Struct("<Q")
"""The number of an update; 0 is the last one there is."""

_QUIET_S = 0.2  # seconds without a command after which the site may prepare


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
        site = _site(task, snapshot, store) if task["site"] else None
        self._desk = Desk(store=store, prefixes=task["prefixes"], bounds=bounds, site=site)
        self._preparing = None if site is None else site.preparation()
        self._generation = 0
        _settle()

    def keep(self, control: socket.socket) -> None:
        """Serve until the other side hangs up; the first frame it gets says that the graph is there."""
        self._report(control)
        while True:
            self._prepare(control)
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
            work(
                self._desk if self._in_memory else self._desk_on_disk(),
                descriptor,
                revision=self._revision,
                generation=self._generation,
                memory=self._memory,
                files=not self._in_memory,
            )
        except Exception as error:
            _say(descriptor, error)
        finally:
            os._exit(0)

    def _desk_on_disk(self) -> Desk:
        """The desk with the graph opened from its files; for this side of a fork only."""
        desk = replace(self._desk, store=self._snapshot.store)
        if desk.site is not None:
            desk.site.show(desk.store, self._revision)
        return desk

    @property
    def _revision(self) -> str:
        """What names the graph as far as the journal has been read."""
        return self._snapshot.journal.reached.revision

    def _prepare(self, control: socket.socket) -> None:
        """Have the site work out what many pages need, step by step as long as no command comes."""
        if self._preparing is None or _has_come(control, _QUIET_S):
            return
        for _ in self._preparing:
            if _has_come(control, 0):
                return
        self._preparing = None
        _settle()
        self._generation += 1
        send(control.fileno(), Frame({"generation": self._generation}))

    def _advance(self, last: int, control: socket.socket) -> None:
        """Take in the updates that the journal has gained, up to one; evaluators forked from here on know them."""
        journal = self._snapshot.journal
        if last and journal.reached.position >= last:
            return
        for change in journal.changes(after=journal.reached.position):
            apply(self._desk.store, change)
            if self._desk.site is not None:
                self._desk.site.show(self._desk.store, self._revision, change)
                self._preparing = self._desk.site.preparation()
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


def _site(task: dict[str, Any], snapshot: Snapshot, store: Store) -> Site:
    """The site over a graph: what the `module` named in the task calls so, which is of a wing beyond this one."""
    made = import_module(task["site"]["module"])
    site: Site = made.Site(snapshot, store, task["prefixes"], task["site"])
    return site


def _has_come(control: socket.socket, seconds: float) -> bool:
    """Whether a command comes within some seconds."""
    return bool(select.select([control], [], [], seconds)[0])


def _settle() -> None:
    """Let what is there stay where it is: or each evaluator would copy the pages that collecting writes to."""
    gc.collect()
    gc.freeze()
