"""Markdown as blocks with their physical lines: headings, tables, items and paragraphs.

markdown-it parses CommonMark with tables, lxml the HTML inside it. Tables keep all cells of a row, those beyond the
header included, which GFM would drop. GitHub shows Markdown inside a block of HTML only behind a blank line; it is read
here without one too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import Any

from bs4 import BeautifulSoup, Tag
from markdown_it import MarkdownIt
from markdown_it.token import Token

from medkg.catalogs import inline
from medkg.catalogs.inline import Text
from medkg.catalogs.links import is_mended, link_problem
from medkg.catalogs.markdown_lines import Line, code_lines, repair_tables, split_row, visible_lines

_TABLE = re.compile(r"<(/?)table\b[^>]*>", re.IGNORECASE)
_MARKDOWN_START = re.compile(r"\s*(?:\||[-*+]\s|\d+[.)]\s|#{1,6}\s|\[|\*\*)")
SUMMARY = 7
"""The level of the summary of a fold, below every heading."""

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


def _split_html_tables(lines: list[Line]) -> tuple[list[Line], list[list[Line]]]:
    """The lines without HTML tables, and the lines of each table; a table that is never closed stays."""
    code, _ = code_lines(lines)
    other_lines: list[Line] = []
    tables: list[list[Line]] = []
    index = 0
    while index < len(lines):
        end = _table_end(lines, index) if lines[index].number not in code else None
        if end is None:
            other_lines.append(lines[index])
        else:
            tables.append(lines[index : end + 1])
            other_lines += [
                Line(lines[index].number, re.split(r"(?i)<table\b", lines[index].text)[0]),
                *(Line(line.number, "") for line in lines[index + 1 : end]),
                Line(lines[end].number, re.split(r"(?i)</table\s*>", lines[end].text)[-1]),
            ]
        index = index + 1 if end is None else end + 1
    return other_lines, tables


def _table_end(lines: list[Line], index: int) -> int | None:
    """The index of the line that closes the table begun in a line; None where no table is begun or closed."""
    if not re.search(r"<table\b", lines[index].text, re.IGNORECASE):
        return None
    depth = 0
    for nth in range(index, len(lines)):
        for mark in _TABLE.finditer(lines[nth].text):
            depth += -1 if mark.group(1) else 1
        if depth <= 0:
            return nth
    return None


def _html_rows(table: list[Line]) -> Iterator[tuple[int, list[str]]]:
    """Each row of an HTML table: the number of its line, and the HTML of its cells."""
    soup = BeautifulSoup("\n".join(line.text for line in table), "html.parser")
    outer = soup.find("table")
    for row in soup.find_all("tr"):
        if row.find_parent("table") is outer:
            cells = [cell for cell in row.find_all(["td", "th"]) if cell.find_parent("tr") is row]
            yield _line_number(table, row), [cell.decode_contents().replace("\n", " ").strip() for cell in cells]


def _line_number(lines: list[Line], tag: Tag) -> int:
    """The number of the line in which a tag begins."""
    return lines[min((tag.sourceline or 1) - 1, len(lines) - 1)].number


def _html_block_tags(lines: list[Line]) -> Iterator[tuple[int, Tag]]:
    """The headings, summaries, list items and paragraphs of a block of HTML, each with the number of its line."""
    soup = BeautifulSoup("\n".join(line.text for line in lines), "html.parser")
    for tag in soup.find_all(["summary", "li", "p", *_HEADINGS]):
        yield _line_number(lines, tag), tag


def _enclosed_markdown(lines: list[Line]) -> list[Line]:
    """The lines from the first line of Markdown on; none where all is HTML."""
    start = next((index for index, line in enumerate(lines) if index and _MARKDOWN_START.match(line.text)), len(lines))
    return lines[start:]


class _LenientMarkdown(MarkdownIt):
    """CommonMark with all links, those that lead nowhere included: `links` reports them."""

    def validateLink(self, url: str) -> bool:  # noqa: N802  # the library's name
        """Whether an address makes a link: always, because nothing here is opened."""
        return True

    def normalizeLink(self, url: str) -> str:  # noqa: N802  # the library's name
        """The address in HTML; an address that needs repair or leads nowhere stays as it is written, to be reported."""
        is_odd = is_mended(url, _EXAMPLE_BASE) or link_problem(url, _EXAMPLE_BASE)
        return url if is_odd else super().normalizeLink(url)


_EXAMPLE_BASE = "https://example.org/"  # the base of relative addresses
_MARKDOWN = _LenientMarkdown("commonmark", {"html": True}).enable("table")
_LISTS = ("bullet_list_open", "ordered_list_open", "bullet_list_close", "ordered_list_close")
_NESTING_LIMIT = 3  # of Markdown in HTML in Markdown


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading, or the summary of a fold (level 7); the end of a fold is a heading without text."""

    line: int
    level: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """One physical row of a table, with all its cells."""

    line: int
    cells: tuple[Text, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table; `header` has the visible texts of its first row."""

    line: int
    header: tuple[str, ...]
    rows: tuple[TableRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ParagraphLine:
    """One physical line of a paragraph."""

    line: int
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A paragraph: `depth` counts the lists around it, `is_first` says whether it begins its list item."""

    line: int
    text: Text
    parts: tuple[ParagraphLine, ...]
    depth: int
    is_first: bool

    @property
    def is_bullet(self) -> bool:
        """Whether it begins a list item."""
        return self.depth > 0 and self.is_first


Block = Heading | Table | Item


def blocks(source: str) -> list[Block]:
    """Every block of a document that can hold an entry, in the order of its lines."""
    lines, tables = _split_html_tables(list(repair_tables(*visible_lines(source))))
    env: dict[str, Any] = {}
    all_blocks = [
        *_blocks(lines, env, 0),
        *(table for table_lines in tables if (table := _html_table(table_lines, env))),
    ]
    return sorted(all_blocks, key=lambda block: block.line)


def read_inline(markdown: str, env: dict[str, Any] | None = None) -> Text:
    """The visible lines and links of inline Markdown or HTML; `env` has the addresses of references."""
    return inline.text(_MARKDOWN.renderInline(markdown, env or {}))


def _blocks(lines: list[Line], env: dict[str, Any], nesting: int, depth: int = 0) -> Iterator[Block]:
    tokens = _MARKDOWN.parse("\n".join(line.text for line in lines), env) if nesting <= _NESTING_LIMIT else []
    for index, token in enumerate(tokens):
        depth += token.nesting if token.type in _LISTS else 0
        first, end = token.map or [0, 0]
        own_lines = lines[first:end]
        if token.type == "heading_open":
            text = _inline_text(tokens[index + 1].children or [], env).plain
            yield Heading(line=own_lines[0].number, level=int(token.tag[1]), text=text)
        elif token.type == "table_open":
            yield _table(own_lines, env)
        elif token.type == "paragraph_open":
            opened = tokens[index - 1] if tokens[index - 1].type == "list_item_open" else None
            item = _item(tokens[index + 1], own_lines, env, depth, is_first=opened is not None)
            yield replace(item, line=lines[opened.map[0]].number) if opened and opened.map else item
        elif token.type == "html_block":
            yield from _html_blocks(own_lines, env, nesting, depth)
        elif token.type == "code_block":
            yield from _blocks([_without_indentation(line) for line in own_lines], env, nesting + 1, depth)


def _without_indentation(line: Line) -> Line:
    """A line without the indentation that made it code, mostly by mistake."""
    return Line(line.number, re.sub(r"^(?:\t| {4})", "", line.text))


def _inline_text(children: Sequence[Token], env: dict[str, Any]) -> Text:
    return inline.text(_MARKDOWN.renderer.render(children, _MARKDOWN.options, env))


def _item(token: Token, lines: list[Line], env: dict[str, Any], depth: int, *, is_first: bool) -> Item:
    children = token.children or []
    parts = tuple(
        ParagraphLine(line=lines[min(nth, len(lines) - 1)].number, text=_inline_text(group, env))
        for nth, group in _physical_lines(children)
    )
    whole = parts[0].text if len(parts) == 1 else _inline_text(children, env)
    return Item(line=lines[0].number, text=whole, parts=parts, depth=depth, is_first=is_first)


def _physical_lines(children: Sequence[Token]) -> Iterator[tuple[int, list[Token]]]:
    """The tokens of each physical line with its place in the paragraph; a link over two lines is kept whole."""
    group: list[Token] = []
    level = line = start = 0
    for child in children:
        level += child.nesting
        if child.type in ("softbreak", "hardbreak"):
            line += 1
            if level == 0:
                yield start, group
                group, start = [], line
                continue
        group.append(child)
    yield start, group


def _table(lines: list[Line], env: dict[str, Any]) -> Table:
    rows = [TableRow(line=line.number, cells=_texts(line, env)) for line in lines[2:] if line.text.strip()]
    return Table(line=lines[0].number, header=tuple(cell.plain for cell in _texts(lines[0], env)), rows=tuple(rows))


def _texts(line: Line, env: dict[str, Any]) -> tuple[Text, ...]:
    return tuple(read_inline(cell, env) for cell in split_row(line.text))


def _html_table(lines: list[Line], env: dict[str, Any]) -> Table | None:
    rows = [
        TableRow(line=number, cells=tuple(read_inline(cell, env) for cell in html_cells))
        for number, html_cells in _html_rows(lines)
    ]
    if not rows:
        return None
    return Table(line=rows[0].line, header=tuple(cell.plain for cell in rows[0].cells), rows=tuple(rows[1:]))


def _html_blocks(lines: list[Line], env: dict[str, Any], nesting: int, depth: int) -> Iterator[Block]:
    """The headings, summaries and list items of a block of HTML, and the blocks of the Markdown inside it."""
    enclosed = _enclosed_markdown(lines)
    tag_blocks: list[Block] = [
        block
        for number, tag in _html_block_tags(lines[: len(lines) - len(enclosed)])
        if (block := _block_of_tag(number, tag, env, depth)) is not None
    ]
    fold_ends = (line.number for line in lines if re.search(r"</details\s*>", line.text, re.IGNORECASE))
    ends = (Heading(line=number, level=SUMMARY, text="") for number in fold_ends)
    yield from sorted([*tag_blocks, *ends], key=lambda block: block.line)
    yield from _blocks(enclosed, env, nesting + 1, depth)


def _block_of_tag(number: int, tag: Tag, env: dict[str, Any], depth: int) -> Block | None:
    """The block of an HTML tag; None for a tag that shows nothing or is part of another."""
    if tag.name == "summary" or tag.name in _HEADINGS:
        level = SUMMARY if tag.name == "summary" else int(tag.name[1])
        title = inline.normalize_spaces(tag.get_text(" "))
        return Heading(line=number, level=level, text=title) if title else None
    without_lists = copy(tag)
    for inner in without_lists.find_all(["ul", "ol"]):
        inner.extract()
    text = read_inline(without_lists.decode_contents().replace("\n", " "), env)
    if not text or (tag.name == "p" and tag.find_parent(["p", "li"]) is not None):
        return None
    lists = len(tag.find_parents(["ul", "ol"])) + depth
    return Item(
        line=number, text=text, parts=(ParagraphLine(line=number, text=text),), depth=lists, is_first=tag.name == "li"
    )
