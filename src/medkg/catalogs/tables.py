"""A table of datasets as drafts, row by row; a row or table that looks like one and cannot be read is told apart.

Cells made of facts between commas, `3D CT, 140 Cases, 6 Categories`: whether each of them is understood.

A table row as a draft: each cell read by the role of its column.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from medkg.catalogs import cells as closed
from medkg.catalogs import columns, counts, facts, links
from medkg.catalogs import columns as headers
from medkg.catalogs.cells import Vocabularies
from medkg.catalogs.columns import Cells
from medkg.catalogs.document import Placed, strays
from medkg.catalogs.draft import Draft
from medkg.catalogs.expansions import expansion
from medkg.catalogs.inline import Anchor, Text
from medkg.catalogs.markdown import Row, Table
from medkg.catalogs.markdown_lines import is_delimiter
from medkg.model.entries import UnparsedLine
from medkg.model.vocabularies import fold

_COMMA = re.compile(r",(?!\d{3})|[，、]")
_ALSO = ("unit", "format")


def judge(made: Draft, vocabularies: Vocabularies, header: str, text: str) -> None:
    """Count a text of several segments as a cell, a residue where one of them tells no fact; pass over sentences."""
    found = segments(text)
    if len(found) > 1:
        made.cells += 1
        if not all(tells(each, vocabularies) for each in found):
            made.leave(header, text)


def segments(text: str) -> tuple[str, ...]:
    """The words between the commas of a text.

    >>> segments("3D CT, 1,204 Cases, 6 Categories.")
    ('3D CT', '1,204 Cases', '6 Categories.')
    """
    return tuple(each.strip() for each in _COMMA.split(text) if re.search(r"\w", each))


def tells(words: str, vocabularies: Vocabularies) -> bool:
    """Whether words state a fact of any kind."""
    probe = Draft(line=0, section=(), name="")
    facts.sentence(probe, vocabularies, words, kinds=facts.STATED)
    return bool(
        any(map(probe.has, probe.concepts))
        or (probe.numbers or probe.label_categories or probe.events)
        or any(vocabularies[name].keys_in(words) for name in _ALSO)
    )


_PEOPLE = frozenset({"patient", "subject"})
_OPEN = facts.STATED - {"modality", "dimensionality", "task"}


def aligned(table: Table, row: Row, vocabularies: Vocabularies) -> Cells:
    """The cells of a row by role, strangers moved to where they belong."""
    return columns.cells(
        table,
        row,
        lambda role, cell: closed.fits(vocabularies, role, cell),
        lambda role, cell: closed.belongs(vocabularies, role, cell),
    )


def draft(cells: Cells, section: tuple[str, ...], vocabularies: Vocabularies, *, base: str | None = None) -> Draft:
    """An entry's draft with all facts of its row; a row without a name has an empty one."""
    name, rest = _name(cells.by_role.get("name", Text()))
    made = Draft(line=cells.line, section=section, name=name, repairs=list(cells.repairs))
    _links(made, cells, base)
    _closed(made, cells, vocabularies)
    _open(made, cells, vocabularies)
    facts.sentence(made, vocabularies, rest, kinds=_silent(made) | _OPEN)
    for header, cell in cells.unknown.items():
        if cell:
            made.cells += 1
            made.leave(header, cell.plain)
    return made


def finish(made: Draft, vocabularies: Vocabularies) -> Draft:
    """The draft with what its name, expansion and section add where its own cells are silent."""
    named = f"{made.name} {made.expansion or ''}"
    facts.sentence(made, vocabularies, named, kinds=_silent(made) | {"anatomy", "finding"})
    facts.section(made, vocabularies)
    return made


def numbers(made: Draft, text: str, vocabularies: Vocabularies) -> None:
    """Add the counts of a sentence; where one of the draft's turns out to be of people, those without unit are."""
    for number in counts.prose(text, vocabularies):
        known = next((each for each in made.numbers if each.value == number.value), None)
        if known is None:
            made.numbers.append(number)
        elif known.unit is None and number.unit in _PEOPLE:
            made.numbers = [each if each.unit else replace(each, unit=number.unit) for each in made.numbers]


def add_link(made: Draft, anchor: Anchor, role: str, base: str | None = None) -> None:
    """Add an anchor's address in a role; one that had to be mended is noted, one that leads nowhere is left."""
    link = links.link(anchor, role, base=base, name=made.name)
    if link is not None:
        made.links[link] = None
    if links.is_mended(anchor.url, base):
        made.mend_link(anchor.url)
    elif links.loss(anchor.url, base):
        made.leave_link(anchor.url)


def _name(cell: Text) -> tuple[str, str]:
    """The name a cell gives and the words behind it: a cell of one link that opens it is named by the link."""
    opening = cell.opening
    if opening is not None and len(cell.anchors) == 1:
        return opening.text.strip("\"'“” "), cell.plain.partition(opening.text)[2].strip()
    return cell.plain.strip("\"'“” "), ""


def _silent(made: Draft) -> frozenset[str]:
    """The kinds of which an entry's own cells say nothing."""
    return frozenset(kind for kind in ("modality", "dimensionality", "task") if not made.has(kind))


def _links(made: Draft, cells: Cells, base: str | None) -> None:
    for anchor in cells.by_role.get("name", Text()).anchors:
        add_link(made, anchor, links.role_of_name(anchor), base)
    for role in headers.LINKS:
        for anchor in cells.by_role.get(role, Text()).anchors:
            made.cells += 1
            add_link(made, anchor, role, base)
    for role in headers.PROSE | {"modality", "label_target", "part"}:
        for anchor in cells.by_role.get(role, Text()).anchors:
            add_link(made, anchor, links.role_in_text(anchor), base)
    for anchor in cells.by_role.get("licence", Text()).anchors:
        add_link(made, anchor, "licence", base)


def _closed(made: Draft, cells: Cells, vocabularies: Vocabularies) -> None:
    """Read the cells whose columns allow only certain words; modality first, counts last, as they lean on it."""
    for role in ("modality", "dimensionality", "task", "label_format", "file_format", "access"):
        if cell := cells.by_role.get(role):
            _closed_cell(made, vocabularies, role, cells.headers[role], cell)
    if cell := cells.by_role.get("anatomy"):
        _anatomy_cell(made, vocabularies, cells.headers["anatomy"], cell)
    if cell := cells.by_role.get("label_target"):
        facts.label_content(made, vocabularies, cells.headers["label_target"], cell)
    subsets = len(re.findall(r"(?<!\d)\d{2}(?!\d)", made.name))
    for header, cell in cells.columns.get("count", ()):
        facts.count(made, vocabularies, header, cell, subsets=subsets)


def _closed_cell(made: Draft, vocabularies: Vocabularies, role: str, header: str, cell: Text) -> None:
    """Read a closed cell; a modality cell that is a sentence (numbers, brackets) is searched instead."""
    if role == "modality" and re.search(r"\(|\[", cell.plain):
        made.cells += 1
        made.expansion = made.expansion or expansion(made.name, cell.plain)
        facts.sentence(made, vocabularies, cell.plain, kinds=facts.STATED - {"task"})
        if not tells(cell.plain, vocabularies):
            made.leave(header, cell.plain)
    else:
        closed.read(made, vocabularies, role, header, cell)


def _anatomy_cell(made: Draft, vocabularies: Vocabularies, header: str, cell: Text) -> None:
    made.cells += 1
    before = (made.has("anatomy"), made.has("finding"))
    facts.sentence(made, vocabularies, cell.plain, kinds=frozenset({"anatomy", "finding"}))
    excluded = any(exclusion.text == cell.plain for exclusion in vocabularies["anatomy"].exclusions)
    if before == (made.has("anatomy"), made.has("finding")) and not made.has("label_target") and not excluded:
        made.leave(header, cell.plain)


def _open(made: Draft, cells: Cells, vocabularies: Vocabularies) -> None:
    has_own_columns = "modality" in cells.by_role
    for role in sorted(headers.PROSE):
        if cell := cells.by_role.get(role):
            kinds = _OPEN if has_own_columns else facts.STATED
            made.expansion = made.expansion or expansion(made.name, cell.own)
            facts.sentence(made, vocabularies, cell.own, kinds=kinds | _silent(made))
    if (cell := cells.by_role.get("licence")) is not None:
        facts.licence(made, vocabularies, cells.headers["licence"], cell)
    if cell := cells.by_role.get("released"):
        facts.released(made, cells.headers["released"], cell)
    if cell := cells.by_role.get("challenge"):
        facts.challenge(made, vocabularies, cell)


Judge = Callable[[Draft, Cells, Vocabularies], None]
"""What a catalogue has to say of a row's draft by its cells."""


def entries(found: Sequence[Placed], vocabularies: Vocabularies) -> Iterator[Draft | UnparsedLine]:
    """The entries of every table of datasets in a file, in order; what only looks like one, as such."""
    for each in found:
        if isinstance(each.block, Table):
            yield from read(each, each.block, vocabularies)
        else:
            yield from strays(each)


def read(
    placed: Placed, table: Table, vocabularies: Vocabularies, *, base: str | None = None, judge: Judge | None = None
) -> Iterator[Draft | UnparsedLine]:
    """The drafts of a table of datasets, an `UnparsedLine` for each row without a name or of unknown columns."""
    if placed.is_framework:
        return
    if headers.may_list_datasets(table):
        columns = ", ".join(header for header in table.header if header) or "none"
        reason = f"a row of a table whose columns are not understood: {columns}"
        yield from (UnparsedLine(line=row.line, reason=reason) for row in table.rows if _says_something(row, table))
    if not headers.lists_datasets(table):
        return
    group: tuple[str, ...] = ()
    for row in table.rows:
        if heading := _group(row, table):
            group = (heading,)
        elif _says_something(row, table):
            cells = aligned(table, row, vocabularies)
            made = _entry(cells, (*placed.section, *group), vocabularies, base)
            if judge and isinstance(made, Draft):
                judge(made, cells, vocabularies)
            yield made


def _entry(
    cells: Cells, section: tuple[str, ...], vocabularies: Vocabularies, base: str | None
) -> Draft | UnparsedLine:
    """A row's draft; where it names a sub-dataset, that is the entry and the whole joins its section path."""
    whole, part = cells.by_role.get("name", Text()), cells.by_role.get("part")
    if part:
        cells.by_role["name"] = replace(part, anchors=part.anchors or whole.anchors)
        section = (*section, whole.plain) if whole else section
    made = draft(cells, section, vocabularies, base=base)
    return made if made.name else UnparsedLine(line=cells.line, reason="a table row without a dataset name")


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
