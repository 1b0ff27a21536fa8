"""Every case of the W3C's suites for what we speak, in our own words, against a real server over HTTP.

https://github.com/w3c/rdf-tests/tree/main/sparql/sparql11, in `protocol` and `graph-store-protocol`.
"""

from __future__ import annotations

import pytest
from werkzeug.test import Client

from tests.conformance import graph_store_cases, protocol_cases
from tests.conformance.cases import Case, play
from tests.servers import Running

PROTOCOL = [
    "query_post_form",
    "query_dataset_default_graphs_get",
    "query_dataset_default_graphs_post",
    "query_dataset_named_graphs_post",
    "query_dataset_named_graphs_get",
    "query_dataset_full",
    "query_multiple_dataset",
    "query_get",
    "query_content_type_select",
    "query_content_type_ask",
    "query_content_type_describe",
    "query_content_type_construct",
    "update_dataset_default_graph",
    "update_dataset_default_graphs",
    "update_dataset_named_graphs",
    "update_dataset_full",
    "update_post_form",
    "update_post_direct",
    "update_base_uri",
    "query_post_direct",
    "bad_query_method",
    "bad_multiple_queries",
    "bad_query_wrong_media_type",
    "bad_query_missing_form_type",
    "bad_query_missing_direct_type",
    "bad_query_non_utf8",
    "bad_query_syntax",
    "bad_update_get",
    "bad_multiple_updates",
    "bad_update_wrong_media_type",
    "bad_update_missing_form_type",
    "bad_update_non_utf8",
    "bad_update_syntax",
    "bad_update_dataset_conflict",
]
"""The names of the cases in the suite for the protocol."""

GRAPH_STORE = [
    "put_get_repeat_direct",
    "put_delete_get_delete_direct",
    "post_get_post_get_direct",
    "head_existing_direct",
    "put_get_repeat_indirect",
    "put_get_default",
    "put_delete_get_delete_indirect",
    "post_get_post_get_indirect",
    "post_get_new_graph",
    "head_existing_indirect",
    "head_non_existing_indirect",
    "put_get_uri_pct_encoded_indirect",
    "put_get_uri_pct_encoded_twice",
]
"""The names of the cases in the suite for the graph store."""


@pytest.mark.parametrize("case", protocol_cases.READING, ids=lambda case: case.name)
def test_the_protocol_for_queries(reading: Running, case: Case) -> None:
    play(reading.client, case)


@pytest.mark.parametrize("case", protocol_cases.WRITING, ids=lambda case: case.name)
def test_the_protocol_for_updates(empty: Client, case: Case) -> None:
    play(empty, case)


@pytest.mark.parametrize("case", graph_store_cases.CASES, ids=lambda case: case.name)
def test_the_graph_store_protocol(empty: Client, case: Case) -> None:
    play(empty, case)


def test_every_case_of_the_protocol_is_here_once() -> None:
    names = [case.name for case in (*protocol_cases.READING, *protocol_cases.WRITING)]
    assert len(names) == 34
    assert sorted(names) == sorted(PROTOCOL)


def test_every_case_of_the_graph_store_is_here_once() -> None:
    names = [case.name for case in graph_store_cases.CASES]
    assert len(names) == 13
    assert sorted(names) == sorted(GRAPH_STORE)
