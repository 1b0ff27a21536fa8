from __future__ import annotations

from collections.abc import Mapping

import pytest

from medkg.catalogs import cells, facts
from medkg.catalogs.draft import Draft
from medkg.catalogs.facts import add_anatomy, challenge_events, events
from medkg.catalogs.markdown import read_inline
from medkg.model.vocabularies import Vocabulary

Vocabularies = Mapping[str, Vocabulary]


def draft(*section: str) -> Draft:
    return Draft(line=1, section=section, name="")


def known(made: Draft, field: str) -> list[str]:
    return list(made.concepts.get(field, {}))


@pytest.mark.parametrize("text", ["-", "—", "N/A", "none", "TBA", "  ", "*"])
def test_a_cell_that_says_nothing_is_no_cell(text: str, vocabularies: Vocabularies) -> None:
    made = draft()
    cells.read_closed_cell(made, vocabularies, "modality", "Modality", read_inline(text))
    assert (made.cells, made.residues, made.concepts) == (0, [], {})


def test_a_closed_cell_is_understood_whole_or_left(vocabularies: Vocabularies) -> None:
    whole, half = draft(), draft()
    cells.read_closed_cell(whole, vocabularies, "modality", "Modality", read_inline("CT / MRI & US"))
    cells.read_closed_cell(half, vocabularies, "modality", "Modality", read_inline("CT and gamma rays"))
    assert (known(whole, "modality"), whole.residues) == (["ct", "mr", "ultrasound"], [])
    assert (known(half, "modality"), [each.column for each in half.residues]) == (["ct"], ["Modality"])


def test_keywords_are_read_one_by_one(vocabularies: Vocabularies) -> None:
    made = draft()
    facts.add_keywords(made, vocabularies, "Keyboard", "Retinal, Segmentation, MRI, chocolate, Labeled")
    assert (known(made, "anatomy"), known(made, "label_target"), known(made, "task")) == (
        ["retina"],
        [],
        ["segmentation"],
    )
    assert [each.length for each in made.residues] == [len(" chocolate")]


@pytest.mark.parametrize(
    ("cell", "targets", "findings", "number", "left"),
    [
        ("肝脏/肝脏肿瘤", ["liver"], ["liver-tumour"], None, 0),
        ("正常/良性/恶性", [], [], 3, 0),
        ("是否有自闭症", [], ["autism"], 2, 0),
        ("无标签", [], [], None, 0),
        ("24种动作", [], [], 24, 0),
        ("巧克力", [], [], None, 1),
    ],
)
def test_label_content_gives_parts_findings_and_classes(
    cell: str, targets: list[str], findings: list[str], number: int | None, left: int, vocabularies: Vocabularies
) -> None:
    made = draft()
    made.add("task", [] if number != 3 else ["classification"])
    facts.add_label_cell(made, vocabularies, "标注内容", read_inline(cell))
    found = (known(made, "label_target"), known(made, "finding"), made.label_categories, len(made.residues))
    assert found == (targets, findings, number, left)


@pytest.mark.parametrize(
    ("text", "date"),
    [("2022", "2022"), ("2022-4", "2022-04"), ("2021/7/3", "2021-07-03"), ("2022.10", "2022-10"), ("soon", None)],
)
def test_a_date_is_written_one_way(text: str, date: str | None, vocabularies: Vocabularies) -> None:
    made = draft()
    facts.add_release_date(made, "Release Date", read_inline(text))
    assert (made.released, len(made.residues)) == (date, int(date is None))


def test_a_heading_tells_what_the_entry_does_not(vocabularies: Vocabularies) -> None:
    silent, told = draft("Chest", "Image Segmentation"), draft("Abdomen")
    told.add("label_target", ["liver"])
    facts.add_section(silent, vocabularies)
    facts.add_section(told, vocabularies)
    assert (known(silent, "anatomy"), known(silent, "task")) == (["thorax"], ["segmentation"])
    assert known(told, "anatomy") == []


def test_a_licence_is_moved_only_where_it_is_known(vocabularies: Vocabularies) -> None:
    assert cells.belongs(vocabularies, "licence", read_inline("CC0: Public Domain"))
    assert not cells.belongs(vocabularies, "licence", read_inline("gamma rays"))
    assert cells.fits(vocabularies, "licence", read_inline("whatever it says"))


def test_formats_of_labels_and_of_files_are_kept_apart(vocabularies: Vocabularies) -> None:
    assert not cells.fits(vocabularies, "label_format", read_inline("图片"))
    assert not cells.fits(vocabularies, "file_format", read_inline("BB"))
    assert cells.fits(vocabularies, "label_format", read_inline("BB"))


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
    add_anatomy(draft, vocabularies["anatomy"], text)
    fields = ("imaged_region", "label_target", "anatomy")
    assert [sorted(draft.concepts.get(field, {})) for field in fields] == [imaged, labelled, plain]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("MICCAI'2022 & 2023", ["miccai 2022", "miccai 2023"]),
        ("ISBI'2017, MICCAI'2017 & 2018", ["isbi 2017", "miccai 2017", "miccai 2018"]),
        ("RSNA-ASNR-MICCAI'2021", ["rsna 2021", "asnr 2021", "miccai 2021"]),
        ("MICCAI 2022 Challenge. 1,800 scans", ["miccai 2022"]),
        ("NCI-ISBI 2013 challenge", ["isbi 2013"]),
        ("Kaggle", []),
        ("MICCAI workshop of 2021", []),
    ],
)
def test_meetings_have_a_venue_and_a_year(
    text: str, expected: list[str], vocabularies: Mapping[str, Vocabulary]
) -> None:
    assert [f"{event.venue} {event.year}" for event in events(vocabularies["venue"], text)] == expected


@pytest.mark.parametrize(
    ("cell", "meetings", "name"),
    [
        ("Kaggle", 0, "Kaggle"),
        ("Medical Segmentation Decathlon", 0, "Medical Segmentation Decathlon"),
        ("ASNR-MICCAI'BRATS2023", 2, "BRATS2023"),
        ("MICCAI'2023", 1, None),
    ],
)
def test_a_challenge_cell_gives_meetings_or_a_name(
    cell: str, meetings: int, name: str | None, vocabularies: Mapping[str, Vocabulary]
) -> None:
    found, called = challenge_events(vocabularies["venue"], cell)
    assert (len(found), called) == (meetings, name)
