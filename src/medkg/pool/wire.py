"""The wire format between server, keeper and evaluators: each message has a head in JSON and a body of bytes.

The lengths of head and body stand before them. A message is a dataclass: the head is its class and its fields but for
`body`. The reader accepts some classes, and checks each field by its type. JSON and not pickle, for an evaluator reads
strangers' queries: what it sends is data and never code.
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from types import MappingProxyType
from typing import Any, ClassVar, Protocol, get_args, get_origin, get_type_hints

from medkg.caches import cached_if_short

CHUNK_BYTES = 64 << 10
"""The bytes to read at once where the length is not known: no more, for all of it is allocated first."""

_MAX_READ_BYTES = 1 << 20  # for last words are read as lengths as well, and may be any number
_MAX_HEAD_BYTES = 16 << 20
_MAX_LAST_WORDS_BYTES = 64 << 10  # of what is no message and may be the last words of a process
_LENGTHS = struct.Struct("<II")
_MAX_QUOTE = 200  # characters of a message that the log quotes
_encode_json = json.JSONEncoder(separators=(",", ":")).encode


class MessageError(Exception):
    """Bytes that are no message, or a message that is not accepted: a fault of the sender."""


class Message(Protocol):
    """A dataclass whose fields are text, numbers, truth values, None, and tuples of these; `body` goes as it is."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def body(self) -> bytes:
        """The bytes it carries."""


Kinds = tuple[type[Any], ...]
"""The classes of messages that a reader accepts."""


def encode(message: Message) -> tuple[bytes, bytes]:
    """The message as it is sent, in two parts so that the body need not be copied."""
    kind = type(message)
    values = {name: getattr(message, name) for name in _checks(kind)}
    head = _encode_json([kind.__name__, values]).encode()
    return _LENGTHS.pack(len(head), len(message.body)) + head, message.body


def send(descriptor: int, message: Message) -> None:
    """Write a message whole; by `os.writev` and not `socket.send`, which an evaluator may not call."""
    head, body = encode(message)
    sent = os.writev(descriptor, (head, body))
    rest = memoryview(b"" if sent == len(head) + len(body) else head + body)[sent:]
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def receive(descriptor: int, kinds: Kinds) -> Iterator[Any]:
    """The messages of a descriptor, waited for one by one, until the other side closes it."""
    reader = MessageReader(kinds)
    while data := os.read(descriptor, reader.next_read_bytes):
        yield from reader.feed(data)


class MessageReader:
    """Cuts bytes into messages as they arrive; each byte of a body is copied once."""

    def __init__(self, kinds: Kinds) -> None:
        self._kinds = kinds
        self._head = b""  # lengths and head of the message that is arriving, once they are whole
        self._parts: list[bytes | memoryview] = []
        self._missing = _LENGTHS.size

    @property
    def remainder(self) -> bytes:
        """What has arrived and is no whole message: the last words of a process that died."""
        return self._head + b"".join(self._parts)

    @property
    def next_read_bytes(self) -> int:
        """The bytes to read next: what is missing of a message, where that is more than a chunk."""
        return min(max(CHUNK_BYTES, self._missing), _MAX_READ_BYTES)

    def feed(self, data: bytes) -> Iterator[Any]:
        """The messages that are whole once more bytes have come; a `MessageError` where one is not accepted."""
        self._parts.append(data)
        self._missing -= len(data)
        while self._missing <= 0:
            if self._head:
                yield self._end()
            else:
                self._begin(b"".join(self._parts))

    def _begin(self, data: bytes) -> None:
        """Find out how long a message is, of which the lengths at least have arrived."""
        head, body = _LENGTHS.unpack_from(data)
        middle = _LENGTHS.size + head
        if head > _MAX_HEAD_BYTES:
            if len(data) >= _MAX_LAST_WORDS_BYTES:
                raise MessageError("bytes without end that are no message")
            self._parts, self._missing = [data], _MAX_LAST_WORDS_BYTES - len(data)
        elif len(data) < middle:
            self._parts, self._missing = [data], middle - len(data)
        else:
            self._head, self._parts = data[:middle], [memoryview(data)[middle:]]
            self._missing = middle + body - len(data)

    def _end(self) -> Any:
        """The message that has arrived whole; what comes after it stays for the next one."""
        last = self._parts.pop()
        end = len(last) + self._missing
        head, body = self._head[_LENGTHS.size :], b"".join((*self._parts, last[:end]))
        self._head, self._parts = b"", [last[end:]]
        self._missing += _LENGTHS.size
        kind, values = _decoded_head(head, self._kinds)
        try:
            return kind(**values, body=body)
        except (TypeError, ValueError) as error:
            raise MessageError(f"a message that is not accepted: {error}") from error


@cached_if_short(entries=256, longest=500)
def _decoded_head(head: bytes, kinds: Kinds) -> tuple[type[Any], Mapping[str, Any]]:
    """The class of a message and its fields, of which there are few that differ."""
    try:
        match json.loads(head):
            case [str(name), dict(values)]:
                kind = next(kind for kind in kinds if kind.__name__ == name)
                checks = _checks(kind)
                if values.keys() != checks.keys():
                    raise ValueError("its fields are others")
                return kind, MappingProxyType({name: checks[name](value) for name, value in values.items()})
    except (ValueError, TypeError, RecursionError, StopIteration) as error:
        raise MessageError(f"a message that is not accepted: {head[:_MAX_QUOTE]!r}: {error}") from error
    raise MessageError(f"a message that is not accepted: {head[:_MAX_QUOTE]!r}")


_Check = Callable[[Any], Any]


@cached_if_short(entries=64, longest=0)
def _checks(kind: type[Any]) -> Mapping[str, _Check]:
    """How to check each field of a class of messages; each check gives the value or raises a `TypeError`."""
    hints = get_type_hints(kind)
    return {field.name: _check(hints[field.name]) for field in fields(kind) if field.name != "body"}


def _check(hint: Any) -> _Check:
    """The check of values of a type.

    >>> _check(tuple[str, ...])(["a", "b"])
    ('a', 'b')
    >>> _check(int | None)(True)
    Traceback (most recent call last):
    TypeError: True is no int | None
    """
    if get_origin(hint) is tuple:
        return _check_tuple(hint, get_args(hint))
    accepted = get_args(hint) or ((int, float) if hint is float else (hint,))

    def check(value: Any) -> Any:
        if type(value) not in accepted:
            raise TypeError(f"{value!r} is no {hint}")
        return value

    return check


def _check_tuple(hint: Any, members: tuple[Any, ...]) -> _Check:
    """The check of lists, which become tuples: of any length where the type says so."""
    is_open = members[-1] is Ellipsis
    checks = tuple(_check(member) for member in members if member is not Ellipsis)

    def check(value: Any) -> tuple[Any, ...]:
        if type(value) is not list or not (is_open or len(value) == len(checks)):
            raise TypeError(f"{value!r} is no {hint}")
        return tuple(map(checks[0], value)) if is_open else tuple(c(v) for c, v in zip(checks, value, strict=True))

    return check
