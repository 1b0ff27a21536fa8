"""Every stored query keeps what its header promises, on the graph of the real data."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from medkg.evaluation import evaluate
from medkg.model import prefixes
from medkg.queries import Names, StoredQuery, load

ROOT = Path(__file__).parents[2]
PREFIXES = prefixes.load(ROOT / "ontology")
QUERIES = load(ROOT / "queries", PREFIXES)
SECONDS = 1.0
"""Of the processor: five times what the slowest query may take."""

each_query = pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)

Row = dict[str, str]


def answers(query: StoredQuery, graph: Store) -> tuple[list[str], list[Row]]:
    """The columns and rows of a query asked with its defaults, IRIs as CURIEs."""
    text = query.with_values(query.expects.given, Names(graph))
    results = evaluate(graph, text, prefixes=PREFIXES)
    assert isinstance(results, QuerySolutions)
    columns = [variable.value for variable in results.variables]
    return columns, [{name: shown(solution[name]) for name in columns} for solution in results]


def shown(term: object) -> str:
    if isinstance(term, NamedNode):
        return PREFIXES.compact(term.value)
    return term.value if isinstance(term, Literal) else ""


def test_there_are_questions_enough() -> None:
    assert len(QUERIES) >= 20


@each_query
def test_query_keeps_what_it_promises(query: StoredQuery, graph: Store) -> None:
    columns, rows = answers(query, graph)
    assert tuple(columns) == query.expects.columns
    assert len(rows) >= query.expects.min_rows > 0
    for expected in query.expects.contains:
        assert any(expected.items() <= row.items() for row in rows), f"{expected} is in none of {len(rows)} rows"


@each_query
def test_query_promises_rows_that_only_a_right_answer_has(query: StoredQuery) -> None:
    assert query.expects.contains
    assert all(row.keys() <= set(query.expects.columns) for row in query.expects.contains)


@each_query
def test_query_gives_no_row_twice(query: StoredQuery, graph: Store) -> None:
    _, rows = answers(query, graph)
    assert len({tuple(row.items()) for row in rows}) == len(rows)


@each_query
def test_query_is_quick(query: StoredQuery, graph: Store) -> None:
    text = query.with_values(query.expects.given, Names(graph))
    start = time.process_time()
    list(evaluate(graph, text, prefixes=PREFIXES))  # type: ignore[arg-type]
    assert time.process_time() - start < SECONDS


@each_query
def test_query_asks_a_question_and_takes_parameters(query: StoredQuery) -> None:
    assert query.question.endswith("?")
    assert query.explanation.endswith(".")
    assert query.parameters


@each_query
def test_query_means_the_same_at_any_endpoint(query: StoredQuery, graph: Store) -> None:
    list(graph.query(query.with_prefixes(PREFIXES)))  # type: ignore[arg-type]
