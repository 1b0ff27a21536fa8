"""The wire between the server and its evaluators."""

from __future__ import annotations

import os
import threading

from hypothesis import given
from hypothesis import strategies as st

from medkg.pool.frames import Frame, Frames, receive, send

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
FRAMES = st.builds(
    lambda head, body: Frame(head=head, body=body),
    st.dictionaries(st.text(max_size=10), JSON, max_size=4),
    st.binary(max_size=200),
)


def stream(*frames: Frame) -> bytes:
    return b"".join(part for frame in frames for part in frame.packed())


@given(st.lists(FRAMES, max_size=5), st.data())
def test_messages_arrive_as_they_were_sent_however_the_bytes_are_cut(sent: list[Frame], data: st.DataObject) -> None:
    travelling = stream(*sent)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(travelling)), max_size=8)))
    frames = Frames()
    arrived: list[Frame] = []
    for start, end in zip([0, *cuts], [*cuts, len(travelling)], strict=True):
        arrived += frames.feed(travelling[start:end])
    assert arrived == sent
    assert frames.rest == b""


@given(FRAMES, st.data())
def test_what_is_no_whole_message_is_left_over(sent: Frame, data: st.DataObject) -> None:
    travelling = stream(sent)
    part = travelling[: data.draw(st.integers(0, len(travelling) - 1))]
    frames = Frames()
    assert list(frames.feed(part)) == []
    assert frames.rest == part


def test_messages_after_the_first_are_kept_for_whoever_asks_on() -> None:
    one, two = Frame(head={"n": 1}), Frame(head={"n": 2})
    frames = Frames()
    assert next(frames.feed(stream(one, two))) == one
    assert list(frames.feed(b"")) == [two]


def test_last_words_of_the_engine_are_no_message() -> None:
    frames = Frames()
    words = b"memory allocation of 1073741824 bytes failed\n"
    assert list(frames.feed(words)) == []
    assert frames.rest == words
    assert frames.wanted < 1 << 30  # for all of it is allocated before anything is read


def test_a_message_larger_than_a_pipe_passes_through_it() -> None:
    reading, writing = os.pipe()
    sent = [Frame(head={"n": 1}, body=os.urandom(1 << 20)), Frame(head={"n": 2})]

    def say() -> None:
        for frame in sent:
            send(writing, frame)
        os.close(writing)

    thread = threading.Thread(target=say)
    thread.start()
    try:
        assert list(receive(reading)) == sent
    finally:
        thread.join()
        os.close(reading)
