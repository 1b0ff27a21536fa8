"""`medkg serve`."""

from __future__ import annotations

import signal
from collections.abc import Callable
from urllib.request import urlopen

import pytest

from medkg.settings import Settings
from tests.cli.conftest import Medkg, Ran, started


def test_the_graph_is_built_and_answers_until_interrupted(own: Settings) -> None:
    process = started(own, "serve", "--port", "0")
    try:
        assert process.stdout is not None
        said, address = process.stdout.readline().rsplit(" ", 1)
        assert said == "medkg answers at"
        with urlopen(f"{address.strip()}sparql?query=ASK%20%7B%20dataset:lits%20a%20dcat:Dataset%20%7D") as answer:
            assert b"true" in answer.read()
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate()
    assert process.returncode == 0


@pytest.mark.parametrize("given", [("--host", "localhost"), ()], ids=["by an option", "by a setting"])
def test_a_host_may_be_given_by_name(own: Settings, given: tuple[str, ...]) -> None:
    process = started(own, "serve", "--port", "0", *given, MEDKG_HOST="localhost")
    try:
        assert process.stdout is not None
        address = process.stdout.readline().rsplit(" ", 1)[-1].strip()
        with urlopen(f"{address}livez") as answer:
            assert answer.status == 200
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate()


def test_what_is_wrong_with_the_place_is_said_before_a_graph_is_built(
    run: Callable[..., Ran], own: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEDKG_PORT", "http")
    ran = run(own, "serve")
    assert (ran.status, ran.err) == (1, "medkg: MEDKG_PORT is a whole number from 0 to 65,535, not 'http'\n")
    ran = run(own, "serve", "--port", "0", "--host", "no.such.host.invalid")
    assert ran.status == 1
    assert "cannot listen on 'no.such.host.invalid'" in ran.err
    assert not own.home.exists()


def test_a_port_that_is_none_is_a_usage_error(medkg: Medkg) -> None:
    assert medkg("serve", "--port", "http").status == 2
    assert medkg("serve", "--workers", "0").status == 2


def test_a_host_that_is_not_here_is_a_mistake_with_a_way_out(medkg: Medkg) -> None:
    ran = medkg("serve", "--host", "192.0.2.1", "--port", "0")
    assert ran.status == 1
    assert "try 127.0.0.1 or 0.0.0.0" in ran.err
