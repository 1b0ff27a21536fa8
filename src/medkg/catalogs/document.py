"""A catalogue file as blocks under their headings, without the parts of the file that list no datasets.

Wrong encodings are repaired first. Lines that look like entries in an unexpected place are reported as unread.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import ftfy

from medkg.catalogs import links
from medkg.catalogs.inline import Text
from medkg.catalogs.markdown import SUMMARY, Block, Heading, Item, Table, blocks
from medkg.model.entries import UnparsedLine

_ENCODING_ONLY = ftfy.TextFixerConfig(
    unescape_html=False,
    fix_character_width=False,
    uncurl_quotes=False,
    fix_latin_ligatures=False,
    fix_line_breaks=False,
    normalization=None,
)


def repair_encoding(text: str) -> str:
    """The text with repaired encoding; width, quotes and line ends stay as they are.

    >>> repair_encoding("112ä¾‹")
    '112例'
    """
    return "\n".join(ftfy.fix_text(line, _ENCODING_ONLY) for line in text.split("\n"))


_FRAME = re.compile(
    r"""
    (?:table\ of\ )?contents? | toc | introduction | preface | quick\ start
    | notes?(?:\ and\ contributions?)? | (?:how\ to\ )?contribut\w*(?:\ .*)? | acknowledge?ments?
    | credits | thanks | licen[cs]es? | (?:how\ to\ )?cit(?:e|ations?|ing)(?:\ .*)? | references? | bibliography
    | news | what(?:'s|\ is)\ new | updates? | change\ ?log | release\ notes? | to\ ?do(?:\ list)? | road\ ?map
    | star\ history
    | faqs? | contact(?:\ us)? | disclaimers? | maintainers? | authors? | contributors | sponsors?
    | .*\b(?:collection\ projects | related\ (?:lists|projects|repositories|resources|works?|links|surveys)
        | (?:other|similar|awesome)\ (?:.*\ )?(?:lists|projects|repositories|collections|resources))\b.*
    | (?:.*\ )?(?:platforms|portals|repositories|toolbox(?:es)?|toolkits?|toolbox(?:es)?\ projects)
    | (?:evaluation\ )?benchmarks?
    | (?:related\ )?(?:sota\ )?(?:methods|models|tools|software|libraries|codes?|papers|surveys)
    | (?:useful\ |external\ |other\ )?links | (?:other|useful)\ resources
    | 目录 | 前言 | 简介 | 介绍 | 交流群 | 贡献者?.* | 致谢 | 引用 | 许可证? | 更新(?:日志|记录)?
    | 参考.* | 相关(?:项目|资源|链接).* | 联系.* | (?:常用)?工具 | .*平台 | 医学影像数据库
    """,
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionBlock:
    """A block with the headings above it, outermost first; a heading is the last of its own."""

    section: tuple[str, ...]
    block: Block

    @property
    def is_framework(self) -> bool:
        """Whether it is in a part of the file that lists no datasets, such as contents and contributors."""
        return any(is_frame(heading) for heading in self.section)


def is_frame(heading: str) -> bool:
    """Whether a heading opens a part of the file that lists no datasets.

    >>> is_frame("📖 Table of Contents"), is_frame("Dataset Platforms"), is_frame("Brain")
    (True, True, False)
    """
    bare = re.sub(r"^[^\w]+|[^\w]+$", "", heading)
    return _FRAME.fullmatch(bare) is not None


def section_blocks(source: str) -> list[SectionBlock]:
    """The blocks of a file with their section paths, which leave out the file's title and the fold of a heading."""
    return list(_under_headings(blocks(repair_encoding(source))))


def _under_headings(file_blocks: list[Block]) -> Iterator[SectionBlock]:
    path: list[Heading] = []
    title = _title_of(file_blocks)
    for before, block in zip([None, *file_blocks], file_blocks, strict=False):
        if block is title or (path and before is path[-1] and _is_summary_of_heading(before, block)):
            continue
        if isinstance(block, Heading):
            path = [heading for heading in path if heading.level < block.level]
            if not block.text:
                continue
            path.append(block)
        yield SectionBlock(section=tuple(heading.text for heading in path), block=block)


def _is_summary_of_heading(heading: Heading, block: Block) -> bool:
    """Whether a block is the summary of a fold that has the content of the heading before it."""
    if not isinstance(block, Heading) or block.level < SUMMARY or heading.level == SUMMARY:
        return False
    return bool(block.text) and not is_frame(block.text)


def _title_of(file_blocks: list[Block]) -> Heading | None:
    """The first top-level heading, which names the list; where others follow, only if nothing is listed under it."""
    first = next((block for block in file_blocks if isinstance(block, Heading | Table)), None)
    if not isinstance(first, Heading) or first.level > 1:
        return None
    later = [
        block for block in file_blocks if isinstance(block, Heading) and block.level == 1 and block.line > first.line
    ]
    is_part = bool(later) and any(
        first.line < block.line < later[0].line and _may_hold_entries(block) for block in file_blocks
    )
    return None if is_part else first


def _may_hold_entries(block: Block) -> bool:
    """Whether a block is a table or bullet, which may hold entries."""
    return isinstance(block, Table) or (isinstance(block, Item) and block.is_bullet)


LOOSE_ROW_REASON = "a row of cells outside any table; its header or delimiter row is missing"
"""The reason of an unread row outside tables."""


def unread_lines(placed: SectionBlock) -> Iterator[UnparsedLine]:
    """The rows outside tables and the bullets that begin with a link, in a part of the file that lists datasets."""
    if placed.is_framework or not isinstance(placed.block, Item):
        return
    for part in placed.block.parts:
        if is_loose_row(part.text):
            yield UnparsedLine(line=part.line, reason=LOOSE_ROW_REASON)
    if placed.block.is_bullet and opens_with_external_link(placed.block.text):
        yield UnparsedLine(line=placed.block.line, reason="a bullet that opens with a link, in a list of tables")


def is_loose_row(text: Text) -> bool:
    """Whether a line has the cells of a table row: more than one pipe, and text beside the links."""
    return text.own.count("|") > 1 and bool(text.own.replace("|", "").strip())


def opens_with_external_link(text: Text) -> bool:
    """Whether a text begins with a link to another site, not to a place in the file or its repository."""
    return text.opening is not None and links.is_external(text.opening.url)
