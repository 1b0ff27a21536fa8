"""The visible lines of a Markdown file with their numbers, and pipe tables repaired for the parser.

Front matter and comments are removed. Repairs of tables: a delimiter row that is missing or of another width than its
header, blank lines between rows, a line of text that touches a row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it.rules_block.table import escapedSplit

_LINE_BREAK = re.compile(r"\r\n|\n|\r")
_FENCE = re.compile(r"^[\s>]*(?:(?:[-*+]|\d+[.)])\s+)?(?P<marks>`{3,}|~{3,})")
_YAML = re.compile(r"\s*|\s+\S.*|[\w-]+\s*:.*|- .*|#.*")


@dataclass(frozen=True, slots=True)
class Line:
    """One physical line; `number` counts from 1."""

    number: int
    text: str


def physical_lines(source: str) -> list[str]:
    """The lines of a text as editors number them: ended by LF, CR LF or CR and nothing else."""
    lines = _LINE_BREAK.split(source)
    return lines[:-1] if lines[-1] == "" else lines


def visible_lines(source: str) -> tuple[list[Line], set[int]]:
    """The visible lines of a text, and the numbers of those that are code."""
    lines = [Line(number, text) for number, text in enumerate(physical_lines(source), start=1)]
    lines = _without_front_matter(lines)
    code, unclosed = code_lines(lines)
    lines = [Line(line.number, "") if line.number in unclosed else line for line in lines]
    return _without_comments(lines, code), code


def code_lines(lines: list[Line]) -> tuple[set[int], set[int]]:
    """The numbers of the lines of fenced code, fences included, and those of fences that are never closed."""
    inside: set[int] = set()
    unclosed: set[int] = set()
    index = 0
    while index < len(lines):
        marks = _FENCE.match(lines[index].text)
        end = _closing_fence(lines, index, marks["marks"]) if marks else None
        if end is not None:
            inside.update(line.number for line in lines[index : end + 1])
        elif marks:
            unclosed.add(lines[index].number)
        index = (index if end is None else end) + 1
    return inside, unclosed


def _closing_fence(lines: list[Line], index: int, marks: str) -> int | None:
    """The index of the line that closes a fence."""
    for nth in range(index + 1, len(lines)):
        marks_match = _FENCE.match(lines[nth].text)
        if (
            marks_match
            and marks_match["marks"].startswith(marks)
            and not lines[nth].text[marks_match.end() :].strip("`~ \t")
        ):
            return nth
    return None


def _without_front_matter(lines: list[Line]) -> list[Line]:
    """The lines without a YAML block at the start of the file; a rule of dashes alone starts none."""
    if not lines or lines[0].text.rstrip() != "---":
        return lines
    for index, line in enumerate(lines[1:], start=1):
        if line.text.rstrip() in ("---", "..."):
            return lines[index + 1 :]
        if not _YAML.fullmatch(line.text):
            break
    return lines


def _without_comments(lines: list[Line], code: set[int]) -> list[Line]:
    """The lines without the text between `<!--` and `-->`; a comment that is never closed hides nothing."""
    last_close = max((line.number for line in lines if line.number not in code and "-->" in line.text), default=0)
    visible: list[Line] = []
    is_hidden = False
    for line in lines:
        text = line.text
        if line.number not in code:
            text, is_hidden = _without_comment(text, is_hidden, is_closed=line.number < last_close)
        visible.append(Line(line.number, text))
    return visible


def _without_comment(text: str, is_hidden: bool, *, is_closed: bool) -> tuple[str, bool]:
    """The visible text of a line, and whether a comment continues on the next; `is_closed` says whether one may."""
    visible = ""
    while text:
        if is_hidden:
            _, close, text = text.partition("-->")
            is_hidden = not close
        else:
            before, mark, text = text.partition("<!--")
            visible += before
            is_hidden = bool(mark) and (is_closed or "-->" in text)
    return visible, is_hidden


_DELIMITER = re.compile(r"[\s>]*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")
_QUOTE_OR_LIST = re.compile(r"^[\s>]*(?:(?:[-*+]|\d+[.)])\s+(?=\|))?")
_TAGS = "details|summary|div|p|table|h[1-6]|ul|ol|li|center|hr"
_OTHER_BLOCK = re.compile(rf"\s*(?:#{{1,6}}\s|>|[-*+]\s|\d+[.)]\s|</?(?:{_TAGS})\b|(?:[-*_]\s*){{3,}}$)", re.IGNORECASE)


def repair_tables(lines: list[Line], code: set[int]) -> Iterator[Line]:
    """The lines with each pipe table in a form that the parser accepts."""
    index = 0
    while index < len(lines):
        if lines[index].number not in code and _opens_table(lines, index):
            end, table = _table(lines, index)
            yield from table
            index = end
        else:
            yield lines[index]
            index += 1


def split_row(text: str) -> list[str]:
    """The cells of a table row by GFM's rules, surplus ones included: https://github.github.com/gfm/#tables-extension-."""
    bare = _QUOTE_OR_LIST.sub("", text).strip()
    parts = escapedSplit(bare)
    if parts and not parts[0].strip() and bare.startswith("|"):
        parts = parts[1:]
    if parts and not parts[-1].strip() and bare.endswith("|"):
        parts = parts[:-1]
    return [part.strip() for part in parts]


def is_row(text: str) -> bool:
    """Whether a line has a pipe between cells."""
    return len(escapedSplit(text.strip())) > 1


def is_delimiter(text: str) -> bool:
    """Whether a line consists of dashes, colons and pipes only."""
    return _DELIMITER.fullmatch(text) is not None


def _opens_table(lines: list[Line], index: int) -> bool:
    """Whether a line is a header row: above a delimiter row, or above a row of the same width where that is missing."""
    if index + 1 >= len(lines):
        return False
    header, below = lines[index].text, lines[index + 1].text
    if not is_row(header) or is_delimiter(header):
        return False
    return ("|" in below and is_delimiter(below)) or _lacks_delimiter(header, below)


def _lacks_delimiter(header: str, below: str) -> bool:
    """Whether two lines begin with pipes and have equally many cells, the first of them no link."""
    are_rows = all(text.lstrip(" >\t").startswith("|") and is_row(text) for text in (header, below))
    return (
        are_rows and len(split_row(header)) == len(split_row(below)) and re.search(r"\]\(|<a\b|https?:", header) is None
    )


def _table(lines: list[Line], index: int) -> tuple[int, list[Line]]:
    """The index behind a table, and its repaired lines: a full delimiter row, no blanks, other lines last."""
    header, below = lines[index], lines[index + 1]
    width = len(split_row(header.text))
    is_delimited = is_delimiter(below.text)
    rows = [header, Line(header.number, _delimiters(below.text if is_delimited else header.text, width))]
    asides: list[Line] = []
    end = index + 1 + is_delimited
    while (row := _next_row(lines, end, width, is_quoted=_is_quoted(header.text))) is not None:
        asides += [line for line in lines[end:row] if line.text.strip()]
        rows.append(lines[row])
        end = row + 1
    return end, [*rows, Line(rows[-1].number, ""), *asides, *([Line(rows[-1].number, "")] if asides else [])]


def _delimiters(text: str, width: int) -> str:
    """The text if it is a delimiter row as wide as the header, else a new one."""
    prefix = re.match(r"[\s>]*", text)
    is_right = is_delimiter(text) and len(split_row(text)) == width
    return text if is_right else (prefix.group() if prefix else "") + "|" + "---|" * width


def _is_quoted(text: str) -> bool:
    return text.lstrip().startswith(">")


def _next_row(lines: list[Line], index: int, width: int, *, is_quoted: bool) -> int | None:
    """The index of the next row of a table: this line, or the first behind blank lines or a line between rows."""
    for nth in range(index, len(lines)):
        text = lines[nth].text
        bare = re.sub(r"^[\s>]+", "", text) if is_quoted else text
        if not bare.strip():
            continue
        if _is_quoted(text) != is_quoted or (_OTHER_BLOCK.match(bare) and not bare.lstrip().startswith("|")):
            return None
        if is_row(bare):
            return nth if nth == index or _fits(lines, nth, width) else None
        if nth > index and not lines[nth - 1].text.strip():
            return None
    return None


def _fits(lines: list[Line], index: int, width: int) -> bool:
    """Whether a row apart from the table above belongs to it: it is wide enough and no header of another table."""
    return len(split_row(lines[index].text)) >= max(2, (width + 1) // 2) and not _opens_table(lines, index)
