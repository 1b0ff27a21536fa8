"""The SHACL gate: a graph that conforms passes, and each violation names the file and field it came from."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Quad, Store, Triple

from medkg.curation import load
from medkg.errors import Fault, SnapshotError
from medkg.model import prefixes
from medkg.model.collection import Records
from medkg.rdf.quads import rdf_dataset
from medkg.rdf.shapes import require_conformance, violations

COUNT = "<https://w3id.org/medkg/dataset/lits#count-case-train-131>"
NORTH = "<https://w3id.org/medkg/catalog/north>"
LITS_RECORD = "<https://w3id.org/medkg/catalog/north/record/lits>"
LIVER = "<https://w3id.org/medkg/anatomy/liver>"

VIOLATIONS = {
    "a dataset without a title": (
        "DELETE WHERE { dataset:lits dcterms:title ?title }",
        {"data/datasets/lits.yaml:label"},
    ),
    "a modality that is none, where the entry states it": (
        "INSERT DATA { dataset:lits medkg:modality modality:mir }",
        {"data/catalogs/north.yaml:entries[0].modality"},
    ),
    "a modality that is none, at each entry that states one": (
        "INSERT DATA { dataset:acdc medkg:modality modality:mir }",
        {"data/catalogs/north.yaml:entries[1].modality", "data/catalogs/south.yaml:entries[0].modality"},
    ),
    "a fact that no entry states": (
        "INSERT DATA { dataset:acdc medkg:task <https://w3id.org/medkg/task/none> }",
        {"data/datasets/acdc.yaml:"},
    ),
    "a count that is no whole number": (
        f"DELETE {{ {COUNT} medkg:value ?n }} INSERT {{ {COUNT} medkg:value 1.5 }} WHERE {{ {COUNT} medkg:value ?n }}",
        {"data/catalogs/north.yaml:entries[0].counts"},
    ),
    "a paper by a side door": (
        """DELETE { ?dataset dcterms:isReferencedBy ?paper . ?paper a schema:ScholarlyArticle }
           INSERT { ?dataset dcterms:isReferencedBy ?pdf . ?pdf a schema:ScholarlyArticle }
           WHERE { ?dataset dcterms:isReferencedBy ?paper BIND(<https://arxiv.org/pdf/1901.04056> AS ?pdf) }""",
        {"data/catalogs/north.yaml:entries[0].links"},
    ),
    "a record of no dataset": (
        f"DELETE WHERE {{ {LITS_RECORD} foaf:primaryTopic ?dataset }}",
        {"data/datasets/lits.yaml:entries[0]"},
    ),
    "a record without a reason": (
        f"DELETE WHERE {{ {LITS_RECORD} rdfs:comment ?reason }}",
        {"data/datasets/lits.yaml:entries[0].reason"},
    ),
    "a record without a line": (
        f"DELETE WHERE {{ {LITS_RECORD} medkg:sourceLine ?line }}",
        {"data/catalogs/north.yaml:entries[0].line"},
    ),
    "a correction without a basis": (
        "DELETE { ?correction medkg:basis ?basis } WHERE { ?correction a medkg:Correction ; medkg:basis ?basis }",
        {"data/datasets/acdc.yaml:corrections[0].basis"},
    ),
    "a claim of no known certainty": (
        """DELETE { ?claim medkg:certainty ?old } INSERT { ?claim medkg:certainty "likely" }
           WHERE { ?claim medkg:certainty ?old }""",
        {"data/datasets/lits.yaml:claims[0].certainty"},
    ),
    "a relation to no dataset": (
        "INSERT DATA { dataset:lits medkg:derivedFrom dataset:nowhere }",
        {"data/datasets/lits.yaml:claims"},
    ),
    "a challenge without a title": (
        "DELETE WHERE { <https://w3id.org/medkg/challenge/lits-2017> dcterms:title ?title }",
        {"data/challenges/lits-2017.yaml:label"},
    ),
    "a catalogue without a title": (
        f"DELETE WHERE {{ {NORTH} dcterms:title ?title }}",
        {"data/catalogs/north.yaml:title"},
    ),
    "a concept of two names": (
        f'INSERT DATA {{ {LIVER} skos:prefLabel "hepar"@en }}',
        {"data/vocabularies/anatomy.yaml:concepts[1].label"},
    ),
    "a vocabulary without a title": (
        "DELETE WHERE { <https://w3id.org/medkg/anatomy> dcterms:title ?title }",
        {"data/vocabularies/anatomy.yaml:title"},
    ),
    "a thing of nobody's": (
        "INSERT DATA { <https://example.org/x> a medkg:Decision }",
        {"ontology/shapes.ttl:"},
    ),
    "everything at once": (
        """DELETE { dataset:lits dcterms:title ?lits . dataset:acdc dcterms:title ?acdc }
           WHERE { dataset:lits dcterms:title ?lits . dataset:acdc dcterms:title ?acdc }""",
        {"data/datasets/lits.yaml:label", "data/datasets/acdc.yaml:label"},
    ),
}


@pytest.fixture
def ontology(resources: Path) -> Path:
    return resources / "ontology"


@pytest.fixture
def records(resources: Path) -> Records:
    return load(resources / "data")


def changed(records: Records, ontology: Path, update: str) -> list[Triple]:
    """The default graph after a SPARQL update."""
    store = Store()
    store.extend(
        Quad(each.subject, each.predicate, each.object) for each in rdf_dataset(records, ontology).default_graph
    )
    store.update(update, prefixes=prefixes.load(ontology))
    return [quad.triple for quad in store]


def test_the_graph_of_sound_data_passes(records: Records, ontology: Path) -> None:
    require_conformance(rdf_dataset(records, ontology).default_graph, ontology, records)


@pytest.mark.parametrize(("update", "places"), VIOLATIONS.values(), ids=VIOLATIONS)
def test_a_violation_names_file_and_field(update: str, places: set[str], records: Records, ontology: Path) -> None:
    found = violations(changed(records, ontology, update), ontology, records)
    assert {f"{fault.file}:{fault.field}" for fault in found} == places
    assert {fault.code for fault in found} == {"shape-violation"}


def test_a_violation_says_the_line_the_value_and_the_way_out(records: Records, ontology: Path) -> None:
    update = "INSERT DATA { dataset:lits medkg:modality modality:mir }"
    with pytest.raises(ExceptionGroup) as failure:
        require_conformance(changed(records, ontology, update), ontology, records)
    (fault,) = {str(each) for each in failure.value.exceptions}
    assert fault == (
        "data/catalogs/north.yaml:12:entries[0].modality: "
        "Not a modality: use a key of data/vocabularies/modality.yaml, or add the concept there. "
        "(modality:mir of dataset:lits; shape dataset-modality) [shape-violation]"
    )


def test_shapes_that_are_no_turtle_are_a_fault_with_its_line(records: Records, ontology: Path) -> None:
    (ontology / "shapes.ttl").write_text("@prefix sh: <http://www.w3.org/ns/shacl#> .\n<#a> a sh:NodeShape", "utf-8")
    with pytest.raises(Fault, match=r"^ontology/shapes\.ttl:2: is not Turtle"):
        violations([], ontology, records)


def test_shapes_that_cannot_be_applied_are_refused(records: Records, ontology: Path) -> None:
    with (ontology / "shapes.ttl").open("a", encoding="utf-8") as file:
        file.write('<#broken> a sh:NodeShape ; sh:targetClass dcat:Dataset ; sh:pattern "(" .\n')
    with pytest.raises(SnapshotError, match=r"shapes\.ttl cannot be applied"):
        violations(rdf_dataset(records, ontology).default_graph, ontology, records)


def test_a_node_shape_that_is_part_of_others_asks_its_own_targets_and_those_of_the_others(
    records: Records, ontology: Path
) -> None:
    with (ontology / "shapes.ttl").open("a", encoding="utf-8") as file:
        file.write(
            '<#named> a sh:NodeShape ; sh:targetClass dcat:Catalog ; sh:property <#name> ; sh:message "No."@en .\n'
        )
        file.write('<#name> sh:path medkg:nickname ; sh:name "label" ; sh:minCount 1 ; sh:message "No name."@en .\n')
        file.write("<#all-named> a sh:NodeShape ; sh:targetClass dcat:Dataset ; sh:node <#named> .\n")
    problems = violations(rdf_dataset(records, ontology).default_graph, ontology, records)
    assert {str(fault.file) for fault in problems} > {"data/datasets/lits.yaml", "data/datasets/acdc.yaml"}
    assert {str(fault.file) for fault in problems} & {"data/catalogs/north.yaml", "ontology/shapes.ttl"}


def test_the_parts_of_a_deactivated_shape_are_not_asked(records: Records, ontology: Path) -> None:
    with (ontology / "shapes.ttl").open("a", encoding="utf-8") as file:
        file.write(
            "<#named> a sh:NodeShape ; sh:targetClass dcat:Dataset ; sh:property <#name> ; sh:deactivated true .\n"
        )
        file.write('<#name> sh:path medkg:nickname ; sh:minCount 1 ; sh:message "No name."@en .\n')
    assert violations(rdf_dataset(records, ontology).default_graph, ontology, records) == []
