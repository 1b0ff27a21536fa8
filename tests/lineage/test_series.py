"""A series is its editions; two editions of which nothing is recorded may share images, and nothing else follows."""

from __future__ import annotations

import pytest

from medkg.lineage import (
    Network,
    Side,
    SituatedClaim,
    Texts,
    View,
    ancestors,
    build_network,
    hubs,
    leaks,
    modality_exclusion,
    open_provenance,
    overlap,
    pairs_around,
    possible_pairs,
    possible_series_pairs,
    safe,
    sharing_pairs,
    verdict,
    verdicts,
)
from medkg.lineage.register import Register
from tests.lineage.claim_lines import claims_in

EDITIONS = {"brats": ("brats2017", "brats2021", "brats2023")}


def graph(lines: str = "") -> Network:
    return build_network(claims_in(lines), editions=EDITIONS)


def view(lines: str = "") -> View:
    claims: tuple[SituatedClaim, ...] = tuple(claims_in(lines))
    return Register(claims=claims, editions=EDITIONS).view("all")


def grade(lines: str, one: str, other: str) -> str:
    there, back = verdict(graph(lines), one, other), verdict(graph(lines), other, one)
    assert (there.grade, there.mechanism) == (back.grade, back.mechanism)
    return there.grade


def test_two_editions_of_which_nothing_is_recorded_may_share_images_by_their_series() -> None:
    found = verdict(graph(), "brats2017", "brats2021")
    assert (found.grade, found.mechanism, found.hub, found.expected) == ("possible", "series", "brats", None)
    assert [step.ends for step in found.path] == [("brats2017", "brats"), ("brats", "brats2021")]
    assert (
        Texts(names={"brats": "BraTS"})
        .conclusion(found)
        .startswith("brats2017 and brats2021 may share images: both are editions of")
    )


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("", "possible"),
        ("brats2021 successorOf brats2017", "possible"),
        ("brats2021 disjointWith brats2017", "disjoint"),
        ("brats2021 derivedFrom brats2017 part", "definite"),
        ("brats2021 expansionOf brats2017", "definite"),
        ("brats2017 partOf brats\nbrats2021 partOf brats", "possible"),
        ("brats2017 derivedFrom pool part\nbrats2021 derivedFrom pool part", "possible"),
    ],
)
def test_a_claim_settles_what_the_series_leaves_open(lines: str, expected: str) -> None:
    assert grade(lines, "brats2017", "brats2021") == expected


def test_a_path_of_claims_tells_more_than_the_series() -> None:
    found = verdict(graph("brats2017 derivedFrom pool part\nbrats2021 derivedFrom pool part"), "brats2017", "brats2021")
    assert (found.mechanism, found.hub) == ("fork", "pool")
    found = verdict(graph("brats2017 partOf brats\nbrats2021 partOf brats"), "brats2017", "brats2021")
    assert (found.mechanism, found.hub) == ("series", "brats")


def test_editions_of_different_modality_are_excluded() -> None:
    found = graph()
    exclude = modality_exclusion(found, {"brats2017": frozenset({"MR"}), "brats2021": frozenset({"CT"})})
    assert verdict(found, "brats2017", "brats2021", exclude=exclude).grade == "none-known"
    assert verdict(found, "brats2017", "brats2023", exclude=exclude).grade == "possible"


@pytest.mark.parametrize(
    "lines",
    [
        "task overlaps brats2017",
        "task subsetOf brats2017",
        "task derivedFrom brats2017 part",
        "brats2017 derivedFrom task part",
        "task includesAllOf brats2017",
    ],
)
def test_what_shares_images_with_one_edition_is_brought_no_closer_to_another(lines: str) -> None:
    assert grade(lines, "task", "brats2021") == "none-known"


def test_the_same_images_as_an_edition_are_that_edition() -> None:
    found = verdict(graph("copy sameImagesAs brats2017"), "copy", "brats2021")
    assert (found.grade, found.mechanism, found.hub) == ("possible", "series", "brats")
    assert found.path[0].relation == "sameImagesAs"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("task derivedFrom brats part", "possible"),
        ("task derivedFrom brats whole", "possible"),
        ("brats derivedFrom task part", "possible"),
        ("task overlaps brats", "possible"),
        ("brats subsetOf task", "definite"),
        ("task includesAllOf brats", "definite"),
        ("brats disjointWith task", "disjoint"),
    ],
)
def test_a_claim_about_a_series_may_mean_each_edition(lines: str, expected: str) -> None:
    found = verdict(graph(lines), "task", "brats2021")
    assert grade(lines, "task", "brats2021") == found.grade == expected
    assert found.mechanism == ("part" if expected == "possible" else None)


def test_what_shares_images_with_an_edition_shares_them_with_the_series() -> None:
    assert grade("task overlaps brats2017", "task", "brats") == "definite"
    assert grade("", "brats", "brats2021") == "definite"


def test_all_pairs_hold_series_and_editions() -> None:
    found = graph("task overlaps brats2017")
    editions = [("brats2017", "brats2021"), ("brats2017", "brats2023"), ("brats2021", "brats2023")]
    assert sorted(possible_pairs(found)) == sorted(possible_series_pairs(found)) == editions
    assert sorted(sharing_pairs(found)) == [
        *(("brats", each) for each in EDITIONS["brats"]),
        ("brats", "task"),
        ("brats2017", "task"),
    ]
    assert [each.other for each in verdicts(found, "brats2017")] == ["brats", "task", "brats2021", "brats2023"]


def test_what_is_drawn_from_a_series_is_found_around_it() -> None:
    found = graph("task derivedFrom brats part")
    (hub,) = hubs(found)
    assert hub.node == "brats"
    assert sorted(pairs_around(found, hub)) == [("brats2017", "task"), ("brats2021", "task"), ("brats2023", "task")]


def test_a_series_is_as_open_as_its_editions_and_an_edition_not_as_its_siblings() -> None:
    found = graph("brats2017 derivedFrom - part")
    assert [bool(open_provenance(found, each)) for each in ("brats2017", "brats", "brats2021")] == [True, True, False]
    found = graph("brats derivedFrom - part")
    assert [bool(open_provenance(found, each)) for each in ("brats2017", "brats")] == [True, True]


def test_a_series_is_no_ancestor_of_its_editions() -> None:
    assert ancestors(graph(), "brats2021") == []
    assert ancestors(graph(), "brats") == []


def test_a_leak_with_a_series_tells_each_edition_the_surest_first() -> None:
    (pair,) = leaks(view("task overlaps brats2021"), [Side(dataset="task")], [Side(dataset="brats")])
    assert pair.verdict.grade == "definite"
    told = [(each.test.dataset, each.verdict.grade) for each in pair.editions]
    assert told == [("brats2021", "definite"), ("brats2017", "none-known"), ("brats2023", "none-known")]


def test_a_series_leaks_into_its_own_edition() -> None:
    (pair,) = leaks(view(), [Side(dataset="brats")], [Side(dataset="brats2021")])
    assert pair.verdict.grade == "definite"
    assert [each.verdict.grade for each in pair.editions] == ["definite", "possible", "possible"]


def test_a_split_of_a_series_is_that_split_of_its_editions() -> None:
    lines = "task subsetOf brats2021 train"
    for split, expected in (("train", "definite"), ("test", "none-known")):
        (pair,) = leaks(view(lines), [Side(dataset="task")], [Side(dataset="brats", split=split)])
        assert pair.verdict.grade == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [("", "possible"), ("brats2021 derivedFrom brats2017 part test own-train", "definite")],
)
def test_two_splits_of_a_series_are_those_of_all_its_editions(lines: str, expected: str) -> None:
    train, test = Side(dataset="brats", split="train"), Side(dataset="brats", split="test")
    (pair,) = leaks(view(lines), [train], [test])
    assert pair.verdict.grade == expected
    assert len(pair.editions) == 9


def test_two_splits_of_two_editions_may_share_images_by_their_series() -> None:
    train, test = Side(dataset="brats2017", split="train"), Side(dataset="brats2021", split="test")
    (pair,) = leaks(view(), [train], [test])
    assert (pair.verdict.grade, pair.verdict.mechanism) == ("possible", "series")


def test_no_series_and_no_other_edition_is_offered_as_safe() -> None:
    found = safe(view("task overlaps other"), ["brats2017"], ["brats", "brats2021", "task", "brats2017"])
    assert [each.dataset for each in found.clear] == ["task"]
    assert [each.dataset for each in found.sharing] == ["brats2021"]
    found = safe(view("task overlaps other"), ["brats"], ["brats2021", "task"])
    assert [each.dataset for each in found.clear] == ["task"]


def test_what_a_series_overlaps_is_what_its_editions_overlap() -> None:
    found = overlap(view("task overlaps brats2021"), "brats")
    assert found.editions == EDITIONS["brats"]
    assert [(each.other, each.grade) for each in found.verdicts] == [
        ("brats2017", "definite"),
        ("brats2021", "definite"),
        ("brats2023", "definite"),
        ("task", "definite"),
    ]
