"""A catalogue file as its sections: each block under the headings above it, lists of links told apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from medkg.catalogs.markdown import Block, Heading, Item, Table, blocks, repair

_FRAMEWORK = re.compile(
    r"contents?|table of contents?|introduction|notes?( and contributions?)?|contribut\w*|acknowledge?ments?|licen[cs]e|citation|"
    r"references?|目录|前言|交流群|贡献者|release note|参考项目.*|医学影像数据库",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A table or item with the headings it stands under, outermost first."""

    section: tuple[str, ...]
    block: Table | Item

    @property
    def is_framework(self) -> bool:
        """Whether it belongs to the file's own frame (contents, introduction, contributors), not to the list."""
        return any(_FRAMEWORK.fullmatch(heading.strip(" :*")) for heading in self.section)


def placed(source: str) -> Iterator[Placed]:
    """Every table and item of a file under its section path; the file's title is not part of it."""
    path: list[Heading] = []
    found = list(blocks(repair(source)))
    title = _title(found)
    for block in found:
        if isinstance(block, Heading):
            if block is not title:
                path = [*(each for each in path if each.level < block.level), block]
        else:
            yield Placed(section=tuple(heading.text for heading in path), block=block)


def _title(found: list[Block]) -> Heading | None:
    """The top-level heading that opens the file, which names the list and no section of it."""
    first = found[0] if found else None
    return first if isinstance(first, Heading) and first.level == 1 else None
