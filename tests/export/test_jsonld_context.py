"""The context says of each term what ontology and records declare of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
from pyld import jsonld
from pyoxigraph import NamedNode, RdfFormat, Triple

from medkg.export import context
from medkg.model import prefixes

ONTOLOGY = Path(__file__).parents[2] / "ontology"
PREFIXES = prefixes.load(ONTOLOGY)


@pytest.fixture(scope="module")
def ontology() -> list[Triple]:
    return [quad.triple for quad in pyoxigraph.parse(path=ONTOLOGY / "medkg.ttl", format=RdfFormat.TURTLE)]


@pytest.fixture(scope="module")
def definitions(ontology: list[Triple]) -> dict[str, Any]:
    return context(PREFIXES, ontology).json()


def test_every_term_of_the_ontology_has_its_local_name(definitions: dict[str, Any], ontology: list[Triple]) -> None:
    own = {triple.subject.value for triple in ontology if isinstance(triple.subject, NamedNode)}
    names = {iri.removeprefix(PREFIXES["medkg"]) for iri in own if iri.startswith(PREFIXES["medkg"])}
    assert len(names) > 50
    assert names <= set(definitions)


@pytest.mark.parametrize(
    ("name", "definition"),
    [
        ("Count", "medkg:Count"),
        ("caseCount", {"@id": "medkg:caseCount", "@type": "xsd:integer"}),
        ("year", {"@id": "medkg:year", "@type": "xsd:gYear"}),
        ("leaderboard", {"@id": "medkg:leaderboard", "@type": "@id"}),
        ("totalProperty", {"@id": "medkg:totalProperty", "@type": "@vocab"}),
        ("basis", "medkg:basis"),
        ("label", {"@id": "rdfs:label", "@container": "@language"}),
        ("isPartOf", {"@id": "dcterms:isPartOf", "@type": "@id"}),
        ("description", {"@id": "dcterms:description", "@container": "@language"}),
    ],
)
def test_range_decides_what_a_string_is_read_as(definitions: dict[str, Any], name: str, definition: object) -> None:
    assert definitions[name] == definition


def test_vocabulary_of_a_field_scopes_its_property(definitions: dict[str, Any]) -> None:
    assert definitions["imagedRegion"] == {
        "@id": "medkg:imagedRegion",
        "@type": "@vocab",
        "@container": "@set",
        "@context": {"@vocab": "https://w3id.org/medkg/anatomy/"},
    }


def test_prefix_gives_way_to_the_property_of_its_name(definitions: dict[str, Any]) -> None:
    assert definitions["modality"]["@id"] == "medkg:modality"
    assert definitions["dataset"] == "https://w3id.org/medkg/dataset/"


def test_namespace_that_ends_in_a_letter_says_that_it_is_a_prefix(definitions: dict[str, Any]) -> None:
    assert definitions["uberon"] == {"@id": "http://purl.obolibrary.org/obo/UBERON_", "@prefix": True}


def test_context_works_by_itself(definitions: dict[str, Any]) -> None:
    expanded = jsonld.expand({"@context": definitions, "@id": "dataset:lits", "modality": "ct"})
    (value,) = expanded[0]["https://w3id.org/medkg/ontology#modality"]
    assert value == {"@id": "https://w3id.org/medkg/modality/ct"}
