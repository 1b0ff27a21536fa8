"""Finding concepts by the names people use."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medkg.model.names import fold
from medkg.model.vocabularies import Concept, Exclusion, Vocabulary

MODALITY = Vocabulary(
    title="Modality",
    definition="How an image is made.",
    concepts=(
        Concept(key="ct", label="computed tomography", label_zh="计算机断层扫描", synonyms=("CT", "CT scan")),
        Concept(key="low-dose-ct", label="low-dose CT", synonyms_zh=("低剂量CT",), broader=("ct",)),
        Concept(key="x-ray", label="X-ray", hidden=("X-Rray", "CXR")),
        Concept(key="t1w", label="T1-weighted MR", hidden=("T1",)),
    ),
    exclusions=(Exclusion(text="Scope", reason="an instrument, not a modality"),),
)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("CT", "ct"),
        ("ct scans", "ct"),
        ("ＣＴ", "ct"),
        ("计算机断层扫描", "ct"),
        ("low dose ct", "low-dose-ct"),
        ("x－ray", "x-ray"),
        ("X-Rray", "x-ray"),
    ],
)
def test_a_name_is_found_in_any_case_width_hyphenation_and_number(name: str, key: str) -> None:
    concept = MODALITY.find(name)
    assert concept is not None
    assert concept.key == key


def test_an_unknown_name_is_none_and_has_neighbours() -> None:
    assert MODALITY.find("X-rai") is None
    assert "X-ray" in MODALITY.near("X-rai")


def test_the_longest_name_is_mentioned_where_names_overlap() -> None:
    assert MODALITY.keys_in("Low-dose CT and CT scans of the chest") == ("low-dose-ct", "ct")
    assert MODALITY.keys_in("低剂量CT") == ("low-dose-ct",)


def test_a_name_inside_a_longer_word_or_number_is_no_mention() -> None:
    assert MODALITY.keys_in("detection in T10 octants") == ()


def test_an_excluded_text_is_neither_concept_nor_rest() -> None:
    assert MODALITY.keys_in("Scope") == ()
    assert MODALITY.rest("Scope, CT").strip(" ,") == ""


def test_wider_and_narrower_follow_the_hierarchy() -> None:
    assert MODALITY.wider("low-dose-ct") == ("ct",)
    assert MODALITY.narrower("ct") == {"ct", "low-dose-ct"}


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=60))
def test_a_mention_lies_inside_the_folded_text(text: str) -> None:
    folded = fold(text)
    for mention in MODALITY.mentions(text):
        assert 0 <= mention.start < mention.end <= len(folded)
