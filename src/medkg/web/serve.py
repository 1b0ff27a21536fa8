"""The server: granian with worker processes, each of which opens the store for itself.

The parent only supervises. A store handle does not survive a fork, so `load` runs in every worker.
"""

from __future__ import annotations

import errno
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from multiprocessing import SimpleQueue
from typing import Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from medkg.errors import MedkgError

DEFAULT_PORT = 8077
MOST_PORT = 65535

_PATIENCE = 60.0  # seconds for the first worker to listen
_GRACE = 10  # seconds for running requests when the server stops


def serve(
    load: Callable[[], Any],
    *,
    host: str = "127.0.0.1",
    port: int = DEFAULT_PORT,
    workers: int = 1,
    announce: Callable[[str], None] = print,
) -> None:
    """Answer requests until interrupted; `announce` is called with the address once a worker listens.

    `load` gives the WSGI application and is called in each worker (a function of a module, where
    processes are spawned and not forked). Port 0 takes any free port. A `MedkgError` where the port
    cannot be had, where `load` raises one, or where workers die as fast as they start; one that dies
    in between is replaced.
    """
    port = _claimed(host, port)
    failures: SimpleQueue[str] = SimpleQueue()
    server = Server(
        target="medkg",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=2 * (os.cpu_count() or 1) + 1,
        workers_kill_timeout=_GRACE,
        respawn_failed_workers=True,
        websockets=False,
        log_level=LogLevels.critical,
    )
    server.on_startup(lambda: threading.Thread(target=_announce, args=(announce, host, port), daemon=True).start())
    try:
        server.serve(target_loader=partial(_loaded, load, failures), wrap_loader=False)
    except SystemExit:
        if not server.interrupt_signal:
            raise MedkgError("the server stopped: its worker processes die as soon as they start") from None
    if not failures.empty():
        raise MedkgError(failures.get())


def _loaded(load: Callable[[], Any], failures: SimpleQueue[str]) -> Any:
    """The application, in a worker; a failure that a person can mend is told to the parent, which stops."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # the parent's handler came with the fork, and would not stop us
    if hasattr(os, "setpgid"):
        # Ctrl-C at a terminal goes to the whole process group: only the parent shall hear it and tell its workers
        os.setpgid(0, 0)
    try:
        return load()
    except MedkgError as error:
        failures.put(str(error))
        os.kill(os.getppid(), signal.SIGTERM)
        sys.exit(1)


def _claimed(host: str, port: int) -> int:
    """The port, or a free one for 0; a `MedkgError` where it cannot be had.

    granian's own sockets share a port with whoever else does, so a second server on the same port
    would take half the requests of the first instead of failing.
    """
    if not 0 <= port <= MOST_PORT:
        raise MedkgError(f"cannot listen on {host}:{port}: a port is a number from 0 to {MOST_PORT}")
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            claimed: int = probe.getsockname()[1]
            return claimed
    except OSError as error:
        raise MedkgError(f"cannot listen on {host}:{port}: {_why(error)}") from error


def _why(error: OSError) -> str:
    """The reason a port cannot be had, with the way out."""
    ways_out = {
        errno.EADDRINUSE: "the port is in use; stop the other server or choose another port",
        errno.EACCES: "no permission for this port; choose one from 1024 up",
        errno.EADDRNOTAVAIL: "this machine has no such address; try 127.0.0.1 or 0.0.0.0",
    }
    return ways_out.get(error.errno or 0, error.strerror or str(error))


def _announce(announce: Callable[[str], None], host: str, port: int) -> None:
    """Tell the address as soon as something listens there."""
    asked = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        try:
            socket.create_connection((asked, port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            announce(f"http://{f'[{asked}]' if ':' in asked else asked}:{port}/")
            return
