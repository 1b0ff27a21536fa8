from __future__ import annotations

from collections.abc import Mapping

import pytest

from medkg.catalogs import tables
from medkg.catalogs.columns import Cells
from medkg.catalogs.markdown import Table, blocks
from medkg.model.vocabularies import Vocabulary

HEADER = "| Dataset | Description | Task | Image Type(s) | Dim. | License |\n|---|---|---|---|---|---|\n"


def read(row: str, vocabularies: Mapping[str, Vocabulary], header: str = HEADER) -> Cells:
    (table,) = blocks(header + row)
    assert isinstance(table, Table)
    return tables.aligned(table, table.rows[0], vocabularies)


def placed(cells: Cells) -> dict[str, str]:
    return {role: cell.plain for role, cell in cells.by_role.items() if cell}


def repairs(cells: Cells) -> list[tuple[str, str]]:
    return [(repair.code, repair.column) for repair in cells.repairs]


def test_cells_in_order_need_no_repair(vocabularies: Mapping[str, Vocabulary]) -> None:
    cells = read("| A | words | Segmentation | CT | 3D | MIT |", vocabularies)
    assert placed(cells)["modality"] == "CT"
    assert not cells.repairs


@pytest.mark.parametrize(
    ("row", "repair"),
    [
        ("| A | words | CT | Segmentation | 3D | |", ("columns-swapped", "Task, Image Type(s)")),
        ("| A | words | 3D | CT | Segmentation | |", ("columns-swapped", "Task, Dim.")),
        ("| A | words | CT | 3D | | |", ("columns-shifted", "Task, Image Type(s), Dim.")),
        ("| A | words | Segmentation | CT | CC BY 4.0 | |", ("columns-shifted", "Dim., License")),
    ],
)
def test_cells_in_wrong_columns_move_where_they_belong(
    row: str, repair: tuple[str, str], vocabularies: Mapping[str, Vocabulary]
) -> None:
    cells = read(row, vocabularies)
    assert placed(cells)["modality"] == "CT"
    assert repairs(cells) == [repair]


def test_a_word_nobody_knows_stays_where_it_stands(vocabularies: Mapping[str, Vocabulary]) -> None:
    cells = read("| A | words | Segmentation | gamma rays | 3D | |", vocabularies)
    assert placed(cells)["modality"] == "gamma rays"
    assert "licence" not in placed(cells)


def test_a_cell_whose_place_was_taken_is_left_over_and_not_lost(vocabularies: Mapping[str, Vocabulary]) -> None:
    cells = read("| A | words | gamma rays | Segmentation | 3D | |", vocabularies)
    assert placed(cells)["task"] == "Segmentation"
    assert {header: cell.plain for header, cell in cells.unknown.items()} == {"Task": "gamma rays"}


def test_a_short_row_is_noted(vocabularies: Mapping[str, Vocabulary]) -> None:
    assert repairs(read("| A | words | Segmentation |", vocabularies)) == [
        ("cells-missing", "Image Type(s), Dim., License")
    ]


def test_a_cell_beyond_the_header_is_dropped_moved_or_left_over(vocabularies: Mapping[str, Vocabulary]) -> None:
    again = read("| A | words | Segmentation | CT | 3D | MIT | ct |", vocabularies)
    moved = read("| A | words | Segmentation | CT | | MIT | 3D |", vocabularies)
    left = read("| A | words | Segmentation | CT | 3D | MIT | other |", vocabularies)
    assert [each.code for cells in (again, moved, left) for each in cells.repairs] == ["stray-cell"] * 3
    assert not again.unknown
    assert placed(moved)["dimensionality"] == "3D"
    assert left.unknown["(beyond the header)"].plain == "other"


def test_a_date_and_a_meeting_change_places(vocabularies: Mapping[str, Vocabulary]) -> None:
    cells = read(
        "| A | MICCAI'2022 | 2022-03 |", vocabularies, "| Dataset | Release Date | Challenge |\n|---|---|---|\n"
    )
    assert placed(cells) == {"name": "A", "released": "2022-03", "challenge": "MICCAI'2022"}


def test_several_columns_of_one_role_are_all_kept(vocabularies: Mapping[str, Vocabulary]) -> None:
    header = "| Dataset | Train | Test | Website | Link | New | New |\n|---|---|---|---|---|---|---|\n"
    cells = read("| A | 30 | 12 | [a](https://a.org) | [b](https://b.org) | x | y |", vocabularies, header)
    assert [(header, cell.plain) for header, cell in cells.columns["count"]] == [("Train", "30"), ("Test", "12")]
    assert [anchor.text for anchor in cells.by_role["homepage"].anchors] == ["a", "b"]
    assert cells.unknown["New"].plain == "x y"
