"""The parent of the process that answers: it starts another one whenever that dies, and never gives up."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from granian.server.mp import MPServer

from medkg.errors import in_one_line

_LEAST_PAUSE, _MOST_PAUSE = 0.5, 16.0  # seconds before a start after one that was in vain, doubled each time
_STEADY = 60.0  # seconds after which a process that dies has not been started in vain

_log = logging.getLogger("medkg.web")


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
