"""The physical lines of a file that its readers see, each with the number it has in the file.

What no reader of the page sees is taken out: front matter and comments.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_BREAK = re.compile(r"\r\n|\n|\r")
_FENCE = re.compile(r"^[\s>]*(?:(?:[-*+]|\d+[.)])\s+)?(?P<marks>`{3,}|~{3,})")
_YAML = re.compile(r"\s*|\s+\S.*|[\w-]+\s*:.*|- .*|#.*")


@dataclass(frozen=True, slots=True)
class Line:
    """One physical line; `number` counts from 1."""

    number: int
    text: str


def physical(source: str) -> list[str]:
    """The lines of a text as editors number them: ended by LF, CR LF or CR and nothing else."""
    lines = _BREAK.split(source)
    return lines[:-1] if lines[-1] == "" else lines


def visible(source: str) -> tuple[list[Line], set[int]]:
    """The lines of a text that show, and the numbers of those that are code."""
    lines = [Line(number, text) for number, text in enumerate(physical(source), start=1)]
    lines = _without_front_matter(lines)
    code, unclosed = fences(lines)
    lines = [Line(line.number, "") if line.number in unclosed else line for line in lines]
    return _without_comments(lines, code), code


def fences(lines: list[Line]) -> tuple[set[int], set[int]]:
    """The numbers of the lines that a fence makes code, its marks included, and of marks that no other closes."""
    inside: set[int] = set()
    unclosed: set[int] = set()
    index = 0
    while index < len(lines):
        marks = _FENCE.match(lines[index].text)
        end = _closing(lines, index, marks["marks"]) if marks else None
        if end is not None:
            inside.update(line.number for line in lines[index : end + 1])
        elif marks:
            unclosed.add(lines[index].number)
        index = (index if end is None else end) + 1
    return inside, unclosed


def _closing(lines: list[Line], index: int, marks: str) -> int | None:
    """The index of the line that closes a fence."""
    for nth in range(index + 1, len(lines)):
        found = _FENCE.match(lines[nth].text)
        if found and found["marks"].startswith(marks) and not lines[nth].text[found.end() :].strip("`~ \t"):
            return nth
    return None


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


def _without_comments(lines: list[Line], code: set[int]) -> list[Line]:
    """The lines less what stands between `<!--` and `-->`; an opening that nothing closes hides nothing."""
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
