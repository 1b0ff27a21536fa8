"""Whoever has a network of addresses is one client, and no more than one."""

from __future__ import annotations

import http.client
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from medkg.server.shares import client_key
from tests.asking import ASK, RUNAWAY
from tests.processes import until
from tests.servers import PATIENCE, running
from tests.small_graph import small


@pytest.mark.parametrize(
    ("client", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("192.0.2.1:4711", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::7]", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::7]:4711", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("[::ffff:192.0.2.1]", "192.0.2.1"),
        ("unknown", "unknown"),
        ("_hidden:7", "_hidden:7"),
        ("1:2:3", "1:2:3"),
        ("", ""),
    ],
)
def test_a_client_is_counted_by(client: str, counted: str) -> None:
    assert client_key(client) == counted


def test_the_addresses_of_a_network_share_what_one_client_may_have(tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    with (
        running(
            small(tmp_path),
            MEDKG_ACCESS_LOG=str(log),
            MEDKG_EVALUATORS="4",
            MEDKG_QUERY_TIMEOUT="3",
            MEDKG_CLIENT_QUEUE="2",
            MEDKG_PROXIES="1",
        ) as server,
        ThreadPoolExecutor(8) as clients,
    ):

        def status(client: str, query: str) -> int:
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
            headers = {"Content-Type": "application/sparql-query", "X-Forwarded-For": client}
            connection.request("POST", "/sparql", query, headers)
            answer = connection.getresponse()
            answer.read()
            connection.close()
            return answer.status

        def waiting() -> bool:
            text = server.client.get("/metrics").text
            return "medkg_requests_waiting 2.0" in text

        greedy = [clients.submit(status, f"2001:db8::{n}", f"{RUNAWAY} # {n}") for n in range(4)]
        until(waiting)
        assert status("2001:db8::ffff:1", ASK) == 429
        assert status("2001:db8:0:1::1", ASK) == 200
        assert {each.result() for each in greedy} == {503}
    clients_noted = {json.loads(line)["client"] for line in log.read_text().splitlines()}
    assert {"2001:db8::ffff:1", "2001:db8::3"} <= clients_noted
