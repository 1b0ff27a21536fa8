from __future__ import annotations

import pytest

from medkg.catalogs.columns import HEADERS, lists_datasets, may_list_datasets, role_of, roles
from medkg.catalogs.markdown import Table, blocks


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
