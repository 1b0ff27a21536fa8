"""linhandev/dataset: Chinese headings, one-row tables, and prose with links below each table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from medkg.catalogs import columns, links, tables
from medkg.catalogs.cells import Vocabularies
from medkg.catalogs.document import Placed, strays
from medkg.catalogs.draft import Draft
from medkg.catalogs.expansions import expansion
from medkg.catalogs.inline import Text
from medkg.catalogs.markdown import Heading, Item, Table
from medkg.model.entries import UnparsedLine

_OWN = frozenset({"label_target", "label_format", "file_format", "count"})


def is_own(found: Sequence[Placed]) -> bool:
    """Whether a file has this catalogue's form: tables with columns of label content, formats and numbers."""
    return any(len(_OWN & set(columns.roles(each.block))) > 1 for each in found if isinstance(each.block, Table))


def read(found: Sequence[Placed], vocabularies: Vocabularies) -> Iterator[Draft | UnparsedLine]:
    """The entries of the file in order, each with the links of the paragraphs that follow its table."""
    for index, each in enumerate(found):
        if isinstance(each.block, Table):
            made = list(tables.read(each, each.block, vocabularies))
            if len(made) == 1 and isinstance(made[0], Draft):
                for text in _below(found[index + 1 :], each.section):
                    _prose(made[0], text, vocabularies)
            yield from made
        elif isinstance(each.block, Heading):
            yield from _bare(each, found[index + 1 :])
        elif not _has_table_above(found[:index], each.section):
            yield from strays(each)


def _below(following: Sequence[Placed], section: tuple[str, ...]) -> Iterator[Text]:
    """The paragraphs between a table and the next table or heading, line by line."""
    for each in following:
        if each.section != section or not isinstance(each.block, Item):
            return
        yield from (part.text for part in each.block.parts)


def _has_table_above(before: Sequence[Placed], section: tuple[str, ...]) -> bool:
    """Whether a paragraph has a table above it under the same heading, whose prose it is."""
    for each in reversed(before):
        if each.section != section or isinstance(each.block, Heading):
            return False
        if isinstance(each.block, Table):
            return True
    return False


def _bare(heading: Placed, following: Sequence[Placed]) -> Iterator[UnparsedLine]:
    """An `UnparsedLine` for a heading with links under it, but neither a table nor another heading of its own."""
    if heading.is_framework or not isinstance(heading.block, Heading):
        return
    has_links = False
    for each in following:
        if each.section[: len(heading.section)] != heading.section or (
            isinstance(each.block, Heading) and len(each.section) == len(heading.section)
        ):
            break
        if not isinstance(each.block, Item):
            return
        has_links = has_links or any(links.is_external(anchor.url) for anchor in each.block.text.anchors)
    if has_links:
        yield UnparsedLine(line=heading.block.line, reason="a heading with links below it, but without a table")


def _prose(made: Draft, text: Text, vocabularies: Vocabularies) -> None:
    """Add the links and counts of a paragraph; its other statements may be about other datasets."""
    tables.numbers(made, text.own, vocabularies)
    made.expansion = made.expansion or expansion(made.name, text.own)
    for anchor in text.anchors:
        role = links.role_in_text(anchor)
        tables.add_link(made, anchor, role)
        if role == "paper":
            made.expansion = made.expansion or expansion(made.name, anchor.text)
