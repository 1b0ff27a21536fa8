from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medkg.catalogs.expansions import expansion


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("DKDS", "Dummy Kidney DataSet (DKDS). 2,000 scans", "Dummy Kidney DataSet"),
        ("WMT", "The White Matter Tracts (WMT) Challenge", "White Matter Tracts"),
        ("MMOT", "Multi-Modality Ovary Tests (MMOT) image dataset", "Multi-Modality Ovary Tests"),
        ("BrainOTM", "Brain Operation matter Tract Maps challenge (BrainOTM)", "Brain Operation matter Tract Maps"),
        ("MM-WHT", "MM-WHT: Multi-Modality Whole Heart Tests", "Multi-Modality Whole Heart Tests"),
        ("GMSC", "Grey Matter Spinal Cord segmentation challenge", "Grey Matter Spinal Cord"),
        ("SegKID", "ISBI 2019 Challenge. Segmentation of KIdneys in Dogs", "Segmentation of KIdneys in Dogs"),
        ("STARE", "STructured Analysis of the REtina数据集包含400张", "STructured Analysis of the REtina"),
        ("VERD-MRI", "Very Extended Restricted Diffusion (n=60)", "Very Extended Restricted Diffusion"),
        ("COVID-19-AR", "Chest Imaging of a Rural Population (COVID-19-AR)", "Chest Imaging of a Rural Population"),
    ],
)
def test_acronyms_are_spelt_out_by_brackets_or_initials(name: str, text: str, expected: str | None) -> None:
    assert expansion(name, text) == expected


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Pancreas-CT", "Pancreas CT"),
        ("RibSeg", "Rib segmentations and centerlines"),
        ("KiTS", "Kidney and kidney tumor"),
        ("肝脏", "肝脏 (肝脏)"),
        ("AB", "A B (AB)"),
        ("MURA", ""),
    ],
)
def test_other_words_spell_nothing_out(name: str, text: str) -> None:
    assert expansion(name, text) is None


@given(st.text(), st.text())
def test_an_expansion_is_found_in_the_text_itself(name: str, text: str) -> None:
    found = expansion(name, text)
    assert found is None or found in text
