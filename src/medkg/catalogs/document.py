"""A catalogue file as its sections: each block under the headings above it, the file's own frame told apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from medkg.catalogs.html_blocks import SUMMARY
from medkg.catalogs.markdown import Block, Heading, Item, Table, blocks
from medkg.catalogs.mojibake import repair

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
