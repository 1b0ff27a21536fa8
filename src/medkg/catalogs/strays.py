"""Lines that look like entries where a reader expects none: reported, so that nothing is dropped in silence."""

from __future__ import annotations

from collections.abc import Iterator

from medkg.catalogs import links
from medkg.catalogs.document import Placed
from medkg.catalogs.inline import Text
from medkg.catalogs.markdown import Item
from medkg.model.entries import Unread

LOOSE = "a row of cells outside any table; its header or delimiter row is missing"
"""Why a row could not be read that stands by itself."""


def strays(placed: Placed) -> Iterator[Unread]:
    """The rows without a table and the bullets that open with a link, outside the file's own frame."""
    if placed.is_framework or not isinstance(placed.block, Item):
        return
    for part in placed.block.parts:
        if is_loose_row(part.text):
            yield Unread(line=part.line, reason=LOOSE)
    if placed.block.is_bullet and leads_elsewhere(placed.block.text):
        yield Unread(line=placed.block.line, reason="a bullet that opens with a link, in a list of tables")


def is_loose_row(text: Text) -> bool:
    """Whether a line is of cells: more than one pipe, not just links side by side."""
    return text.own.count("|") > 1 and bool(text.own.replace("|", "").strip())


def leads_elsewhere(text: Text) -> bool:
    """Whether a text opens with a link to another site, not to a place in the file or its repository."""
    return text.opening is not None and links.is_external(text.opening.url)
