"""m-aryayi/Medical-Imaging-Datasets: HTML-flavoured bullets under headings of body parts.

A bullet that opens with a bold link is an entry: name, expansion in brackets, a sentence, keywords,
then links told apart by their icons (leaderboard, paper) and, in later versions, a licence line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from medkg.catalogs import document, facts, licences, links, rows
from medkg.catalogs.draft import Draft
from medkg.catalogs.facts import Vocabularies
from medkg.catalogs.markdown import Anchor, Item, Text, inline
from medkg.model.records import Unread

_KEYWORDS = re.compile(r"^(keyboards?|keywords?)\s*:\s*", re.IGNORECASE)
_LICENCE_ICON = re.compile(r'<img[^>]*alt="licen[cs]e"[^>]*>', re.IGNORECASE)
_STATED = frozenset({"modality", "dimensionality", "task", "anatomy", "finding", "count", "categories", "event", "access"})


def read(source: str, vocabularies: Vocabularies) -> Iterator[Draft | Unread]:
    """The entries of the file in order; bullets that look like entries and are none we can read, as such."""
    current: Draft | None = None
    for each in document.placed(source):
        if each.is_framework or not isinstance(each.block, Item):
            continue
        text = each.block.text
        if _opens_entry(each.block):
            if current is not None:
                yield rows.finish(current, vocabularies)
            current = _draft(each.block, each.section, vocabularies)
        elif each.block.is_bullet and not _is_page_link(text):
            yield Unread(line=each.block.line, reason="a bullet that does not open with the bold link of a dataset")
        elif current is not None:
            _details(current, text, vocabularies)
    if current is not None:
        yield rows.finish(current, vocabularies)


def _opens_entry(item: Item) -> bool:
    """Whether a bullet opens with a link or bold name and goes on about it."""
    opening = re.match(r"\s*(<a [^>]*>)?\s*<(strong|b)>", item.text.html) is not None
    return item.is_bullet and opening


def _is_page_link(text: Text) -> bool:
    """Whether a bullet is a line of a table of contents, or a legend without a link."""
    return not text.anchors or all(anchor.url.startswith("#") for anchor in text.anchors)


def _draft(item: Item, section: tuple[str, ...], vocabularies: Vocabularies) -> Draft:
    head = item.text.anchors[0] if item.text.anchors and item.text.anchors[0].is_bold else None
    first = item.text.lines[0]
    name = head.text if head else re.split(r"\s*\(", first)[0]
    made = Draft(line=item.line, section=section, name=name)
    expansion = re.match(r"\s*\((?P<expansion>.+?)\)\s*(?P<rest>.*)", first[len(name) :])
    made.expansion = expansion["expansion"] if expansion else None
    if head and (link := links.link(head, "homepage", name=name)):
        made.links[link] = None
    rest = expansion["rest"] if expansion else first[len(name) :]
    for line in (rest, *item.text.lines[1:]):
        _line(made, line, vocabularies)
    _anchors(made, item.text.anchors[1:] if head else item.text.anchors)
    _licence(made, item.text, vocabularies)
    return made


def _details(made: Draft, text: Text, vocabularies: Vocabularies) -> None:
    """Add a further paragraph of the bullet."""
    for line in text.lines:
        _line(made, line, vocabularies)
    _anchors(made, text.anchors)
    _licence(made, text, vocabularies)


def _line(made: Draft, line: str, vocabularies: Vocabularies) -> None:
    if keywords := _KEYWORDS.match(line):
        made.cells += 1
        facts.keywords(made, vocabularies, "Keyboard", line[keywords.end() :])
    else:
        facts.sentence(made, vocabularies, line, kinds=_STATED)


def _anchors(made: Draft, anchors: tuple[Anchor, ...]) -> None:
    for anchor in anchors:
        if link := links.link(anchor, links.role_in_text(anchor, "")):
            made.links[link] = None


def _licence(made: Draft, text: Text, vocabularies: Vocabularies) -> None:
    """Read what follows the licence icon of later versions."""
    icon = _LICENCE_ICON.search(text.html)
    if icon:
        following = inline(text.html[icon.end() :]).plain
        made.licence = licences.licence(following, None, vocabularies["licence"]) if following else None
