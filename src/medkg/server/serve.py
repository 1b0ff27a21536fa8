"""The server: granian with one process that answers, `Front`, and a parent that replaces it if it dies.

One process is enough, for the front does little: queries are evaluated in processes of their own.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from multiprocessing import SimpleQueue, Value
from multiprocessing.sharedctypes import Synchronized
from typing import Any

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
from medkg.server.config import Config
from medkg.server.connections import max_connections, required_files
from medkg.server.front import Front
from medkg.server.listening import ListenAddress, listen_address
from medkg.server.logs import nonblocking_standard_error
from medkg.support import require_server_support

_MIN_RESTART_PAUSE_S, _MAX_RESTART_PAUSE_S = 0.5, 16.0  # before a restart after one that failed, doubled each time
_STABLE_S = 60.0  # seconds after which a process that dies is restarted without a pause
_START_TIMEOUT_S = 60.0  # for the server to listen
_SHUTDOWN_TIMEOUT_S = 15  # for running requests when the server stops
_HEAD_TIMEOUT_S = 10  # for the head of a request to come in, and for a connection to stay idle
_MAX_HEAD_BYTES = 96 << 10  # of the request line and headers, which each connection may have in memory
_MACOS_MAX_FILES = 10_240  # that macOS grants a process, whatever its hard limit says

_log = logging.getLogger("medkg.server")


class Supervisor(MPServer):
    """A granian server that replaces the process that answers whenever it dies, after a pause that grows.

    granian gives up if a process dies within seconds after another. Here only the first start can end the server: if
    the process dies twice before the server could be reached. `target_loader` gets `is_first`. SIGHUP and SIGUSR1 are
    passed on to the process, where granian would restart it.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._was_reachable = False
        self._pause_s = 0.0

    def announcement(self, announce: Callable[[str], None]) -> Callable[[str], None]:
        """The function to call with the URL once the server can be reached, which calls `announce`."""

        def announce_url(url: str) -> None:
            self._was_reachable = True
            announce(url)

        return announce_url

    def signal_handler_reload(self, *_: object) -> None:
        """Pass SIGHUP on to the process that answers."""
        self.pass_on(signal.SIGHUP)

    def pass_on(self, number: int, *_: object) -> None:
        """Pass a signal on to the process that answers."""
        for worker in self.wrks:
            with suppress(ProcessLookupError):
                os.kill(worker.inner.pid, number)

    def _serve_loop(self, spawn_target: Any, target_loader: Any) -> None:
        """Replace processes that die until interrupted; a name left in `interrupt_children` is a failed start."""
        deaths = 0
        while not self.interrupt_signal:
            self.main_loop_interrupt.wait()
            self.main_loop_interrupt.clear()
            if self.interrupt_signal or not self.interrupt_children:
                continue
            deaths += 1
            if deaths > 1 and not self._was_reachable:
                return
            self.interrupt_children.clear()
            self._replace(spawn_target, partial(target_loader, is_first=not self._was_reachable))

    def _replace(self, spawn_target: Any, loader: Any) -> None:
        """Start a process in place of the one that has died, as soon as that is possible."""
        if time.monotonic() - self.wrks[0].birth >= _STABLE_S:
            self._pause_s = 0.0
        while not self.interrupt_signal:
            self.main_loop_interrupt.wait(self._pause_s)
            self._pause_s = min(max(2 * self._pause_s, _MIN_RESTART_PAUSE_S), _MAX_RESTART_PAUSE_S)
            if not self.interrupt_signal and self._start_worker(spawn_target, loader):
                return

    def _start_worker(self, spawn_target: Any, loader: Any) -> bool:
        """Start a process; False if the system has no process, or no thread to watch it."""
        worker = self._spawn_worker(idx=0, target=spawn_target, callback_loader=loader)
        try:
            worker.start()  # type: ignore[no-untyped-call]
        except (OSError, RuntimeError) as error:
            if worker.inner.pid is not None:
                worker.kill()  # type: ignore[no-untyped-call]
            _log.error("the process that answers cannot be started, which is retried: %s", in_one_line(error))
            return False
        self.wrks[0] = worker
        return True


def serve(config: Config, *, host: str, port: int, announce: Callable[[str], None] = print) -> None:
    """Answer requests until interrupted; `announce` is called with the URL once the server listens.

    It listens on the socket of the configuration, or else on host and port; port 0 is any that is free. A `MedkgError`
    if it cannot listen there, if there is no snapshot to serve, or if the process that answers dies twice before the
    server could be reached.
    """
    require_server_support()
    sys.path[:] = import_path()  # so that no stranger's module is imported, here and in the processes that are started
    os.environ["PYTHONSAFEPATH"] = "1"
    address = listen_address(config, host, port)
    if config.socket is not None and not config.proxies:
        _log.warning("clients of a socket have no address: all count as one unless MEDKG_PROXIES says more")
    _require_files(config.pool.evaluators)
    failures: SimpleQueue[str] = SimpleQueue()
    starts = Value("L", 0)
    server = Supervisor(
        **address.options,
        target="medkg",
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=_HEAD_TIMEOUT_S * 1000, max_buffer_size=_MAX_HEAD_BYTES),
        workers=1,
        backpressure=max_connections(config.pool.evaluators),
        workers_kill_timeout=_SHUTDOWN_TIMEOUT_S,
        websockets=False,
        loop=Loops.uvloop,
        log_level=LogLevels.critical,
    )
    announcer = threading.Thread(target=_announce, args=(server.announcement(announce), address), daemon=True)
    server.on_startup(lambda: signal.signal(signal.SIGUSR1, server.pass_on))
    server.on_startup(announcer.start)
    try:
        with ignoring_stray_signals(), process_umask(config.umask), nonblocking_standard_error():
            server.serve(target_loader=partial(_load, config, failures, starts), wrap_loader=False)
    except SystemExit:
        if not server.interrupt_signal:
            raise MedkgError("the server stopped: its process dies as soon as it starts") from None
    except (OSError, ValueError, RuntimeError) as error:  # of granian
        raise MedkgError(f"cannot serve at {address.url}: {in_one_line(error)}") from error
    if not failures.empty():
        raise MedkgError(failures.get())


def _load(config: Config, failures: SimpleQueue[str], starts: Synchronized[int], *, is_first: bool = True) -> Any:
    """The application, in the process that answers; `starts` counts these processes.

    If the first one cannot start, the server ends.
    """
    ignore_stray_signals()  # until the event loop handles them
    starts.value += 1
    if hasattr(os, "setpgid"):
        # Ctrl-C at a terminal goes to the whole process group: the parent alone shall get it, and end this process
        os.setpgid(0, 0)
    die_with_parent(os.getppid())  # or a killed parent would leave a server without supervision
    _raise_file_limit()
    keep_freed_memory()
    failed = partial(_report_failure, failures if is_first else None, debug=config.debug)
    try:
        return Front(config, failed=failed, restarts=starts.value - 1)
    except Exception as error:
        failed(error)
        sys.exit(1)


def _report_failure(failures: SimpleQueue[str] | None, error: Exception, *, debug: bool) -> None:
    """Report an error at the start to the parent, which ends then; without `failures` to the log alone."""
    if debug:
        traceback.print_exception(error)
    is_unexpected = not isinstance(error, MedkgError)
    details = f"the server cannot start: {in_one_line(error)}; MEDKG_DEBUG=1 shows more"
    message = details if is_unexpected else str(error)
    if failures is None:
        _log.error("%s; it is retried", message)
        return
    failures.put(message)
    os.kill(os.getppid(), signal.SIGTERM)


def _require_files(evaluators: int) -> None:
    """Raise a `MedkgError` if the system allows too few open files for the server."""
    import resource  # here, for Windows has none

    _, limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = required_files(evaluators)
    if limit not in (resource.RLIM_INFINITY, -1) and limit < needed:
        raise MedkgError(
            f"{limit} files may be open here at once, and a server with {evaluators} evaluators needs {needed}; "
            "allow more, as by `ulimit -n 1024`, or have fewer evaluators by MEDKG_EVALUATORS"
        )


def _raise_file_limit() -> None:
    """Raise the number of open files to the limit of the system; without success the server starts all the same.

    A hard limit may say that there is no limit, and be refused all the same: `man setrlimit` on macOS.
    """
    import resource  # here, for Windows has none

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    limits = [_MACOS_MAX_FILES] if hard == resource.RLIM_INFINITY else [hard, min(hard, _MACOS_MAX_FILES)]
    for limit in limits:
        if soft == resource.RLIM_INFINITY or soft >= limit:
            return
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
        except (OSError, ValueError) as error:
            _log.warning("the system does not grant %d file descriptors: %s", limit, error)
        else:
            return


def _announce(announce: Callable[[str], None], address: ListenAddress) -> None:
    """Announce the URL as soon as the server listens."""
    deadline = time.monotonic() + _START_TIMEOUT_S
    while time.monotonic() < deadline:
        try:
            address.connect().close()
        except OSError:
            time.sleep(0.02)
        else:
            announce(address.url)
            return
