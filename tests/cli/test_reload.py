"""`medkg reload`."""

from __future__ import annotations

import json
import os
import signal
import socket
from collections.abc import Iterator
from threading import Thread

import pytest

from medkg.settings import Settings
from tests.cli.conftest import Medkg


@pytest.fixture(params=[b"no HTTP at all\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n[]", b"HTTP/1.1 200 OK\r\n\r\n{}"])
def stranger(request: pytest.FixtureRequest, shared: Settings) -> Iterator[str]:
    """The address of something that is no server of ours, and that a beacon points to as if it were one."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # for it is this process that is asked to look
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        Thread(target=_answer, args=(listening, request.param), daemon=True).start()
        beacon = shared.home / "servers" / "stranger.json"
        beacon.parent.mkdir(exist_ok=True)
        beacon.write_text(json.dumps({"pid": os.getpid(), "address": address}))
        yield address
        beacon.unlink()
        listening.shutdown(socket.SHUT_RDWR)
    signal.signal(signal.SIGHUP, before)


def _answer(listening: socket.socket, words: bytes) -> None:
    while True:
        try:
            connection, _ = listening.accept()
        except OSError:
            return
        with connection:
            connection.recv(1 << 16)
            connection.sendall(words)


def test_what_answers_as_no_server_of_ours_does_is_named(
    medkg: Medkg, stranger: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("medkg.cli.reload._PATIENCE", 0.3)
    ran = medkg("reload")
    assert ran.status == 1
    assert f"{stranger} does not serve" in ran.err
