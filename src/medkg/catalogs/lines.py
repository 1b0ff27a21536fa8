"""The physical lines of a file, made ready for the Markdown parser, each with the number it has in the file.

What no reader of the page sees is taken out: front matter, comments. Where a slip of the hand breaks
a table, it is mended: a delimiter row of another width than its header, blank lines between rows, a
line of text that touches the last row and is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it.rules_block.table import escapedSplit

_BREAK = re.compile(r"\r\n|\n|\r")
_FENCE = re.compile(r"^[\s>]*(?:(?:[-*+]|\d+[.)])\s+)?(?P<marks>`{3,}|~{3,})")
_YAML = re.compile(r"\s*|\s+\S.*|[\w-]+\s*:.*|- .*|#.*")
_DELIMITER = re.compile(r"[\s>]*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")
_QUOTE_OR_LIST = re.compile(r"^[\s>]*(?:(?:[-*+]|\d+[.)])\s+(?=\|))?")
_OTHER_BLOCK = re.compile(r"\s*(?:#{1,6}\s|>|[-*+]\s|\d+[.)]\s|</?[a-zA-Z!]|(?:[-*_]\s*){3,}$)")


@dataclass(frozen=True, slots=True)
class Line:
    """One physical line; `number` counts from 1."""

    number: int
    text: str


def physical(source: str) -> list[str]:
    """The lines of a text as editors number them: ended by LF, CR LF or CR and nothing else."""
    lines = _BREAK.split(source)
    return lines[:-1] if lines[-1] == "" else lines


def prepared(source: str) -> list[Line]:
    """The lines of a text that are to be parsed."""
    lines = [Line(number, text) for number, text in enumerate(physical(source), start=1)]
    return list(_tables(_without_comments(_without_front_matter(lines))))


def fenced(lines: list[Line]) -> set[int]:
    """The numbers of the lines that a fence makes code, its marks included; a fence never closed makes none."""
    inside: set[int] = set()
    opened: tuple[int, str] | None = None
    for index, line in enumerate(lines):
        marks = _FENCE.match(line.text)
        if opened is None:
            opened = (index, marks["marks"]) if marks else None
        elif marks and marks["marks"].startswith(opened[1]) and not line.text[marks.end() :].strip("`~ \t"):
            inside.update(each.number for each in lines[opened[0] : index + 1])
            opened = None
    return inside


def cells(text: str) -> list[str]:
    """The cells of a table row by GFM's rules, surplus ones included: https://github.github.com/gfm/#tables-extension-."""
    bare = _QUOTE_OR_LIST.sub("", text).strip()
    parts = escapedSplit(bare)
    if parts and not parts[0].strip() and bare.startswith("|"):
        parts = parts[1:]
    if parts and not parts[-1].strip() and bare.endswith("|"):
        parts = parts[:-1]
    return [part.strip() for part in parts]


def is_row(text: str) -> bool:
    """Whether a line has a pipe that parts cells."""
    return len(escapedSplit(text.strip())) > 1


def _without_front_matter(lines: list[Line]) -> list[Line]:
    """The lines after a YAML block that opens the file; a mere rule of dashes opens none."""
    if not lines or lines[0].text.rstrip() != "---":
        return lines
    for index, line in enumerate(lines[1:], start=1):
        if line.text.rstrip() in ("---", "..."):
            return lines[index + 1 :]
        if not _YAML.fullmatch(line.text):
            break
    return lines


def _without_comments(lines: list[Line]) -> list[Line]:
    """The lines less what stands between `<!--` and `-->`; an opening that nothing closes hides nothing."""
    code = fenced(lines)
    last_close = max((line.number for line in lines if line.number not in code and "-->" in line.text), default=0)
    kept: list[Line] = []
    is_hidden = False
    for line in lines:
        text = line.text
        if line.number not in code:
            text, is_hidden = _visible(text, is_hidden, is_closed=line.number < last_close)
        kept.append(Line(line.number, text))
    return kept


def _visible(text: str, is_hidden: bool, *, is_closed: bool) -> tuple[str, bool]:
    """What a line shows, and whether a comment goes on behind it; `is_closed` says whether one may."""
    shown = ""
    while text:
        if is_hidden:
            _, close, text = text.partition("-->")
            is_hidden = not close
        else:
            before, mark, text = text.partition("<!--")
            shown += before
            is_hidden = bool(mark) and (is_closed or "-->" in text)
    return shown, is_hidden


def _tables(lines: list[Line]) -> Iterator[Line]:
    """The lines with every pipe table in a form the parser takes."""
    code = fenced(lines)
    index = 0
    while index < len(lines):
        if _opens_table(lines, index, code):
            end, table = _table(lines, index)
            yield from table
            index = end
        else:
            yield lines[index]
            index += 1


def _opens_table(lines: list[Line], index: int, code: set[int]) -> bool:
    """Whether a header row stands here, with its delimiter row below it."""
    if index + 1 >= len(lines) or lines[index].number in code:
        return False
    header, below = lines[index].text, lines[index + 1].text
    return is_row(header) and "|" in below and _DELIMITER.fullmatch(below) is not None and not is_delimiter(header)


def is_delimiter(text: str) -> bool:
    """Whether a line is made of dashes, colons and pipes alone."""
    return _DELIMITER.fullmatch(text) is not None


def _table(lines: list[Line], index: int) -> tuple[int, list[Line]]:
    """Where a table ends, and its lines: delimiters as wide as the header, no blanks between rows, one behind them."""
    header, delimiter = lines[index], lines[index + 1]
    width = len(cells(header.text))
    found = [header, Line(delimiter.number, _delimiters(delimiter.text, width))]
    end = index + 2
    while end < len(lines):
        following = next((nth for nth in range(end, len(lines)) if lines[nth].text.strip()), len(lines))
        is_detached = following > end
        if following == len(lines) or not _continues(lines, following, width, is_detached=is_detached):
            break
        found.append(lines[following])
        end = following + 1
    return end, [*found, Line(found[-1].number, "")]


def _delimiters(text: str, width: int) -> str:
    """A delimiter row, made as wide as the header where it is not."""
    prefix = re.match(r"[\s>]*", text)
    return text if len(cells(text)) == width else (prefix.group() if prefix else "") + "|" + "---|" * width


def _continues(lines: list[Line], index: int, width: int, *, is_detached: bool) -> bool:
    """Whether a line is a row of the table above it; behind a blank line it has to look like one."""
    text = lines[index].text
    if not is_row(text) or (_OTHER_BLOCK.match(text) and not text.lstrip().startswith(("|", "<a", "<b"))):
        return False
    if not is_detached:
        return True
    return len(cells(text)) >= max(2, (width + 1) // 2) and not _opens_table(lines, index, set())
