"""Queries that would end the process are refused before the engine sees them."""

from __future__ import annotations

import time

import pytest
from pyoxigraph import Store

from medkg.errors import QueryError, SizeLimit
from medkg.evaluation import evaluate
from medkg.evaluation.language import MAX_CHARACTERS, refuse_depth
from medkg.evaluation.lexer import MAX_DEPTH


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { " + "{" * 5_000 + "}" * 5_000 + " }",
        "SELECT * { FILTER(" + "(" * 20_000 + "1" + ")" * 20_000 + ") }",
        "SELECT * { FILTER(" + "STR(" * 3_000 + "'a'" + ")" * 3_000 + " = 'a') }",
        "SELECT * { " + "FILTER EXISTS { " * 3_000 + "}" * 3_000 + " }",
        "SELECT * { ?s ?p " + "[ ?p " * 3_000 + "1" + "]" * 3_000 + " }",
        "ASK { FILTER(1<" + "(" * 20_000 + "2" + ")" * 20_000 + ">3) }",
    ],
    ids=["groups", "parentheses", "functions", "exists", "blank-nodes", "comparison"],
)
def test_deep_nesting_is_an_error_of_the_query(query: str) -> None:
    with pytest.raises(QueryError, match="nest deeper"):
        evaluate(Store(), query)


def test_a_text_that_is_too_long_is_beyond_a_limit() -> None:
    with pytest.raises(SizeLimit, match="characters"):
        evaluate(Store(), "SELECT * { } #" + "x" * MAX_CHARACTERS)


@pytest.mark.parametrize("hidden", ['"' + "(" * 999 + '"', "'''" + "{" * 999 + "'''", "<http://e/#" + "(" * 999 + ">"])
def test_brackets_in_strings_and_iris_do_not_count(hidden: str) -> None:
    evaluate(Store(), f"SELECT * {{ ?s ?p {hidden} }}")


def test_brackets_in_comments_do_not_count() -> None:
    evaluate(Store(), "SELECT * { } #" + "(" * 999)


def test_nesting_up_to_the_bound_is_answered() -> None:
    depth = MAX_DEPTH - 1
    evaluate(Store(), "SELECT * { " + "{" * depth + "}" * depth + " }")


@pytest.mark.parametrize("piece", ['"', '"\\', "'\\", '"""\\', "'''", "<", "<a", "#"])
def test_strings_that_are_not_closed_take_no_time(piece: str) -> None:
    began = time.process_time()
    refuse_depth(piece * (MAX_CHARACTERS // len(piece)))
    assert time.process_time() - began < 1


def test_brackets_after_a_string_that_is_not_closed_count_from_the_next_line() -> None:
    with pytest.raises(QueryError, match="line 2, column 200"):
        refuse_depth('ASK { ?s ?p "open }\n' + "(" * 999)
