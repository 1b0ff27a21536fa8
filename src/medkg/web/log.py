"""The access log: one JSON object a line. What was asked is not in it unless the operator wants it."""

from __future__ import annotations

import json
import logging
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from medkg.errors import MedkgError, in_one_line

_log = logging.getLogger("medkg.web")


class AccessLog:
    """A log at a file, at `-` for the standard output, or nowhere; a `MedkgError` where the file cannot be written."""

    def __init__(self, target: str | None, *, queries: bool = False) -> None:
        self._queries = queries
        self._is_full = False
        self._path = Path(target) if target and target != "-" else None
        self._file: IO[str] | None = sys.stdout if target == "-" else None
        if self._path is not None:
            self._file = _opened(self._path)

    def reopen(self) -> None:
        """Go on in the file that has the name now, as after the old one was moved away; in the old where that fails."""
        if self._path is None:
            return
        try:
            opened = _opened(self._path)
        except MedkgError as error:
            _log.error("%s; it goes on in the file that is open", error)
            return
        self.close()
        self._file, self._is_full = opened, False

    def close(self) -> None:
        """Write no more."""
        if self._file is not None and self._file is not sys.stdout:
            with suppress(OSError):  # what could not be written then cannot be written now
                self._file.close()

    @property
    def is_kept(self) -> bool:
        """Whether anything is written."""
        return self._file is not None

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
        if self._file is None:
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
        try:
            print(json.dumps(line, ensure_ascii=False), file=self._file, flush=True)
        except (OSError, ValueError) as error:  # the latter where the log has no letters for what was asked
            self._tell(error)
        else:
            self._is_full = False

    def _tell(self, error: Exception) -> None:
        """Say that requests are not written down, the first time; they are answered all the same."""
        if not self._is_full:
            _log.error("the access log cannot be written: %s; requests are answered without", in_one_line(error))
        self._is_full = True


def _opened(path: Path) -> IO[str]:
    """A file to which lines are added; a `MedkgError` where it cannot be written."""
    try:
        return path.open("a", encoding="utf-8", newline="\n")
    except OSError as error:
        raise MedkgError(f"the access log {path} cannot be written: {error.strerror}") from error
