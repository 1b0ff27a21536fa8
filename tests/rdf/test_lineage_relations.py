"""One claim as relations: stated and plain, in every direction that they hold in."""

from __future__ import annotations

from pathlib import Path

import pytest

from medkg.model import prefixes
from medkg.rdf.lineage import relations
from tests.lineage.claim_lines import claim_in

PREFIXES = prefixes.load(Path(__file__).parents[2] / "ontology")


def found(line: str) -> set[str]:
    """The relations that a claim gives, `a meets b`."""
    triples = relations(claim_in(line), PREFIXES)
    return {" ".join(PREFIXES.compact(term.value).partition(":")[2] for term in triple) for triple in triples}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("a derivedFrom b", {"a derivedFrom b", "a meets b", "b meets a"}),
        ("a derivedFrom b part", {"a derivedFrom b", "a meets b", "b meets a"}),
        ("a derivedFrom b whole", {"a derivedFrom b", "a within b", "b contains a"}),
        ("a annotates b whole", {"a annotates b", "a within b", "b contains a"}),
        ("a subsetOf b", {"a subsetOf b", "b includesAllOf a", "a within b", "b contains a"}),
        ("a includesAllOf b", {"a includesAllOf b", "b subsetOf a", "a contains b", "b within a"}),
        ("a partOf b", {"a partOf b", "b hasPart a", "a within b", "b contains a"}),
        ("a expansionOf b", {"a expansionOf b", "a contains b", "b within a"}),
        ("a overlaps b", {"a overlaps b", "b overlaps a", "a meets b", "b meets a"}),
        ("a sameImagesAs b", {"a sameImagesAs b", "b sameImagesAs a", "a sameExtent b", "b sameExtent a"}),
        ("a usesImagesOf b", {"a usesImagesOf b", "a meets b", "b meets a"}),
        ("a possiblyOverlaps b", {"a possiblyOverlaps b", "b possiblyOverlaps a"}),
        ("a disjointWith b", {"a disjointWith b", "b disjointWith a"}),
        ("a successorOf b", {"a successorOf b"}),
        ("a synthesizedFrom b", {"a synthesizedFrom b"}),
    ],
)
def test_a_claim_states_its_relation_and_what_it_means(line: str, expected: set[str]) -> None:
    assert found(line) == expected


@pytest.mark.parametrize("relation", ["overlaps", "derivedFrom", "partOf", "sameImagesAs", "possiblyOverlaps"])
def test_a_hedged_claim_states_no_more_than_that_the_two_may_overlap(relation: str) -> None:
    assert found(f"a {relation} b hedged") == {"a possiblyOverlaps b", "b possiblyOverlaps a"}


@pytest.mark.parametrize("line", ["a disjointWith b hedged", "a successorOf b hedged", "a derivedFrom -"])
def test_some_claims_state_nothing_of_two_datasets(line: str) -> None:
    assert found(line) == set()


def test_a_challenge_has_its_own_iri() -> None:
    triples = list(relations(claim_in("a usesImagesOf b challenge"), PREFIXES))
    assert {triple.subject.value for triple in triples} == {  # type: ignore[union-attr]
        "https://w3id.org/medkg/challenge/a",
        "https://w3id.org/medkg/dataset/b",
    }


def test_a_hedged_claim_of_a_challenge_states_nothing_of_the_dataset() -> None:
    (triple,) = relations(claim_in("a usesImagesOf b hedged challenge"), PREFIXES)
    assert PREFIXES.compact(triple.predicate.value) == "medkg:possiblyOverlaps"
    assert triple.object == prefixes.dataset("b")
