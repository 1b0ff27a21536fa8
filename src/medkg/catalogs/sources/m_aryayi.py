"""m-aryayi/Medical-Imaging-Datasets: bullets with HTML under headings of body parts.

A bullet that opens with a bold link is an entry: name, expansion in brackets, a sentence, keywords, then links with
icons (leaderboard, paper) and, in later versions, a licence line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from medkg.catalogs import cells, facts, links, tables
from medkg.catalogs.cells import Vocabularies
from medkg.catalogs.document import SectionBlock, opens_with_external_link
from medkg.catalogs.draft import Draft
from medkg.catalogs.inline import Anchor, Text, split_leading_brackets, split_lines
from medkg.catalogs.markdown import Item, Table
from medkg.model.entries import UnparsedLine

_KEYWORDS = re.compile(r"\W*(?:keyboards?|key ?words?|tags|关键词)\W*[:：]\W*", re.IGNORECASE)
_LICENCE = re.compile(r"licen[cs]e|cclogo|cc-logo", re.IGNORECASE)
_BROKEN = re.compile(r"broken|dead ?link", re.IGNORECASE)


def is_own(blocks: Sequence[SectionBlock]) -> bool:
    """Whether a file has this catalogue's form: bullets that open with a bold link."""
    return any(_opens_bold(placed.block) for placed in blocks if isinstance(placed.block, Item))


def read(blocks: Sequence[SectionBlock], vocabularies: Vocabularies) -> Iterator[Draft | UnparsedLine]:
    """The entries of the file in order, and the bullets that look like entries and cannot be read."""
    current: Draft | None = None
    depth = 0
    for placed in blocks:
        block = placed.block
        if isinstance(block, Table):
            yield from tables.table_entries(placed, block, vocabularies)
        if not isinstance(block, Item) or placed.is_framework:
            current = None
        elif _is_entry(block):
            current, depth = _draft(block, placed.section, vocabularies), block.depth
            yield current
        elif current is not None and (block.depth > depth or not block.is_bullet) and _continues_entry(block, depth):
            _add_details(current, block.text, vocabularies)
        elif not block.depth:
            current = None
        elif block.is_bullet and _may_be_entry(block.text):
            yield UnparsedLine(line=block.line, reason="a bullet that does not open with the bold link of a dataset")


def _opens_bold(item: Item) -> bool:
    """Whether a bullet opens with a link in bold."""
    opening = item.text.opening
    return item.is_bullet and opening is not None and opening.is_bold


def _is_entry(item: Item) -> bool:
    """Whether a bullet is an entry: it opens with a bold name, or has keywords, an explanation or icons."""
    text = item.text
    if not item.is_bullet or _KEYWORDS.match(text.plain) or _is_page_link(text):
        return False
    head, *lines = split_lines(text)
    has_keywords = any(_KEYWORDS.match(line.plain) for line in lines)
    if head.opening:
        is_explained = "(" in head.own[:1] or len(lines) > 1 or any(anchor.icons for anchor in text.anchors)
        return head.opening.is_bold or has_keywords or (is_explained and opens_with_external_link(head))
    opens_bold = bool(head.bold) and re.sub(r"^\W+", "", head.plain).startswith(re.sub(r"^\W+", "", head.bold))
    return (opens_bold and not head.bold.endswith((":", "："))) or (has_keywords and not head.anchors)


def _continues_entry(item: Item, depth: int) -> bool:
    """Whether a paragraph or nested bullet continues the entry above it; outside the list, by its form only."""
    is_inside = item.depth > depth or (item.depth == depth and not item.is_first)
    has_icons = bool(item.text.icons) or any(anchor.icons for anchor in item.text.anchors)
    return is_inside or _KEYWORDS.match(item.text.plain) is not None or has_icons


def _is_page_link(text: Text) -> bool:
    """Whether all links of a text lead to places in the file."""
    return bool(text.anchors) and all(anchor.url.startswith("#") for anchor in text.anchors)


def _may_be_entry(text: Text) -> bool:
    """Whether a bullet may be an entry: it is no line of a table of contents or of a legend of icons."""
    return bool(text.plain) and not _is_page_link(text) and not (text.icons and not text.anchors)


def _draft(item: Item, section: tuple[str, ...], vocabularies: Vocabularies) -> Draft:
    head, *lines = split_lines(item.text)
    anchor = head.opening
    name = (anchor.text if anchor else head.bold or re.split(r"\s*[(（]", head.plain)[0]).strip(" *:：")
    draft = Draft(line=item.line, section=section, name=name or head.plain)
    if anchor:
        tables.add_link(draft, anchor, "homepage")
    remainder = head.plain.partition(name)[2].strip(" *:：")
    draft.expansion, remainder = split_leading_brackets(remainder)
    facts.add_sentence(draft, vocabularies, remainder, kinds=facts.STATEMENT_KINDS)
    _add_icons(draft, head)
    _add_links(draft, head.anchors[1:] if anchor else head.anchors)
    for line in lines:
        _add_line(draft, line, vocabularies)
    return draft


def _add_details(draft: Draft, text: Text, vocabularies: Vocabularies) -> None:
    """Add a further paragraph of the bullet."""
    for line in split_lines(text):
        _add_line(draft, line, vocabularies)


def _add_line(draft: Draft, line: Text, vocabularies: Vocabularies) -> None:
    """Add a line of an entry: its keywords, its licence, its links, or a sentence."""
    if keywords := _KEYWORDS.match(line.own):
        draft.cells += 1
        facts.add_keywords(draft, vocabularies, "Keyboard", line.own[keywords.end() :])
    elif any(_LICENCE.search(icon) for icon in line.icons):
        _add_licence(draft, line.plain, line.anchors[0].url if line.anchors else None, vocabularies)
    else:
        facts.add_sentence(draft, vocabularies, line.own, kinds=facts.STATEMENT_KINDS)
    for anchor in line.anchors:
        if any(_LICENCE.search(icon) for icon in anchor.icons):
            _add_licence(draft, anchor.text, anchor.url, vocabularies)
    _add_icons(draft, line)
    _add_links(draft, line.anchors)


def _add_links(draft: Draft, anchors: Sequence[Anchor]) -> None:
    for anchor in anchors:
        tables.add_link(draft, anchor, links.role_in_text(anchor))


def _add_icons(draft: Draft, line: Text) -> None:
    """Note an icon that says a link is broken."""
    if any(_BROKEN.search(icon) for icon in (*line.icons, *(icon for anchor in line.anchors for icon in anchor.icons))):
        draft.add("access", ["unavailable"])


def _add_licence(draft: Draft, text: str, url: str | None, vocabularies: Vocabularies) -> None:
    """Add the licence behind an icon, if there is text or a link."""
    if text or url:
        blocks = cells.licence(text or url or "", url, vocabularies["licence"])
        draft.licence = draft.licence or blocks
