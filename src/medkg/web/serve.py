"""The server: granian with one process that answers, `Front`, and a parent that only supervises.

One, because answering takes little: queries are evaluated in processes of their own, and there are as many of those
as the machine can use.
"""

from __future__ import annotations

import errno
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from multiprocessing import SimpleQueue
from typing import Any

from granian.constants import HTTPModes, Interfaces, Loops
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer as Server

from medkg.errors import MedkgError
from medkg.pool.memory import keep_freed
from medkg.pool.sandbox import die_with_parent
from medkg.support import require_server_support
from medkg.web.beacons import lit
from medkg.web.config import Config
from medkg.web.front import Front

DEFAULT_PORT = 8077
MOST_PORT = 65535

_PATIENCE = 60.0  # seconds for the server to listen
_GRACE = 15  # seconds for running requests when the server stops
_HEADERS = 10  # seconds for a request's head to come in, and for a connection to stay idle
_HEAD = 96 << 10  # bytes of a request's first line and headers, which each connection may have us hold
_CONNECTIONS = 4096
_OPEN_MAX = 10_240  # descriptors that macOS gives a process at most, whatever its hard limit says
_log = logging.getLogger("medkg.web")
_LOCAL = {"0.0.0.0": "127.0.0.1", "::": "::1"}


def serve(
    config: Config,
    *,
    host: str = "127.0.0.1",
    port: int = DEFAULT_PORT,
    announce: Callable[[str], None] = print,
) -> None:
    """Answer requests until interrupted; `announce` is called with the address once the server listens.

    Port 0 takes any free port. A `MedkgError` where the port cannot be had, where there is no snapshot to serve, or
    where the process that serves dies as fast as it starts; one that dies later is replaced.
    """
    require_server_support()
    port = _claimed(host, port)
    failures: SimpleQueue[str] = SimpleQueue()
    server = _Server(
        target="medkg",
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=_HEADERS * 1000, max_buffer_size=_HEAD),
        workers=1,
        backpressure=_CONNECTIONS,
        workers_kill_timeout=_GRACE,
        respawn_failed_workers=True,
        websockets=False,
        loop=Loops.uvloop,
        log_level=LogLevels.critical,
    )
    server.on_startup(lambda: threading.Thread(target=_announce, args=(announce, host, port), daemon=True).start())
    try:
        with lit(config.snapshots.parent, _address(host, port)):
            server.serve(target_loader=partial(_loaded, config, failures), wrap_loader=False)
    except SystemExit:
        if not server.interrupt_signal:
            raise MedkgError("the server stopped: its process dies as soon as it starts") from None
    if not failures.empty():
        raise MedkgError(failures.get())


class _Server(Server):
    """A granian server that hands SIGHUP on, instead of replacing the process that answers."""

    def signal_handler_reload(self, *_: object) -> None:
        """Have the process that answers look for a new snapshot."""
        for worker in self.wrks:
            with suppress(ProcessLookupError):
                os.kill(worker.inner.pid, signal.SIGHUP)


def _loaded(config: Config, failures: SimpleQueue[str]) -> Any:
    """The application, in the process that answers."""
    if hasattr(os, "setpgid"):
        # Ctrl-C at a terminal goes to the whole process group: only the parent shall hear it and tell this process
        os.setpgid(0, 0)
    die_with_parent(os.getppid())  # or a parent that is killed would leave a server behind that nobody supervises
    _allow_many_connections()
    keep_freed()
    try:
        return Front(config, failed=partial(_tell, failures))
    except MedkgError as error:
        _tell(failures, str(error))
        sys.exit(1)


def _tell(failures: SimpleQueue[str], message: str) -> None:
    """Tell the parent a failure that a person can mend, and stop it."""
    failures.put(message)
    os.kill(os.getppid(), signal.SIGTERM)


def _allow_many_connections() -> None:
    """Raise the number of connections to what the system grants; the server starts with less, too.

    A hard limit may say that there is no limit, and be refused as one all the same: `man setrlimit` on macOS.
    """
    import resource  # here, for Windows has none

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    grants = [_OPEN_MAX] if hard == resource.RLIM_INFINITY else [hard, min(hard, _OPEN_MAX)]
    for most in grants:
        if soft == resource.RLIM_INFINITY or soft >= most:
            return
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        except (OSError, ValueError) as error:
            _log.warning("the system does not grant %d file descriptors: %s", most, error)
        else:
            return


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


def _address(host: str, port: int) -> str:
    """The address to ask at from this machine."""
    asked = _LOCAL.get(host, host)
    return f"http://{f'[{asked}]' if ':' in asked else asked}:{port}/"


def _announce(announce: Callable[[str], None], host: str, port: int) -> None:
    """Tell the address as soon as something listens there."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        try:
            socket.create_connection((_LOCAL.get(host, host), port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            announce(_address(host, port))
            return
