"""m-aryayi/Medical-Imaging-Datasets: HTML-flavoured bullets under headings of body parts.

A bullet that opens with a bold link is an entry: name, expansion in brackets, a sentence, keywords,
then links told apart by their icons (leaderboard, paper) and, in later versions, a licence line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from medkg.catalogs import facts, licences, links, tables
from medkg.catalogs.cells import Vocabularies
from medkg.catalogs.document import Placed, leads_elsewhere
from medkg.catalogs.draft import Draft
from medkg.catalogs.inline import Anchor, Text, balanced, pieces
from medkg.catalogs.markdown import Item, Table
from medkg.model.entries import UnparsedLine

_KEYWORDS = re.compile(r"\W*(?:keyboards?|key ?words?|tags|关键词)\W*[:：]\W*", re.IGNORECASE)
_LICENCE = re.compile(r"licen[cs]e|cclogo|cc-logo", re.IGNORECASE)
_BROKEN = re.compile(r"broken|dead ?link", re.IGNORECASE)


def is_own(found: Sequence[Placed]) -> bool:
    """Whether a file has this catalogue's form: bullets that open with a bold link."""
    return any(_opens_bold(each.block) for each in found if isinstance(each.block, Item))


def read(found: Sequence[Placed], vocabularies: Vocabularies) -> Iterator[Draft | UnparsedLine]:
    """The entries of the file in order; bullets that look like entries and are none we can read, as such."""
    current: Draft | None = None
    depth = 0
    for each in found:
        block = each.block
        if isinstance(block, Table):
            yield from tables.read(each, block, vocabularies)
        if not isinstance(block, Item) or each.is_framework:
            current = None
        elif _is_entry(block):
            current, depth = _draft(block, each.section, vocabularies), block.depth
            yield current
        elif current is not None and (block.depth > depth or not block.is_bullet) and _goes_on(block, depth):
            _details(current, block.text, vocabularies)
        elif not block.depth:
            current = None
        elif block.is_bullet and _may_be_entry(block.text):
            yield UnparsedLine(line=block.line, reason="a bullet that does not open with the bold link of a dataset")


def _opens_bold(item: Item) -> bool:
    """Whether a bullet opens with a link in bold."""
    opening = item.text.opening
    return item.is_bullet and opening is not None and opening.is_bold


def _is_entry(item: Item) -> bool:
    """Whether a bullet opens with a bold name or, in plain letters, has more of what makes an entry."""
    text = item.text
    if not item.is_bullet or _KEYWORDS.match(text.plain) or _is_page_link(text):
        return False
    head, *lines = pieces(text)
    has_keywords = any(_KEYWORDS.match(line.plain) for line in lines)
    if head.opening:
        is_explained = "(" in head.own[:1] or len(lines) > 1 or any(anchor.icons for anchor in text.anchors)
        return head.opening.is_bold or has_keywords or (is_explained and leads_elsewhere(head))
    opens_bold = bool(head.bold) and re.sub(r"^\W+", "", head.plain).startswith(re.sub(r"^\W+", "", head.bold))
    return (opens_bold and not head.bold.endswith((":", "："))) or (has_keywords and not head.anchors)


def _goes_on(item: Item, depth: int) -> bool:
    """Whether a paragraph or nested bullet is about the entry above it; outside the list only by its form."""
    is_inside = item.depth > depth or (item.depth == depth and not item.is_first)
    has_icons = bool(item.text.icons) or any(anchor.icons for anchor in item.text.anchors)
    return is_inside or _KEYWORDS.match(item.text.plain) is not None or has_icons


def _is_page_link(text: Text) -> bool:
    """Whether all links of a text lead to places in the file."""
    return bool(text.anchors) and all(anchor.url.startswith("#") for anchor in text.anchors)


def _may_be_entry(text: Text) -> bool:
    """Whether a bullet that is no entry is more than a line of a table of contents or of a legend of icons."""
    return bool(text.plain) and not _is_page_link(text) and not (text.icons and not text.anchors)


def _draft(item: Item, section: tuple[str, ...], vocabularies: Vocabularies) -> Draft:
    head, *lines = pieces(item.text)
    anchor = head.opening
    name = (anchor.text if anchor else head.bold or re.split(r"\s*[(（]", head.plain)[0]).strip(" *:：")
    made = Draft(line=item.line, section=section, name=name or head.plain)
    if anchor:
        tables.add_link(made, anchor, "homepage")
    rest = head.plain.partition(name)[2].strip(" *:：")
    made.expansion, rest = balanced(rest)
    facts.sentence(made, vocabularies, rest, kinds=facts.STATED)
    _icons(made, head)
    _anchors(made, head.anchors[1:] if anchor else head.anchors)
    for line in lines:
        _line(made, line, vocabularies)
    return made


def _details(made: Draft, text: Text, vocabularies: Vocabularies) -> None:
    """Add a further paragraph of the bullet."""
    for line in pieces(text):
        _line(made, line, vocabularies)


def _line(made: Draft, line: Text, vocabularies: Vocabularies) -> None:
    """Add a line of an entry: its keywords, its licence, its links, or a sentence."""
    if keywords := _KEYWORDS.match(line.own):
        made.cells += 1
        facts.keywords(made, vocabularies, "Keyboard", line.own[keywords.end() :])
    elif any(_LICENCE.search(icon) for icon in line.icons):
        _licence(made, line.plain, line.anchors[0].url if line.anchors else None, vocabularies)
    else:
        facts.sentence(made, vocabularies, line.own, kinds=facts.STATED)
    for anchor in line.anchors:
        if any(_LICENCE.search(icon) for icon in anchor.icons):
            _licence(made, anchor.text, anchor.url, vocabularies)
    _icons(made, line)
    _anchors(made, line.anchors)


def _anchors(made: Draft, anchors: Sequence[Anchor]) -> None:
    for anchor in anchors:
        tables.add_link(made, anchor, links.role_in_text(anchor))


def _icons(made: Draft, line: Text) -> None:
    """Note an icon that says a link is broken."""
    if any(_BROKEN.search(icon) for icon in (*line.icons, *(icon for anchor in line.anchors for icon in anchor.icons))):
        made.add("access", ["unavailable"])


def _licence(made: Draft, words: str, url: str | None, vocabularies: Vocabularies) -> None:
    """Read what stands behind a licence icon; an icon alone says nothing."""
    if words or url:
        found = licences.licence(words or url or "", url, vocabularies["licence"])
        made.licence = made.licence or found
