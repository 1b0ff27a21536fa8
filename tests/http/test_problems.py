"""Whatever goes wrong is told as a problem, without a word about our insides."""

from __future__ import annotations

import logging
import re
from pathlib import Path

import pytest
from flask import Flask
from pyoxigraph import Store
from werkzeug.test import Client

from medkg.errors import (
    Busy,
    EngineCrash,
    FormatError,
    MedkgError,
    MemoryLimit,
    SnapshotError,
    StaleUpdate,
    StorageFull,
    TimeLimit,
    UnknownName,
)
from medkg.model.prefixes import Prefixes
from medkg.site import create_app
from medkg.site.context import SiteContext
from tests.asking import problem
from tests.servers import REPOSITORY, Running

SECRET = Path("/secret/path")


def application(error: Exception) -> Flask:
    """The pages over nothing, with one that fails."""
    context = SiteContext(store=Store(), revision="r", prefixes=Prefixes(), directory=SECRET, resources=REPOSITORY)
    app = create_app(context)

    @app.get("/broken")
    def broken() -> str:
        raise error

    return app


def test_the_unforeseen_is_logged_and_told_without_path_or_traceback(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        answer = application(OSError(f"{SECRET} is gone")).test_client().get("/broken")
    told = answer.get_json(force=True)
    occurrence = told["instance"]
    assert told == {
        "type": "about:blank",
        "title": "Internal Server Error",
        "status": 500,
        "detail": f"Something went wrong on our side. It has been recorded as {occurrence}.",
        "instance": occurrence,
    }
    (record,) = caplog.records
    assert occurrence in record.getMessage()
    assert f"OSError: {SECRET} is gone" in caplog.text
    assert "Traceback" in caplog.text


def test_each_occurrence_of_the_unforeseen_has_a_name_of_its_own(caplog: pytest.LogCaptureFixture) -> None:
    client = application(ValueError("ours")).test_client()
    one, other = (client.get("/broken").get_json(force=True)["instance"] for _ in range(2))
    assert one != other
    page = client.get("/broken", headers={"Accept": "text/html"})
    assert (page.status_code, page.mimetype) == (500, "text/html")
    (occurrence,) = re.findall(r"urn:uuid:[0-9a-f-]{36}", page.text)
    assert occurrence in caplog.text


def test_where_no_page_can_be_made_a_problem_is_told_all_the_same(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> str:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr("medkg.http.problems.render_template", fail)
    answer = application(UnknownName("no query 'a'")).test_client().get("/broken", headers={"Accept": "text/html"})
    assert (answer.status_code, problem(answer)["detail"]) == (404, "no query 'a'")
    assert "Too many open files" in caplog.text


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (SnapshotError(f"{SECRET} is damaged; run `medkg build --again`"), 503),
        (StaleUpdate(f"{SECRET}: is superseded"), 503),
        (StorageFull(f"{SECRET} cannot be written: no space left on device"), 507),
    ],
)
@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_what_the_operator_must_mend_is_logged_and_told_without_a_path(
    caplog: pytest.LogCaptureFixture, error: MedkgError, status: int, accept: str
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = application(error).test_client().get("/broken", headers={"Accept": accept})
    assert answer.status_code == status
    assert str(SECRET) not in answer.text
    assert str(error) in caplog.text


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (UnknownName("no query 'a'; did you mean 'b'?"), 404),
        (FormatError("xml cannot hold this; ask for json"), 406),
        (EngineCrash("this brings the engine down"), 400),
        (TimeLimit("took longer than 10 seconds"), 503),
        (MemoryLimit("took more memory than it may"), 507),
        (Busy("all are busy", of_client=False), 503),
        (Busy("you have many waiting", of_client=True), 429),
    ],
)
def test_what_the_asker_can_mend_is_told_in_its_own_words(
    caplog: pytest.LogCaptureFixture, error: MedkgError, status: int
) -> None:
    answer = application(error).test_client().get("/broken")
    assert answer.status_code == status
    assert problem(answer)["detail"] == str(error)
    assert ("Retry-After" in answer.headers) == (status in {429, 503})
    assert not caplog.records


def test_an_unknown_path_is_a_problem_too(client: Client) -> None:
    answer = client.get("/no/such/thing")
    assert answer.status_code == 404
    assert "no/such/thing" in problem(answer)["detail"]


@pytest.mark.parametrize(
    "url",
    [
        "/sparql?query=SELEC",
        "/sparql?query=ASK%7B%7D&format=docx",
        "/graph-store?graph=file:///etc/passwd",
        "/../../../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/dataset/%00",
        "/sparql?query=SELECT%20*%20%7B%20SERVICE%20%3Cfile:///etc/passwd%3E%20%7B%7D%20%7D",
    ],
)
@pytest.mark.parametrize("accept", ["*/*", "text/html"])
def test_no_failure_tells_of_our_insides(server: Running, url: str, accept: str) -> None:
    answer = server.client.get(url, headers={"Accept": accept})
    assert 400 <= answer.status_code < 500
    for inside in ("Traceback", "site-packages", str(REPOSITORY), str(server.home), ".py", "root:x:"):
        assert inside not in answer.text.replace("/static/../app.py", "").replace("static/app.py", "")


def test_a_problem_is_a_page_where_that_is_liked_better(client: Client) -> None:
    for accept, media_type in (
        ("text/html", "text/html"),
        ("application/problem+json, text/html;q=0.5", "application/problem+json"),
        ("text/html;q=0.5, application/json", "application/problem+json"),
        ("image/png", "application/problem+json"),
    ):
        answer = client.get("/dataset/nothing", headers={"Accept": accept})
        assert answer.mimetype == media_type
        assert answer.headers["Vary"] == "Accept, Accept-Encoding"
