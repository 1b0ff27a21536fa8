"""A table of datasets as drafts, row by row, each cell read by the role of its column.

Rows and tables that look like datasets and cannot be read are reported as unread.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from medkg.catalogs import columns, counts, facts, links
from medkg.catalogs.cells import Vocabularies, belongs, fits, read_closed_cell
from medkg.catalogs.columns import RowCells
from medkg.catalogs.document import SectionBlock, unread_lines
from medkg.catalogs.draft import Draft
from medkg.catalogs.expansions import expansion
from medkg.catalogs.inline import Anchor, Text
from medkg.catalogs.markdown import Table, TableRow
from medkg.catalogs.markdown_lines import is_delimiter
from medkg.model.entries import UnparsedLine
from medkg.model.names import fold

_COMMA = re.compile(r",(?!\d{3})|[，、]")
_OTHER_FACT_VOCABULARIES = ("unit", "format")


def check_comma_list(draft: Draft, vocabularies: Vocabularies, header: str, text: str) -> None:
    """Count a list of several parts as a cell, a residue if one of them states no fact; leave sentences aside."""
    parts = comma_parts(text)
    if len(parts) > 1:
        draft.cells += 1
        if not all(states_fact(part, vocabularies) for part in parts):
            draft.add_residue(header, text)


def comma_parts(text: str) -> tuple[str, ...]:
    """The parts of a text between its commas.

    >>> comma_parts("3D CT, 1,204 Cases, 6 Categories.")
    ('3D CT', '1,204 Cases', '6 Categories.')
    """
    return tuple(part.strip() for part in _COMMA.split(text) if re.search(r"\w", part))


def states_fact(text: str, vocabularies: Vocabularies) -> bool:
    """Whether a text states a fact of any kind."""
    probe = Draft(line=0, section=(), name="")
    facts.add_sentence(probe, vocabularies, text, kinds=facts.STATEMENT_KINDS)
    return bool(
        any(map(probe.has, probe.concepts))
        or (probe.numbers or probe.label_categories or probe.events)
        or any(vocabularies[name].keys_in(text) for name in _OTHER_FACT_VOCABULARIES)
    )


_PEOPLE_UNITS = frozenset({"patient", "subject"})
_OPEN_KINDS = facts.STATEMENT_KINDS - {"modality", "dimensionality", "task"}


def align(table: Table, row: TableRow, vocabularies: Vocabularies) -> RowCells:
    """The cells of a row by role; a cell in a wrong column is moved to its own."""
    return columns.row_cells(table, row, partial(fits, vocabularies), partial(belongs, vocabularies))


def row_draft(
    cells: RowCells, section: tuple[str, ...], vocabularies: Vocabularies, *, base: str | None = None
) -> Draft:
    """The draft of an entry with all facts of its row; the name is empty where the row has none."""
    name, behind_name = _name(cells.by_role.get("name", Text()))
    draft = Draft(line=cells.line, section=section, name=name, repairs=list(cells.repairs))
    _add_links(draft, cells, base)
    _add_closed_cells(draft, cells, vocabularies)
    _add_open_cells(draft, cells, vocabularies)
    facts.add_sentence(draft, vocabularies, behind_name, kinds=_missing_kinds(draft) | _OPEN_KINDS)
    for header, cell in cells.unknown.items():
        if cell:
            draft.cells += 1
            draft.add_residue(header, cell.plain)
    return draft


def finish(draft: Draft, vocabularies: Vocabularies) -> Draft:
    """The draft with the facts of its name, expansion and section that its cells do not state."""
    names = f"{draft.name} {draft.expansion or ''}"
    facts.add_sentence(draft, vocabularies, names, kinds=_missing_kinds(draft) | {"anatomy", "finding"})
    facts.add_section(draft, vocabularies)
    return draft


def add_counts(draft: Draft, text: str, vocabularies: Vocabularies) -> None:
    """Add the counts of a sentence; a unit of people that it gives to a known count is that of all without a unit."""
    for number in counts.numbers_in_text(text, vocabularies):
        equal = next((count for count in draft.numbers if count.value == number.value), None)
        if equal is None:
            draft.numbers.append(number)
        elif equal.unit is None and number.unit in _PEOPLE_UNITS:
            draft.numbers = [count if count.unit else replace(count, unit=number.unit) for count in draft.numbers]


def add_link(draft: Draft, anchor: Anchor, role: str, base: str | None = None) -> None:
    """Add the address of an anchor in a role; a repaired one is noted, one that leads nowhere a residue."""
    link = links.link(anchor, role, base=base, name=draft.name)
    if link is not None:
        draft.links[link] = None
    if links.is_mended(anchor.url, base):
        draft.add_mended_link(anchor.url)
    elif links.link_problem(anchor.url, base):
        draft.add_lost_link(anchor.url)


def _name(cell: Text) -> tuple[str, str]:
    """The name in a cell and the text behind it: the text of the link where the cell begins with its only link."""
    opening = cell.opening
    if opening is not None and len(cell.anchors) == 1:
        return opening.text.strip("\"'“” "), cell.plain.partition(opening.text)[2].strip()
    return cell.plain.strip("\"'“” "), ""


def _missing_kinds(draft: Draft) -> frozenset[str]:
    """The kinds of fact that an entry's own cells do not state."""
    return frozenset(kind for kind in ("modality", "dimensionality", "task") if not draft.has(kind))


def _add_links(draft: Draft, cells: RowCells, base: str | None) -> None:
    for anchor in cells.by_role.get("name", Text()).anchors:
        add_link(draft, anchor, links.role_of_name(anchor), base)
    for role in columns.LINK_ROLES:
        for anchor in cells.by_role.get(role, Text()).anchors:
            draft.cells += 1
            add_link(draft, anchor, role, base)
    for role in columns.PROSE_ROLES | {"modality", "label_target", "part"}:
        for anchor in cells.by_role.get(role, Text()).anchors:
            add_link(draft, anchor, links.role_in_text(anchor), base)
    for anchor in cells.by_role.get("licence", Text()).anchors:
        add_link(draft, anchor, "licence", base)


def _add_closed_cells(draft: Draft, cells: RowCells, vocabularies: Vocabularies) -> None:
    """Read the cells of closed columns; modality first, counts last, because they depend on it."""
    for role in ("modality", "dimensionality", "task", "label_format", "file_format", "access"):
        if cell := cells.by_role.get(role):
            _add_closed_cell(draft, vocabularies, role, cells.headers[role], cell)
    if cell := cells.by_role.get("anatomy"):
        _add_anatomy_cell(draft, vocabularies, cells.headers["anatomy"], cell)
    if cell := cells.by_role.get("label_target"):
        facts.add_label_cell(draft, vocabularies, cells.headers["label_target"], cell)
    subsets = len(re.findall(r"(?<!\d)\d{2}(?!\d)", draft.name))
    for header, cell in cells.columns.get("count", ()):
        facts.add_count_cell(draft, vocabularies, header, cell, subsets=subsets)


def _add_closed_cell(draft: Draft, vocabularies: Vocabularies, role: str, header: str, cell: Text) -> None:
    """Read a closed cell; a modality cell with brackets is searched as a sentence instead."""
    if role == "modality" and re.search(r"\(|\[", cell.plain):
        draft.cells += 1
        draft.expansion = draft.expansion or expansion(draft.name, cell.plain)
        facts.add_sentence(draft, vocabularies, cell.plain, kinds=facts.STATEMENT_KINDS - {"task"})
        if not states_fact(cell.plain, vocabularies):
            draft.add_residue(header, cell.plain)
    else:
        read_closed_cell(draft, vocabularies, role, header, cell)


def _add_anatomy_cell(draft: Draft, vocabularies: Vocabularies, header: str, cell: Text) -> None:
    draft.cells += 1
    before = (draft.has("anatomy"), draft.has("finding"))
    facts.add_sentence(draft, vocabularies, cell.plain, kinds=frozenset({"anatomy", "finding"}))
    excluded = any(exclusion.text == cell.plain for exclusion in vocabularies["anatomy"].exclusions)
    if before == (draft.has("anatomy"), draft.has("finding")) and not draft.has("label_target") and not excluded:
        draft.add_residue(header, cell.plain)


def _add_open_cells(draft: Draft, cells: RowCells, vocabularies: Vocabularies) -> None:
    has_own_columns = "modality" in cells.by_role
    for role in sorted(columns.PROSE_ROLES):
        if cell := cells.by_role.get(role):
            kinds = _OPEN_KINDS if has_own_columns else facts.STATEMENT_KINDS
            draft.expansion = draft.expansion or expansion(draft.name, cell.own)
            facts.add_sentence(draft, vocabularies, cell.own, kinds=kinds | _missing_kinds(draft))
    if (cell := cells.by_role.get("licence")) is not None:
        facts.add_licence_cell(draft, vocabularies, cells.headers["licence"], cell)
    if cell := cells.by_role.get("released"):
        facts.add_release_date(draft, cells.headers["released"], cell)
    if cell := cells.by_role.get("challenge"):
        facts.add_challenge_cell(draft, vocabularies, cell)


RowCheck = Callable[[Draft, RowCells, Vocabularies], None]
"""A catalogue's own check of a row's draft against its cells."""


def entries(blocks: Sequence[SectionBlock], vocabularies: Vocabularies) -> Iterator[Draft | UnparsedLine]:
    """The drafts of all tables of datasets in a file, in order, and the unread lines."""
    for placed in blocks:
        if isinstance(placed.block, Table):
            yield from table_entries(placed, placed.block, vocabularies)
        else:
            yield from unread_lines(placed)


def table_entries(
    placed: SectionBlock,
    table: Table,
    vocabularies: Vocabularies,
    *,
    base: str | None = None,
    judge: RowCheck | None = None,
) -> Iterator[Draft | UnparsedLine]:
    """The drafts of a table of datasets, and an `UnparsedLine` for each row without a name or under unknown columns."""
    if placed.is_framework:
        return
    if columns.may_list_datasets(table):
        names = ", ".join(header for header in table.header if header) or "none"
        reason = f"a row of a table whose columns are not understood: {names}"
        yield from (UnparsedLine(line=row.line, reason=reason) for row in table.rows if _has_content(row, table))
    if not columns.lists_datasets(table):
        return
    group: tuple[str, ...] = ()
    for row in table.rows:
        if heading := _group_heading(row, table):
            group = (heading,)
        elif _has_content(row, table):
            cells = align(table, row, vocabularies)
            result = _entry(cells, (*placed.section, *group), vocabularies, base)
            if judge and isinstance(result, Draft):
                judge(result, cells, vocabularies)
            yield result


def _entry(
    cells: RowCells, section: tuple[str, ...], vocabularies: Vocabularies, base: str | None
) -> Draft | UnparsedLine:
    """The draft of a row; where it names a sub-dataset, that is the entry, and the dataset joins its section path."""
    whole, part = cells.by_role.get("name", Text()), cells.by_role.get("part")
    if part:
        cells.by_role["name"] = replace(part, anchors=part.anchors or whole.anchors)
        section = (*section, whole.plain) if whole else section
    draft = row_draft(cells, section, vocabularies, base=base)
    return draft if draft.name else UnparsedLine(line=cells.line, reason="a table row without a dataset name")


def _has_content(row: TableRow, table: Table) -> bool:
    """Whether a row is more than empty cells, a rule of dashes, or a repeated header."""
    texts = [cell.plain for cell in row.cells]
    if not any(row.cells) or all(is_delimiter(text) or not text for text in texts):
        return False
    return [fold(text) for text in texts] != [fold(header) for header in table.header]


def _group_heading(row: TableRow, table: Table) -> str:
    """The text of a row that is a heading: one bold cell without a link, all others empty; else an empty text."""
    filled = [cell for cell in row.cells if cell]
    is_heading = len(filled) == 1 and len(table.header) > 1 and not filled[0].anchors and row.cells[0] is filled[0]
    return filled[0].plain if is_heading and filled[0].bold == filled[0].plain else ""
