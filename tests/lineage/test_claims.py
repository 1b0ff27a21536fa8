"""Which claims take part: catalogues alone or all, images or patients, and none that a better one replaces."""

from __future__ import annotations

from typing import Literal

from medkg.lineage import Layer, build_network, verdict, verdicts
from tests.lineage.claim_lines import claims_in

Grade = Literal["definite", "possible", "disjoint", "none-known"]


def grade(lines: str, layer: Layer = "all", ends: tuple[str, str] = ("a", "b")) -> Grade:
    return verdict(build_network(claims_in(lines), layer=layer), *ends).grade


def test_the_layer_of_catalogues_knows_nothing_of_the_literature() -> None:
    line = "a derivedFrom b whole by https://doi.org/10.1/1"
    assert grade(line) == "definite"
    assert grade(line, "catalogs") == "none-known"


def test_a_claim_of_both_shows_its_catalogue_alone_in_the_layer_of_catalogues() -> None:
    claims = claims_in("a derivedFrom b whole by openmedlab/a by https://doi.org/10.1/1")
    (step,) = verdict(build_network(claims, layer="catalogs"), "a", "b").path
    assert [item.basis for item in step.evidence] == ["catalog"]
    (step,) = verdict(build_network(claims), "a", "b").path
    assert [item.basis for item in step.evidence] == ["catalog", "literature"]


REFINED = """
a overlaps b
a overlaps c
a derivedFrom b whole refines (a overlaps b) by https://doi.org/10.1/1
a derivedFrom c part corrects (c overlaps a) by https://doi.org/10.1/1
"""


def test_a_refined_or_corrected_claim_takes_no_part_among_all_claims() -> None:
    relations = {each.path[0].relation for each in verdicts(build_network(claims_in(REFINED)), "a") if each.is_direct}
    assert relations == {"derivedFrom"}


def test_a_refined_or_corrected_claim_stands_in_the_layer_of_catalogues() -> None:
    found = verdicts(build_network(claims_in(REFINED), layer="catalogs"), "a")
    assert [(each.other, each.path[0].relation) for each in found] == [("b", "overlaps"), ("c", "overlaps")]


def test_a_claim_that_makes_its_own_statement_precise_stays() -> None:
    vague, precise = "a derivedFrom b", "a derivedFrom b whole refines (a derivedFrom b) by https://doi.org/10.1/1"
    claims = claims_in([vague, precise])
    assert [step.claim.extent for step in verdict(build_network(claims), "a", "b").path] == ["whole"]


def test_a_source_that_is_found_out_can_refine_the_unnamed_one() -> None:
    found = build_network(claims_in(["a derivedFrom -", "a derivedFrom b whole refines (a derivedFrom unnamed)"]))
    assert found.openings == {}


def test_what_is_stated_of_patients_says_nothing_of_images() -> None:
    claims = claims_in("a derivedFrom b whole patients")
    assert verdict(build_network(claims), "a", "b").grade == "none-known"
    assert verdict(build_network(claims, level="patient"), "a", "b").grade == "definite"


def test_what_is_stated_of_images_holds_of_patients() -> None:
    assert verdict(build_network(claims_in("a overlaps b"), level="patient"), "a", "b").grade == "definite"


def test_sets_of_different_images_may_have_patients_in_common_and_not_the_other_way_round() -> None:
    images, people = claims_in("a disjointWith b"), claims_in("a disjointWith b patients")
    assert verdict(build_network(images), "a", "b").grade == "disjoint"
    assert verdict(build_network(images, level="patient"), "a", "b").grade == "none-known"
    assert verdict(build_network(people), "a", "b").grade == "disjoint"
    assert verdict(build_network(people, level="patient"), "a", "b").grade == "disjoint"
