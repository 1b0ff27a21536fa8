from __future__ import annotations

from collections.abc import Mapping

import pytest

from medkg.catalogs.draft import Draft
from medkg.catalogs.facts import anatomy
from medkg.model.vocabularies import Vocabulary


@pytest.mark.parametrize(
    ("text", "imaged", "labelled", "plain"),
    [
        ("whole-slide images of lymph node sections", ["lymph-node"], [], []),
        ("chest X-rays with lung segmentation", ["thorax"], ["lung"], []),
        ("Thyroid segmentation in neck", ["neck"], ["thyroid"], []),
        ("segmentation of the lungs from chest", ["thorax"], ["lung"], []),
        ("a skin dataset with disease labels", ["skin"], [], []),
        ("scans from breast cancer patients", [], [], ["breast"]),
        ("detection of breast cancer metastases", [], [], ["breast"]),
        ("Brain Metastasis Segmentation", [], ["brain"], []),
        ("location of polyps within the colon segments", [], [], ["colon"]),
        ("Optical disk and cup segmentation", [], ["optic-cup", "optic-disc"], []),
        ("Knee", [], [], ["knee"]),
    ],
)
def test_what_is_imaged_is_told_from_what_is_labelled(
    text: str, imaged: list[str], labelled: list[str], plain: list[str], vocabularies: Mapping[str, Vocabulary]
) -> None:
    draft = Draft(line=1, section=(), name="")
    anatomy(draft, vocabularies["anatomy"], text)
    fields = ("imaged_region", "label_target", "anatomy")
    assert [sorted(draft.concepts.get(field, {})) for field in fields] == [imaged, labelled, plain]
