"""The standard error of a server: its parent reads it at all times, so that no process waits for its readers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from medkg.web.line_writer import LineWriter

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
    writer = LineWriter(ours, gap=_gap)
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


def _gap(lines: int) -> bytes:
    """The line in place of others that were dropped."""
    return f"{lines} lines were dropped here, for nobody read them\n".encode()
