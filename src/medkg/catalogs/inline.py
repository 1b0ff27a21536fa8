"""Inline Markdown and HTML as a reader sees it: visible lines, links with the text before them, names of images.

A long bullet is also split into the lines that its author meant, ended by `<br>` or the end of the physical line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import unescape
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PreformattedString

from medkg.model.fields import printable

_LATER = r"(?![a-z0-9+.-]*https?://)"  # an address of the web that only begins behind more letters
_BARE_URL = re.compile(
    rf"(?:https?://|(?<![a-z0-9])(?:{_LATER}[a-z][a-z0-9+.-]*://|www\.))"
    r"[^\s<>\"'|，。；、）（]+[^\s<>\"'|，。；、）（.,;:!?)\]]",
    re.IGNORECASE,
)
_BLOCK_TAGS = frozenset({"p", "li", "div", "tr", "td", "ul", "ol"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A link: its address, its visible text, the names of the images inside it, the text since the link before."""

    url: str
    text: str
    icons: tuple[str, ...] = ()
    is_bold: bool = False
    before: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Inline content: the visible lines, its links in order, the names of images outside links, the HTML it came from.

    `own` is the visible text without that of its links, which name other things; `bold` its first bold words.
    """

    lines: tuple[str, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    icons: tuple[str, ...] = ()
    own: str = ""
    bold: str = ""
    html: str = ""

    @property
    def plain(self) -> str:
        """The visible text on one line."""
        return " ".join(self.lines)

    @property
    def opening(self) -> Anchor | None:
        """The link at the start of the text, marks and tick boxes aside; None where words come first."""
        first = next(iter(self.anchors), None)
        before = re.sub(r"^\[[ xX]\]", "", first.before) if first else ""
        return first if first and first.text and not re.search(r"\w", before) else None

    def __bool__(self) -> bool:
        """Whether there is text or a link."""
        return bool(self.lines or self.anchors)


def text(html: str) -> Text:
    """The visible content of HTML."""
    collector = _TextCollector()
    if "<" in html:
        collector.visit(BeautifulSoup(html, "lxml"))
    else:
        collector.words(unescape(html))
    return Text(
        lines=tuple(line for line in map(normalize_spaces, "".join(collector.visible).split("\n")) if line),
        anchors=tuple(collector.anchors),
        icons=tuple(collector.icons),
        own=normalize_spaces(" ".join(collector.own)),
        bold=next((text for text in collector.bold if text), ""),
        html=html,
    )


def join(texts: Iterable[Text]) -> Text:
    """Several texts as one, line after line."""
    parts = tuple(texts)
    return Text(
        lines=tuple(line for part in parts for line in part.lines),
        anchors=tuple(anchor for part in parts for anchor in part.anchors),
        icons=tuple(icon for part in parts for icon in part.icons),
        own=" ".join(part.own for part in parts if part.own),
        bold=next((part.bold for part in parts if part.bold), ""),
        html="<br>".join(part.html for part in parts),
    )


def normalize_spaces(raw: str) -> str:
    """The text with single spaces and without characters that no record may hold."""
    return printable(" ".join(raw.split()))


@dataclass(slots=True)
class _TextCollector:
    """The text, links and icons of an HTML tree, collected in its order."""

    visible: list[str] = field(default_factory=list)
    own: list[str] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    anchors: list[Anchor] = field(default_factory=list)
    icons: list[str] = field(default_factory=list)
    bold: list[str] = field(default_factory=list)
    ends_with_link: bool = False

    def visit(self, node: Tag) -> None:
        """Collect the content of a tag."""
        for child in node.children:
            if isinstance(child, Tag):
                self._tag(child)
            elif isinstance(child, NavigableString) and not isinstance(child, PreformattedString):
                self.words(str(child))

    def words(self, text: str) -> None:
        """Collect text outside links; bare addresses in it are links."""
        position = 0
        for match in _BARE_URL.finditer(text):
            self._plain(text[position : match.start()])
            self._anchor(match.group(), match.group(), (), is_bold=False)
            position = match.end()
        self._plain(text[position:])

    def _plain(self, text: str) -> None:
        if text:
            self.visible.append(text)
            self.own.append(text)
            self.before.append(text)
            self.ends_with_link = False

    def _tag(self, tag: Tag) -> None:
        match tag.name:
            case "br":
                self._plain("\n")
            case "img":
                self.icons.append(_icon(tag))
            case "a" if tag.has_attr("href"):
                self._link(tag)
            case _:
                self.bold += [normalize_spaces(tag.get_text())] if tag.name in ("strong", "b") else []
                self.visible += ["\n"] if tag.name in _BLOCK_TAGS else []
                self.visit(tag)

    def _link(self, tag: Tag) -> None:
        is_bold = tag.find(["strong", "b"]) is not None or tag.find_parent(["strong", "b"]) is not None
        text = re.sub(r"\s+", " ", tag.get_text(" ") if tag.find("br") else tag.get_text())
        self.bold += [text.strip()] if is_bold else []
        self._anchor(
            str(tag["href"]).strip(), text, tuple(_icon(image) for image in tag.find_all("img")), is_bold=is_bold
        )

    def _anchor(self, url: str, text: str, icons: tuple[str, ...], *, is_bold: bool) -> None:
        self.visible.append(f" {text}" if self.ends_with_link else text)
        before = normalize_spaces("".join(self.before))
        self.anchors.append(Anchor(url=url, text=printable(text.strip()), icons=icons, is_bold=is_bold, before=before))
        self.before.clear()
        self.ends_with_link = True


def _icon(image: Tag) -> str:
    """The name of an image: its alternative text, or else its file's."""
    try:
        stem = PurePosixPath(urlsplit(str(image.get("src", ""))).path).stem
    except ValueError:
        stem = ""
    return printable(str(image.get("alt", "")).strip() or stem)


_BREAK = re.compile(r"(?P<tag><br\s*/?>\s*)|\n")
_LICENCE_ICON = re.compile(r"(?=<img\b[^>]*\balt=[\"']licen[cs]e[\"'])", re.IGNORECASE)
_KEYWORDS = re.compile(r"(?=(?:<(?:em|strong)>)+\s*(?:keyboard|keyword)s?\s*:)", re.IGNORECASE)


def split_lines(bullet: Text) -> tuple[Text, ...]:
    """The lines of a text as its author meant them, at least one.

    A physical line without a `<br>` ends a line too, for `<br>` gets forgotten, but not within brackets
    or a link, nor behind a comma. A licence icon opens a line wherever it stands, as do keywords.
    """
    texts = [text(part) for line in _lines(bullet.html) for part in _parts(line)]
    return tuple(piece for piece in texts if piece or piece.icons) or (bullet,)


def split_leading_brackets(text: str) -> tuple[str | None, str]:
    """The text in the brackets at the start, None where there are none, and the text behind them.

    >>> split_leading_brackets("(Combined (CT-MR) Organs) 40 cases"), split_leading_brackets("40 cases")
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
    """Whether a line is complete: its brackets and links are closed, and it does not end in a comma."""
    visible = re.sub(r"<[^>]*>", "", html)
    are_closed = visible.count("(") <= visible.count(")") and html.count("<a ") <= html.count("</a>")
    return are_closed and not visible.rstrip().endswith((",", "，"))


def _parts(line: str) -> Iterator[str]:
    """The parts of a line: a licence icon outside links and a list of keywords begin one."""
    for part in _KEYWORDS.split(line):
        position = 0
        for icon in _LICENCE_ICON.finditer(part):
            before = part[position : icon.start()]
            if before.strip() and before.count("<a ") <= before.count("</a>"):
                yield before
                position = icon.start()
        yield part[position:]
