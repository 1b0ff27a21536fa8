"""How well a catalogue was read: sections, unread lines, and cells that were not understood with their texts."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from medkg.catalogs.report import report
from medkg.model.entries import Catalog, Entry, SourceFile, UnparsedCell, UnparsedLine

FILE = """\
# A list

## Abdomen

| Dataset | Modality |
| --- | --- |
| LiTS | CT, gamma rays |

- **Some** bullet. Keywords: liver, chocolate, spleen, biscuit
"""


def residue(column: str, text: str) -> UnparsedCell:
    return UnparsedCell(column=column, length=len(text), sha256=hashlib.sha256(text.encode()).hexdigest()[:16])


def catalog(*residues: UnparsedCell) -> Catalog:
    return Catalog(
        title="A",
        source=SourceFile(file="a.md", sha256="0" * 64, lines=9, cells=8),
        unread=(UnparsedLine(line=11, reason="a row without a name"),),
        entries=(Entry(key="lits", line=7, name="LiTS", section=("Abdomen",), not_understood=residues),),
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.md"
    path.write_text(FILE, encoding="utf-8")
    return path


def test_a_cell_not_understood_is_counted_and_shown_from_the_file(file: Path) -> None:
    found = report(catalog(residue("Modality", "CT, gamma rays"), residue("Comment", "of another version")), file)
    assert found.share == 25
    assert [cell.text for cell in found.not_understood] == ["CT, gamma rays", None]


def test_words_of_a_list_of_keywords_are_shown_too(file: Path) -> None:
    (cell,) = report(catalog(residue("Keywords", " chocolate, biscuit")), file).not_understood
    assert cell.text == " chocolate, biscuit"


def test_without_the_file_there_are_numbers_only() -> None:
    found = report(catalog(residue("Modality", "CT, gamma rays")))
    assert [cell.text for cell in found.not_understood] == [None]
    assert found.share == 12.5


def test_lines_that_could_not_be_read_are_part_of_it() -> None:
    assert [unread.line for unread in report(catalog()).unread] == [11]


def test_entries_are_counted_by_section_where_a_heading_of_their_own_is_none() -> None:
    entries = (
        Entry(key="lits", line=1, name="LiTS", section=("Liver", "LiTS")),
        Entry(key="sliver07", line=2, name="SLIVER07", section=("Liver", "Sliver07 challenge")),
        Entry(key="nodule", line=3, name="Lung nodules", section=("Lung", "Lung nodules")),
        Entry(key="luna16", line=4, name="LUNA16", section=("Lung", "Lung nodules")),
        Entry(key="kits", line=5, name="KiTS", section=("Kidneys",)),
        Entry(key="free", line=6, name="Free"),
    )
    assert report(Catalog(title="A", entries=entries)).sections == {
        ("Liver",): 2,
        ("Lung", "Lung nodules"): 2,
        ("Kidneys",): 1,
        (): 1,
    }


def test_a_catalogue_that_was_never_read_has_no_cells() -> None:
    assert report(Catalog(title="A")).share == 0
