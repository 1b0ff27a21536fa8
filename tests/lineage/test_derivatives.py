"""Derivative leaks: no image is shared, and yet a model has learnt from the other set's images."""

from __future__ import annotations

from medkg.lineage import build_network, derivatives
from tests.lineage.claim_lines import claims_in

SYNTHETIC = "ct2us synthesizedFrom kits19 part 4586\nkits21 expansionOf kits19\nct2us partOf collection whole\n"


def leaks(slug: str, lines: str = SYNTHETIC) -> list[tuple[str, str]]:
    return [(each.other, each.grade) for each in derivatives(build_network(claims_in(lines)), slug)]


def test_a_synthetic_set_leaks_what_it_was_made_of_and_whatever_shares_with_that() -> None:
    assert leaks("ct2us") == [("kits19", "definite"), ("kits21", "definite")]


def test_the_leak_is_told_from_the_source_too() -> None:
    assert leaks("kits21") == [("ct2us", "definite"), ("collection", "definite")]


def test_every_step_is_told() -> None:
    found = {each.other: each for each in derivatives(build_network(claims_in(SYNTHETIC)), "collection")}
    assert [step.relation for step in found["kits21"].path] == ["partOf", "synthesizedFrom", "expansionOf"]


def test_a_hedged_synthesis_is_a_possible_leak() -> None:
    assert leaks("one", "one synthesizedFrom other hedged") == [("other", "possible")]


def test_two_synthesised_from_one_set_do_not_leak_each_other() -> None:
    assert leaks("one", "one synthesizedFrom other\ntwo synthesizedFrom other") == [("other", "definite")]
