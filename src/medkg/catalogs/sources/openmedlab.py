"""openmedlab/Awesome-Medical-Dataset: tables by section, and lines of link and brackets for the younger sections.

A line is an entry where its name links to a datasheet of the repository (`./resources/<name>.md`), or
where brackets behind the name hold a count and what else the list tells of a dataset.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from medkg.catalogs import counts, facts, links, tables
from medkg.catalogs.cells import Vocabularies
from medkg.catalogs.columns import Cells
from medkg.catalogs.document import LOOSE, Placed, is_loose_row, leads_elsewhere
from medkg.catalogs.draft import Draft
from medkg.catalogs.inline import Text
from medkg.catalogs.markdown import Item, Part, Table
from medkg.model.entries import UnparsedLine

BASE = "https://github.com/openmedlab/Awesome-Medical-Dataset/blob/main/"
_BRACKETED = re.compile(r"(?P<name>[^()（）]*[^()（）\s])\s*[(（](?P<told>[^()（）]*[,，][^()（）]*)[)）]?(?P<rest>.*)")
_IN_BRACKETS = re.compile(r"[(（]([^()（）]+)")
_WORDS_OF_A_NAME = 8


def is_own(found: Sequence[Placed]) -> bool:
    """Whether a file has this catalogue's form: names that link to datasheets."""
    return any(
        anchor is not None and links.is_datasheet(anchor)
        for each in found
        for text in _texts(each)
        for anchor in (text.opening,)
    )


def read(found: Sequence[Placed], vocabularies: Vocabularies) -> Iterator[Draft | UnparsedLine]:
    """The entries of the file in order."""
    for each in found:
        if isinstance(each.block, Table):
            yield from tables.read(each, each.block, vocabularies, base=BASE, judge=_description)
        elif isinstance(each.block, Item) and not each.is_framework:
            for part in each.block.parts:
                yield from _line(part, each.section, vocabularies)


def _texts(each: Placed) -> Iterator[Text]:
    """The texts that may name a dataset: cells of a table, lines of a paragraph."""
    if isinstance(each.block, Table):
        yield from (cell for row in each.block.rows for cell in row.cells[:1])
    elif isinstance(each.block, Item):
        yield from (part.text for part in each.block.parts)


def _description(made: Draft, cells: Cells, vocabularies: Vocabularies) -> None:
    """Judge a description, which here is facts between commas, not a sentence."""
    if told := cells.by_role.get("description"):
        tables.judge(made, vocabularies, cells.headers["description"], told.plain)


def _line(part: Part, section: tuple[str, ...], vocabularies: Vocabularies) -> Iterator[Draft | UnparsedLine]:
    """The entry of a line, an `UnparsedLine` for one that opens with a link and tells nothing of a dataset."""
    text = part.text
    told = _BRACKETED.fullmatch(text.plain)
    if text.opening and (links.is_datasheet(text.opening) or (told and _is_told(told["told"], vocabularies))):
        yield _draft(part, section, text.opening.text, vocabularies)
    elif told and not text.anchors and not told["rest"] and _is_bare_entry(told["name"], told["told"], vocabularies):
        yield _draft(part, section, re.sub(r"^\W+|\*+$", "", told["name"]), vocabularies)
    elif is_loose_row(text):
        yield UnparsedLine(line=part.line, reason=LOOSE)
    elif leads_elsewhere(text):
        yield UnparsedLine(
            line=part.line,
            reason="a line that opens with a link, but neither to a datasheet nor with a count behind it",
        )


def _is_bare_entry(name: str, told: str, vocabularies: Vocabularies) -> bool:
    """Whether words without a link are a name, not a sentence, with a number of things in the brackets behind it."""
    is_name = len(name.split()) <= _WORDS_OF_A_NAME and not re.search(r"[.:;,，。：；]\s", name)
    return is_name and any(number.unit for number in counts.prose(told, vocabularies))


def _is_told(words: str, vocabularies: Vocabularies) -> bool:
    """Whether brackets tell of a dataset: a count, or its modality or task."""
    probe = Draft(line=0, section=(), name="")
    facts.sentence(probe, vocabularies, words, kinds=frozenset({"modality", "task", "count", "categories"}))
    return bool(probe.numbers or probe.label_categories or probe.has("modality") or probe.has("task"))


def _draft(part: Part, section: tuple[str, ...], name: str, vocabularies: Vocabularies) -> Draft:
    """A line of the form `[name](datasheet) words (kind, count, categories)`."""
    made = Draft(line=part.line, section=section, name=name)
    for anchor in part.text.anchors:
        tables.add_link(
            made,
            anchor,
            links.role_of_name(anchor) if anchor is part.text.opening else links.role_in_text(anchor),
            BASE,
        )
    rest = part.text.plain.partition(name)[2].strip()
    facts.sentence(made, vocabularies, re.sub(r"[（(]|[)）]", " , ", rest), kinds=facts.STATED)
    for told in _IN_BRACKETS.findall(rest):
        tables.judge(made, vocabularies, "(in brackets)", told)
    return made
