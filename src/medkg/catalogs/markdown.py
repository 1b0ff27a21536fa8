"""Markdown in, blocks with their physical lines out: headings, tables, items, paragraphs.

CommonMark with tables is parsed by markdown-it, the HTML inside it by lxml. Tables keep every cell
of every row, also those beyond the header that GFM would drop, because a stray cell is evidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import ftfy
from bs4 import BeautifulSoup, Tag
from markdown_it import MarkdownIt
from markdown_it.rules_block.table import escapedSplit
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin

_MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table").use(front_matter_plugin)


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A link: its address, its visible text, and the alternative texts of the images inside it."""

    url: str
    text: str
    icons: tuple[str, ...] = ()
    is_bold: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Inline content: the visible lines, its links in order, and the HTML it came from."""

    lines: tuple[str, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    html: str = ""

    @property
    def plain(self) -> str:
        """The visible text on one line."""
        return " ".join(self.lines)

    @property
    def own(self) -> str:
        """The visible text on one line without that of its links, which name other things."""
        soup = BeautifulSoup(self.html, "lxml")
        for tag in soup.find_all("a"):
            tag.decompose()
        return " ".join(soup.get_text(" ").split())

    def __bool__(self) -> bool:
        """Whether anything is there to read."""
        return bool(self.plain or self.anchors)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading, or the summary of a `<details>` block (level 7)."""

    line: int
    level: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One physical row of a table, with as many cells as it really has."""

    line: int
    cells: tuple[Text, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table; `header` are the visible texts of its first row."""

    line: int
    header: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A list item (its own text, without nested lists) or a paragraph outside any list."""

    line: int
    text: Text
    is_bullet: bool


Block = Heading | Table | Item


def repair(text: str) -> str:
    """The text with mojibake undone and everything else, width and quotes included, as it was.

    >>> repair("112ä¾‹")
    '112例'
    """
    config = ftfy.TextFixerConfig(
        unescape_html=False, fix_character_width=False, uncurl_quotes=False, fix_latin_ligatures=False, normalization=None
    )
    return "\n".join(ftfy.fix_text(line, config) for line in text.split("\n"))


def inline(markdown: str) -> Text:
    """The visible lines and links of inline Markdown or HTML."""
    return _text(_MARKDOWN.renderInline(markdown))


def blocks(source: str) -> Iterator[Block]:
    """Every block of a document that can hold an entry, in order, comments left out."""
    lines = re.split(r"\r\n|\n|\r", source)
    yield from _blocks(lines, offset=0)


def _blocks(lines: list[str], offset: int) -> Iterator[Block]:
    tokens = _MARKDOWN.parse("\n".join(lines))
    lists = 0
    for index, token in enumerate(tokens):
        lists += token.nesting if token.type in ("bullet_list_open", "ordered_list_open") else 0
        lists -= 1 if token.type in ("bullet_list_close", "ordered_list_close") else 0
        first = (token.map or [0])[0]
        if token.type == "heading_open":
            text = inline(tokens[index + 1].content).plain
            yield Heading(line=offset + first + 1, level=int(token.tag[1]), text=text)
        elif token.type == "table_open":
            yield _table(lines, token, offset)
        elif token.type == "paragraph_open":
            yield from _paragraph(tokens[index + 1].content, offset + first + 1, is_bullet=lists > 0)
        elif token.type == "html_block":
            yield from _html(lines, token, offset)


def _paragraph(content: str, line: int, *, is_bullet: bool) -> Iterator[Item]:
    """The items of a paragraph: one for a bullet, one a line where every line opens with a link."""
    parts = content.split("\n")
    if not is_bullet and len(parts) > 1 and all(part.lstrip().startswith(("[", "<a")) for part in parts):
        yield from (Item(line=line + nth, text=inline(part), is_bullet=False) for nth, part in enumerate(parts))
    else:
        yield Item(line=line, text=inline(content), is_bullet=is_bullet)


def _table(lines: list[str], token: Token, offset: int) -> Table:
    first, end = token.map or [0, 0]
    rows = [Row(line=offset + nth + 1, cells=_cells(lines[nth])) for nth in range(first + 2, end) if lines[nth].strip()]
    header = tuple(cell.plain for cell in _cells(lines[first]))
    return Table(line=offset + first + 1, header=header, rows=tuple(rows))


def _cells(line: str) -> tuple[Text, ...]:
    """The cells of a row by GFM's rules, surplus ones included."""
    parts = escapedSplit(line.strip())
    if parts and not parts[0].strip() and line.lstrip().startswith("|"):
        parts = parts[1:]
    if parts and not parts[-1].strip() and line.rstrip().endswith("|"):
        parts = parts[:-1]
    return tuple(inline(part.strip()) for part in parts)


def _html(lines: list[str], token: Token, offset: int) -> Iterator[Block]:
    """The summary of a `<details>` block as a heading, a heading tag as itself, Markdown it swallowed as blocks."""
    first, end = token.map or [0, 0]
    soup = BeautifulSoup(token.content, "lxml")
    for tag in soup.find_all(["summary", "h1", "h2", "h3", "h4", "h5", "h6"]):
        text = " ".join(tag.get_text(" ").split())
        if text:
            yield Heading(line=offset + first + 1, level=7 if tag.name == "summary" else int(tag.name[1]), text=text)
    swallowed = next((nth for nth in range(first, end) if lines[nth].lstrip().startswith(("|", "- ", "* "))), end)
    if first < swallowed < end:
        yield from _blocks(lines[swallowed:end], offset + swallowed)


def _text(html: str) -> Text:
    soup = BeautifulSoup(html, "lxml")
    anchors = tuple(_anchor(tag) for tag in soup.find_all("a", href=True))
    for image in soup.find_all("img"):
        image.decompose()
    for line_break in soup.find_all("br"):
        line_break.replace_with("\n")
    for tag in soup.find_all("a"):
        if isinstance(tag.previous_sibling, Tag) and tag.previous_sibling.name == "a":
            tag.insert_before(" ")
    lines = (" ".join(line.split()) for line in soup.get_text().split("\n"))
    return Text(lines=tuple(line for line in lines if line), anchors=anchors, html=html)


def _anchor(tag: Tag) -> Anchor:
    icons = tuple(str(image.get("alt", "")) for image in tag.find_all("img"))
    is_bold = tag.find(["strong", "b"]) is not None or tag.find_parent(["strong", "b"]) is not None
    return Anchor(url=str(tag["href"]).strip(), text=" ".join(tag.get_text().split()), icons=icons, is_bold=is_bold)
