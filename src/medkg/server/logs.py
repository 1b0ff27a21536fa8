"""The access log: one JSON object a line. What was asked is not in it unless the operator wants it.

A thread that writes lines to a descriptor, so that nothing else ever waits for those who read there.

The standard error of a server: its parent reads it at all times, so that no process waits for its readers.
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


_log = logging.getLogger("medkg.server")

_STANDARD_OUTPUT = 1


class AccessLog:
    """A log at a file, at `-` for the standard output, or nowhere; a `MedkgError` where the file cannot be written.

    Lines that cannot be written as fast as they come are dropped; a line `{"dropped": number}` takes their place.
    """

    def __init__(self, target: str | None, *, queries: bool = False) -> None:
        self._queries = queries
        self._path = None if target == "-" else target
        self._writer: LineWriter | None = None
        if target:
            descriptor = _STANDARD_OUTPUT if target == "-" else _opened(target)
            self._writer = LineWriter(descriptor, gap=_gap, failed=_tell)

    def reopen(self) -> None:
        """Go on in the file that has the name now, as after the old one was moved away; in the old where that fails."""
        if self._writer is None or not self._path:
            return
        try:
            self._writer.switch(_opened(self._path))
        except MedkgError as error:
            _log.error("%s; it goes on in the file that is open", error)

    def close(self) -> None:
        """Write no more."""
        if self._writer is not None and self._writer.close() and self._path:
            with suppress(OSError):  # what could not be written then cannot be written now
                os.close(self._writer.descriptor)

    @property
    def dropped(self) -> int:
        """The number of requests that were not written down."""
        return self._writer.dropped if self._writer is not None else 0

    @property
    def is_kept(self) -> bool:
        """Whether anything is written."""
        return self._writer is not None

    def note(
        self,
        *,
        client: str,
        method: str,
        path: str,
        asked: str,
        status: int,
        size: int,
        seconds: float,
        writer: str = "",
        revision: str = "",
    ) -> None:
        """Write one request down: by `writer`, if a token says who that is, and the `revision` that it has led to."""
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
            line["query"] = asked
        written = json.dumps(line, ensure_ascii=False) + "\n"
        self._writer.write(written.encode("utf-8", "backslashreplace"))  # halves of letters as JSON escapes them


def _opened(path: str) -> int:
    """A descriptor by which lines are added to a file; a `MedkgError` where it cannot be written."""
    try:
        # a pipe that nobody reads is refused, and not waited for
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NONBLOCK", 0), 0o666)
    except OSError as error:
        raise MedkgError(f"the access log {path} cannot be written: {error.strerror}") from error
    os.set_blocking(descriptor, True)
    return descriptor


def _gap(lines: int) -> bytes:
    """The line in place of others that were dropped."""
    time = datetime.now(UTC).isoformat(timespec="milliseconds")
    return f"{json.dumps({'time': time, 'dropped': lines})}\n".encode()


def _tell(error: OSError) -> None:
    """Say that requests are not written down; they are answered all the same."""
    _log.error("the access log cannot be written: %s; requests are answered without", in_one_line(error))


_STANDARD_ERROR = 2
_CHUNK = 1 << 16
_GRACE_S = 1.0  # seconds for what was written last


@contextmanager
def relayed() -> Iterator[None]:
    """A context in which a thread passes on what this process and those that it starts write to the standard error.

    Whoever writes there, by Python or by the libraries below it, is never held up. Lines that nobody reads in time are
    dropped, and their number takes their place. The last words of a process that crashes are passed on, too.
    """
    try:
        ours = os.dup(_STANDARD_ERROR)
    except OSError:  # it is closed
        yield
        return
    incoming, outgoing = os.pipe()
    os.dup2(outgoing, _STANDARD_ERROR)
    os.close(outgoing)
    writer = LineWriter(ours, gap=_dropped_lines)
    relay = Thread(target=_relay, args=(incoming, writer), name="standard error", daemon=True)
    relay.start()
    try:
        yield
    finally:
        os.dup2(ours, _STANDARD_ERROR)
        relay.join(_GRACE_S)
        if writer.close(_GRACE_S):
            os.close(ours)


def _relay(incoming: int, writer: LineWriter) -> None:
    """Pass on whole lines until nobody can write any more."""
    rest = b""
    with open(incoming, "rb", buffering=0) as pipe:
        while data := pipe.read(_CHUNK):
            lines, newline, rest = (rest + data).rpartition(b"\n")
            if len(rest) >= _CHUNK:
                lines, newline, rest = lines + newline, rest, b""
            for line in (lines + newline).splitlines(keepends=True):
                writer.write(line)
    if rest:
        writer.write(rest)


def _dropped_lines(lines: int) -> bytes:
    """The line in place of others that were dropped."""
    return f"{lines} lines were dropped here, for nobody read them\n".encode()
