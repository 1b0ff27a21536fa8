"""A server on a Unix socket, as a proxy on the same machine asks it."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import stat
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from medkg.errors import MedkgError
from medkg.server.listening import free_socket_path
from medkg.settings import Settings
from tests.faults.commands import medkg
from tests.processes import on_linux, until
from tests.servers import PATIENCE, REPOSITORY, Running, running
from tests.small_graph import small

pytestmark = pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="there are no Unix sockets here")


@pytest.fixture
def place() -> Iterator[Path]:
    """A path that is short enough for a socket."""
    with TemporaryDirectory(prefix="medkg-") as directory:
        yield Path(directory) / "medkg.sock"


class UnixConnection(http.client.HTTPConnection):
    """An HTTP connection to a server on a socket, at an address such as `unix:/run/medkg.sock`."""

    def __init__(self, address: str) -> None:
        super().__init__("localhost", timeout=PATIENCE)
        self._path = address.removeprefix("unix:")

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def got(server: Running, path: str, headers: Mapping[str, str] = {}) -> tuple[int, bytes]:
    with closing(UnixConnection(server.address)) as connection:
        connection.request("GET", path, headers=dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.read()


def is_freed(place: Path) -> bool:
    """Whether a socket could be made free."""
    try:
        return free_socket_path(place) == place
    except MedkgError:
        return False


def test_a_server_on_a_socket_answers_as_any_other(tmp_path: Path, place: Path) -> None:
    home, log = small(tmp_path), tmp_path / "log"
    with running(home, MEDKG_SOCKET=str(place), MEDKG_PROXIES="1", MEDKG_ACCESS_LOG=str(log)) as server:
        assert server.address == f"unix:{place}"
        assert stat.S_IMODE(place.stat().st_mode) == 0o660
        for path in ("/livez", "/readyz", "/metrics", "/dataset/lits", "/sparql?query=ASK%7B%7D"):
            assert got(server, path)[0] == 200, path
        large = "/sparql?query=SELECT+(GROUP_CONCAT(STR(?s))+AS+?all)+%7B+?s+?p+?o+.+?a+?b+?c+.+?d+?e+?f+%7D"
        assert got(server, large)[0] == 200
        told = {"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "data.example.org"}
        assert b"https://data.example.org/" in got(server, "/robots.txt", told)[1]
        until(lambda: any(json.loads(line)["client"] == "192.0.2.7" for line in log.read_text().splitlines()))
        with pytest.raises(MedkgError, match="the socket is in use"):
            free_socket_path(place)
    assert not place.exists()
    assert "Traceback" not in server.said


@on_linux
def test_a_socket_that_a_killed_server_left_is_replaced(tmp_path: Path, place: Path) -> None:
    home = small(tmp_path)
    with running(home, MEDKG_SOCKET=str(place)) as server:
        os.kill(server.process.pid, signal.SIGKILL)
        server.process.wait(PATIENCE)
    assert place.exists()
    until(lambda: is_freed(place), seconds=30)  # once the process that answered has gone as well
    assert not place.exists()
    with closing(socket.socket(socket.AF_UNIX)) as left:
        left.bind(str(place))  # and nobody listens
    with running(home, MEDKG_SOCKET=str(place), MEDKG_SOCKET_MODE="0600") as server:
        assert got(server, "/livez") == (200, b"alive\n")
        assert stat.S_IMODE(place.stat().st_mode) == 0o600
        assert server.has_said("MEDKG_PROXIES")  # for everybody is one client to it


def test_what_stands_in_the_way_of_a_socket_is_named_and_left_alone(place: Path) -> None:
    place.write_text("precious")
    with pytest.raises(MedkgError, match="it is a file and no socket"):
        free_socket_path(place)
    assert place.read_text() == "precious"
    with pytest.raises(MedkgError, match="there is no directory"):
        free_socket_path(place / "below")
    with pytest.raises(MedkgError, match="may have 107 bytes"):
        free_socket_path(place.with_name("x" * 120))


def test_the_command_line_takes_a_socket(place: Path, tmp_path: Path) -> None:
    place.write_text("precious")
    settings = Settings(environment={"MEDKG_HOME": str(tmp_path), "MEDKG_RESOURCES": str(REPOSITORY)})
    ran = medkg(settings, "serve", "--socket", str(place))
    assert (ran.status, ran.out) == (1, "")
    assert ran.err == (
        f"medkg: cannot listen on {place}: it is a file and no socket; move it away or choose another path\n"
    )
