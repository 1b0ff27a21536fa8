"""How much is shared: the least number that counts prove, and the number that random draws would share."""

from __future__ import annotations

import pytest

from medkg.lineage import Verdict, build_network, possible_pairs, sharing_pairs, verdict
from medkg.lineage.edges import Sizes
from tests.lineage.claim_lines import claims_in

POOL: Sizes = {"pool": {"scan": 100}}


def between(lines: str, sizes: Sizes = POOL) -> Verdict:
    return verdict(build_network(claims_in(lines), sizes=sizes), "a", "b")


@pytest.mark.parametrize(("a", "b", "grade"), [(60, 40, "possible"), (60, 41, "definite"), (100, 1, "definite")])
def test_counts_prove_an_overlap_only_where_they_exceed_the_pool(a: int, b: int, grade: str) -> None:
    assert between(f"a derivedFrom pool part {a} scan\nb derivedFrom pool part {b} scan").grade == grade


@pytest.mark.parametrize(
    ("lines", "sizes"),
    [
        ("a derivedFrom pool part 90 scan\nb derivedFrom pool part 90 image", {"pool": {"scan": 100, "image": 100}}),
        ("a derivedFrom pool part 90\nb derivedFrom pool part 90 scan", POOL),
        ("a derivedFrom pool part 90 scan\nb derivedFrom pool part 90 scan", {}),
        ("a derivedFrom pool part 900 scan\nb derivedFrom pool part 90 scan", POOL),
        ("a derivedFrom pool part 90 scan hedged\nb derivedFrom pool part 90 scan", POOL),
        ("a synthesizedFrom pool part 90 scan\nb derivedFrom pool part 90 scan", POOL),
        ("a derivedFrom pool part 90 patient\nb derivedFrom pool part 90 patient", {"pool": {"patient": 100}}),
    ],
    ids=["two units", "a unit left out", "no size", "more than all", "hedged", "synthesised", "patients"],
)
def test_nothing_is_counted_of(lines: str, sizes: Sizes) -> None:
    assert between(lines, sizes).grade != "definite"


def test_a_count_without_a_unit_is_one_of_cases() -> None:
    assert between("a derivedFrom pool part 90\nb derivedFrom pool part 90", {"pool": {"case": 100}}).least == 80


def test_what_is_held_of_a_part_is_held_of_the_pool() -> None:
    found = between("a derivedFrom part part 60 scan\npart partOf pool whole\nb derivedFrom pool part 60 scan")
    assert (found.grade, found.least) == ("definite", 20)
    assert [step.ends for step in found.path] == [("a", "part"), ("part", "pool"), ("pool", "b")]


def test_the_larger_of_two_sizes_of_the_same_images_is_the_pool() -> None:
    lines = "a derivedFrom pool part 60 scan\nb derivedFrom twin part 60 scan\ntwin sameImagesAs pool"
    assert between(lines, {"pool": {"scan": 100}, "twin": {"scan": 130}}).grade == "possible"
    assert between(lines, {"pool": {"scan": 100}, "twin": {"scan": 110}}).least == 10


def test_an_overlap_by_count_is_the_overlap_of_a_definite_path() -> None:
    lines = "x derivedFrom pool part 60 scan\ny derivedFrom pool part 60 scan\nx partOf a whole\ny partOf b whole"
    found = between(lines)
    assert (found.grade, found.mechanism, found.least) == ("definite", "count", 20)


def test_an_overlap_by_count_is_no_step_of_a_possible_path() -> None:
    lines = "a disjointWith pool\nx partOf pool whole 60 scan\ny partOf pool whole 60 scan\nx overlaps a\n"
    found = build_network(claims_in(lines), sizes=POOL)
    assert ("x", "y") in set(sharing_pairs(found))
    assert ("a", "y") not in set(possible_pairs(found))


def test_a_definite_path_tells_the_number_of_its_narrowest_point() -> None:
    assert between("a derivedFrom x part 7 scan\nx partOf b whole 90 scan").least == 7
    assert between("x partOf a whole 9 scan\nx partOf b whole").least == 9
    assert between("a subsetOf x whole 5 scan\nx partOf b whole 90 scan").least == 5
    assert between("a overlaps b").least is None


CHEST = "chestx-det derivedFrom chestx-ray14 whole\nrsna derivedFrom chestx-ray14 whole 29684 image"
IMAGES: Sizes = {"chestx-ray14": {"image": 112120}, "chestx-det": {"image": 3578}}


def test_two_draws_from_one_pool_have_an_expected_number_in_common() -> None:
    found = verdict(build_network(claims_in(CHEST), sizes=IMAGES), "chestx-det", "rsna")
    assert (found.grade, found.mechanism, found.unit) == ("possible", "fork", "image")
    assert found.expected is not None
    assert round(found.expected) == 947
    assert found.least is None


def test_a_draw_from_what_was_handed_on_has_an_expected_number_too() -> None:
    lines = CHEST.replace("chestx-det derivedFrom chestx-ray14", "chestx-det derivedFrom chestx-ray8")
    lines += "\nchestx-ray14 expansionOf chestx-ray8"
    found = verdict(build_network(claims_in(lines), sizes=IMAGES), "chestx-det", "rsna")
    assert (found.mechanism, round(found.expected or 0)) == ("chain", 947)


def test_nothing_is_expected_where_directions_are_unknown_or_a_count_is_missing() -> None:
    assert between("a overlaps pool 60 scan\nb overlaps pool 30 scan").expected is None
    assert between("a derivedFrom pool part 60 scan\nb derivedFrom pool part").expected is None
