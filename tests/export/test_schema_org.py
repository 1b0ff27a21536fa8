"""Datasets as schema.org describes them."""

from __future__ import annotations

import pytest

from medkg.errors import UnknownName
from medkg.export import schema_org
from tests import real


def described(slug: str) -> schema_org.Json:
    return schema_org.dataset(real.store(), real.context().prefixes, slug)


def test_a_dataset_has_what_search_engines_ask_for() -> None:
    found = described("lits")
    assert (found["@type"], found["name"]) == ("Dataset", "LiTS")
    assert found["description"].startswith("A 3D computed tomography dataset of liver")
    assert found["license"][0] == "http://spdx.org/licenses/CC-BY-NC-ND-4.0"
    assert {each["@id"] for each in found["citation"]} >= {"https://arxiv.org/abs/1901.04056"}
    assert "liver" in found["keywords"]
    assert found["measurementTechnique"] == "Computed tomography"


def test_counts_keep_their_unit_and_share() -> None:
    counts = {(each["value"], each["unitText"], each["description"]) for each in described("lits")["size"]}
    assert counts == {(201, "Case", "Total"), (131, "Case", "Training"), (70, "Case", "Test")}


def test_chinese_names_say_that_they_are_chinese() -> None:
    names = described("vessel12")["alternateName"]
    assert {"@value": "vessel12 肺部血管分割", "@language": "zh"} in (names if isinstance(names, list) else [names])


def test_what_is_disputed_is_left_out() -> None:
    assert "45" not in str(described("segrap2023"))


def test_parts_and_series_are_datasets_too() -> None:
    assert described("kits19")["isPartOf"] == {"@type": "Dataset", "@id": "https://w3id.org/medkg/dataset/kits"}
    assert len(described("kits")["hasPart"]) == 3


def test_what_came_from_elsewhere_says_so() -> None:
    based = described("abdomenct-1k")["isBasedOn"]
    assert "https://w3id.org/medkg/dataset/lits" in {each["@id"] for each in based}


def test_an_unknown_dataset_is_refused() -> None:
    with pytest.raises(UnknownName, match="nothing"):
        described("nothing")
