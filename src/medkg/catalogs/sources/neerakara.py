"""neerakara/Datasets: four small tables by task, one of them of sub-datasets and their whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from medkg.catalogs import columns, document, rows
from medkg.catalogs.draft import Draft
from medkg.catalogs.facts import Vocabularies
from medkg.catalogs.markdown import Row, Table, Text
from medkg.model.records import Unread


def read(source: str, vocabularies: Vocabularies) -> Iterator[Draft | Unread]:
    """The entries of every table of datasets in the file, in order."""
    for each in document.placed(source):
        if not isinstance(each.block, Table) or not columns.lists_datasets(each.block):
            continue
        for row in each.block.rows:
            yield _entry(each.block, row, each.section, vocabularies)


def _entry(table: Table, row: Row, section: tuple[str, ...], vocabularies: Vocabularies) -> Draft | Unread:
    """A row's entry; where it names a sub-dataset, that is the entry and the whole joins its section path."""
    cells = rows.aligned(table, row, vocabularies)
    whole, part = cells.by_role.get("name", Text()), cells.by_role.get("part")
    if part:
        cells.by_role["name"] = replace(part, anchors=part.anchors or whole.anchors)
        section = (*section, whole.plain)
    made = rows.draft(cells, section, vocabularies)
    if not made.name:
        return Unread(line=row.line, reason="a table row without a dataset name")
    return rows.finish(made, vocabularies)
