"""linhandev/dataset: Chinese headings, one-row tables, and prose with links below each table."""

from __future__ import annotations

from collections.abc import Iterator

from medkg.catalogs import columns, document, links, rows
from medkg.catalogs.draft import Draft
from medkg.catalogs.facts import Vocabularies
from medkg.catalogs.markdown import Table, Text
from medkg.model.records import Unread


def read(source: str, vocabularies: Vocabularies) -> Iterator[Draft | Unread]:
    """The entries of the file in order, each with the links of the paragraphs that follow its table."""
    current: list[Draft] = []
    section: tuple[str, ...] = ()
    for each in document.placed(source):
        if each.is_framework:
            continue
        if isinstance(each.block, Table) and columns.lists_datasets(each.block):
            yield from (rows.finish(made, vocabularies) for made in current)
            current, section = [], each.section
            for row in each.block.rows:
                made = rows.draft(rows.aligned(each.block, row, vocabularies), each.section, vocabularies)
                if made.name:
                    current.append(made)
                else:
                    yield Unread(line=row.line, reason="a table row without a dataset name")
        elif not isinstance(each.block, Table) and len(current) == 1 and each.section == section:
            _prose(current[0], each.block.text, vocabularies)
    yield from (rows.finish(made, vocabularies) for made in current)


def _prose(made: Draft, text: Text, vocabularies: Vocabularies) -> None:
    """Add the links and counts of a paragraph; its other statements may be about other datasets."""
    rows.numbers(made, text.own, vocabularies)
    position = 0
    for anchor in text.anchors:
        found = text.plain.find(anchor.text, position)
        before = text.plain[max(position, found - 12) : found] if found >= 0 else ""
        position = found + len(anchor.text) if found >= 0 else position
        if link := links.link(anchor, links.role_in_text(anchor, before)):
            made.links[link] = None
