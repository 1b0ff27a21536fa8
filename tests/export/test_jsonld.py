"""JSON-LD that a reader of plain JSON understands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import RdfFormat, Store

from medkg.export import export, published_context
from medkg.model import prefixes
from tests.export.rdf_datasets import TRIG

PREFIXES = prefixes.load(Path(__file__).parents[2] / "ontology")


@pytest.fixture(scope="module")
def store() -> Store:
    store = Store()
    store.load(TRIG.encode(), RdfFormat.TRIG)
    return store


@pytest.fixture(scope="module")
def document(store: Store) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(b"".join(export(store, "jsonld", PREFIXES)))
    return found


@pytest.fixture(scope="module")
def nodes(document: dict[str, Any]) -> dict[str, Any]:
    return {node["@id"]: node for node in document["@graph"] if "@graph" not in node}


def test_nodes_of_the_default_graph_stand_at_the_top_level(document: dict[str, Any], nodes: dict[str, Any]) -> None:
    assert {"dataset:lits", "dataset:other", "catalog:a/record/lits"} <= set(nodes)
    assert all("@id" in each for each in document["@graph"])


def test_named_graph_is_an_object_beside_them(document: dict[str, Any]) -> None:
    graphs = [each for each in document["@graph"] if "@graph" in each]
    assert graphs[0] == {
        "@id": "catalog:a/record/lits",
        "@graph": [{"@id": "dataset:lits", "@type": "dcat:Dataset", "title": "LITS", "caseCount": [131, 201]}],
    }


def test_values_of_a_vocabulary_are_its_keys(nodes: dict[str, Any]) -> None:
    assert nodes["dataset:other"]["modality"] == ["ct", "mr"]


def test_property_that_may_have_many_values_has_a_list_of_one(nodes: dict[str, Any]) -> None:
    assert nodes["dataset:lits"]["modality"] == ["ct"]
    assert nodes["dataset:lits"]["count"] == ["dataset:lits#count-case-total-201"]


def test_key_that_is_the_name_of_a_property_is_written_in_full(nodes: dict[str, Any]) -> None:
    assert nodes["dataset:lits#count-case-total-201"]["unit"] == "case"
    assert nodes["dataset:other#count-event-total-5"]["unit"] == "https://w3id.org/medkg/unit/event"


def test_texts_are_by_language(nodes: dict[str, Any]) -> None:
    assert nodes["dataset:lits"]["title"] == {"@none": "LITS", "en": "LiTS", "zh": "肝脏肿瘤"}


def test_numbers_and_truth_are_those_of_json_and_dates_are_typed(nodes: dict[str, Any]) -> None:
    assert nodes["catalog:a/record/lits"]["medkg:sourceLine"] == 12
    assert nodes["dataset:lits#count-case-total-201"]["approximate"] is False
    assert nodes["dataset:lits"]["issued"] == {"@value": "2017", "@type": "xsd:gYear"}


def test_property_as_a_value_goes_by_its_name(nodes: dict[str, Any]) -> None:
    assert nodes["dataset:lits"]["disputedProperty"] == "caseCount"


def test_context_stands_in_the_document(document: dict[str, Any]) -> None:
    assert document["@context"]["title"] == {"@id": "dcterms:title", "@container": "@language"}
    assert document["@context"]["caseCount"] == {"@id": "medkg:caseCount", "@type": "xsd:integer"}


def test_published_context_is_the_one_in_the_documents(store: Store, document: dict[str, Any]) -> None:
    assert json.loads(published_context(store, PREFIXES)) == {"@context": document["@context"]}
