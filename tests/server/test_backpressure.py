"""Large answers that nobody reads: so many bytes of them, and not for ever."""

from __future__ import annotations

import socket
import sys
import time
from contextlib import nullcontext

import pytest

from medkg.errors import Busy
from medkg.server.backpressure import UnreadResponses
from medkg.server.connections import set_user_timeout

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux alone tells what has been read")

MANY = 8 << 20
"""More bytes than the kernel takes for one connection."""


@pytest.fixture
def pair() -> tuple[socket.socket, socket.socket]:
    """The server's end of a connection and the client's, who reads slowly."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(listening.getsockname())
        server, _ = listening.accept()
        server.setblocking(False)
    return server, client


def name(client: socket.socket) -> str:
    host, port = client.getsockname()
    return f"{host}:{port}"


def test_small_answers_always_go_out() -> None:
    outgoing = UnreadResponses(1 << 20)
    for _ in range(100):
        outgoing.admit("192.0.2.1:5000", "192.0.2.1", 100_000)


def test_answers_that_are_not_read_fill_the_measure(pair: tuple[socket.socket, socket.socket]) -> None:
    server, client = pair
    outgoing = UnreadResponses(1 << 20)
    with server, client:
        outgoing.admit(name(client), "127.0.0.1", 1 << 20)
        server.send(bytes(MANY))
        time.sleep(0.15)
        with pytest.raises(Busy):
            outgoing.admit("192.0.2.1:5000", "192.0.2.1", 1 << 20)
    time.sleep(0.15)
    outgoing.admit("192.0.2.1:5000", "192.0.2.1", 1 << 20)


def test_the_next_answer_of_a_connection_takes_the_place_of_the_last() -> None:
    outgoing = UnreadResponses(1 << 20)
    for _ in range(10):
        outgoing.admit("192.0.2.1:5000", "192.0.2.1", 1 << 20)


def test_one_client_has_its_part_of_the_room(pair: tuple[socket.socket, socket.socket]) -> None:
    server, client = pair
    outgoing = UnreadResponses(1 << 30, 1 << 20)
    with server, client:
        outgoing.admit(name(client), "2001:db8::1", 2 << 20)  # more than its part, but all it has
        server.send(bytes(MANY))
        with pytest.raises(Busy) as refused:
            outgoing.admit("192.0.2.1:5000", "2001:db8::2", 1 << 20)
        assert refused.value.of_client
        with pytest.raises(Busy):  # of the same site
            outgoing.admit("192.0.2.1:5000", "2001:db8:0:1::1", 1 << 20)
        outgoing.admit("192.0.2.1:5000", "2001:db8:1::1", 1 << 20)
        assert (outgoing.shares.used, outgoing.shares.refusals) == (2 << 20, 2)


@pytest.mark.parametrize(("seconds", "is_dropped"), [(2.9, False), (3.0, True)])
def test_a_slow_reader_is_broken_off_when_another_needs_the_room_and_not_before(
    pair: tuple[socket.socket, socket.socket], seconds: float, is_dropped: bool
) -> None:
    server, client = pair
    now = 0.0
    outgoing = UnreadResponses(1 << 20, clock=lambda: now)
    with server, client:
        outgoing.admit(name(client), "127.0.0.1", 1 << 20)
        server.send(bytes(MANY))
        now = seconds
        outgoing.check()
        assert outgoing.dropped == 0
        with nullcontext() if is_dropped else pytest.raises(Busy):
            outgoing.admit("192.0.2.1:5000", "192.0.2.1", 1 << 20)
        assert outgoing.dropped == is_dropped


def test_a_reader_in_time_is_left_alone_while_others_wait(pair: tuple[socket.socket, socket.socket]) -> None:
    server, client = pair
    now = 0.0
    outgoing = UnreadResponses(1 << 20, clock=lambda: now)
    with server, client:
        outgoing.admit(name(client), "127.0.0.1", 1 << 20)
        server.send(bytes(MANY))
        client.settimeout(10)
        taken = 0
        while taken < 100_000:  # in three seconds, a twentieth of a minute
            taken += len(client.recv(10_000))
        now = 3.0
        outgoing.check()
        with pytest.raises(Busy):
            outgoing.admit("192.0.2.1:5000", "192.0.2.1", 1 << 20)
        assert outgoing.dropped == 0


def test_whoever_takes_nothing_is_hung_up_on() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening, socket.socket() as client:
        set_user_timeout(0.5)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(listening.getsockname())
        server, _ = listening.accept()
        with server, pytest.raises(TimeoutError, match="timed out"):
            server.sendall(bytes(10 * MANY))
