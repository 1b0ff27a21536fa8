"""All pairs at once: sure ones, possible ones, and those around one hub."""

from __future__ import annotations

from medkg.lineage import build_network, hubs, pairs_around, possible_pairs, sharing_pairs
from tests.lineage.claim_lines import claims_in

POOL = "\n".join(f"{name} derivedFrom pool part" for name in "abcd")


def test_each_pair_that_shares_is_told_once_with_every_set_of_the_same_images() -> None:
    found = build_network(claims_in("rite sameImagesAs drive\nother overlaps drive\nx usesImagesOf drive challenge"))
    assert sorted(sharing_pairs(found)) == [("drive", "other"), ("drive", "rite"), ("other", "rite")]


def test_a_pool_is_kept_as_one_and_expanded_when_asked() -> None:
    found = build_network(claims_in(POOL))
    (hub,) = hubs(found)
    assert (hub.node, len(hub.arms)) == ("pool", 4)
    expected = [("a", "b"), ("a", "c"), ("a", "d"), ("b", "c"), ("b", "d"), ("c", "d")]
    assert sorted(pairs_around(found, hub)) == expected
    assert sorted(possible_pairs(found)) == expected


def test_what_all_poured_into_is_no_hub() -> None:
    assert list(hubs(build_network(claims_in("a partOf whole whole\nb partOf whole whole")))) == []


def test_pairs_that_are_definite_disjoint_or_guarded_are_not_possible() -> None:
    found = build_network(claims_in(POOL + "\na overlaps b\nc disjointWith d"))
    (hub,) = [each for each in hubs(found) if each.node == "pool"]
    expected = [("a", "d"), ("b", "c"), ("b", "d")]

    def exclude(one: str, other: str) -> str | None:
        return "another modality" if {one, other} == {"a", "c"} else None

    assert sorted(pairs_around(found, hub, exclude=exclude)) == expected
    assert sorted(possible_pairs(found, exclude=exclude)) == expected


def test_hedged_pairs_are_possible_without_a_hub() -> None:
    found = build_network(claims_in("a possiblyOverlaps b hedged"))
    assert list(hubs(found)) == []
    assert list(possible_pairs(found)) == [("a", "b")]
