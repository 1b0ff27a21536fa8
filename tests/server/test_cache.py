"""Answers are kept as long as there is room, and never given for another revision."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from medkg.http.messages import Response
from medkg.server.cache import ResponseCache


def response(size: int) -> Response:
    return Response(status=200, body=b"x" * size)


def test_an_answer_is_found_by_its_validator_and_at_once_by_its_request() -> None:
    cache = ResponseCache(100_000)
    cache.store('"a"', response(10))
    cache.add_shortcut(("r1", "query=ASK{}", "a", None, None), '"a"')
    assert cache.get('"a"') == cache.get_by_request(("r1", "query=ASK{}", "a", None, None)) == response(10)


def test_a_request_that_meets_another_revision_or_wants_another_form_is_not_answered_at_once() -> None:
    cache = ResponseCache(100_000)
    cache.store('"a"', response(10))
    cache.add_shortcut(("r1", "query=ASK{}", "a", None, None), '"a"')
    assert cache.get_by_request(("r2", "query=ASK{}", "a", None, None)) is None
    assert cache.get_by_request(("r1", "query=ASK{}", "a", "text/csv", None)) is None
    assert cache.get_by_request(("r1", "query=ASK{}", "a", None, "gzip")) is None
    assert cache.get_by_request(("r1", "query=ASK{}", None, None, None)) is None


def test_a_large_answer_is_not_kept_at_the_cost_of_all_others() -> None:
    cache = ResponseCache(100_000)
    cache.store('"a"', response(50_000))
    assert cache.get('"a"') is None


def test_nothing_is_kept_where_there_is_no_room() -> None:
    cache = ResponseCache(0)
    cache.store('"a"', response(1))
    assert cache.get('"a"') is None
    assert cache.bytes == 0


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 20_000)), max_size=60))
def test_what_is_kept_never_outgrows_its_room(responses: list[tuple[int, int]]) -> None:
    cache = ResponseCache(100_000)
    for key, size in responses:
        cache.store(str(key), response(size))
        assert cache.bytes <= 100_000
        found = cache.get(str(key))
        assert found is None or len(found.body) == size or found.body == response(len(found.body)).body
