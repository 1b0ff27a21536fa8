"""neerakara/Datasets: four small tables by task, one of them of sub-datasets and the dataset they belong to."""

from __future__ import annotations

from collections.abc import Sequence

from medkg.catalogs import columns, tables
from medkg.catalogs.document import SectionBlock
from medkg.catalogs.markdown import Table


def is_own(blocks: Sequence[SectionBlock]) -> bool:
    """Whether a file has this catalogue's form: a table by body part, or of sub-datasets."""
    return any(
        {"anatomy", "part"} & set(columns.roles(block.block)) for block in blocks if isinstance(block.block, Table)
    )


read = tables.entries
