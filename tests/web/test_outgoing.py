"""Large answers that nobody reads: so many bytes of them, and not for ever."""

from __future__ import annotations

import socket
import sys
import time

import pytest

from medkg.errors import Busy
from medkg.web.outgoing import Outgoing, lose_patience

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
    outgoing = Outgoing(1 << 20)
    for _ in range(100):
        outgoing.admit("192.0.2.1:5000", "192.0.2.1", 100_000)


def test_answers_that_are_not_read_fill_the_measure(pair: tuple[socket.socket, socket.socket]) -> None:
    server, client = pair
    outgoing = Outgoing(1 << 20)
    with server, client:
        outgoing.admit(name(client), "127.0.0.1", 1 << 20)
        server.send(bytes(MANY))
        time.sleep(0.15)
        with pytest.raises(Busy):
            outgoing.admit("192.0.2.1:5000", "192.0.2.1", 1 << 20)
    time.sleep(0.15)
    outgoing.admit("192.0.2.1:5000", "192.0.2.1", 1 << 20)


def test_the_next_answer_of_a_connection_takes_the_place_of_the_last() -> None:
    outgoing = Outgoing(1 << 20)
    for _ in range(10):
        outgoing.admit("192.0.2.1:5000", "192.0.2.1", 1 << 20)


def test_whoever_takes_nothing_is_hung_up_on() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening, socket.socket() as client:
        lose_patience(0.5)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(listening.getsockname())
        server, _ = listening.accept()
        began = time.monotonic()
        with server, pytest.raises(TimeoutError, match="timed out"):
            server.sendall(bytes(10 * MANY))
        assert time.monotonic() - began < 5
