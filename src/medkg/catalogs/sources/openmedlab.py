"""openmedlab/Awesome-Medical-Dataset: tables by section, and lines of link and brackets for the younger sections.

Every entry's name links to a datasheet of the repository (`./resources/<name>.md`); that, not the
section, tells an entry from the many other links and tables of the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from medkg.catalogs import columns, document, facts, rows
from medkg.catalogs.draft import Draft
from medkg.catalogs.facts import Vocabularies
from medkg.catalogs.markdown import Anchor, Item, Table
from medkg.model.records import Unread

BASE = "https://github.com/openmedlab/Awesome-Medical-Dataset/blob/main/"
_STATED = frozenset({"modality", "dimensionality", "task", "anatomy", "finding", "count", "categories", "event", "access"})


def read(source: str, vocabularies: Vocabularies) -> Iterator[Draft | Unread]:
    """The entries of the file in order."""
    for each in document.placed(source):
        if isinstance(each.block, Table) and columns.lists_datasets(each.block):
            yield from _rows(each.block, each.section, vocabularies)
        elif isinstance(each.block, Item) and _opens_with_datasheet(each.block):
            yield _line(each.block, each.section, vocabularies)


def _rows(table: Table, section: tuple[str, ...], vocabularies: Vocabularies) -> Iterator[Draft | Unread]:
    for row in table.rows:
        made = rows.draft(rows.aligned(table, row, vocabularies), section, vocabularies, base=BASE)
        if made.name:
            yield rows.finish(made, vocabularies)
        else:
            yield Unread(line=row.line, reason="a table row without a dataset name")


def _opens_with_datasheet(item: Item) -> bool:
    anchors = item.text.anchors
    return bool(anchors) and _is_datasheet(anchors[0]) and item.text.plain.startswith(anchors[0].text)


def _is_datasheet(anchor: Anchor) -> bool:
    return "resources/" in anchor.url


def _line(item: Item, section: tuple[str, ...], vocabularies: Vocabularies) -> Draft:
    """A line of the form `[name](datasheet) words (kind, count, categories)`."""
    name = item.text.anchors[0].text
    made = Draft(line=item.line, section=section, name=name)
    rows.add_link(made, item.text.anchors[0], "datasheet", BASE)
    rest = item.text.plain[len(name) :].strip()
    made.cells += 1
    facts.sentence(made, vocabularies, re.sub(r"[（(]|[)）]", " , ", rest), kinds=_STATED)
    return rows.finish(made, vocabularies)
