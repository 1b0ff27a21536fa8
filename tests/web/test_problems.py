"""Whatever goes wrong is told as a problem, without a word about our insides."""

from __future__ import annotations

import logging

import pytest
from flask import Flask
from pyoxigraph import Store

from medkg.errors import UnknownName
from medkg.web import create_app


@pytest.fixture
def app() -> Flask:
    app = create_app(store=Store(), revision="r", prefixes={})

    @app.get("/broken")
    def broken() -> str:
        raise OSError("/secret/path is gone")

    @app.get("/unknown")
    def unknown() -> str:
        raise UnknownName("no query 'a'; did you mean 'b'?")

    return app


def test_the_unforeseen_is_logged_and_told_without_path_or_traceback(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = app.test_client().get("/broken")
    assert answer.get_json(force=True) == {
        "type": "about:blank",
        "title": "Internal Server Error",
        "status": 500,
        "detail": "Something went wrong on our side; it has been recorded.",
    }
    assert "/secret/path" in caplog.text


def test_a_name_that_nothing_answers_to_is_404_with_its_neighbours(app: Flask) -> None:
    answer = app.test_client().get("/unknown")
    assert answer.status_code == 404
    assert "did you mean 'b'?" in answer.get_json(force=True)["detail"]


def test_an_unknown_path_is_a_problem_too(app: Flask) -> None:
    answer = app.test_client().get("/no/such/thing")
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")
