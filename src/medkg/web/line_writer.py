"""A thread that writes lines to a descriptor, so that nothing else ever waits for those who read there."""

from __future__ import annotations

import os
import select
from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Lock, Thread

MOST_BYTES = 1 << 20
"""Bytes of lines that may wait to be written; lines beyond them are dropped and counted."""

_BATCH = 1 << 16  # bytes that are written at once


class LineWriter:
    """Writes lines to a descriptor; `gap` is the line in place of a number of them that were dropped.

    `failed` is called with an error of writing, once until it works again, in the thread of the writer.
    """

    def __init__(
        self, descriptor: int, *, gap: Callable[[int], bytes], failed: Callable[[OSError], None] = lambda _: None
    ) -> None:
        self._descriptor, self._gap, self._failed = descriptor, gap, failed
        self._successor: int | None = None
        self._lines: SimpleQueue[bytes | None] = SimpleQueue()
        self._lock = Lock()
        self._held, self._missing = 0, 0
        self._is_failing = False
        self.dropped = 0
        """The lines that were dropped so far."""
        self._thread = Thread(target=self._run, name="line writer", daemon=True)
        self._thread.start()

    def write(self, line: bytes) -> None:
        """Have a line written, or drop it where too many wait; returns at once."""
        with self._lock:
            is_held = self._held + len(line) <= MOST_BYTES
            if is_held:
                self._held += len(line)
            else:
                self._drop(1)
        if is_held:
            self._lines.put(line)

    def switch(self, descriptor: int) -> None:
        """Write to another descriptor from here on, and close the present one."""
        with self._lock:
            replaced, self._successor = self._successor, descriptor
        if replaced is not None:
            os.close(replaced)

    def close(self, seconds: float = 1.0) -> bool:
        """Write what waits, and end; False where that takes too long, and the descriptor is in use still."""
        self._lines.put(None)
        self._thread.join(seconds)
        return not self._thread.is_alive()

    @property
    def descriptor(self) -> int:
        """Where the lines go."""
        return self._descriptor if self._successor is None else self._successor

    def _run(self) -> None:
        """Write lines as they come, many at once where they come faster than they can be written."""
        while (batch := self._lines.get()) is not None:
            is_last = False
            while len(batch) < _BATCH and not is_last:
                try:
                    line = self._lines.get_nowait()
                except Empty:
                    break
                is_last = line is None
                batch += line or b""
            self._put(batch)
            if is_last:
                return

    def _put(self, batch: bytes) -> None:
        """Write lines, and where there is room again how many were dropped."""
        self._switch()
        is_written = self._is_written(batch)
        with self._lock:
            self._held -= len(batch)
            if not is_written:
                self._drop(batch.count(b"\n"))
            missing = self._missing if is_written and self._held < MOST_BYTES // 2 else 0
        if missing and self._is_written(self._gap(missing)):
            with self._lock:
                self._missing -= missing

    def _switch(self) -> None:
        """Turn to the descriptor that is to take the place of the present one."""
        with self._lock:
            old, new, self._successor = self._descriptor, self._successor, None
        if new is not None:
            self._descriptor = new
            os.close(old)

    def _is_written(self, data: bytes) -> bool:
        """Whether data could be written; where it could not, that is told once."""
        try:
            self._write(data)
        except OSError as error:
            is_news, self._is_failing = not self._is_failing, True
            if is_news:
                self._failed(error)
            return False
        self._is_failing = False
        return True

    def _drop(self, lines: int) -> None:
        """Count lines that are dropped."""
        self.dropped += lines
        self._missing += lines

    def _write(self, data: bytes) -> None:
        """Write all of it, however long that takes."""
        left = memoryview(data)
        while left:
            try:
                left = left[os.write(self._descriptor, left) :]
            except BlockingIOError:  # others may have set the descriptor so
                select.select([], [self._descriptor], [])
