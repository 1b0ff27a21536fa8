"""The access log has a line of JSON for each request, and what was asked only where the operator wants that."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from medkg.errors import MedkgError
from medkg.server.logs import AccessLog
from tests.processes import until
from tests.servers import PATIENCE, Running, running
from tests.small_graph import small


def noted(path: Path, *, queries: bool) -> dict[str, Any]:
    log = AccessLog(str(path), queries=queries)
    log.write(
        client="127.0.0.1", method="GET", path="/sparql", query="query=ASK{}", status=200, size=26, seconds=0.0004
    )
    log.close()
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def test_a_request_is_one_line_without_what_was_asked(tmp_path: Path) -> None:
    line = noted(tmp_path / "log", queries=False)
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "client": "127.0.0.1",
        "method": "GET",
        "path": "/sparql",
        "status": 200,
        "bytes": 26,
        "seconds": 0.0004,
    }


def test_the_query_is_there_where_it_is_wanted(tmp_path: Path) -> None:
    assert noted(tmp_path / "log", queries=True)["query"] == "query=ASK{}"


def test_a_log_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(MedkgError, match=r"the access log .* cannot be written: Is a directory"):
        AccessLog(str(tmp_path))


def test_without_a_target_nothing_is_kept() -> None:
    assert not AccessLog(None).is_enabled


@pytest.mark.parametrize(
    ("lines", "client"),
    [
        ([b"X-Forwarded-For: 192.0.2.9", b"X-Forwarded-For: 192.0.2.1"], "192.0.2.1"),
        (
            [b"X-Forwarded-For: 192.0.2.9, 192.0.2.8", b"X-Forwarded-For: 192.0.2.7", b"X-Forwarded-For: 192.0.2.1"],
            "192.0.2.1",
        ),
        ([b"Forwarded: for=192.0.2.9", b"Forwarded: for=192.0.2.1"], "192.0.2.1"),
        ([b'Forwarded: for=192.0.2.9;by="', b"Forwarded: for=192.0.2.1"], "192.0.2.1"),
        ([b"X-Forwarded-For: \xff, 192.0.2.1", b"Forwarded: for=192.0.2.9"], "127.0.0.1"),
        ([b"X-Forwarded-For: 192.0.2.1", b"Forwarded: for=192.0.2.9"], "192.0.2.1"),
    ],
)
def test_a_client_that_says_itself_who_it_is_changes_nothing(
    behind: tuple[Running, Path], lines: list[bytes], client: str
) -> None:
    server, log = behind
    before = log.read_text().splitlines()
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as connection:
        connection.sendall(b"\r\n".join([b"GET /livez HTTP/1.1", b"Host: x", *lines, b"", b""]))
        assert connection.recv(12) == b"HTTP/1.1 200"
    until(lambda: len(log.read_text().splitlines()) > len(before))
    (line,) = log.read_text().splitlines()[len(before) :]
    assert json.loads(line)["client"] == client


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, Path]]:
    """A server behind a proxy, and its access log."""
    home = small(tmp_path_factory.mktemp("behind"))
    with running(home, MEDKG_PROXIES="1", MEDKG_ACCESS_LOG=str(home / "log")) as server:
        yield server, home / "log"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device here that is always full")
def test_a_log_that_cannot_be_written_is_told_once_and_harms_nobody(tmp_path: Path) -> None:
    with running(small(tmp_path), MEDKG_ACCESS_LOG="/dev/full") as server:
        assert [server.client.get("/livez").status_code for _ in range(3)] == [200] * 3
        assert server.has_said("the access log cannot be written")
        assert [server.client.get("/livez").status_code for _ in range(3)] == [200] * 3
    assert server.has_said("the access log cannot be written")
    assert server.said.count("the access log cannot be written") == 1
    assert "Traceback" not in server.said
