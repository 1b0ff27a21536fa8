"""Supervisors learn whether the server lives, whether it can answer, and what it has done."""

from __future__ import annotations

import re
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families
from werkzeug.test import Client

from tests.asking import ask
from tests.processes import WITHOUT_SECCOMP, on_linux
from tests.servers import Running, running
from tests.small_graph import small


def measured(client: Client) -> dict[tuple[str, ...], float]:
    """Each sample by its name and the values of its labels."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain; version=")
    families = text_string_to_metric_families(answer.text)
    return {
        (it.name, *(it.labels[name] for name in sorted(it.labels))): it.value
        for each in families
        for it in each.samples
    }


def test_a_sign_of_life_asks_nothing_of_the_graph(client: Client) -> None:
    answer = client.get("/livez")
    assert (answer.status_code, answer.mimetype, answer.text) == (200, "text/plain", "alive\n")
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_server_that_can_answer_says_from_which_revision(client: Client) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.headers["Cache-Control"] == "no-store"
    state = answer.get_json()
    assert state["status"] == "ready"
    assert re.fullmatch(r"[0-9a-f]{64}(\.\d+)?", state["revision"])


@on_linux
def test_whoever_runs_a_server_is_told_how_queries_are_shut_in(server: Running, tmp_path: Path) -> None:
    assert server.client.get("/readyz").get_json()["sandbox"] == "seccomp"
    assert "seccomp" not in server.said
    with running(small(tmp_path), before=WITHOUT_SECCOMP) as bare:
        assert bare.client.get("/readyz").get_json()["sandbox"] == "limits"
        assert ask(bare.client).status_code == 200
        assert bare.has_said("there is no seccomp filter here")
        assert bare.said.count("there is no seccomp filter here") == 1


def test_requests_are_counted_by_route_and_status_and_not_by_what_they_ask(client: Client) -> None:
    before = measured(client)
    ask(client, "ASK { <https://example.org/counted> ?p ?o }")
    ask(client, "ASK { <https://example.org/counted> ?p ?o }")
    ask(client, "SELEC")
    client.get("/dataset/nothing-that-anybody-knows")
    after = measured(client)
    counted = {key[1:]: it - before.get(key, 0) for key, it in after.items() if key[0] == "medkg_requests_total"}
    assert counted["False", "/sparql", "200"] == 1
    assert counted["True", "/sparql", "200"] == 1
    assert counted["False", "/sparql", "400"] == 1
    assert counted["False", "page", "404"] == 1
    assert not any("nothing-that-anybody-knows" in str(key) for key in after)


def test_the_state_of_the_server_is_measured(server: Running) -> None:
    client = server.client
    found = measured(client)
    assert found["medkg_revision_info", client.get("/readyz").get_json()["revision"]] == 1
    assert found["medkg_evaluators_busy",] >= 0
    assert found["medkg_requests_waiting",] == 0
    assert found["medkg_answers_kept_bytes",] >= 0
    assert any(name == "medkg_request_seconds_bucket" for name, *_ in found)
