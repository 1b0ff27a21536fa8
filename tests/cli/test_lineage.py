"""`medkg lineage`."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

from tests.cli.conftest import Medkg

SVG = "{http://www.w3.org/2000/svg}"


def test_a_tree_shows_what_images_came_from_and_went_into(kin: Medkg) -> None:
    ran = kin("lineage", "Draw A")
    assert ran.status == 0
    assert ran.lines == [
        "Draw A",
        "Images came from:",
        "└── Pool, definite: Draw A is drawn from Pool (in part, 60 cases)  [north:5]",
        "    └── Twin, definite: Twin has the same images as Pool  [south:4]",
        "Images shared, direction unknown:",
        "└── Maybe, possible: Maybe might overlap Draw A  [south:12]",
    ]


def test_what_shares_no_image_is_marked_as_documentary(kin: Medkg) -> None:
    lines = kin("lineage", "Pool", "--down").lines
    assert (
        "├── Fake, documentary: Fake was synthesised by a model trained on Pool  [https://arxiv.org/abs/2101.00001]"
        in (lines)
    )
    assert "└── Pool at a meeting, definite: Pool at a meeting uses images of Pool  [north:3]" in lines


def test_one_side_and_a_depth_are_asked_for(kin: Medkg) -> None:
    up = json.loads(kin("lineage", "Fake", "--up", "--format", "json").out)
    assert [each["dataset"] for each in up["ancestors"]] == ["pool", "twin"]
    assert up["descendants"] == []
    near = json.loads(kin("lineage", "Pool", "--depth", "1", "--format", "json").out)
    far = json.loads(kin("lineage", "Pool", "--format", "json").out)
    assert {each["depth"] for each in near["descendants"]} == {0, 1}
    assert {"mixed", "maybe"} <= {each["dataset"] for each in far["descendants"]}


def test_a_dataset_without_relatives_says_so(kin: Medkg) -> None:
    assert kin("lineage", "apart").lines == ["Apart", "No relatives are known."]


def test_mermaid_has_lines_by_certainty_and_arrows_by_claim(kin: Medkg) -> None:
    lines = [line.strip() for line in kin("lineage", "Draw A", "--format", "mermaid").lines]
    assert lines == [
        "flowchart RL",
        'd0["Draw A"]',
        'd1["Maybe"]',
        'd2["Pool"]',
        'd3["Twin"]',
        "d0 -->|derivedFrom| d2",
        "d1 -.-|possiblyOverlaps| d0",
        "d3 ---|sameImagesAs| d2",
        "style d0 stroke-width:3px",
    ]
    lines = [line.strip() for line in kin("lineage", "Fake", "--format", "mermaid").lines]
    assert "d0 -.->|synthesizedFrom| d1" in lines
    assert lines[-1] == "linkStyle 0 stroke-dasharray:1 4"


@pytest.mark.parametrize("dataset", ["pool", "draw-c", "apart"])
def test_svg_shows_every_member_in_a_place_of_its_own(kin: Medkg, dataset: str) -> None:
    picture = ElementTree.fromstring(kin("lineage", dataset, "--format", "svg").out)
    boxes = [each for each in picture.iter(f"{SVG}rect") if each.get("x")]
    found = json.loads(kin("lineage", dataset, "--format", "json").out)
    members = {dataset, *(each["dataset"] for side in ("ancestors", "descendants") for each in found[side])}
    assert len({(box.get("x"), box.get("y")) for box in boxes}) == len(boxes) == len(members)
    assert len(list(picture.iter(f"{SVG}path"))) == len(found["ties"]) + 1  # and the head of arrows
    width, height = (float(picture.get(side) or 0) for side in ("width", "height"))
    for box in boxes:
        assert float(box.get("x") or 0) + float(box.get("width") or 0) <= width
        assert float(box.get("y") or 0) + float(box.get("height") or 0) <= height


def test_svg_has_images_go_from_left_to_right(kin: Medkg) -> None:
    picture = ElementTree.fromstring(kin("lineage", "draw-a", "--format", "svg").out)
    texts = {each.text: float(each.get("x") or 0) for each in picture.iter(f"{SVG}text")}
    assert texts["Pool"] < texts["Draw A"] < texts["Maybe"]
