from __future__ import annotations

import pytest

from medkg.catalogs.counts import categories


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
    assert categories(text) == number


@pytest.mark.parametrize(
    "text", ["20 Cases", "images of 31 human organs", "2类型", "Type 2", "classes", "从1000名患者"]
)
def test_other_numbers_are_no_categories(text: str) -> None:
    assert categories(text) is None
