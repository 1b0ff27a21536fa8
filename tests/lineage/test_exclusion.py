"""The modality guard: source modalities, inherited through what is wholly derived, tell what cannot be shared."""

from __future__ import annotations

import pytest

from medkg.lineage import build_network, modality_exclusion, verdict
from tests.lineage.claim_lines import claims_in

CT, MR, XRAY = frozenset({"CT"}), frozenset({"MR"}), frozenset({"X-ray"})
FORK = "a derivedFrom pool part\nb derivedFrom pool part\n"


def reason(lines: str, **believed: frozenset[str]) -> str | None:
    """Why `a` and `b` cannot share images."""
    return modality_exclusion(build_network(claims_in(lines)), believed)("a", "b")


def test_sets_of_different_families_are_kept_apart_with_the_reason() -> None:
    assert reason("", a=CT, b=MR) == "the source images are CT here, MR there"


@pytest.mark.parametrize(
    "believed", [{"a": CT}, {}, {"a": CT, "b": CT}, {"a": CT, "b": CT | MR}, {"a": CT, "b": frozenset()}]
)
def test_nothing_is_excluded_where_a_family_is_common_or_unknown(believed: dict[str, frozenset[str]]) -> None:
    assert reason("", **believed) is None


def test_projections_of_ct_are_ct() -> None:
    assert reason("b derivedFrom ct whole", a=CT, b=XRAY, ct=CT) is None
    assert reason("b derivedFrom ct whole", a=XRAY, b=XRAY, ct=CT) is not None


def test_a_modality_is_inherited_however_far() -> None:
    assert reason("b derivedFrom x whole\nx annotates ct whole", a=CT, b=XRAY, ct=CT) is None


def test_of_a_source_of_several_families_those_that_are_believed_count() -> None:
    assert reason("b derivedFrom both whole", a=MR, b=CT, both=CT | MR) is not None
    assert reason("b derivedFrom both whole", a=MR, both=CT | MR) is None


def test_what_comes_from_an_unknown_source_is_unknown() -> None:
    assert reason("b derivedFrom unknown whole", a=CT, b=XRAY) is None


def test_a_partial_source_hands_nothing_down() -> None:
    assert reason("b derivedFrom ct part", a=CT, b=XRAY, ct=CT) is not None


def test_sets_of_the_same_images_have_their_families_together() -> None:
    assert reason("b sameImagesAs ct", a=CT, b=XRAY, ct=CT) is None


def test_sets_derived_from_each_other_in_a_ring_are_unknown() -> None:
    assert reason("b derivedFrom c whole\nc derivedFrom b whole", a=CT, b=XRAY, c=XRAY) is None


def test_the_guard_excludes_the_possible_and_never_the_definite() -> None:
    believed = {"a": CT, "b": MR}
    for lines, grade in ((FORK, "none-known"), (FORK + "a overlaps b", "definite")):
        found = build_network(claims_in(lines))
        weighed = verdict(found, "a", "b", exclude=modality_exclusion(found, believed))
        assert (weighed.grade, weighed.exclusion_reason) == (grade, "the source images are CT here, MR there")
