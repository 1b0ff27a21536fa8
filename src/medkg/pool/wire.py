"""The wire between the server and its evaluators: a head as JSON and a body as bytes, each with its length before it.

JSON and not pickle: an evaluator reads strangers' queries, so what it says is data and never code.
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from medkg.caches import cached_if_short

CHUNK = 1 << 16
"""The bytes to read at once where nothing says how many there are: no more, for all of it is allocated first."""

_MOST = 1 << 20  # for last words are read as lengths as well, and name any number
_LONGEST_HEAD = 16 << 20
_LONGEST_WORDS = 64 << 10  # bytes of what is no message and may be last words
_LENGTHS = struct.Struct("<II")
_NOTHING: Mapping[str, Any] = MappingProxyType({})
_encode = json.JSONEncoder(separators=(",", ":")).encode


class FrameError(Exception):
    """Bytes that are no message, or a message that says what it may not: a fault of whoever sent it."""


class Frame(NamedTuple):
    """One message: what it says and what it carries."""

    head: Mapping[str, Any] = _NOTHING
    body: bytes = b""

    def packed(self) -> tuple[bytes, bytes]:
        """The message as it travels, in two parts so that the body need not be copied.

        >>> frames = Frames()
        >>> next(frames.feed(b"".join(Frame({"ask": "query"}, b"ASK {}").packed())))
        Frame(head=mappingproxy({'ask': 'query'}), body=b'ASK {}')
        """
        head = _encode(dict(self.head)).encode()
        return _LENGTHS.pack(len(head), len(self.body)) + head, self.body


class Frames:
    """Bytes as they arrive, cut into messages; each byte of a body is copied once."""

    def __init__(self) -> None:
        self._begun = b""  # lengths and head of the message under way, once they are whole
        self._parts: list[bytes | memoryview] = []
        self._missing = _LENGTHS.size

    @property
    def rest(self) -> bytes:
        """What has arrived and is no whole message: the last words of a process that died."""
        return self._begun + b"".join(self._parts)

    @property
    def wanted(self) -> int:
        """The bytes to read next: what is missing of a message, where that is more than a `CHUNK`."""
        return min(max(CHUNK, self._missing), _MOST)

    def feed(self, data: bytes) -> Iterator[Frame]:
        """The messages that are whole once more bytes have come; a `FrameError` where one is none."""
        self._parts.append(data)
        self._missing -= len(data)
        while self._missing <= 0:
            if self._begun:
                yield self._ended()
            else:
                self._begin(b"".join(self._parts))

    def _begin(self, arrived: bytes) -> None:
        """Find out how long a message is, of which the lengths at least have arrived."""
        head, body = _LENGTHS.unpack_from(arrived)
        middle = _LENGTHS.size + head
        if head > _LONGEST_HEAD:
            if len(arrived) >= _LONGEST_WORDS:
                raise FrameError("bytes without end that are no message")
            self._parts, self._missing = [arrived], _LONGEST_WORDS - len(arrived)
        elif len(arrived) < middle:
            self._parts, self._missing = [arrived], middle - len(arrived)
        else:
            self._begun, self._parts = arrived[:middle], [memoryview(arrived)[middle:]]
            self._missing = middle + body - len(arrived)

    def _ended(self) -> Frame:
        """The message that has arrived whole; what comes after it stays for the next one."""
        last = self._parts.pop()
        end = len(last) + self._missing
        frame = Frame(_decoded(self._begun[_LENGTHS.size :]), b"".join((*self._parts, last[:end])))
        self._begun, self._parts = b"", [last[end:]]
        self._missing += _LENGTHS.size
        return frame


def receive(descriptor: int) -> Iterator[Frame]:
    """The messages of a descriptor, waited for one by one, until the other side hangs up."""
    frames = Frames()
    while data := os.read(descriptor, frames.wanted):
        yield from frames.feed(data)


def send(descriptor: int, frame: Frame) -> None:
    """Write a message whole; by `os.writev` and not `socket.send`, which an evaluator may not call."""
    head, body = frame.packed()
    sent = os.writev(descriptor, (head, body))
    left = memoryview(b"" if sent == len(head) + len(body) else head + body)[sent:]
    while left:
        left = left[os.write(descriptor, left) :]


@cached_if_short(entries=256, longest=500)
def _decoded(head: bytes) -> Mapping[str, Any]:
    """A head, of which there are few that differ; a `FrameError` where it is none."""
    try:
        found = json.loads(head)
    except (ValueError, RecursionError) as error:
        raise FrameError(f"a message whose head is no JSON: {error}") from error
    if not isinstance(found, dict):
        raise FrameError("a message whose head is no object")
    return MappingProxyType(found)
