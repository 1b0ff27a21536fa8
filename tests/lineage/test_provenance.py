"""Open provenance: a source that is not named, and whoever may have its images from there."""

from __future__ import annotations

import pytest

from medkg.lineage import build_network, open_provenance
from tests.lineage.claim_lines import claims_in


def openings(lines: str, slug: str = "a") -> list[list[str]]:
    """For each opening the datasets from the asked one to the one whose source is not named."""
    found = open_provenance(build_network(claims_in(lines)), slug)
    return [[slug, *(step.ends[1] for step in each.path)] for each in found]


@pytest.mark.parametrize("relation", ["derivedFrom", "annotates", "overlaps", "usesImagesOf", "possiblyOverlaps"])
def test_a_claim_that_names_no_source_opens_the_provenance(relation: str) -> None:
    assert openings(f"a {relation} -") == [["a"]]


@pytest.mark.parametrize("relation", ["successorOf", "synthesizedFrom", "disjointWith"])
def test_a_claim_that_shares_no_image_opens_nothing(relation: str) -> None:
    assert openings(f"a {relation} -") == []


@pytest.mark.parametrize(
    "line",
    [
        "a derivedFrom open part",
        "a derivedFrom open whole",
        "a annotates open part",
        "a usesImagesOf open",
        "a expansionOf open",
        "open partOf a whole",
        "a includesAllOf open",
        "a subsetOf open whole",
        "a sameImagesAs open",
    ],
)
def test_it_is_inherited_from_where_images_may_have_come(line: str) -> None:
    assert openings(f"open derivedFrom - part\n{line}") == [["a", "open"]]


@pytest.mark.parametrize(
    "line",
    [
        "open derivedFrom a part",
        "open derivedFrom a whole",
        "open annotates a part",
        "a partOf open whole",
        "a overlaps open",
        "a derivedFrom open part hedged",
        "a synthesizedFrom open",
        "a successorOf open",
    ],
)
def test_it_is_not_inherited_from_what_was_made_of_a_set_nor_by_an_overlap(line: str) -> None:
    assert openings(f"open derivedFrom - part\n{line}") == []


def test_it_is_inherited_along_any_number_of_partial_draws() -> None:
    lines = "a derivedFrom b part\nb derivedFrom c part\nc derivedFrom open part\nopen annotates -"
    assert openings(lines) == [["a", "b", "c", "open"]]


def test_a_sets_own_unnamed_source_comes_first() -> None:
    lines = "a derivedFrom open part\nopen derivedFrom -\na annotates -"
    assert openings(lines) == [["a"], ["a", "open"]]
    first, second = open_provenance(build_network(claims_in(lines)), "a")
    assert (first.is_inherited, second.is_inherited) == (False, True)
