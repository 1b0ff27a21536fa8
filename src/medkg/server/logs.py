"""The access log, a JSON object a line, and the standard error of the server's processes.

Both are written by a thread that drops lines when their readers are too slow, so that no request waits for a log.
"""

from __future__ import annotations

import json
import logging
import os
import select
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from queue import Empty, SimpleQueue
from threading import Lock, Thread

from medkg.errors import MedkgError, in_one_line

MAX_WAITING_BYTES = 1 << 20
"""Bytes of lines that may wait to be written; further lines are dropped and counted."""

_BATCH_BYTES = 1 << 16  # that are written at once


class LineWriter:
    """Writes lines to a descriptor in a thread; `gap` makes the line that stands for a number of dropped lines.

    `failed` is called with the first error of writing, and again after a success, in that thread.
    """

    def __init__(
        self, descriptor: int, *, gap: Callable[[int], bytes], failed: Callable[[OSError], None] = lambda _: None
    ) -> None:
        self._descriptor, self._gap, self._failed = descriptor, gap, failed
        self._successor: int | None = None
        self._lines: SimpleQueue[bytes | None] = SimpleQueue()
        self._lock = Lock()
        self._waiting_bytes, self._unreported = 0, 0
        self._is_failing = False
        self.dropped = 0
        """The number of lines dropped so far."""
        self._thread = Thread(target=self._run, name="line writer", daemon=True)
        self._thread.start()

    def write(self, line: bytes) -> None:
        """Queue a line, or drop it if too many wait; returns at once."""
        with self._lock:
            is_accepted = self._waiting_bytes + len(line) <= MAX_WAITING_BYTES
            if is_accepted:
                self._waiting_bytes += len(line)
            else:
                self._drop(1)
        if is_accepted:
            self._lines.put(line)

    def switch(self, descriptor: int) -> None:
        """Write to another descriptor from now on, and close the present one."""
        with self._lock:
            replaced, self._successor = self._successor, descriptor
        if replaced is not None:
            os.close(replaced)

    def close(self, seconds: float = 1.0) -> bool:
        """Write the queued lines and end; False if that takes too long, so that the descriptor is still in use."""
        self._lines.put(None)
        self._thread.join(seconds)
        return not self._thread.is_alive()

    @property
    def descriptor(self) -> int:
        """The descriptor that is written to."""
        return self._descriptor if self._successor is None else self._successor

    def _run(self) -> None:
        """Write lines as they come, in batches if they come faster than they can be written."""
        while (batch := self._lines.get()) is not None:
            is_last = False
            while len(batch) < _BATCH_BYTES and not is_last:
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
        """Write lines, and once there is room again the number of dropped ones."""
        self._switch()
        is_written = self._is_written(batch)
        with self._lock:
            self._waiting_bytes -= len(batch)
            if not is_written:
                self._drop(batch.count(b"\n"))
            unreported = self._unreported if is_written and self._waiting_bytes < MAX_WAITING_BYTES // 2 else 0
        if unreported and self._is_written(self._gap(unreported)):
            with self._lock:
                self._unreported -= unreported

    def _switch(self) -> None:
        """Replace the descriptor by its successor, if there is one."""
        with self._lock:
            old, new, self._successor = self._descriptor, self._successor, None
        if new is not None:
            self._descriptor = new
            os.close(old)

    def _is_written(self, data: bytes) -> bool:
        """Whether data could be written; the first failure is reported."""
        try:
            self._write(data)
        except OSError as error:
            is_first, self._is_failing = not self._is_failing, True
            if is_first:
                self._failed(error)
            return False
        self._is_failing = False
        return True

    def _drop(self, lines: int) -> None:
        """Count dropped lines."""
        self.dropped += lines
        self._unreported += lines

    def _write(self, data: bytes) -> None:
        """Write all data, however long that takes."""
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[os.write(self._descriptor, rest) :]
            except BlockingIOError:  # another process may have set the descriptor so
                select.select([], [self._descriptor], [])


_log = logging.getLogger("medkg.server")

_STANDARD_OUTPUT = 1


class AccessLog:
    """A log in a file, on standard output for `-`, or none; a `MedkgError` if the file cannot be written.

    Lines that cannot be written as fast as they come are dropped; a line `{"dropped": number}` stands for them.
    """

    def __init__(self, target: str | None, *, queries: bool = False) -> None:
        self._queries = queries
        self._path = None if target == "-" else target
        self._writer: LineWriter | None = None
        if target:
            descriptor = _STANDARD_OUTPUT if target == "-" else _open(target)
            self._writer = LineWriter(descriptor, gap=_gap, failed=_report)

    def reopen(self) -> None:
        """Continue in a new file of the same name, such as after rotation; in the old file if that fails."""
        if self._writer is None or not self._path:
            return
        try:
            self._writer.switch(_open(self._path))
        except MedkgError as error:
            _log.error("%s; it continues in the old file", error)

    def close(self) -> None:
        """Write the queued lines, and close the file."""
        if self._writer is not None and self._writer.close() and self._path:
            with suppress(OSError):  # data that could not be written before, which cannot be written now
                os.close(self._writer.descriptor)

    @property
    def dropped_requests(self) -> int:
        """The number of requests that were not logged."""
        return self._writer.dropped if self._writer is not None else 0

    @property
    def is_enabled(self) -> bool:
        """Whether requests are logged."""
        return self._writer is not None

    def write(
        self,
        *,
        client: str,
        method: str,
        path: str,
        query: str,
        status: int,
        size: int,
        seconds: float,
        writer: str = "",
        revision: str = "",
    ) -> None:
        """Log a request; `writer` is the name of its write token, and `revision` the one that it has made."""
        if self._writer is None:
            return
        line = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "client": client,
            "method": method,
            "path": path,
            "status": status,
            "bytes": size,
            "seconds": round(seconds, 6),
        }
        line |= {name: value for name, value in (("writer", writer), ("revision", revision)) if value}
        if self._queries:
            line["query"] = query
        text = json.dumps(line, ensure_ascii=False) + "\n"
        self._writer.write(text.encode("utf-8", "backslashreplace"))  # lone surrogates as JSON escapes them


def _open(path: str) -> int:
    """A descriptor that appends to a file; a `MedkgError` if it cannot be written."""
    try:
        # a pipe without a reader is refused at once
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NONBLOCK", 0), 0o666)
    except OSError as error:
        raise MedkgError(f"the access log {path} cannot be written: {error.strerror}") from error
    os.set_blocking(descriptor, True)
    return descriptor


def _gap(lines: int) -> bytes:
    """The line that stands for dropped lines of the access log."""
    time = datetime.now(UTC).isoformat(timespec="milliseconds")
    return f"{json.dumps({'time': time, 'dropped': lines})}\n".encode()


def _report(error: OSError) -> None:
    """Report that requests are not logged; they are answered all the same."""
    _log.error("the access log cannot be written: %s; requests are answered all the same", in_one_line(error))


_STANDARD_ERROR = 2
_CHUNK_BYTES = 1 << 16
_CLOSE_TIMEOUT_S = 1.0  # for the last lines


@contextmanager
def nonblocking_standard_error() -> Iterator[None]:
    """A context in which a thread passes on the standard error of this process and of those that it starts.

    So no process blocks on writing there. Lines that are not read in time are dropped and counted. The last lines of a
    process that crashes are passed on, too.
    """
    try:
        original = os.dup(_STANDARD_ERROR)
    except OSError:  # it is closed
        yield
        return
    read_end, write_end = os.pipe()
    os.dup2(write_end, _STANDARD_ERROR)
    os.close(write_end)
    writer = LineWriter(original, gap=_dropped_lines)
    relay = Thread(target=_relay, args=(read_end, writer), name="standard error", daemon=True)
    relay.start()
    try:
        yield
    finally:
        os.dup2(original, _STANDARD_ERROR)
        relay.join(_CLOSE_TIMEOUT_S)
        if writer.close(_CLOSE_TIMEOUT_S):
            os.close(original)


def _relay(read_end: int, writer: LineWriter) -> None:
    """Pass on whole lines until every writer has closed the pipe."""
    rest = b""
    with open(read_end, "rb", buffering=0) as pipe:
        while data := pipe.read(_CHUNK_BYTES):
            lines, newline, rest = (rest + data).rpartition(b"\n")
            if len(rest) >= _CHUNK_BYTES:
                lines, newline, rest = lines + newline, rest, b""
            for line in (lines + newline).splitlines(keepends=True):
                writer.write(line)
    if rest:
        writer.write(rest)


def _dropped_lines(lines: int) -> bytes:
    """The line that stands for dropped lines of standard error."""
    return f"{lines} lines were dropped here, for they were not read in time\n".encode()
