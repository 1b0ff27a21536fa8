from __future__ import annotations

from collections.abc import Mapping

import pytest

from medkg.catalogs import tables
from medkg.catalogs.columns import HEADERS, RowCells, lists_datasets, may_list_datasets, role_of, roles
from medkg.catalogs.markdown import Table, blocks
from medkg.model.vocabularies import Vocabulary

HEADER = "| Dataset | Description | Task | Image Type(s) | Dim. | License |\n|---|---|---|---|---|---|\n"


def read(row: str, vocabularies: Mapping[str, Vocabulary], header: str = HEADER) -> RowCells:
    (table,) = blocks(header + row)
    assert isinstance(table, Table)
    return tables.align(table, table.rows[0], vocabularies)


def placed(cells: RowCells) -> dict[str, str]:
    return {role: cell.plain for role, cell in cells.by_role.items() if cell}


def repairs(cells: RowCells) -> list[tuple[str, str]]:
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


def table(*rows: str) -> Table:
    delimiter = "|---" * len(rows[0].split(";")) + "|"
    lines = ["|" + row.replace(";", "|") + "|" for row in rows]
    (found,) = blocks("\n".join([lines[0], delimiter, *lines[1:]]))
    assert isinstance(found, Table)
    return found


@pytest.mark.parametrize(
    ("header", "role"), [(header, role) for role, headers in HEADERS.items() for header in headers]
)
def test_each_header_says_its_role_in_any_case(header: str, role: str) -> None:
    assert role_of(header) == role_of(f" {header.upper()} ") == role


@pytest.mark.parametrize(
    ("header", "role"),
    [
        *(
            ("📊 # of Cases", "count"),
            ("No. of patients", "count"),
            ("#Images", "count"),
            ("Number of volumes", "count"),
        ),
        *(("Dataset (link)", "name"), ("Name / Download", "name"), ("**Modality**", "modality"), ("数据集：", "name")),
        *(("Funding", None), ("", None), ("Comments on style", None)),
    ],
)
def test_headers_are_known_through_marks_and_additions(header: str, role: str | None) -> None:
    assert role_of(header) == role


def test_a_name_column_under_a_new_header_is_the_one_of_links() -> None:
    assert roles(table("Grade;Resource;Modality;Task", "A;[x](https://a.org);CT;Segmentation")) == (
        None,
        "name",
        "modality",
        "task",
    )


@pytest.mark.parametrize(
    "rows",
    [
        ("Dataset;Modality", "A;CT"),
        ("Name;Description", "A;a set"),
        ("Dataset;Funding", "[A](https://a.org);x"),
        ("名称;模态", "甲;CT"),
        ("Dataset;Modality", ";"),
        ("Dataset;Task;Model", "A;Segmentation;Net"),
    ],
)
def test_tables_of_datasets_are_known_by_their_columns(rows: tuple[str, ...]) -> None:
    assert lists_datasets(table(*rows))


@pytest.mark.parametrize(
    "rows",
    [
        ("Model;Dataset;Dice", "[N](https://n.org);A;0.9"),
        ("Dataset;Task;Dice", "A;Segmentation;0.9"),
        ("Name;Github;Homepage", "Ann;[ann](https://a.org);x"),
        ("Benchmark;Organization;Paper;Website", "B;Lab;[p](https://p.org);[w](https://w.org)"),
        ("Projects;Organization;Github", "[T](https://t.org);Lab;[g](https://g.org)"),
        ("Region;Datasets", "Brain;30"),
        ("Sign;Meaning", "CT;computed tomography"),
    ],
)
def test_tables_of_other_things_are_neither_read_nor_doubted(rows: tuple[str, ...]) -> None:
    assert not lists_datasets(table(*rows))
    assert not may_list_datasets(table(*rows))


@pytest.mark.parametrize("rows", [("Foo;Bar", "[A](https://a.org);x"), ("Dataset;Foo", "A;x")])
def test_a_table_that_may_be_of_datasets_is_doubted(rows: tuple[str, ...]) -> None:
    assert not lists_datasets(table(*rows))
    assert may_list_datasets(table(*rows))
