"""openmedlab/Awesome-Medical-Dataset: tables by section, and in newer sections lines of a link and brackets.

A line is an entry where its name links to a datasheet of the repository (`./resources/<name>.md`), or where the
brackets behind the name state a count or other facts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from medkg.catalogs import counts, facts, links, tables
from medkg.catalogs.cells import Vocabularies
from medkg.catalogs.columns import RowCells
from medkg.catalogs.document import LOOSE_ROW_REASON, SectionBlock, is_loose_row, opens_with_external_link
from medkg.catalogs.draft import Draft
from medkg.catalogs.inline import Text
from medkg.catalogs.markdown import Item, ParagraphLine, Table
from medkg.model.entries import UnparsedLine

BASE = "https://github.com/openmedlab/Awesome-Medical-Dataset/blob/main/"
_BRACKETED = re.compile(
    r"(?P<name>[^()（）]*[^()（）\s])\s*[(（](?P<brackets>[^()（）]*[,，][^()（）]*)[)）]?(?P<rest>.*)"
)
_IN_BRACKETS = re.compile(r"[(（]([^()（）]+)")
_NAME_WORDS_LIMIT = 8


def is_own(blocks: Sequence[SectionBlock]) -> bool:
    """Whether a file has this catalogue's form: names that link to datasheets."""
    return any(
        anchor is not None and links.is_datasheet(anchor)
        for placed in blocks
        for text in _name_texts(placed)
        for anchor in (text.opening,)
    )


def read(blocks: Sequence[SectionBlock], vocabularies: Vocabularies) -> Iterator[Draft | UnparsedLine]:
    """The entries of the file in order."""
    for placed in blocks:
        if isinstance(placed.block, Table):
            yield from tables.table_entries(placed, placed.block, vocabularies, base=BASE, judge=_check_description)
        elif isinstance(placed.block, Item) and not placed.is_framework:
            for part in placed.block.parts:
                yield from _line_entry(part, placed.section, vocabularies)


def _name_texts(placed: SectionBlock) -> Iterator[Text]:
    """The texts that may name a dataset: cells of a table, lines of a paragraph."""
    if isinstance(placed.block, Table):
        yield from (cell for row in placed.block.rows for cell in row.cells[:1])
    elif isinstance(placed.block, Item):
        yield from (part.text for part in placed.block.parts)


def _check_description(draft: Draft, cells: RowCells, vocabularies: Vocabularies) -> None:
    """Check a description, which is a list of facts here, not a sentence."""
    if description := cells.by_role.get("description"):
        tables.check_comma_list(draft, vocabularies, cells.headers["description"], description.plain)


def _line_entry(
    part: ParagraphLine, section: tuple[str, ...], vocabularies: Vocabularies
) -> Iterator[Draft | UnparsedLine]:
    """The entry of a line, or an `UnparsedLine` for a line that begins with another link."""
    text = part.text
    bracketed = _BRACKETED.fullmatch(text.plain)
    if text.opening and (
        links.is_datasheet(text.opening) or (bracketed and _describes_dataset(bracketed["brackets"], vocabularies))
    ):
        yield _draft(part, section, text.opening.text, vocabularies)
    elif (
        bracketed
        and not text.anchors
        and not bracketed["rest"]
        and _is_bare_entry(bracketed["name"], bracketed["brackets"], vocabularies)
    ):
        yield _draft(part, section, re.sub(r"^\W+|\*+$", "", bracketed["name"]), vocabularies)
    elif is_loose_row(text):
        yield UnparsedLine(line=part.line, reason=LOOSE_ROW_REASON)
    elif opens_with_external_link(text):
        yield UnparsedLine(
            line=part.line,
            reason="a line that opens with a link, but neither to a datasheet nor with a count behind it",
        )


def _is_bare_entry(name: str, brackets: str, vocabularies: Vocabularies) -> bool:
    """Whether words without a link are a name, not a sentence, and the brackets behind it have a count."""
    is_name = len(name.split()) <= _NAME_WORDS_LIMIT and not re.search(r"[.:;,，。：；]\s", name)
    return is_name and any(number.unit for number in counts.numbers_in_text(brackets, vocabularies))


def _describes_dataset(brackets: str, vocabularies: Vocabularies) -> bool:
    """Whether brackets describe a dataset: by a count, a modality or a task."""
    probe = Draft(line=0, section=(), name="")
    facts.add_sentence(probe, vocabularies, brackets, kinds=frozenset({"modality", "task", "count", "categories"}))
    return bool(probe.numbers or probe.label_categories or probe.has("modality") or probe.has("task"))


def _draft(part: ParagraphLine, section: tuple[str, ...], name: str, vocabularies: Vocabularies) -> Draft:
    """A line of the form `[name](datasheet) words (kind, count, categories)`."""
    draft = Draft(line=part.line, section=section, name=name)
    for anchor in part.text.anchors:
        tables.add_link(
            draft,
            anchor,
            links.role_of_name(anchor) if anchor is part.text.opening else links.role_in_text(anchor),
            BASE,
        )
    remainder = part.text.plain.partition(name)[2].strip()
    facts.add_sentence(draft, vocabularies, re.sub(r"[（(]|[)）]", " , ", remainder), kinds=facts.STATEMENT_KINDS)
    for brackets in _IN_BRACKETS.findall(remainder):
        tables.check_comma_list(draft, vocabularies, "(in brackets)", brackets)
    return draft
