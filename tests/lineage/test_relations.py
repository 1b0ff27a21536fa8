"""What claims say of extents, and what two such statements entail: derived by enumerating small worlds of sets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import product

import pytest

from medkg.lineage import Bond, ExtentRelation, Flow, compose, extent_relation, reversed_bond
from medkg.model.claims import RELATIONS
from tests.lineage.claim_lines import claim_in

EXTENTS = range(1, 2**4)
"""Every non-empty set of four acquisitions, as a bit mask."""

HOLDS: dict[Bond, Callable[[int, int], bool]] = {
    Bond.SAME: lambda one, other: one == other,
    Bond.WITHIN: lambda one, other: one & other == one,
    Bond.CONTAINS: lambda one, other: one & other == other,
    Bond.MEETS: lambda one, other: one & other != 0,
    Bond.DISJOINT: lambda one, other: one & other == 0,
}
STATED = (Bond.SAME, Bond.WITHIN, Bond.CONTAINS, Bond.MEETS)
FORM = re.compile("⊇*∩?⊆*")


def entailed(one: Bond, other: Bond) -> Bond | None:
    """The strongest bond of A and C in every world in which A and B, B and C have theirs."""
    worlds = [(a, c) for a, b, c in product(EXTENTS, repeat=3) if HOLDS[one](a, b) and HOLDS[other](b, c)]
    return next((bond for bond, holds in HOLDS.items() if all(holds(a, c) for a, c in worlds)), None)


@pytest.mark.parametrize(("one", "other"), list(product(HOLDS, repeat=2)))
def test_the_table_of_composition_is_what_enumeration_finds(one: Bond, other: Bond) -> None:
    assert compose(one, other) == entailed(one, other)


def words(length: int) -> Iterator[tuple[Bond, ...]]:
    return product(STATED, repeat=length)


def has_the_form(word: tuple[Bond, ...]) -> bool:
    return FORM.fullmatch("".join(bond for bond in word if bond is not Bond.SAME)) is not None


def ends(word: tuple[Bond, ...]) -> set[tuple[int, int]]:
    """Every first and last extent of worlds in which a chain of datasets has these bonds."""
    found = {(extent, extent) for extent in EXTENTS}
    for bond in word:
        found = {(first, there) for first, here in found for there in NEXT[bond][here]}
    return found


NEXT = {bond: {a: [b for b in EXTENTS if HOLDS[bond](a, b)] for a in EXTENTS} for bond in STATED}


@pytest.mark.parametrize("length", range(1, 6))
def test_the_table_derives_an_overlap_from_exactly_the_words_of_the_form(length: int) -> None:
    for word in words(length):
        assert (compose(*word) is not None) == has_the_form(word)


@pytest.mark.parametrize("length", range(1, 6))
def test_words_of_the_form_entail_an_overlap_and_every_other_word_has_a_counter_model(length: int) -> None:
    for word in words(length):
        assert all(first & last for first, last in ends(word)) == has_the_form(word)


def test_breaks_are_exactly_the_pairs_from_which_nothing_follows() -> None:
    broken = {one + other for one, other in product(STATED, repeat=2) if compose(one, other) is None}
    assert broken == {"∩∩", "∩⊇", "⊆∩", "⊆⊇"}


@pytest.mark.parametrize(
    ("line", "bond", "flow"),
    [
        ("rite sameImagesAs drive", Bond.SAME, Flow.UNKNOWN),
        ("rite sameImagesAs drive part", Bond.MEETS, Flow.UNKNOWN),
        ("3d-ircadb subsetOf lits whole", Bond.WITHIN, Flow.UNKNOWN),
        ("lits includesAllOf 3d-ircadb", Bond.CONTAINS, Flow.UNKNOWN),
        ("lits includesAllOf 3d-ircadb part", Bond.CONTAINS, Flow.UNKNOWN),
        ("msd-liver partOf msd whole", Bond.WITHIN, Flow.AWAY),
        ("scr derivedFrom jsrt whole", Bond.WITHIN, Flow.HERE),
        ("covidx derivedFrom ieee8023 part", Bond.MEETS, Flow.HERE),
        ("covidx derivedFrom ieee8023", Bond.MEETS, Flow.HERE),
        ("scr annotates jsrt whole", Bond.WITHIN, Flow.HERE),
        ("chexmask annotates padchest part", Bond.MEETS, Flow.HERE),
        ("chestx-ray14 expansionOf chestx-ray8 whole", Bond.CONTAINS, Flow.HERE),
        ("ct-org overlaps lits", Bond.MEETS, Flow.UNKNOWN),
        ("ct-org possiblyOverlaps lits", Bond.PERHAPS, Flow.UNKNOWN),
        ("lits-isbi2017 usesImagesOf lits", Bond.MEETS, Flow.HERE),
        ("kits21 successorOf kits19", Bond.SUCCESSION, Flow.HERE),
        ("ct2us synthesizedFrom kits19", Bond.SYNTHESIS, Flow.HERE),
        ("one disjointWith other", Bond.DISJOINT, Flow.UNKNOWN),
        ("scr derivedFrom jsrt whole hedged", Bond.PERHAPS, Flow.HERE),
        ("rite sameImagesAs drive hedged", Bond.PERHAPS, Flow.UNKNOWN),
        ("ct2us synthesizedFrom kits19 hedged", Bond.SYNTHESIS, Flow.HERE),
    ],
)
def test_a_claim_means(line: str, bond: Bond, flow: Flow) -> None:
    assert extent_relation(claim_in(line).claim) == ExtentRelation(bond=bond, flow=flow)


def test_a_hedged_denial_says_nothing() -> None:
    assert extent_relation(claim_in("one disjointWith other hedged").claim) is None


@pytest.mark.parametrize("relation", RELATIONS)
def test_every_relation_has_a_meaning(relation: str) -> None:
    assert extent_relation(claim_in(f"one {relation} other").claim)


@pytest.mark.parametrize("bond", HOLDS)
def test_a_bond_is_reversed_as_sets_are(bond: Bond) -> None:
    turned = HOLDS[reversed_bond(bond)]
    assert all(HOLDS[bond](a, b) == turned(b, a) for a, b in product(EXTENTS, repeat=2))
