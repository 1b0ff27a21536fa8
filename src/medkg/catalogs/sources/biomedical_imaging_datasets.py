"""The list `biomedical-imaging-datasets`, of unknown upstream: one wide table, loosely kept.

Rows lack cells, swap columns or carry stray pipes; what tells them right is the vocabulary of each column.
"""

from __future__ import annotations

from collections.abc import Iterator

from medkg.catalogs import columns, document, rows
from medkg.catalogs.draft import Draft
from medkg.catalogs.facts import Vocabularies
from medkg.catalogs.markdown import Table
from medkg.model.records import Unread


def read(source: str, vocabularies: Vocabularies) -> Iterator[Draft | Unread]:
    """The entries of every table of datasets in the file, in order."""
    for each in document.placed(source):
        if not isinstance(each.block, Table) or not columns.lists_datasets(each.block):
            continue
        for row in each.block.rows:
            made = rows.draft(rows.aligned(each.block, row, vocabularies), each.section, vocabularies)
            if made.name:
                yield rows.finish(made, vocabularies)
            else:
                yield Unread(line=row.line, reason="a table row without a dataset name")
