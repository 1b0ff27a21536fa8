"""Paths that break once: forks, chains and unknown directions may share, colliders are no evidence."""

from __future__ import annotations

import pytest

from medkg.lineage import build_network, verdict
from tests.lineage.claim_lines import claims_in


def outcome(lines: str, one: str = "a", other: str = "c") -> str:
    found = verdict(build_network(claims_in(lines)), one, other)
    return found.mechanism or found.grade


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("a derivedFrom w part\nc derivedFrom w part", "fork"),
        ("a derivedFrom w whole\nc annotates w part", "fork"),
        ("w derivedFrom a part\nc derivedFrom w part", "chain"),
        ("a partOf w whole\nc derivedFrom w whole", "chain"),
        ("a overlaps w\nc derivedFrom w part", "unknown-direction"),
        ("a overlaps w\nw derivedFrom c part", "unknown-direction"),
        ("a subsetOf w whole\nc subsetOf w whole", "unknown-direction"),
        ("w derivedFrom a part\nw derivedFrom c part", "none-known"),
        ("a partOf w whole\nc partOf w whole", "none-known"),
        ("w expansionOf a\nw annotates c part", "none-known"),
        ("challenge usesImagesOf a challenge\nchallenge usesImagesOf c challenge", "none-known"),
    ],
)
def test_what_a_break_means_depends_on_where_images_went(lines: str, expected: str) -> None:
    assert outcome(lines) == expected
    assert outcome(lines, "c", "a") == expected


def test_a_set_of_the_same_images_does_not_hide_a_collider() -> None:
    assert outcome("w derivedFrom a part\ntwin sameImagesAs w\ntwin derivedFrom c part") == "none-known"


def test_a_directed_claim_lends_its_flow_to_an_undirected_one_of_the_same_pair() -> None:
    undirected = "a subsetOf w whole\nc subsetOf w whole\n"
    assert outcome(undirected) == "unknown-direction"
    assert outcome(undirected + "w derivedFrom a part\nw derivedFrom c part") == "none-known"


def test_directed_claims_that_disagree_lend_nothing() -> None:
    lines = "a subsetOf w whole\nc partOf w whole\nw derivedFrom a part\na derivedFrom w part"
    assert outcome(lines) in ("unknown-direction", "chain")


def test_a_hedged_claim_lends_nothing() -> None:
    lines = "a overlaps w\nc overlaps w\nw derivedFrom a part hedged\nw derivedFrom c part hedged"
    assert outcome(lines) == "unknown-direction"


def test_a_second_path_is_taken_where_the_first_is_blocked() -> None:
    lines = "w derivedFrom a part\nw derivedFrom c part\nx overlaps a\nx partOf y whole\nc derivedFrom y part"
    found = verdict(build_network(claims_in(lines)), "a", "c")
    assert (found.grade, found.hub, found.distance) == ("possible", "y", 3)


AROUND = """
w derivedFrom a part
w derivedFrom c part
w subsetOf one whole
w subsetOf two whole
one subsetOf top whole
two subsetOf top whole
"""


def test_no_walk_gets_around_a_collider_by_way_of_what_holds_it() -> None:
    assert outcome(AROUND) == "none-known"


def test_a_longer_path_beside_such_a_walk_is_found() -> None:
    beside = "x derivedFrom c part\nx subsetOf y whole\ny subsetOf z whole\nz subsetOf top whole"
    found = verdict(build_network(claims_in(AROUND + beside)), "a", "c")
    assert (found.grade, found.hub, found.distance) == ("possible", "top", 7)
