"""Ancestors and descendants, with their depth and with what of the tie are images."""

from __future__ import annotations

from medkg.lineage import ancestors, build_network, descendants
from tests.lineage.claim_lines import claims_in

LINES = """
a derivedFrom b part
b derivedFrom c part
c derivedFrom d part
b successorOf edition
a synthesizedFrom photographs
a overlaps sibling
twin sameImagesAs a
challenge usesImagesOf a challenge
e expansionOf a
a partOf collection whole
"""


def up(slug: str, lines: str = LINES, depth: int | None = None) -> list[tuple[int, str, str]]:
    return [
        (each.depth, each.dataset, each.grade) for each in ancestors(build_network(claims_in(lines)), slug, depth=depth)
    ]


def test_ancestors_are_listed_with_depth_and_grade() -> None:
    assert up("a") == [
        (0, "twin", "definite"),
        (1, "b", "definite"),
        (1, "photographs", "documentary"),
        (1, "sibling", "definite"),
        (2, "c", "possible"),
        (2, "edition", "documentary"),
        (3, "d", "documentary"),
    ]


def test_ancestors_end_at_the_depth_that_is_asked_for() -> None:
    assert {depth for depth, *_ in up("a", depth=1)} == {0, 1}


def test_descendants_are_what_images_went_to_challenges_among_them() -> None:
    found = descendants(build_network(claims_in(LINES)), "a")
    assert [each.dataset for each in found if each.is_directed] == ["twin", "challenge", "collection", "e"]
    assert {each.grade for each in found} == {"definite"}


def test_a_tie_of_unknown_direction_is_listed_either_way_and_not_what_lies_behind() -> None:
    lines = "a overlaps b\nb derivedFrom c whole\nd derivedFrom b whole"
    for relatives in (ancestors, descendants):
        (found,) = relatives(build_network(claims_in(lines)), "a")
        assert (found.dataset, found.is_directed) == ("b", False)


def test_a_directed_way_is_preferred_to_a_shorter_undirected_one() -> None:
    lines = "a overlaps c\na derivedFrom b part\nb derivedFrom c part\nc derivedFrom d part"
    assert [name for _, name, _ in up("a", lines)] == ["b", "c", "d"]


def test_every_relative_has_the_claims_that_lead_there() -> None:
    found = {each.dataset: each for each in ancestors(build_network(claims_in(LINES)), "twin")}
    assert [step.ends for step in found["c"].path] == [("twin", "a"), ("a", "b"), ("b", "c")]
