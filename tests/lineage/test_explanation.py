"""Verdicts in words: what is concluded, who says so, by which other paths, and what would change it."""

from __future__ import annotations

from medkg.lineage import Explanation, Texts, build_network, explain, independent_verdicts
from medkg.lineage.edges import Sizes
from tests.lineage.claim_lines import claim_in, claims_in

TEXTS = Texts(names={"a": "Set A", "b": "Set B", "pool": "The Pool"})


def explained(lines: str, sizes: Sizes | None = None, *, level: str = "acquisition") -> Explanation:
    found = build_network(claims_in(lines), level="patient" if level == "patient" else "acquisition", sizes=sizes or {})
    return explain(found, "a", "b", texts=TEXTS)


def words(line: str) -> str:
    return TEXTS.claim(claim_in(line).step).with_sources


def test_a_claim_is_a_sentence_with_its_details_and_who_says_it() -> None:
    assert words("a derivedFrom b part 131 scan train by openmedlab/a by https://doi.org/10.1/1") == (
        "Set A is drawn from Set B (train split, in part, 131 of unit scan), "
        "says openmedlab, entry a and https://doi.org/10.1/1."
    )
    assert words("a annotates - hedged 7 patients by linhandev/a") == (
        "Set A gives new labels to images of a source that is not named "
        "(7 cases, of patients, perhaps, as it is said with reserve), says linhandev, entry a."
    )


def test_a_definite_verdict_is_told_by_its_steps() -> None:
    found = explained("a subsetOf pool whole 12 scan\npool partOf b whole")
    assert found.conclusion == "Set A and Set B share images, at least 12 (unit: scan)."
    assert found.reasons == (
        "Set A is contained in The Pool (12 of unit scan), says some-catalogue, entry entry.",
        "The Pool is a part of Set B, says some-catalogue, entry entry.",
    )
    assert found.changes == ("It falls if a claim on the path is corrected and no other path is left.",)


def test_a_count_says_of_what() -> None:
    found = explained("a derivedFrom pool part 60 scan\nb derivedFrom pool part 60 scan", {"pool": {"scan": 100}})
    assert found.conclusion.endswith("at least 20 (unit: scan) by the numbers each holds of The Pool.")


def test_a_fork_says_what_random_draws_would_share_and_what_would_settle_it() -> None:
    found = explained("a derivedFrom pool part 30 scan\nb derivedFrom pool part 50 scan", {"pool": {"scan": 100}})
    assert found.conclusion == (
        "Set A and Set B may share images: both paths start at The Pool, and the two draws may coincide; "
        "if they were random, about 15 would be expected (unit: scan)."
    )
    assert found.changes == ("The lists of what each holds of The Pool would settle it.",)


def test_of_an_unknown_direction_it_is_said_that_it_could_be_a_collider() -> None:
    found = explained("a overlaps pool\nb overlaps pool")
    assert found.changes[1] == "If both gave their images to The Pool, this path would be no evidence."


def test_a_chain_and_a_hedge_say_so() -> None:
    assert "handed on through The Pool" in explained("a derivedFrom pool part\npool derivedFrom b part").conclusion
    assert "with reserve" in explained("a possiblyOverlaps b hedged").conclusion


def test_a_blocked_path_is_told_with_the_reason() -> None:
    found = explained("pool derivedFrom a part\npool derivedFrom b part")
    assert found.conclusion == "No shared images of Set A and Set B are known; that is no proof that there are none."
    assert len(found.reasons) == 2
    (change,) = found.changes
    assert change.startswith("Both gave images to The Pool, which brings them no closer to each other;")


def test_a_denial_is_told_and_so_is_a_contradiction() -> None:
    assert explained("a disjointWith b").conclusion == "Set A and Set B share no images, as is stated of them."
    assert explained("a disjointWith b\na overlaps b").conclusion.endswith("one of the two is wrong.")


def test_a_guard_gives_its_reason() -> None:
    found = explain(
        build_network([]), "a", "b", exclude=lambda one, other: f"{one} is MR and {other} is CT", texts=TEXTS
    )
    assert "(a is MR and b is CT)" in found.conclusion
    assert found.changes[0].startswith("A path of claims that proves it")


def test_patients_are_called_patients() -> None:
    assert explained("a overlaps b patients", level="patient").conclusion == "Set A and Set B share patients."


def test_open_provenance_is_a_caveat_where_nothing_is_known() -> None:
    found = explained("a derivedFrom -\nb derivedFrom pool part\npool annotates -")
    assert found.caveats == (
        "The provenance of Set A is open: not all of its sources are named.",
        "The provenance of Set B is open, by way of The Pool: not all of its sources are named.",
    )
    assert explained("a derivedFrom -\na overlaps b").caveats == ()


MANY = "a overlaps b\na partOf x whole\nb includesAllOf x\na derivedFrom pool part\nb derivedFrom pool part"


def test_independent_paths_have_no_pair_of_datasets_in_common() -> None:
    paths = list(independent_verdicts(build_network(claims_in(MANY)), "a", "b"))
    assert [(each.grade, each.distance) for each in paths] == [("definite", 1), ("definite", 2), ("possible", 2)]
    assert explain(build_network(claims_in(MANY)), "a", "b", all_paths=True).others == tuple(paths[1:])
    assert explain(build_network(claims_in(MANY)), "a", "b").others == ()


def test_independent_paths_end_where_a_count_is_used_up() -> None:
    lines = "a derivedFrom pool part 60 scan\nb derivedFrom pool part 60 scan"
    paths = list(independent_verdicts(build_network(claims_in(lines), sizes={"pool": {"scan": 100}}), "a", "b"))
    assert [each.mechanism for each in paths] == ["count"]


def test_sets_of_the_same_images_have_one_path() -> None:
    assert len(list(independent_verdicts(build_network(claims_in("a sameImagesAs b")), "a", "b"))) == 1
