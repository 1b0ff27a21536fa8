"""The wire format between server, keeper and evaluators."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medkg.pool.wire import Message, MessageError, MessageReader, encode, receive, send


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message with fields of all types that there are."""

    text: str = ""
    number: int = 0
    seconds: float = 0.0
    is_urgent: bool = False
    reply: str | None = None
    words: tuple[str, ...] = ()
    pairs: tuple[tuple[str, int], ...] = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A message that checks what it says."""

    number: int
    body: bytes = b""

    def __post_init__(self) -> None:
        if self.number < 0:
            raise ValueError("no number")


KINDS = (Letter, Receipt)
TEXT = st.text(max_size=20)
LETTERS = st.builds(
    Letter,
    text=TEXT,
    number=st.integers(),
    seconds=st.floats(allow_nan=False, allow_infinity=False),
    is_urgent=st.booleans(),
    reply=st.none() | TEXT,
    words=st.lists(TEXT, max_size=3).map(tuple),
    pairs=st.lists(st.tuples(TEXT, st.integers()), max_size=3).map(tuple),
    body=st.binary(max_size=200),
)
MESSAGES = LETTERS | st.builds(Receipt, number=st.integers(min_value=0), body=st.binary(max_size=200))


def stream(*messages: Message) -> bytes:
    return b"".join(part for message in messages for part in encode(message))


@given(st.lists(MESSAGES, max_size=5), st.data())
def test_messages_arrive_as_they_were_sent_however_the_bytes_are_cut(sent: list[Message], data: st.DataObject) -> None:
    travelling = stream(*sent)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(travelling)), max_size=8)))
    reader = MessageReader(KINDS)
    arrived: list[Message] = []
    for start, end in zip([0, *cuts], [*cuts, len(travelling)], strict=True):
        arrived += reader.feed(travelling[start:end])
    assert arrived == sent
    assert reader.remainder == b""


@given(MESSAGES, st.data())
def test_what_is_no_whole_message_is_left_over(sent: Message, data: st.DataObject) -> None:
    travelling = stream(sent)
    part = travelling[: data.draw(st.integers(0, len(travelling) - 1))]
    reader = MessageReader(KINDS)
    assert list(reader.feed(part)) == []
    assert reader.remainder == part


def test_messages_after_the_first_are_kept_for_whoever_asks_on() -> None:
    one, two = Letter(number=1), Letter(number=2)
    reader = MessageReader(KINDS)
    assert next(reader.feed(stream(one, two))) == one
    assert list(reader.feed(b"")) == [two]


def test_a_message_of_another_class_is_not_accepted() -> None:
    with pytest.raises(MessageError):
        list(MessageReader((Receipt,)).feed(stream(Letter())))


@given(
    st.sampled_from([("text", 1), ("number", "1"), ("number", True), ("seconds", "1"), ("words", "ab"), ("words", [1])])
)
def test_a_field_of_another_type_is_not_accepted(field: tuple[str, object]) -> None:
    name, value = field
    wrong = Letter(**{name: value})  # type: ignore[arg-type]
    with pytest.raises(MessageError, match="is no"):
        list(MessageReader(KINDS).feed(stream(wrong)))


def test_what_a_message_refuses_to_say_is_not_accepted() -> None:
    right = stream(Receipt(number=1))
    with pytest.raises(MessageError, match="no number"):
        list(MessageReader(KINDS).feed(right.replace(b":1}", b":-1}").replace(right[:1], bytes([right[0] + 1]), 1)))


def test_last_words_of_the_engine_are_no_message() -> None:
    reader = MessageReader(KINDS)
    words = b"memory allocation of 1073741824 bytes failed\n"
    assert list(reader.feed(words)) == []
    assert reader.remainder == words
    assert reader.next_read_bytes < 1 << 30  # for all of it is allocated before anything is read


def test_a_message_larger_than_a_pipe_passes_through_it() -> None:
    reading, writing = os.pipe()
    sent = [Letter(number=1, body=os.urandom(1 << 20)), Letter(number=2)]

    def say() -> None:
        for message in sent:
            send(writing, message)
        os.close(writing)

    thread = threading.Thread(target=say)
    thread.start()
    try:
        assert list(receive(reading, KINDS)) == sent
    finally:
        thread.join()
        os.close(reading)
