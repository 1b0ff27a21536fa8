"""The examples that the rules were made for, and what else a verdict tells."""

from __future__ import annotations

import pytest

from medkg.lineage import Network, Verdict, build_network, patients, verdict, verdicts
from tests.lineage.claim_lines import claims_in


def graph(lines: str) -> Network:
    return build_network(claims_in(lines))


def route(found: Verdict) -> list[str]:
    """A path as the datasets it visits."""
    return [found.path[0].ends[0], *(step.ends[1] for step in found.path)]


def test_a_chain_that_no_catalogue_states_is_definite() -> None:
    found = verdict(
        graph(
            """
            3d-ircadb-01 partOf 3d-ircadb whole
            3d-ircadb subsetOf lits whole train
            msd-liver sameImagesAs lits
            msd-liver partOf msd whole
            """
        ),
        "3d-ircadb-01",
        "msd",
    )
    assert found.grade == "definite"
    assert route(found) == ["3d-ircadb-01", "3d-ircadb", "lits", "msd-liver", "msd"]
    assert [step.inverse for step in found.path] == [False, False, True, False]
    assert found.distance == 3


OVERLAPS = "abdomenct-1k overlaps lits\nabdomenct-1k overlaps kits19\n"


def test_two_overlaps_of_unknown_direction_are_possible() -> None:
    found = verdict(graph(OVERLAPS), "lits", "kits19")
    assert (found.grade, found.mechanism, found.hub) == ("possible", "unknown-direction", "abdomenct-1k")


def test_once_both_are_known_as_sources_nothing_is_known() -> None:
    refined = OVERLAPS + (
        "abdomenct-1k derivedFrom lits part refines (abdomenct-1k overlaps lits)\n"
        "abdomenct-1k derivedFrom kits19 part refines (abdomenct-1k overlaps kits19)\n"
    )
    assert verdict(graph(refined), "lits", "kits19").grade == "none-known"


def test_a_part_of_a_set_and_what_the_set_overlaps_are_possible_not_definite() -> None:
    found = verdict(
        graph("chexlocalize derivedFrom chexpert whole\nchexmask annotates chexpert part"), "chexlocalize", "chexmask"
    )
    assert (found.grade, found.mechanism, found.hub) == ("possible", "fork", "chexpert")


def test_an_overlap_with_a_part_is_one_with_the_whole() -> None:
    lines = "covidx derivedFrom rsna-pneumonia part\nrsna-pneumonia derivedFrom chestx-ray14 whole"
    assert verdict(graph(lines), "covidx", "chestx-ray14").grade == "definite"


def test_what_overlaps_a_set_overlaps_the_set_of_the_same_images() -> None:
    found = graph("rite sameImagesAs drive\nother overlaps drive")
    assert [(each.other, each.grade) for each in verdicts(found, "rite")] == [
        ("drive", "definite"),
        ("other", "definite"),
    ]


def test_two_that_took_more_than_all_of_a_pool_share_by_count() -> None:
    lines = "train-cases derivedFrom lits whole 131 scan\nctspine1k derivedFrom lits part 150 scan"
    found = verdict(build_network(claims_in(lines), sizes={"lits": {"scan": 201}}), "train-cases", "ctspine1k")
    assert (found.grade, found.mechanism, found.hub) == ("definite", "count", "lits")
    assert (found.least, found.unit) == (80, "scan")
    assert route(found) == ["train-cases", "lits", "ctspine1k"]


def test_synthesised_images_are_no_shared_images() -> None:
    assert verdict(graph("ct2us synthesizedFrom kits19"), "ct2us", "kits19").grade == "none-known"


def test_succession_alone_is_no_reason_to_share_images() -> None:
    assert verdict(graph("brats2023 successorOf brats2021"), "brats2021", "brats2023").grade == "none-known"


def test_a_hedged_overlap_of_parts_makes_the_wholes_possible() -> None:
    found = verdict(
        graph(
            """
            promise12-runmc partOf promise12 whole
            nci-isbi-2013-runmc partOf nci-isbi-2013 whole
            nci-isbi-2013-runmc possiblyOverlaps promise12-runmc hedged
            """
        ),
        "promise12",
        "nci-isbi-2013",
    )
    assert (found.grade, found.mechanism, found.distance) == ("possible", "hedge", 3)


def test_no_claim_no_relation() -> None:
    assert verdict(graph("msd-liver sameImagesAs lits"), "lits", "sliver07").grade == "none-known"


def test_a_chain_of_partial_draws_is_possible() -> None:
    found = verdict(graph("a derivedFrom b part\nb derivedFrom c part"), "a", "c")
    assert (found.grade, found.mechanism, found.hub) == ("possible", "chain", "b")


def test_two_breaks_are_not_reported() -> None:
    lines = "a derivedFrom b part\nb derivedFrom c part\nc derivedFrom d part"
    assert verdict(graph(lines), "a", "d").grade == "none-known"


def test_a_hedged_claim_is_no_step_of_a_path_that_breaks() -> None:
    assert verdict(graph("a derivedFrom b part hedged\nb derivedFrom c part"), "a", "c").grade == "none-known"


def test_a_verdict_names_challenges_on_its_way_and_never_at_its_end() -> None:
    found = graph("challenge usesImagesOf lits challenge\nother overlaps challenge")
    assert [each.other for each in verdicts(found, "lits")] == ["other"]
    assert route(verdict(found, "lits", "other")) == ["lits", "challenge", "other"]


def test_direct_is_one_claim_after_taking_the_same_images_as_one() -> None:
    found = verdicts(graph("msd-liver sameImagesAs lits\nmsd-liver partOf msd whole\na overlaps msd"), "lits")
    assert [(each.other, each.is_direct) for each in found] == [("msd-liver", False), ("msd", True), ("a", False)]


DISJOINT = "a partOf x whole\nb partOf y whole\nx disjointWith y\n"


def test_parts_of_disjoint_wholes_are_disjoint_with_the_path_that_says_so() -> None:
    found = verdict(graph(DISJOINT), "a", "b")
    assert found.grade == "disjoint"
    assert route(found) == ["a", "x", "y", "b"]


def test_wholes_of_disjoint_parts_are_not() -> None:
    assert verdict(graph("a partOf x whole\nb partOf y whole\na disjointWith b"), "x", "y").grade == "none-known"


def test_what_is_stated_disjoint_is_not_reported_as_possible() -> None:
    found = graph(DISJOINT + "a derivedFrom pool part\nb derivedFrom pool part")
    assert verdict(found, "a", "b").grade == "disjoint"
    assert "b" not in [each.other for each in verdicts(found, "a")]


def test_a_definite_path_beats_a_denial_and_the_contradiction_is_flagged() -> None:
    found = verdict(graph(DISJOINT + "a overlaps b"), "a", "b")
    assert (found.grade, found.is_contradicted) == ("definite", True)
    assert len(found.denial) == 3


def test_two_said_to_be_the_same_and_disjoint_contradict() -> None:
    found = verdict(graph("a sameImagesAs b\na disjointWith b"), "a", "b")
    assert (found.grade, found.is_contradicted) == ("definite", True)


def test_a_guard_excludes_the_possible_and_says_why() -> None:
    lines = "ct derivedFrom pool part\nmr derivedFrom pool part\n"
    found = verdict(graph(lines), "ct", "mr", exclude=lambda one, other: f"{one} is not {other}")
    assert (found.grade, found.exclusion_reason) == ("none-known", "ct is not mr")
    definite = verdict(graph(lines + "ct overlaps mr"), "ct", "mr", exclude=lambda one, other: f"{one} is not {other}")
    assert (definite.grade, definite.is_contradicted) == ("definite", True)


@pytest.mark.parametrize(("split", "grade"), [("train", "definite"), ("test", "none-known"), (None, "definite")])
def test_a_claim_about_a_split_answers_for_that_split_alone(split: str | None, grade: str) -> None:
    found = graph("3d-ircadb subsetOf lits whole train")
    assert verdict(found, "3d-ircadb", "lits", other_split=split).grade == grade
    assert verdict(found, "lits", "3d-ircadb", subject_split=split).grade == grade


SPLITS = {"lits": {"case": 201}, "lits:train": {"case": 131}, "lits:test": {"case": 70}}
"""A dataset of two splits."""


@pytest.mark.parametrize(
    ("claim", "split", "grade", "least"),
    [
        ("abdomenatlas derivedFrom lits part 131", "train", "definite", 61),
        ("abdomenatlas derivedFrom lits part 131", "test", "possible", None),
        ("abdomenatlas derivedFrom lits part 132", "test", "definite", 1),
        ("abdomenct-1k includesAllOf lits", "train", "definite", 131),
        ("abdomenct-1k includesAllOf lits", "test", "definite", 70),
        ("msd-liver sameImagesAs lits", "test", "definite", 70),
        ("ct-org derivedFrom lits part 131 train", "train", "definite", 131),
        ("ct-org derivedFrom lits part 131 train", "test", "none-known", None),
        ("ct-org includesAllOf lits 131 train", "train", "definite", 131),
        ("ct-org includesAllOf lits 131 train", "test", "none-known", None),
        ("ct-org sameImagesAs lits train", "train", "definite", None),
        ("ct-org sameImagesAs lits train", "test", "none-known", None),
        ("ct-org overlaps lits", "test", "possible", None),
        ("lits derivedFrom pool part", "test", "possible", None),
        ("lits derivedFrom pool whole", "test", "definite", 70),
        ("lits disjointWith other", "test", "disjoint", None),
    ],
)
def test_a_claim_about_the_whole_is_definite_for_a_split_where_it_covers_it_or_by_counting(
    claim: str, split: str, grade: str, least: int | None
) -> None:
    (given,) = claims_in(claim)
    other = given.claim.object if given.subject == "lits" else given.subject
    found = build_network([given], sizes=SPLITS)
    there = verdict(found, str(other), "lits", other_split=split)
    back = verdict(found, "lits", str(other), subject_split=split)
    assert (there.grade, there.least) == (back.grade, back.least) == (grade, least)


def test_why_a_split_is_no_more_than_possible_names_the_whole() -> None:
    found = verdict(graph("ct-org overlaps lits"), "ct-org", "lits", other_split="test")
    assert (found.mechanism, found.hub, found.expected) == ("part", "lits", None)
    assert [step.relation for step in found.path] == ["overlaps"]


def test_splits_of_two_datasets_of_the_same_images_may_be_the_same_or_must_by_counting() -> None:
    sizes = {**SPLITS, "msd-liver": {"case": 201}, "msd-liver:train": {"case": 131}, "msd-liver:test": {"case": 70}}
    found = build_network(claims_in("msd-liver sameImagesAs lits"), sizes=sizes)
    for own, other, grade, least in (("train", "train", "definite", 61), ("train", "test", "possible", None)):
        weighed = verdict(found, "lits", "msd-liver", subject_split=own, other_split=other)
        assert (weighed.grade, weighed.least) == (grade, least)


def test_a_claim_may_name_the_split_of_its_subject() -> None:
    found = graph("isic2018 derivedFrom ham10000 whole own-train")
    assert verdict(found, "isic2018", "ham10000").grade == "definite"
    assert verdict(found, "isic2018", "ham10000", subject_split="train").grade == "definite"
    assert verdict(found, "isic2018", "ham10000", subject_split="test").grade == "none-known"
    archive = graph("isic2018 derivedFrom ham10000 whole own-train\nham10000 subsetOf archive\nx subsetOf isic2018")
    assert verdict(archive, "isic2018", "archive").grade == "definite"
    assert verdict(archive, "x", "ham10000").grade == "possible"  # what lies in the set may lie in its test split


def test_a_set_that_holds_one_split_of_another_holds_not_all_of_it() -> None:
    found = graph(
        "spleen-part includesAllOf msd-spleen train\nmsd-spleen includesAllOf odd\nsame sameImagesAs msd-spleen train"
    )
    assert verdict(found, "spleen-part", "msd-spleen").grade == "definite"
    assert verdict(found, "spleen-part", "odd").grade == "possible"
    assert verdict(found, "same", "odd").grade == "possible"


def test_another_path_to_the_asked_split_is_found_when_one_leads_to_another_split() -> None:
    found = graph("a subsetOf lits whole train\na partOf b whole\nb subsetOf lits whole test")
    asked = verdict(found, "a", "lits", other_split="test")
    assert (asked.grade, asked.distance) == ("definite", 2)


def test_two_splits_of_one_dataset_are_disjoint_and_their_patients_need_not_be() -> None:
    for level, grade in (("acquisition", "disjoint"), ("patient", "none-known")):
        found = build_network(claims_in("a overlaps lits"), level="patient" if level == "patient" else "acquisition")
        assert verdict(found, "lits", "lits", subject_split="train", other_split="test").grade == grade


COLONOG = "ctspine1k derivedFrom colonog part 784 patient\nctpelvic1k derivedFrom colonog part 731 patient"


def test_patients_are_counted_beside_images_and_never_mixed() -> None:
    sizes = {"colonog": {"patient": 825}}
    images = build_network(claims_in(COLONOG), sizes=sizes)
    people = build_network(claims_in(COLONOG), level="patient", sizes=sizes)
    assert verdict(images, "ctspine1k", "ctpelvic1k").grade == "possible"
    (found,) = patients(images, people, "ctspine1k")
    assert (found.other, found.grade, found.mechanism, found.least) == ("ctpelvic1k", "definite", "count", 690)
    assert found.level == "patient"


def test_the_guard_of_images_does_not_hold_for_patients() -> None:
    claims = claims_in("ct derivedFrom pool part\nmr derivedFrom pool part")
    images, people = build_network(claims), build_network(claims, level="patient")
    found = patients(images, people, "ct", exclude=lambda one, other: "modality" if "mr" in (one, other) else None)
    assert [(each.other, each.grade) for each in found] == [("mr", "possible")]
