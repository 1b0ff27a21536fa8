"""Answers are kept as long as there is room, and never given for another revision."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from medkg.http.messages import Answer
from medkg.server.cache import Answers


def answer(size: int) -> Answer:
    return Answer(status=200, body=b"x" * size)


def test_an_answer_is_found_by_its_validator_and_at_once_by_its_request() -> None:
    answers = Answers(100_000)
    answers.keep('"a"', answer(10))
    answers.lead(("r1", "query=ASK{}", "a", None, None), '"a"')
    assert answers.get('"a"') == answers.at_once(("r1", "query=ASK{}", "a", None, None)) == answer(10)


def test_a_request_that_meets_another_revision_or_wants_another_form_is_not_answered_at_once() -> None:
    answers = Answers(100_000)
    answers.keep('"a"', answer(10))
    answers.lead(("r1", "query=ASK{}", "a", None, None), '"a"')
    assert answers.at_once(("r2", "query=ASK{}", "a", None, None)) is None
    assert answers.at_once(("r1", "query=ASK{}", "a", "text/csv", None)) is None
    assert answers.at_once(("r1", "query=ASK{}", "a", None, "gzip")) is None
    assert answers.at_once(("r1", "query=ASK{}", None, None, None)) is None


def test_a_large_answer_is_not_kept_at_the_cost_of_all_others() -> None:
    answers = Answers(100_000)
    answers.keep('"a"', answer(50_000))
    assert answers.get('"a"') is None


def test_nothing_is_kept_where_there_is_no_room() -> None:
    answers = Answers(0)
    answers.keep('"a"', answer(1))
    assert answers.get('"a"') is None
    assert answers.bytes == 0


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 20_000)), max_size=60))
def test_what_is_kept_never_outgrows_its_room(kept: list[tuple[int, int]]) -> None:
    answers = Answers(100_000)
    for key, size in kept:
        answers.keep(str(key), answer(size))
        assert answers.bytes <= 100_000
        found = answers.get(str(key))
        assert found is None or len(found.body) == size or found.body == answer(len(found.body)).body
