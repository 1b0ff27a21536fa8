"""`medkg explain`."""

from __future__ import annotations

import json

from tests.cli.conftest import Medkg


def test_a_verdict_is_told_in_sentences_with_who_says_each(kin: Medkg) -> None:
    ran = kin("explain", "Draw A", "Twin")
    assert ran.status == 0
    assert ran.lines[:3] == [
        "Draw A and Twin share images, at least 60 (unit: case).",
        "  1. Draw A is drawn from Pool (in part, 60 cases), says north:5.",
        "  2. Twin has the same images as Pool, says south:4.",
    ]


def test_a_count_is_told_and_what_the_catalogues_make_of_it(kin: Medkg) -> None:
    ran = kin("explain", "Draw A", "Draw B")
    assert ran.lines[0] == "Draw A and Draw B share images, at least 10 (unit: case) by the numbers each holds of Pool."
    assert ran.lines[-1].startswith("- By what the catalogues alone claim the verdict is another one: No shared images")


def test_what_would_change_a_possible_verdict_is_told(kin: Medkg) -> None:
    lines = kin("explain", "Draw A", "Draw C").lines
    assert lines[0].startswith("Draw A and Draw C may share images")
    assert "about 12 would be expected" in lines[0]
    assert "- The lists of what each holds of Pool would settle it." in lines


def test_disjointness_modality_patients_and_synthesis_are_told(kin: Medkg) -> None:
    assert kin("explain", "pool", "apart").lines[0] == "Pool and Apart share no images, as is stated of them."
    lines = kin("explain", "draw-c", "magnetic").lines
    assert "(the source images are CT here, MR there)" in lines[0]
    assert any(line.startswith("Draw C and Magnetic may share patients: ") for line in lines)
    lines = kin("explain", "draw-a", "fake").lines
    assert lines[0].startswith("No shared images of Draw A and Fake are known")
    assert "Draw A and Fake share no image by it, but images of one were synthesised from the other's." in lines


def test_open_provenance_is_told_of_either_dataset(kin: Medkg) -> None:
    lines = kin("explain", "pool", "open-set").lines
    start = lines.index("The provenance of Open is open: not all of its sources are named.")
    assert lines[start + 1] == "  1. Open is drawn from a source that is not named (in part)  [south:10]"


def test_json_has_the_sentences_and_the_verdict_by_either_evidence(kin: Medkg) -> None:
    found = json.loads(kin("explain", "draw-a", "draw-b", "--json").out)
    assert (found["subject"], found["dataset"], found["grade"]) == ("draw-a", "draw-b", "definite")
    assert found["by_evidence"] == {"all": "definite", "catalogs": "none-known"}
    assert found["reasons"][0] == "Draw A is drawn from Pool (in part, 60 cases), says north:5."


def test_further_independent_paths_are_told_on_request(kin: Medkg) -> None:
    assert "Path 2, possible" not in kin("explain", "Exam", "Drill").lines
    lines = kin("explain", "Exam", "Drill", "--all-paths").lines
    assert "both paths start at Rack" in lines[0]
    start = lines.index("Path 2, possible")
    assert lines[start + 1] == "  1. Exam is drawn from Shelf (in part)  [https://arxiv.org/abs/2101.00001]"


def test_two_names_of_one_dataset_are_a_usage_error(kin: Medkg) -> None:
    ran = kin("explain", "Pool", "dataset:pool")
    assert ran.status == 2
    assert "mean one dataset, Pool (pool)" in ran.err
