"""`medkg show`."""

from __future__ import annotations

import json

from medkg.settings import Settings
from tests.cli.conftest import Medkg


def test_every_fact_comes_with_who_says_it(medkg: Medkg) -> None:
    ran = medkg("show", "LiTS")
    assert ran.status == 0
    assert ran.lines[0] == "LiTS  https://w3id.org/medkg/dataset/lits"
    assert "modality              CT  [north:7, south:3]" in ran.lines
    assert "label target          Liver  [north:7]" in ran.lines
    assert "anatomy               Liver  [south:3]" in ran.lines
    assert "papers                https://arxiv.org/abs/1901.04056  [north:7]" in ran.lines
    assert "download              https://example.org/lits.zip (mirror)  [north:7]" in ran.lines
    assert "challenges            LiTS at MICCAI 2017 (lits-2017)  2017  https://lits.example.org/" in ran.lines
    assert "records               north:7 as LiTS under Abdomen: The name. (catalog)" in ran.lines


def test_a_disagreement_stands_side_by_side(medkg: Medkg) -> None:
    lines = medkg("show", "lits").lines
    start = lines.index("counts                catalogues differ; undecided:")
    assert [line.strip() for line in lines[start + 1 : start + 4]] == [
        "131 cases, training  [north:7]",
        "70 cases, test  [north:7]",
        "200 cases  [south:3; disputed]",
    ]


def test_a_corrected_value_is_marked_and_explained(medkg: Medkg) -> None:
    lines = medkg("show", "acdc").lines
    assert "homepage              https://lits.example.org/  [south:5; corrected: south:5]" in lines
    explained = (
        "south:5: Foreign link, links https://lits.example.org/ → ?: The page is that of another dataset. (catalog)"
    )
    assert f"corrections           {explained}" in lines


def test_a_value_that_a_decision_overruled_is_marked(my_medkg: Medkg, own: Settings) -> None:
    with (own.resources / "data" / "datasets" / "lits.yaml").open("a", encoding="utf-8") as file:
        file.write("decisions:\n- {field: counts, value: '201', unit: case, basis: literature, reason: The paper.}\n")
    lines = my_medkg("show", "lits").lines
    assert "200 cases  [south:3; decided otherwise]" in [line.strip() for line in lines]


def test_a_name_may_have_the_year_of_its_challenge(medkg: Medkg) -> None:
    for name in ("LiTS17", "LiTS at MICCAI 2017", "MICCAI 2017 LiTS", "Task29_LiTS"):
        assert medkg("show", name).out == medkg("show", "lits").out


def test_all_of_it_comes_as_json(medkg: Medkg) -> None:
    found = json.loads(medkg("show", "--json", "lits").out)
    assert found["slug"] == "lits"
    counts = next(fact for fact in found["facts"] if fact["property"] == "medkg:count")
    assert counts["is_disputed"]
    assert [value["is_believed"] for value in counts["values"]] == [True, True, False]
    assert [listing["place"] for listing in found["listings"]] == ["north:7", "south:3"]


def test_an_ambiguous_or_unknown_name_is_a_mistake_with_a_way_out(medkg: Medkg) -> None:
    ran = medkg("show", "ATLAS")
    assert ran.status == 1
    assert "say which: atlas-liver (ATLAS (liver)), atlas-stroke (ATLAS (stroke))" in ran.err
    ran = medkg("show", "LiTS v3")
    assert ran.status == 1
    assert ran.err == "medkg: the graph has no edition '3' of LiTS; it has lits (LiTS)\n"
    ran = medkg("show", "liits")
    assert ran.status == 1
    assert ran.err == "medkg: no dataset is called 'liits'; did you mean lits (LiTS)?\n"
