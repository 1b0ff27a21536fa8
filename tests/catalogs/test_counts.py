from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medkg.catalogs import counts
from medkg.catalogs.counts import NUMBER, Number, category_count, is_approximate, number_value
from medkg.model.names import fold
from medkg.model.vocabularies import Vocabulary

Vocabularies = Mapping[str, Vocabulary]


def told(numbers: tuple[Number, ...] | None) -> list[str]:
    return [
        " ".join(str(part) for part in (each.value, each.unit, each.role) if part is not None) for each in numbers or ()
    ]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("131+70", ["131", "70"]),
        ("97患者/237套", ["97 patient", "237 study"]),
        ("32(训练)+16(验证)", ["32 train", "16 validation"]),
        ("484 Train + 266 Test", ["484 train", "266 test"]),
        ("1000(初赛) + 2000(复赛)", ["1000 preliminary-round", "2000 final-round"]),
        ("88.3K张图片", ["88300 image"]),
        ("112,120", ["112120"]),
        ("发作数 2377", ["2377 event"]),
        ("*", []),
    ],
)
def test_cells_of_numbers_are_understood(cell: str, expected: list[str], vocabularies: Vocabularies) -> None:
    assert told(counts.numbers_in_cell(cell, vocabularies)) == expected


@pytest.mark.parametrize("cell", ["20CT、120MRI", "20 CT + 120 MRI"])
def test_a_number_may_be_of_one_modality(cell: str, vocabularies: Vocabularies) -> None:
    assert [(number.value, number.modality) for number in counts.numbers_in_cell(cell, vocabularies) or ()] == [
        (20, "ct"),
        (120, "mr"),
    ]


@pytest.mark.parametrize("cell", ["many", "20 apples", "3 GB", "20 of 30", "2.5"])
def test_cells_of_something_else_are_not(cell: str, vocabularies: Vocabularies) -> None:
    assert counts.numbers_in_cell(cell, vocabularies) is None


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("780 breast ultrasounds from 600 patients", ["780 image", "600 patient"]),
        (
            "617 real and 926 simulated US scans, on a subset of 61 real scans",
            ["617 scan real", "926 scan simulated", "61 scan subset"],
        ),
        ("500 training and 321 testing WSIs", ["500 slide train", "321 slide test"]),
        ("4539 ROIs/547 WSIs", ["4539 region", "547 slide"]),
        ("7,470 Frontal or Lateral Images, with 3,955 Reports", ["7470 image", "3955 report"]),
        ("3515  Cases QA Pair", ["3515 qa-pair"]),
        ("包含216名患者的349张图片", ["216 patient", "349 image"]),
        ("1) gated 2) non-gated", []),
        ("6 Categories of 1224 Cases", ["1224 case"]),
        ("aged 34–79 years, 3T, 2.5 scans on average, 3-5mm slices", []),
        ("4-chamber images, 2-class patients", []),
    ],
)
def test_sentences_give_numbers_of_things(sentence: str, expected: list[str], vocabularies: Vocabularies) -> None:
    assert told(tuple(counts.numbers_in_text(sentence, vocabularies))) == expected


def test_a_header_gives_unit_and_role_where_the_cell_has_none(vocabularies: Vocabularies) -> None:
    numbers = (Number(value=30), Number(value=12, unit="volume", role="test"))
    assert told(counts.with_header("Training patients", numbers, vocabularies)) == [
        "30 patient train",
        "12 volume test",
    ]


@pytest.mark.parametrize(
    ("numbers", "classes", "subsets", "expected"),
    [
        ((131, 70), None, 0, ["train", "test"]),
        ((539, 573), 2, 0, ["class", "class"]),
        ((20, 2), None, 2, ["subset", "subset"]),
        ((219, 1314, 1345), None, 0, ["class"] * 3),
        ((5,), 1, 1, [None]),
    ],
)
def test_a_sum_implies_what_its_parts_are(
    numbers: tuple[int, ...], classes: int | None, subsets: int, expected: list[str | None]
) -> None:
    found = counts.with_implied_roles(tuple(Number(value=each) for each in numbers), classes=classes, subsets=subsets)
    assert [number.role for number in found] == expected


@given(numbers=st.lists(st.integers(min_value=1, max_value=10**9), min_size=1, max_size=5))
def test_a_sum_of_any_numbers_is_read_as_it_is_written(numbers: list[int], vocabularies: Vocabularies) -> None:
    found = counts.numbers_in_cell("+".join(f"{number:,}" for number in numbers), vocabularies)
    assert [number.value for number in found or ()] == numbers


@given(text=st.text())
def test_any_text_gives_numbers_that_are_not_negative(text: str, vocabularies: Vocabularies) -> None:
    assert all(
        number.value >= 0
        for number in (*counts.numbers_in_text(text, vocabularies), *(counts.numbers_in_cell(text, vocabularies) or ()))
    )


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("3D CT, 140 Cases, 6 Categories of Organs", 6),
        ("1 Category", 1),
        ("Healthy and 14 disease classes", 14),
        ("4 types of Tissue Classification", 4),
        ("labels for 14 observations", 14),
        ("Segmentation of 104 Anatomical Structures in 1204 CT scans", 104),
        ("24种动作", 24),
        ("四种血细胞类型", 4),
        ("正常和7种疾病", 7),
    ],
)
def test_label_categories_are_read_in_both_languages(text: str, number: int) -> None:
    assert category_count(text) == number


@pytest.mark.parametrize(
    "text", ["20 Cases", "images of 31 human organs", "2类型", "Type 2", "classes", "从1000名患者"]
)
def test_other_numbers_are_no_categories(text: str) -> None:
    assert category_count(text) is None


WHOLE = st.integers(min_value=0, max_value=10**12 - 1)


@given(WHOLE)
def test_a_number_reads_back_as_it_is_written(number: int) -> None:
    assert number_value(str(number)) == number
    assert number_value(f"{number:,}") == number
    assert number_value(f"{number:,}".replace(",", ".")) == number


@given(st.integers(min_value=1, max_value=999_999), st.sampled_from([("k", 1_000), ("m", 1_000_000), ("万", 10_000)]))
def test_a_scaled_number_reads_back_up_to_its_digits(number: int, scale: tuple[str, int]) -> None:
    name, factor = scale
    assert number_value(str(number), name) == number * factor
    assert number_value(f"{number // 10}.{number % 10}", name) == number * factor // 10


@pytest.mark.parametrize("text", ["3T", "1.5T", "10%", "b2", "T1", "v1.2.3", "7 Tesla", "0/1"])
def test_measures_and_names_are_no_numbers_of_things(text: str) -> None:
    assert [match["digits"] for match in NUMBER.finditer(fold(text)) if match["digits"] not in ("0",)] == []


@pytest.mark.parametrize(
    ("text", "rounded"),
    [("~3500", True), ("over 40", True), ("112k", True), ("5+", True), ("n = 80", False), ("80", False)],
)
def test_rounding_is_told_by_the_form(text: str, rounded: bool) -> None:
    match = NUMBER.search(text)
    assert match is not None
    assert is_approximate(match) is rounded
