"""`medkg overlap`."""

from __future__ import annotations

import json
from typing import Any

from tests.cli.conftest import Medkg

PAPER = "https://arxiv.org/abs/2101.00001"


def asked(kin: Medkg, *arguments: str) -> Any:
    return json.loads(kin("overlap", "--json", *arguments).out)


def graded(found: Any) -> dict[str, str]:
    return {each["dataset"]: each["grade"] for each in found["verdicts"]}


def test_each_verdict_stands_above_the_claims_that_lead_there_and_who_says_them(kin: Medkg) -> None:
    ran = kin("overlap", "draw-a")
    assert ran.status == 0
    assert ran.lines[0] == "Draw A (draw-a), by all claims"
    start = ran.lines.index("  Draw B (draw-b): at least 10 (unit: case) by the numbers each holds of Pool")
    assert ran.lines[start + 1 : start + 3] == [
        "    Draw A is drawn from Pool (in part, 60 cases)  [north:5]",
        f"    Draw B is drawn from Pool (in part, 50 cases)  [{PAPER}]",
    ]


def test_json_keeps_the_direction_of_a_claim_and_the_line_of_its_entry(kin: Medkg) -> None:
    found = asked(kin, "Pool", "--evidence", "catalogs", "--direct")
    assert (found["dataset"], found["evidence"], found["open_provenance"]) == ("pool", "catalogs", False)
    (step,) = found["verdicts"][0]["path"]
    assert step == {
        "from": "draw-a",
        "relation": "derivedFrom",
        "to": "pool",
        "inverse": True,
        "evidence": [{"basis": "catalog", "catalog": "north", "key": "draw-a", "line": 5}],
    }


def test_json_cites_a_paper_by_its_iri(kin: Medkg) -> None:
    (found,) = [each for each in asked(kin, "Draw B")["verdicts"] if each["dataset"] == "pool"]
    assert found["path"][0]["evidence"] == [{"basis": "literature", "iri": PAPER}]


def test_the_catalogues_alone_know_less_than_everybody(kin: Medkg) -> None:
    assert "draw-b" in graded(asked(kin, "pool", "--evidence", "all"))
    assert "draw-b" not in graded(asked(kin, "pool", "--evidence", "catalogs"))


def test_numbers_and_mechanisms_are_told_where_they_are_known(kin: Medkg) -> None:
    found = {each["dataset"]: each for each in asked(kin, "draw-a")["verdicts"]}
    assert (found["draw-b"]["mechanism"], found["draw-b"]["least"], found["draw-b"]["hub"]) == ("count", 10, "pool")
    assert (found["draw-c"]["mechanism"], found["draw-c"]["expected"], found["draw-c"]["least"]) == ("fork", 12, None)
    assert (found["maybe"]["mechanism"], found["maybe"]["grade"]) == ("hedge", "possible")


def test_a_grade_is_asked_for_alone(kin: Medkg) -> None:
    assert set(graded(asked(kin, "draw-a", "--grade", "possible")).values()) == {"possible"}
    assert set(graded(asked(kin, "draw-a", "--grade", "definite")).values()) == {"definite"}


def test_datasets_of_the_same_images_count_as_one_and_are_named(kin: Medkg) -> None:
    found = asked(kin, "Twin", "--direct")
    assert found["same_images"] == ["pool"]
    assert sorted(graded(found)) == ["draw-a", "draw-b", "draw-c"]


def test_synthesised_images_patients_and_other_modalities_stand_beside_the_verdicts(kin: Medkg) -> None:
    found = asked(kin, "draw-c")
    assert not {"fake", "magnetic"} & set(graded(found))
    assert [each["dataset"] for each in found["derivative"]] == ["fake"]
    assert [each["dataset"] for each in found["patients"]] == ["magnetic"]
    assert found["excluded"] == [{"dataset": "magnetic", "reason": "the source images are CT here, MR there"}]
    lines = kin("overlap", "draw-c").lines
    assert "no shared image, but synthesised from them" in lines
    assert "  Magnetic (magnetic): the source images are CT here, MR there" in lines


def test_open_provenance_is_told_with_the_claim_that_opens_it(kin: Medkg) -> None:
    found = asked(kin, "open-set")
    assert found["open_provenance"]
    assert found["openings"][0]["claim"]["to"] is None
    ran = kin("overlap", "open-set")
    assert "no shared images are known, which is no proof that there are none" in ran.lines
    assert ran.lines[-1] == "  Open is drawn from a source that is not named (in part)  [south:10]"


def test_an_ambiguous_name_lists_the_datasets_it_may_mean(kin: Medkg) -> None:
    ran = kin("overlap", "draw")
    assert ran.status == 1
    assert "say which: draw-a (Draw A), draw-b (Draw B)" in ran.err
