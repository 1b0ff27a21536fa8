"""Claims as nodes: named by what they say, merged over those who say it, joined to the claims they replace."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from medkg.model import prefixes
from medkg.rdf.lineage import claim_iri, claim_nodes
from tests.lineage.claim_lines import claim_in, claims_in

PREFIXES = prefixes.load(Path(__file__).parents[2] / "ontology")


def store(*lines: str) -> Store:
    made = Store()
    made.extend(Quad(*triple) for triple in claim_nodes(claims_in(lines), PREFIXES))
    return made


def values(graph: Store, curie: str) -> list[str]:
    found = (quad.object for quad in graph.quads_for_pattern(None, PREFIXES.expand(curie), None))
    return sorted(each.value for each in found if isinstance(each, NamedNode | Literal))


def nodes(graph: Store) -> list[str]:
    found = graph.quads_for_pattern(None, PREFIXES.expand("rdf:type"), PREFIXES.expand("medkg:LineageClaim"))
    return sorted(quad.subject.value for quad in found if isinstance(quad.subject, NamedNode))


def test_the_name_is_the_digest_of_what_is_said() -> None:
    said_in_full = (
        "https://w3id.org/medkg/dataset/3d-ircadb\n"
        "https://w3id.org/medkg/ontology#subsetOf\n"
        "https://w3id.org/medkg/dataset/lits\n"
        "\n"
        "stated\n"
        "train"
    )
    digest = hashlib.sha256(said_in_full.encode()).hexdigest()[:16]
    assert claim_iri(claim_in("3d-ircadb subsetOf lits train")).value == f"https://w3id.org/medkg/claim/{digest}"


@pytest.mark.parametrize(
    "other",
    ["a derivedFrom b part", "a derivedFrom b hedged", "a derivedFrom b train", "a annotates b", "b derivedFrom a"],
)
def test_another_statement_has_another_name(other: str) -> None:
    assert claim_iri(claim_in("a derivedFrom b")) != claim_iri(claim_in(other))


def test_who_says_it_and_how_many_are_counted_changes_no_name() -> None:
    assert claim_iri(claim_in("a derivedFrom b 20 by x/a")) == claim_iri(
        claim_in("a derivedFrom b by https://doi.org/10.1/1")
    )


def test_a_symmetric_claim_is_the_same_from_both_ends() -> None:
    graph = store("b overlaps a by x/b", "a overlaps b by https://doi.org/10.1000/One")
    assert len(nodes(graph)) == 1
    assert values(graph, "rdf:subject") == ["https://w3id.org/medkg/dataset/a"]
    assert values(graph, "rdf:object") == ["https://w3id.org/medkg/dataset/b"]
    assert values(graph, "medkg:basis") == ["catalog", "literature"]
    assert values(graph, "dcterms:source") == [
        "https://doi.org/10.1000/one",
        "https://w3id.org/medkg/catalog/x/record/b",
    ]


def test_a_split_is_always_that_of_the_object() -> None:
    graph = store("b overlaps a train")
    assert values(graph, "rdf:object") == ["https://w3id.org/medkg/dataset/a"]


def test_a_count_has_its_unit() -> None:
    graph = store("a derivedFrom b part 20 image", "a derivedFrom c part 5")
    assert values(graph, "medkg:sharedCases") == ["20", "5"]
    assert values(graph, "medkg:unit") == ["https://w3id.org/medkg/unit/case", "https://w3id.org/medkg/unit/image"]


def test_a_claim_on_an_unnamed_source_has_no_object() -> None:
    graph = store("a derivedFrom -")
    assert len(nodes(graph)) == 1
    assert values(graph, "rdf:object") == []


def test_a_replaced_claim_stays_and_knows_by_what() -> None:
    graph = store(
        "a overlaps b",
        "a annotates -",
        "a derivedFrom b part refines (b overlaps a)",
        "a derivedFrom c corrects (a annotates unnamed)",
    )
    assert len(nodes(graph)) == 4
    assert values(graph, "medkg:refines") == [claim_iri(claim_in("a overlaps b")).value]
    assert values(graph, "medkg:refinedBy") == [claim_iri(claim_in("a derivedFrom b part")).value]
    assert values(graph, "medkg:corrects") == [claim_iri(claim_in("a annotates -")).value]
    assert values(graph, "medkg:correctedBy") == [claim_iri(claim_in("a derivedFrom c")).value]


def test_a_claim_made_more_precise_by_its_own_words_is_refined_by_the_precise_one_alone() -> None:
    graph = store("a derivedFrom b", "a derivedFrom b whole refines (a derivedFrom b)")
    assert values(graph, "medkg:refines") == [claim_iri(claim_in("a derivedFrom b")).value]
    assert values(graph, "medkg:refinedBy") == [claim_iri(claim_in("a derivedFrom b whole")).value]
