"""A document that may grow so far and no further."""

from __future__ import annotations

import io
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import QueryResultsFormat, RdfFormat

from medkg.errors import SizeLimit

if TYPE_CHECKING:
    from typing_extensions import Buffer


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The most a document may hold: bytes, and solutions where it is a list of them."""

    bytes: int = sys.maxsize
    rows: int = sys.maxsize


UNBOUNDED = Bounds()

# What stands between two solutions. A literal may hold the same text in CSV or end in it in JSON, so that those
# are counted once too often at times, and never too seldom.
_SEPARATORS: dict[QueryResultsFormat | RdfFormat, bytes] = {
    QueryResultsFormat.JSON: b'}},{"',
    QueryResultsFormat.XML: b"<result>",
    QueryResultsFormat.CSV: b"\r\n",
    QueryResultsFormat.TSV: b"\n",
}


class Bounded(io.BytesIO):
    """A file to write to that raises `SizeLimit` at the first byte or solution too many.

    Parts are joined once at the end: a buffer that grows would copy what it holds at every step.
    """

    def __init__(self, bounds: Bounds, engine: QueryResultsFormat | RdfFormat) -> None:
        super().__init__()
        self._bounds = bounds
        self._separator = _SEPARATORS.get(engine, b"")
        self._parts: list[bytes] = []
        self._size = self._counted = self._rows = 0
        self._uncounted = 0  # the first part not counted yet
        self._seam = b""

    def write(self, data: Buffer, /) -> int:
        """Take the next bytes."""
        part = bytes(data)
        self._parts.append(part)
        self._size += len(part)
        if self._size > self._bounds.bytes:
            raise SizeLimit(f"the answer is larger than {self._bounds.bytes:,} bytes; ask for less, as with LIMIT")
        if self._separator and self._size - self._counted > (self._bounds.rows - self._rows) * len(self._separator):
            self._count()
        return len(part)

    def getvalue(self) -> bytes:
        """All that was written."""
        return b"".join(self._parts)

    def _count(self) -> None:
        """Count the solutions that have come since the last time, put off until there may be too many."""
        new = b"".join((self._seam, *self._parts[self._uncounted :]))
        self._seam = new[1 - len(self._separator) :] if len(self._separator) > 1 else b""
        self._rows += new.count(self._separator)
        self._counted, self._uncounted = self._size, len(self._parts)
        if self._rows > self._bounds.rows:
            raise SizeLimit(f"the answer has more than {self._bounds.rows:,} rows; ask for less, as with LIMIT")
