"""The list `biomedical-imaging-datasets`, of unknown origin: one wide table with missing, swapped and stray cells.

Vocabularies decide the column to which such a cell belongs.
"""

from __future__ import annotations

from collections.abc import Sequence

from medkg.catalogs import columns, tables
from medkg.catalogs.document import SectionBlock
from medkg.catalogs.markdown import Table


def is_own(blocks: Sequence[SectionBlock]) -> bool:
    """Whether a file has this catalogue's form: a table that describes, names tasks and dimensions."""
    tables_of = (set(columns.roles(block.block)) for block in blocks if isinstance(block.block, Table))
    return any(len(roles & {"description", "task", "dimensionality"}) > 1 for roles in tables_of)


read = tables.entries
