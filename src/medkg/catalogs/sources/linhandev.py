"""linhandev/dataset: Chinese headings, tables of one row, and paragraphs with links below each table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from medkg.catalogs import columns, links, tables
from medkg.catalogs.cells import Vocabularies
from medkg.catalogs.document import SectionBlock, unread_lines
from medkg.catalogs.draft import Draft
from medkg.catalogs.expansions import expansion
from medkg.catalogs.inline import Text
from medkg.catalogs.markdown import Heading, Item, Table
from medkg.model.entries import UnparsedLine

_OWN_ROLES = frozenset({"label_target", "label_format", "file_format", "count"})


def is_own(blocks: Sequence[SectionBlock]) -> bool:
    """Whether a file has this catalogue's form: tables with columns of label content, formats and counts."""
    return any(
        len(_OWN_ROLES & set(columns.roles(placed.block))) > 1 for placed in blocks if isinstance(placed.block, Table)
    )


def read(blocks: Sequence[SectionBlock], vocabularies: Vocabularies) -> Iterator[Draft | UnparsedLine]:
    """The entries of the file in order, each with the links of the paragraphs that follow its table."""
    for index, placed in enumerate(blocks):
        if isinstance(placed.block, Table):
            results = list(tables.table_entries(placed, placed.block, vocabularies))
            if len(results) == 1 and isinstance(results[0], Draft):
                for text in _paragraphs_below(blocks[index + 1 :], placed.section):
                    _add_paragraph(results[0], text, vocabularies)
            yield from results
        elif isinstance(placed.block, Heading):
            yield from _unread_heading(placed, blocks[index + 1 :])
        elif not _has_table_above(blocks[:index], placed.section):
            yield from unread_lines(placed)


def _paragraphs_below(following: Sequence[SectionBlock], section: tuple[str, ...]) -> Iterator[Text]:
    """The paragraphs between a table and the next table or heading, line by line."""
    for placed in following:
        if placed.section != section or not isinstance(placed.block, Item):
            return
        yield from (part.text for part in placed.block.parts)


def _has_table_above(before: Sequence[SectionBlock], section: tuple[str, ...]) -> bool:
    """Whether a paragraph is about a table above it, under the same heading."""
    for placed in reversed(before):
        if placed.section != section or isinstance(placed.block, Heading):
            return False
        if isinstance(placed.block, Table):
            return True
    return False


def _unread_heading(heading: SectionBlock, following: Sequence[SectionBlock]) -> Iterator[UnparsedLine]:
    """An `UnparsedLine` for a heading with links, but without a table or another heading under it."""
    if heading.is_framework or not isinstance(heading.block, Heading):
        return
    has_links = False
    for placed in following:
        if placed.section[: len(heading.section)] != heading.section or (
            isinstance(placed.block, Heading) and len(placed.section) == len(heading.section)
        ):
            break
        if not isinstance(placed.block, Item):
            return
        has_links = has_links or any(links.is_external(anchor.url) for anchor in placed.block.text.anchors)
    if has_links:
        yield UnparsedLine(line=heading.block.line, reason="a heading with links below it, but without a table")


def _add_paragraph(draft: Draft, text: Text, vocabularies: Vocabularies) -> None:
    """Add the links and counts of a paragraph; its other facts may be about other datasets."""
    tables.add_counts(draft, text.own, vocabularies)
    draft.expansion = draft.expansion or expansion(draft.name, text.own)
    for anchor in text.anchors:
        role = links.role_in_text(anchor)
        tables.add_link(draft, anchor, role)
        if role == "paper":
            draft.expansion = draft.expansion or expansion(draft.name, anchor.text)
