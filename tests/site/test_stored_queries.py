"""Stored queries at their own addresses, asked with values as people say them."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from flask import url_for
from flask.testing import FlaskClient

from tests import real

TEXT = {"Accept": "application/sparql-query"}


@pytest.fixture
def client() -> FlaskClient:
    return real.client()


def test_a_question_leads_to_its_answer(client: FlaskClient) -> None:
    answer = client.get("/query/overlap-with-a-dataset?dataset=LITS")
    assert answer.status_code == 303
    address = urlsplit(answer.headers["Location"])
    assert address.path == "/sparql"
    text = parse_qs(address.query)["query"][0]
    assert text.startswith("# Which datasets share images with a dataset?\n")
    assert "<https://w3id.org/medkg/dataset/lits>" in text
    assert "#+" not in text


def test_a_value_can_be_said_in_chinese(client: FlaskClient) -> None:
    answer = client.get("/query/datasets-by-anatomy-and-modality?anatomy=肝脏", headers=TEXT)
    assert answer.mimetype == "application/sparql-query"
    assert "<https://w3id.org/medkg/anatomy/liver>" in answer.text


def test_a_question_without_values_takes_its_own(client: FlaskClient) -> None:
    given = client.get("/query/overlap-with-a-dataset?dataset=lits", headers=TEXT).text
    assert client.get("/query/overlap-with-a-dataset", headers=TEXT).text == given
    assert client.get("/query/overlap-with-a-dataset?dataset=+", headers=TEXT).text == given


def test_a_value_that_means_nothing_is_told_with_what_comes_near(client: FlaskClient) -> None:
    answer = client.get("/query/overlap-with-a-dataset?dataset=kist19", headers=TEXT)
    assert answer.status_code == 400
    assert "did you mean kits19" in answer.text


def test_an_unknown_question_is_not_found(client: FlaskClient) -> None:
    assert client.get("/query/what-is-the-meaning-of-it-all").status_code == 404


def test_every_question_on_the_page_can_be_asked(client: FlaskClient) -> None:
    from medkg.site.stored_queries import stored_queries

    assert stored_queries(real.context())
    for name in stored_queries(real.context()):
        with real.app().test_request_context():
            address = url_for("queries.stored_query", name=name)
        assert client.get(address).status_code == 303, name
