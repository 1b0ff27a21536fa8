"""HTML that stands as a block of its own: tables, folds, headings, lists, and the Markdown it swallowed.

GitHub shows Markdown inside a block of HTML only behind a blank line, but maintainers forget it;
what they meant is read either way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup, Tag

from medkg.catalogs.lines import Line, fences

_TABLE = re.compile(r"<(/?)table\b[^>]*>", re.IGNORECASE)
_MARKDOWN = re.compile(r"\s*(?:\||[-*+]\s|\d+[.)]\s|#{1,6}\s|\[|\*\*)")
SUMMARY = 7
"""The level of the summary of a fold, below every heading."""

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


def tables(lines: list[Line]) -> tuple[list[Line], list[list[Line]]]:
    """The lines without HTML tables, and each table's own; a table that is never closed is left where it is."""
    code, _ = fences(lines)
    kept: list[Line] = []
    found: list[list[Line]] = []
    index = 0
    while index < len(lines):
        end = _end(lines, index) if lines[index].number not in code else None
        if end is None:
            kept.append(lines[index])
        else:
            found.append(lines[index : end + 1])
            kept += [
                _before(lines[index]),
                *(Line(each.number, "") for each in lines[index + 1 : end]),
                _behind(lines[end]),
            ]
        index = index + 1 if end is None else end + 1
    return kept, found


def _end(lines: list[Line], index: int) -> int | None:
    """The index of the line that closes the table opened in a line, None where none is opened or it stays open."""
    if not re.search(r"<table\b", lines[index].text, re.IGNORECASE):
        return None
    depth = 0
    for nth in range(index, len(lines)):
        for mark in _TABLE.finditer(lines[nth].text):
            depth += -1 if mark.group(1) else 1
        if depth <= 0:
            return nth
    return None


def _before(line: Line) -> Line:
    return Line(line.number, re.split(r"(?i)<table\b", line.text)[0])


def _behind(line: Line) -> Line:
    return Line(line.number, re.split(r"(?i)</table\s*>", line.text)[-1])


def rows(table: list[Line]) -> Iterator[tuple[int, list[str]]]:
    """Each row of an HTML table: the number of its line, and the HTML of its cells."""
    soup = BeautifulSoup("\n".join(line.text for line in table), "html.parser")
    outer = soup.find("table")
    for row in soup.find_all("tr"):
        if row.find_parent("table") is outer:
            cells = [each for each in row.find_all(["td", "th"]) if each.find_parent("tr") is row]
            yield number(table, row), [each.decode_contents().replace("\n", " ").strip() for each in cells]


def number(lines: list[Line], tag: Tag) -> int:
    """The number of the line a tag opens in."""
    return lines[min((tag.sourceline or 1) - 1, len(lines) - 1)].number


def parsed(lines: list[Line]) -> Iterator[tuple[int, Tag]]:
    """The headings, summaries, list items and closed folds of a block, each with the number of its line."""
    soup = BeautifulSoup("\n".join(line.text for line in lines), "html.parser")
    for tag in soup.find_all(["summary", "li", "p", *_HEADINGS]):
        yield number(lines, tag), tag


def level(tag: Tag) -> int | None:
    """The level of a heading tag, `SUMMARY` for the summary of a fold; None for other tags."""
    return SUMMARY if tag.name == "summary" else int(tag.name[1]) if tag.name in _HEADINGS else None


def closed_folds(lines: list[Line]) -> Iterator[int]:
    """The numbers of the lines in which a `<details>` ends."""
    yield from (line.number for line in lines if re.search(r"</details\s*>", line.text, re.IGNORECASE))


def swallowed(lines: list[Line]) -> list[Line]:
    """The lines from the first that is Markdown on, none where all is HTML."""
    start = next((index for index, line in enumerate(lines) if index and _MARKDOWN.match(line.text)), len(lines))
    return lines[start:]
