"""The quality of the reading of a catalogue: entries a section, unread lines and cells, repaired and lost links."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from medkg.catalogs.draft import LINK_COLUMN, MENDED_LINK_CODE, digest
from medkg.catalogs.markdown_lines import physical_lines
from medkg.model.entries import Catalog, Entry, UnparsedCell, UnparsedLine
from medkg.model.fields import UNPRINTABLE
from medkg.model.names import key

_KEYWORDS_LIMIT = 12  # of a list whose 4,096 parts are tried


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadCell:
    """A cell or link that could not be read, with its entry and, where the file is given, its text."""

    entry: Entry
    residue: UnparsedCell
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingReport:
    """The quality of the reading of a catalogue.

    `lost_links` lead nowhere on the web, `mended_links` are addresses as written, `unprintable` the numbers
    of lines, where the file is given, with characters that no text may hold.
    """

    sections: Mapping[tuple[str, ...], int]
    unread: tuple[UnparsedLine, ...]
    cells: int
    not_understood: tuple[UnreadCell, ...]
    lost_links: tuple[UnreadCell, ...]
    mended_links: tuple[tuple[Entry, str], ...]
    unprintable: tuple[int, ...]

    @property
    def share(self) -> float:
        """The percentage of cells that could not be read."""
        return 100 * len(self.not_understood) / self.cells if self.cells else 0.0


def reading_report(catalog: Catalog, file: Path | None = None) -> ReadingReport:
    """The quality of the reading of a catalogue; `file` is its source, for the texts of unread cells."""
    residues = [(entry, residue) for entry in catalog.entries for residue in entry.not_understood]
    source = file.read_text(encoding="utf-8-sig") if file else ""
    texts = _texts(source, {residue.sha256 for _, residue in residues}) if residues else {}
    cells = [UnreadCell(entry=entry, residue=residue, text=texts.get(residue.sha256)) for entry, residue in residues]
    return ReadingReport(
        sections=_sections(catalog),
        unread=catalog.unread,
        cells=catalog.source.cells if catalog.source else 0,
        not_understood=tuple(cell for cell in cells if cell.residue.column != LINK_COLUMN),
        lost_links=tuple(cell for cell in cells if cell.residue.column == LINK_COLUMN),
        mended_links=tuple(
            (entry, cell.column) for entry in catalog.entries for cell in entry.repairs if cell.code == MENDED_LINK_CODE
        ),
        unprintable=tuple(nth for nth, line in enumerate(physical_lines(source), start=1) if UNPRINTABLE.search(line)),
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


def _texts(source: str, hashes: set[str]) -> dict[str, str]:
    """The texts of a file with some hashes, by hash."""
    texts: dict[str, str] = {}
    for text in _residue_texts(source):
        if digest(text) in hashes:
            texts[digest(text)] = text
    return texts


def _residue_texts(source: str) -> Iterator[str]:
    """Each text of a file that can be a residue: a cell, words in brackets, part of a list of keywords, an address."""
    from medkg.catalogs.document import section_blocks  # parsing a file takes what counting alone does not
    from medkg.catalogs.markdown import Item, Table

    for placed in section_blocks(source):
        if isinstance(placed.block, Table):
            for cell in (cell for row in placed.block.rows for cell in row.cells):
                yield from (cell.plain, *(anchor.url for anchor in cell.anchors))
        elif isinstance(placed.block, Item):
            yield from (anchor.url for anchor in placed.block.text.anchors)
            for line in placed.block.text.lines:
                yield from re.findall(r"[(（]([^()（）]+)", line)
                yield from _keyword_subsets(line.partition(":")[2])


def _keyword_subsets(keywords: str) -> Iterator[str]:
    """The lists of some of the keywords, in their order."""
    parts = [word for word in re.split(r"[,;，、]", keywords) if word.strip()]
    if len(parts) <= _KEYWORDS_LIMIT:
        yield from (",".join(part) for size in range(1, len(parts) + 1) for part in combinations(parts, size))
