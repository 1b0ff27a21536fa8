"""The server: granian with one process that answers, `Front`, and a parent that only supervises.

One, because answering takes little: queries are evaluated in processes of their own, and there are as many of those
as the machine can use.

The parent of the process that answers: it starts another one whenever that dies, and never gives up.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing import SimpleQueue, Value
from typing import TYPE_CHECKING, Any

from granian.constants import HTTPModes, Interfaces, Loops
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer

from medkg.errors import MedkgError, in_one_line
from medkg.files import process_umask
from medkg.pool.processes import (
    die_with_parent,
    ignore_stray_signals,
    ignoring_stray_signals,
    import_path,
    keep_freed_memory,
)
from medkg.server import listening
from medkg.server.config import Config
from medkg.server.connections import capacity, files
from medkg.server.front import Front
from medkg.server.listening import claimed, reachable, url
from medkg.server.logs import relayed
from medkg.settings import DEFAULTS
from medkg.support import require_server_support

_LEAST_PAUSE, _MOST_PAUSE = 0.5, 16.0  # seconds before a start after one that was in vain, doubled each time
_STEADY = 60.0  # seconds after which a process that dies has not been started in vain


class Supervisor(MPServer):
    """A granian server that replaces the process that answers whenever it dies, after a pause that grows.

    Granian gives up where one dies within seconds after another. Here only the first start can end the server: where
    the process dies twice before anybody could be answered. `target_loader` is told by `is_first` which start it is.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._has_answered = False
        self._pause = 0.0

    def announcing(self, announce: Callable[[str], None]) -> Callable[[str], None]:
        """What is to be called, and calls `announce`, once the server can be reached."""

        def announced(at: str) -> None:
            self._has_answered = True
            announce(at)

        return announced

    def _serve_loop(self, spawn_target: Any, target_loader: Any) -> None:
        """Replace what dies, until interrupted; where a death is left in `interrupt_children`, it was in vain."""
        deaths = 0
        while not self.interrupt_signal:
            self.main_loop_interrupt.wait()
            self.main_loop_interrupt.clear()
            if self.interrupt_signal or not self.interrupt_children:
                continue
            deaths += 1
            if deaths > 1 and not self._has_answered:
                return
            self.interrupt_children.clear()
            self._replace(spawn_target, partial(target_loader, is_first=not self._has_answered))

    def _replace(self, spawn_target: Any, loader: Any) -> None:
        """Start another process in place of the one that has died, as soon as that can be done."""
        if time.monotonic() - self.wrks[0].birth >= _STEADY:
            self._pause = 0.0
        while not self.interrupt_signal:
            self.main_loop_interrupt.wait(self._pause)
            self._pause = min(max(2 * self._pause, _LEAST_PAUSE), _MOST_PAUSE)
            if not self.interrupt_signal and self._is_started(spawn_target, loader):
                return

    def _is_started(self, spawn_target: Any, loader: Any) -> bool:
        """Whether another process could be started."""
        worker = self._spawn_worker(idx=0, target=spawn_target, callback_loader=loader)
        try:
            worker.start()  # type: ignore[no-untyped-call]
        except (OSError, RuntimeError) as error:  # there can be no process, or no thread to watch it
            if worker.inner.pid is not None:
                worker.kill()  # type: ignore[no-untyped-call]
            _log.error("the process that answers cannot be started, which is tried again: %s", in_one_line(error))
            return False
        self.wrks[0] = worker
        return True


if TYPE_CHECKING:
    from multiprocessing.sharedctypes import Synchronized

_PATIENCE = 60.0  # seconds for the server to listen
_GRACE = 15  # seconds for running requests when the server stops
_HEADERS = 10  # seconds for a request's head to come in, and for a connection to stay idle
_HEAD = 96 << 10  # bytes of a request's first line and headers, which each connection may have us hold
_OPEN_MAX = 10_240  # descriptors that macOS gives a process at most, whatever its hard limit says
_log = logging.getLogger("medkg.server")


def serve(
    config: Config,
    *,
    host: str = DEFAULTS.host,
    port: int = DEFAULTS.port,
    announce: Callable[[str], None] = print,
) -> None:
    """Answer requests until interrupted; `announce` is called with the address once the server listens.

    It listens on the socket of the config, or else on host and port; port 0 is any that is free. A `MedkgError` where
    that cannot be had, where there is no snapshot to serve, or where the process that serves dies twice before anybody
    was answered; one that dies later is replaced.
    """
    require_server_support()
    sys.path[:] = import_path()  # what is imported later, here and in the processes that are started, is no stranger's
    os.environ["PYTHONSAFEPATH"] = "1"
    place = claim(config, host, port)
    if config.socket is not None and not config.proxies:
        _log.warning("who asks at a socket has no address: everybody is one client unless MEDKG_PROXIES says more")
    _require_files(config.pool.evaluators)
    failures: SimpleQueue[str] = SimpleQueue()
    starts = Value("L", 0)
    server = _Server(
        **place.options,
        target="medkg",
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=_HEADERS * 1000, max_buffer_size=_HEAD),
        workers=1,
        backpressure=capacity(config.pool.evaluators),
        workers_kill_timeout=_GRACE,
        websockets=False,
        loop=Loops.uvloop,
        log_level=LogLevels.critical,
    )
    server.on_startup(lambda: signal.signal(signal.SIGUSR1, server.hand_on))
    server.on_startup(
        lambda: threading.Thread(target=_announce, args=(server.announcing(announce), place), daemon=True).start()
    )
    try:
        with ignoring_stray_signals(), process_umask(config.umask), relayed():
            server.serve(target_loader=partial(_loaded, config, failures, starts), wrap_loader=False)
    except SystemExit:
        if not server.interrupt_signal:
            raise MedkgError("the server stopped: its process dies as soon as it starts") from None
    except (OSError, ValueError, RuntimeError) as error:  # of the server underneath
        raise MedkgError(f"cannot serve at {place.url}: {in_one_line(error)}") from error
    if not failures.empty():
        raise MedkgError(failures.get())


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a server listens: what it is called, what granian is told, and how one connects to it."""

    url: str
    options: Mapping[str, Any]
    connect: Callable[[], socket.socket]


def claim(config: Config, host: str, port: int) -> Place:
    """The socket of a config, or else host and port; a `MedkgError` where they cannot be had."""
    if config.socket is not None:
        path = listening.free(config.socket)
        options = {"uds": path, "uds_permissions": config.socket_mode}
        return Place(url=listening.socket_url(path), options=options, connect=partial(listening.connected, path))
    address, port = claimed(host, port)
    return Place(
        url=url(address, port),
        options={"address": address, "port": port},
        connect=partial(socket.create_connection, (reachable(address), port), timeout=1),
    )


class _Server(Supervisor):
    """A granian server that hands SIGHUP and SIGUSR1 on, instead of replacing the process that answers."""

    def signal_handler_reload(self, *_: object) -> None:
        """Have the process that answers look for a new snapshot."""
        self.hand_on(signal.SIGHUP)

    def hand_on(self, number: int, *_: object) -> None:
        """Send a signal to the process that answers."""
        for worker in self.wrks:
            with suppress(ProcessLookupError):
                os.kill(worker.inner.pid, number)


def _loaded(config: Config, failures: SimpleQueue[str], starts: Synchronized[int], *, is_first: bool = True) -> Any:
    """The application, in the process that answers; `starts` counts how often there has been one.

    Where the first one cannot start, there is to be no server.
    """
    ignore_stray_signals()  # which the loop handles from when it is there
    starts.value += 1
    if hasattr(os, "setpgid"):
        # Ctrl-C at a terminal goes to the whole process group: only the parent shall hear it and tell this process
        os.setpgid(0, 0)
    die_with_parent(os.getppid())  # or a parent that is killed would leave a server behind that nobody supervises
    _allow_many_connections()
    keep_freed_memory()
    failed = partial(_tell, failures if is_first else None, debug=config.debug)
    try:
        return Front(config, failed=failed, restarts=starts.value - 1)
    except Exception as error:
        failed(error)
        sys.exit(1)


def _tell(failures: SimpleQueue[str] | None, error: Exception, *, debug: bool) -> None:
    """Tell the parent what keeps this process from serving, and end it; without `failures` tell the log alone."""
    if debug:
        traceback.print_exception(error)
    is_ours = not isinstance(error, MedkgError)
    message = f"the server cannot start: {in_one_line(error)}; MEDKG_DEBUG=1 shows more" if is_ours else str(error)
    if failures is None:
        _log.error("%s; it is tried again", message)
        return
    failures.put(message)
    os.kill(os.getppid(), signal.SIGTERM)


def _require_files(evaluators: int) -> None:
    """Raise a `MedkgError` where so few files may be open that the server would not get far."""
    import resource  # here, for Windows has none

    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = files(evaluators)
    if most not in (resource.RLIM_INFINITY, -1) and most < needed:
        raise MedkgError(
            f"{most} files may be open here at once, and a server with {evaluators} evaluators needs {needed}; "
            "allow more, as by `ulimit -n 1024`, or have fewer evaluators by MEDKG_EVALUATORS"
        )


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


def _announce(announce: Callable[[str], None], place: Place) -> None:
    """Tell the URL as soon as something listens there."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        try:
            place.connect().close()
        except OSError:
            time.sleep(0.02)
        else:
            announce(place.url)
            return
