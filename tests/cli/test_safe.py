"""`medkg safe`."""

from __future__ import annotations

import json

from tests.cli.conftest import Medkg


def test_candidates_are_parted_by_what_is_known_of_them(kin: Medkg) -> None:
    ran = kin("safe", "--test-for", "Pool", "--modality", "CT", "--anatomy", "liver", "--json")
    assert ran.status == 0
    found = json.loads(ran.out)
    assert found["test_for"] == ["pool"]
    assert sorted(each["dataset"] for each in found["no_known_shared_images"]) == ["apart", "clear-set", "maybe"]
    assert [each["dataset"] for each in found["open_provenance"]] == ["open-set"]
    assert sorted(each["dataset"] for each in found["sharing"]) == ["draw-a", "draw-b", "draw-c", "twin"]


def test_nothing_is_called_certain(kin: Medkg) -> None:
    ran = kin("safe", "--test-for", "Pool")
    assert ran.lines[0] == "No shared images with Pool are known, by all claims; that is no proof."
    assert "certif" not in ran.out
    assert "apart\tApart\tPool and Apart share no images, as is stated of them." in ran.lines


def test_open_provenance_is_told_with_the_reason(kin: Medkg) -> None:
    lines = kin("safe", "--test-for", "Pool").lines
    start = lines.index("none known either, but the provenance is open: sources are not named")
    assert lines[start + 1] == (
        "  Open (open-set): Open is drawn from a source that is not named (in part)  [south:10]"
    )


def test_reasons_for_caution_stand_beside_a_candidate(kin: Medkg) -> None:
    lines = kin("safe", "--test-for", "Pool").lines
    assert any(line.startswith("clear-set\tClear\tPool and Clear may share patients: ") for line in lines)
    synthesis = "Pool and Fake share no image by it, but images of one were synthesised from the other's."
    assert f"fake\tFake\t{synthesis}" in lines


def test_a_model_may_be_trained_on_several_datasets(kin: Medkg) -> None:
    found = json.loads(kin("safe", "--test-for", "Draw A", "Mixed", "--among", "Maybe", "Magnetic", "--json").out)
    assert found["no_known_shared_images"] == []
    assert sorted(each["dataset"] for each in found["sharing"]) == ["magnetic", "maybe"]


def test_the_openness_of_what_was_trained_on_is_told_first(kin: Medkg) -> None:
    lines = kin("safe", "--test-for", "open-set").lines
    assert lines[1].startswith(
        "The provenance of Open is open: not all of its sources are named. Open is drawn from a source"
    )


def test_an_unknown_name_or_facet_is_a_mistake(kin: Medkg) -> None:
    assert kin("safe", "--test-for", "nothing of the kind").status == 2
    assert kin("safe", "--test-for", "Pool", "--anatomy", "antenna").status == 1
    assert kin("safe").status == 2


def test_what_was_trained_on_is_told_to_be_no_test_set(kin: Medkg) -> None:
    ran = kin("safe", "--test-for", "Pool", "--among", "Pool", "Clear")
    assert "warning: Pool (pool) is a training set, and no test set" in ran.err
