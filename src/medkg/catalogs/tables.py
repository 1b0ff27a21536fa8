"""A table of datasets as drafts, row by row; a row or table that looks like one and cannot be read is told apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from medkg.catalogs import headers, rows
from medkg.catalogs.closed import Vocabularies
from medkg.catalogs.columns import Cells
from medkg.catalogs.document import Placed
from medkg.catalogs.draft import Draft
from medkg.catalogs.inline import Text
from medkg.catalogs.markdown import Row, Table
from medkg.catalogs.pipe_tables import is_delimiter
from medkg.catalogs.strays import strays
from medkg.model.entries import Unread
from medkg.model.vocabularies import fold

Judge = Callable[[Draft, Cells, Vocabularies], None]
"""What a catalogue has to say of a row's draft by its cells."""


def entries(found: Sequence[Placed], vocabularies: Vocabularies) -> Iterator[Draft | Unread]:
    """The entries of every table of datasets in a file, in order; what only looks like one, as such."""
    for each in found:
        if isinstance(each.block, Table):
            yield from read(each, each.block, vocabularies)
        else:
            yield from strays(each)


def read(
    placed: Placed, table: Table, vocabularies: Vocabularies, *, base: str | None = None, judge: Judge | None = None
) -> Iterator[Draft | Unread]:
    """The drafts of a table of datasets, an `Unread` for each row without a name or of unknown columns."""
    if placed.is_framework:
        return
    if headers.may_list_datasets(table):
        columns = ", ".join(header for header in table.header if header) or "none"
        reason = f"a row of a table whose columns are not understood: {columns}"
        yield from (Unread(line=row.line, reason=reason) for row in table.rows if _says_something(row, table))
    if not headers.lists_datasets(table):
        return
    group: tuple[str, ...] = ()
    for row in table.rows:
        if heading := _group(row, table):
            group = (heading,)
        elif _says_something(row, table):
            cells = rows.aligned(table, row, vocabularies)
            made = _entry(cells, (*placed.section, *group), vocabularies, base)
            if judge and isinstance(made, Draft):
                judge(made, cells, vocabularies)
            yield made


def _entry(cells: Cells, section: tuple[str, ...], vocabularies: Vocabularies, base: str | None) -> Draft | Unread:
    """A row's draft; where it names a sub-dataset, that is the entry and the whole joins its section path."""
    whole, part = cells.by_role.get("name", Text()), cells.by_role.get("part")
    if part:
        cells.by_role["name"] = replace(part, anchors=part.anchors or whole.anchors)
        section = (*section, whole.plain) if whole else section
    made = rows.draft(cells, section, vocabularies, base=base)
    return made if made.name else Unread(line=cells.line, reason="a table row without a dataset name")


def _says_something(row: Row, table: Table) -> bool:
    """Whether a row is more than blank cells, a rule of dashes, or the header once again."""
    texts = [cell.plain for cell in row.cells]
    if not any(row.cells) or all(is_delimiter(text) or not text for text in texts):
        return False
    return [fold(text) for text in texts] != [fold(header) for header in table.header]


def _group(row: Row, table: Table) -> str:
    """The heading that a row is for those below it: one bold cell without a link, all others blank; else nothing."""
    filled = [cell for cell in row.cells if cell]
    is_heading = len(filled) == 1 and len(table.header) > 1 and not filled[0].anchors and row.cells[0] is filled[0]
    return filled[0].plain if is_heading and filled[0].bold == filled[0].plain else ""
