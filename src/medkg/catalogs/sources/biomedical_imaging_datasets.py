"""The list `biomedical-imaging-datasets`, of unknown upstream: one wide table, loosely kept.

Rows lack cells, swap columns or carry stray pipes; what tells them right is the vocabulary of each column.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from medkg.catalogs import headers, tables
from medkg.catalogs.closed import Vocabularies
from medkg.catalogs.document import Placed
from medkg.catalogs.draft import Draft
from medkg.catalogs.markdown import Table
from medkg.catalogs.strays import strays
from medkg.model.entries import Unread


def is_own(found: Sequence[Placed]) -> bool:
    """Whether a file has this catalogue's form: a table that describes, names tasks and dimensions."""
    tables_of = (set(headers.roles(each.block)) for each in found if isinstance(each.block, Table))
    return any(len(roles & {"description", "task", "dimensionality"}) > 1 for roles in tables_of)


def read(found: Sequence[Placed], vocabularies: Vocabularies) -> Iterator[Draft | Unread]:
    """The entries of every table of datasets in the file, in order."""
    for each in found:
        if isinstance(each.block, Table):
            yield from tables.read(each, each.block, vocabularies)
        else:
            yield from strays(each)
