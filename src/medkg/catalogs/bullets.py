"""The lines of a long bullet as its writer meant them: ended by `<br>` or the end of the physical line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from medkg.catalogs import inline
from medkg.catalogs.inline import Text

_BREAK = re.compile(r"(?P<tag><br\s*/?>\s*)|\n")
_LICENCE_ICON = re.compile(r"(?=<img\b[^>]*\balt=[\"']licen[cs]e[\"'])", re.IGNORECASE)
_KEYWORDS = re.compile(r"(?=(?:<(?:em|strong)>)+\s*(?:keyboard|keyword)s?\s*:)", re.IGNORECASE)


def pieces(text: Text) -> tuple[Text, ...]:
    """The lines of a text, at least one.

    A physical line without a `<br>` ends a line too, for `<br>` gets forgotten, but not within brackets
    or a link, nor behind a comma. A licence icon opens a line wherever it stands, as do keywords.
    """
    found = [inline.text(part) for line in _lines(text.html) for part in _parts(line)]
    return tuple(piece for piece in found if piece or piece.icons) or (text,)


def balanced(text: str) -> tuple[str | None, str]:
    """What stands in the brackets that a text opens with, and what follows them; None where it opens with none.

    >>> balanced("(Combined (CT-MR) Organs) 40 cases"), balanced("40 cases")
    (('Combined (CT-MR) Organs', '40 cases'), (None, '40 cases'))
    """
    depth = 0
    for index, letter in enumerate(text):
        depth += (letter in "(（") - (letter in ")）")
        if depth == 0:
            return (text[1:index].strip() or None, text[index + 1 :].strip()) if index else (None, text)
    return None, text


def _lines(html: str) -> Iterator[str]:
    """The HTML between breaks that end a line."""
    line, position = "", 0
    for match in _BREAK.finditer(html):
        line += html[position : match.start()]
        position = match.end()
        if match["tag"] or _is_complete(line):
            yield line
            line = ""
        else:
            line += " "
    yield line + html[position:]


def _is_complete(html: str) -> bool:
    """Whether a line needs nothing from the next: brackets and links are closed, no comma is left open."""
    shown = re.sub(r"<[^>]*>", "", html)
    are_closed = shown.count("(") <= shown.count(")") and html.count("<a ") <= html.count("</a>")
    return are_closed and not shown.rstrip().endswith((",", "，"))


def _parts(line: str) -> Iterator[str]:
    """A line parted before a licence icon outside links, and before keywords."""
    for part in _KEYWORDS.split(line):
        position = 0
        for icon in _LICENCE_ICON.finditer(part):
            before = part[position : icon.start()]
            if before.strip() and before.count("<a ") <= before.count("</a>"):
                yield before
                position = icon.start()
        yield part[position:]
