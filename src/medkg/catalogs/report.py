"""How well a catalogue was read: entries per section, lines and cells that were not, links that were mended or lost."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from medkg.catalogs.draft import LINK, MENDED_LINK, digest
from medkg.catalogs.markdown_lines import physical
from medkg.model.entries import Catalog, Entry, UnparsedCell, UnparsedLine
from medkg.model.fields import UNPRINTABLE
from medkg.model.names import key

_MOST_KEYWORDS = 12  # of a list whose parts are tried, all 4,096 of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell or link that was not understood, with its entry and, where the file is at hand, its text."""

    entry: Entry
    residue: UnparsedCell
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How well a catalogue was read.

    `lost_links` lead nowhere on the web, `mended_links` are addresses as written, `unprintable` the lines of
    the file, where it is at hand, with characters that no text may hold.
    """

    sections: Mapping[tuple[str, ...], int]
    unread: tuple[UnparsedLine, ...]
    cells: int
    not_understood: tuple[Cell, ...]
    lost_links: tuple[Cell, ...]
    mended_links: tuple[tuple[Entry, str], ...]
    unprintable: tuple[int, ...]

    @property
    def share(self) -> float:
        """The part of all cells that was not understood, in percent."""
        return 100 * len(self.not_understood) / self.cells if self.cells else 0.0


def report(catalog: Catalog, file: Path | None = None) -> Report:
    """How well a catalogue was read; `file` is the source it was read from, to show what it says there."""
    left = [(entry, residue) for entry in catalog.entries for residue in entry.not_understood]
    source = file.read_text(encoding="utf-8-sig") if file else ""
    texts = _texts(source, {residue.sha256 for _, residue in left}) if left else {}
    cells = [Cell(entry=entry, residue=residue, text=texts.get(residue.sha256)) for entry, residue in left]
    return Report(
        sections=_sections(catalog),
        unread=catalog.unread,
        cells=catalog.source.cells if catalog.source else 0,
        not_understood=tuple(each for each in cells if each.residue.column != LINK),
        lost_links=tuple(each for each in cells if each.residue.column == LINK),
        mended_links=tuple(
            (entry, each.column) for entry in catalog.entries for each in entry.repairs if each.code == MENDED_LINK
        ),
        unprintable=tuple(nth for nth, line in enumerate(physical(source), start=1) if UNPRINTABLE.search(line)),
    )


def _sections(catalog: Catalog) -> Mapping[tuple[str, ...], int]:
    """The number of entries under each heading; one that is a single entry's own name is no section."""
    sizes = Counter(entry.section for entry in catalog.entries)
    return Counter(
        entry.section[:-1] if sizes[entry.section] == 1 and _heads_itself(entry) else entry.section
        for entry in catalog.entries
    )


def _heads_itself(entry: Entry) -> bool:
    """Whether the heading right above an entry, itself under another, is the entry's name."""
    heading, name = key(entry.section[-1] if len(entry.section) > 1 else ""), key(entry.name)
    return bool(heading) and (heading in name or name in heading)


def _texts(source: str, wanted: set[str]) -> dict[str, str]:
    """The texts of a file with the wanted hashes, by hash."""
    found: dict[str, str] = {}
    for text in _candidates(source):
        if digest(text) in wanted:
            found[digest(text)] = text
    return found


def _candidates(source: str) -> Iterator[str]:
    """Every text of a file that can be a residue: a cell, words in brackets or of a list of keywords, an address."""
    from medkg.catalogs.document import placed  # parsing a file takes what counting alone does not
    from medkg.catalogs.markdown import Item, Table

    for each in placed(source):
        if isinstance(each.block, Table):
            for cell in (cell for row in each.block.rows for cell in row.cells):
                yield from (cell.plain, *(anchor.url for anchor in cell.anchors))
        elif isinstance(each.block, Item):
            yield from (anchor.url for anchor in each.block.text.anchors)
            for line in each.block.text.lines:
                yield from re.findall(r"[(（]([^()（）]+)", line)
                yield from _parts(line.partition(":")[2])


def _parts(keywords: str) -> Iterator[str]:
    """A list of keywords less any of its words."""
    words = [word for word in re.split(r"[,;，、]", keywords) if word.strip()]
    if len(words) <= _MOST_KEYWORDS:
        yield from (",".join(part) for size in range(1, len(words) + 1) for part in combinations(words, size))
