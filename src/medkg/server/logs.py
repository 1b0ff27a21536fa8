"""The access log: one JSON object a line. What was asked is not in it unless the operator wants it."""

from __future__ import annotations

import json
import logging
import os
from contextlib import suppress
from datetime import UTC, datetime

from medkg.errors import MedkgError, in_one_line
from medkg.web.line_writer import LineWriter

_log = logging.getLogger("medkg.web")

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
