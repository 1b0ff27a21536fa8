"""A catalogue file as its sections: each block under the headings above it, the file's own frame told apart.

Text that was decoded in the wrong encoding and written again, put right.

Lines that look like entries where a reader expects none: reported, so that nothing is dropped in silence.
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


def repair(text: str) -> str:
    """The text with mojibake undone and everything else, width, quotes and line ends included, as it was.

    >>> repair("112ä¾‹")
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
class Placed:
    """A block with the headings it stands under, outermost first; a heading stands under itself."""

    section: tuple[str, ...]
    block: Block

    @property
    def is_framework(self) -> bool:
        """Whether it belongs to the file's own frame, such as contents and contributors, not to the list."""
        return any(is_frame(heading) for heading in self.section)


def is_frame(heading: str) -> bool:
    """Whether a heading opens a part of the file that lists no datasets.

    >>> is_frame("📖 Table of Contents"), is_frame("Dataset Platforms"), is_frame("Brain")
    (True, True, False)
    """
    bare = re.sub(r"^[^\w]+|[^\w]+$", "", heading)
    return _FRAME.fullmatch(bare) is not None


def placed(source: str) -> list[Placed]:
    """Every block of a file under its section path; neither the file's title nor a heading's own fold is part of it."""
    return list(_placed(blocks(repair(source))))


def _placed(found: list[Block]) -> Iterator[Placed]:
    path: list[Heading] = []
    title = _title(found)
    for before, block in zip([None, *found], found, strict=False):
        if block is title or (path and before is path[-1] and _only_unfolds(before, block)):
            continue
        if isinstance(block, Heading):
            path = [each for each in path if each.level < block.level]
            if not block.text:
                continue
            path.append(block)
        yield Placed(section=tuple(heading.text for heading in path), block=block)


def _only_unfolds(heading: Heading, block: Block) -> bool:
    """Whether a block is the summary of the fold in which what stands under a heading is kept."""
    if not isinstance(block, Heading) or block.level < SUMMARY or heading.level == SUMMARY:
        return False
    return bool(block.text) and not is_frame(block.text)


def _title(found: list[Block]) -> Heading | None:
    """The top-level heading that opens the file and names the list; where others follow, only one of an empty part."""
    first = next((block for block in found if isinstance(block, Heading | Table)), None)
    if not isinstance(first, Heading) or first.level > 1:
        return None
    later = [block for block in found if isinstance(block, Heading) and block.level == 1 and block.line > first.line]
    is_part = bool(later) and any(first.line < block.line < later[0].line and _lists(block) for block in found)
    return None if is_part else first


def _lists(block: Block) -> bool:
    """Whether a block is a table or bullet, which may hold entries."""
    return isinstance(block, Table) or (isinstance(block, Item) and block.is_bullet)


LOOSE = "a row of cells outside any table; its header or delimiter row is missing"
"""Why a row could not be read that stands by itself."""


def strays(placed: Placed) -> Iterator[UnparsedLine]:
    """The rows without a table and the bullets that open with a link, outside the file's own frame."""
    if placed.is_framework or not isinstance(placed.block, Item):
        return
    for part in placed.block.parts:
        if is_loose_row(part.text):
            yield UnparsedLine(line=part.line, reason=LOOSE)
    if placed.block.is_bullet and leads_elsewhere(placed.block.text):
        yield UnparsedLine(line=placed.block.line, reason="a bullet that opens with a link, in a list of tables")


def is_loose_row(text: Text) -> bool:
    """Whether a line is of cells: more than one pipe, not just links side by side."""
    return text.own.count("|") > 1 and bool(text.own.replace("|", "").strip())


def leads_elsewhere(text: Text) -> bool:
    """Whether a text opens with a link to another site, not to a place in the file or its repository."""
    return text.opening is not None and links.is_external(text.opening.url)
