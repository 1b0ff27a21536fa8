"""An entry under construction: facts are added one by one, then frozen into an `Entry`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from medkg.catalogs.counts import Number
from medkg.model.entries import Count, Entry, Event, Licence, Link, Repair, UnparsedCell
from medkg.model.fields import printable

_IMAGE_FILES = frozenset({"image-file", "png", "jpeg", "jpg", "tiff", "tif", "bmp"})
LINK_COLUMN = "(link)"
"""The column of a residue that is a link."""
MENDED_LINK_CODE = "address-mended"
"""The code of a repaired address."""

_FLAT_MODALITIES = frozenset(
    {"radiography", "mammography", "fundus-photography", "dermoscopy", "oct", "clinical-photography"}
)


@dataclass(slots=True, kw_only=True)
class Draft:
    """The facts of one entry so far; sets are dicts, which keep the order of appearance."""

    line: int
    section: tuple[str, ...]
    name: str
    expansion: str | None = None
    concepts: dict[str, dict[str, None]] = field(default_factory=dict)
    numbers: list[Number] = field(default_factory=list)
    label_categories: int | None = None
    licence: Licence | None = None
    released: str | None = None
    events: dict[Event, None] = field(default_factory=dict)
    challenge: dict[str, None] = field(default_factory=dict)
    links: dict[Link, None] = field(default_factory=dict)
    repairs: list[Repair] = field(default_factory=list)
    residues: list[UnparsedCell] = field(default_factory=list)
    cells: int = 0

    def add(self, field_name: str, keys: Iterable[str]) -> None:
        """Add concept keys to one of the entry's vocabulary fields."""
        self.concepts.setdefault(field_name, {}).update(dict.fromkeys(keys))

    def has(self, field_name: str) -> bool:
        """Whether a vocabulary field has a key."""
        return bool(self.concepts.get(field_name))

    def add_residue(self, column: str, text: str) -> None:
        """Record an unread cell by its column, length and hash."""
        self.residues.append(UnparsedCell(column=column or "(no header)", length=len(text), sha256=digest(text)))

    def add_lost_link(self, url: str) -> None:
        """Record a link that leads nowhere on the web, once."""
        if not any(residue.column == LINK_COLUMN and residue.sha256 == digest(url) for residue in self.residues):
            self.add_residue(LINK_COLUMN, url)

    def add_mended_link(self, url: str) -> None:
        """Record a link whose address was repaired, once."""
        repair = Repair(code=MENDED_LINK_CODE, column=printable(url))
        if repair not in self.repairs:
            self.repairs.append(repair)

    def entry(self, key: str) -> Entry:
        """The finished entry under its key."""
        concepts = {name: tuple(keys) for name, keys in self.concepts.items() if keys}
        specific = set(concepts.get("imaged_region", ())) | set(concepts.get("label_target", ()))
        concepts["anatomy"] = tuple(key for key in concepts.get("anatomy", ()) if key not in specific)
        return Entry(
            key=key,
            line=self.line,
            section=self.section,
            name=self.name,
            expansion=self.expansion,
            counts=self.counts(),
            label_categories=self.label_categories,
            licence=self.licence,
            released=self.released,
            events=tuple(self.events),
            challenge=tuple(self.challenge),
            links=tuple(self.links),
            repairs=tuple(self.repairs),
            not_understood=tuple(self.residues),
            **concepts,
        )

    def counts(self) -> tuple[Count, ...]:
        """The numbers as counts; without a unit they count images where single pictures are listed, else cases.

        A count has a modality only where there are counts of several modalities.
        """
        default = "image" if self._lists_pictures() else "case"
        parted = len({number.modality for number in self.numbers} - {None}) > 1
        return tuple(
            dict.fromkeys(
                Count(
                    value=number.value,
                    unit=number.unit or default,
                    role=number.role or "total",
                    modality=number.modality if parted else None,
                    approximate=number.is_approximate,
                )
                for number in self.numbers
            )
        )

    def _lists_pictures(self) -> bool:
        files = set(self.concepts.get("file_format", ()))
        modalities = set(self.concepts.get("modality", ()))
        return bool(files & _IMAGE_FILES) or (bool(modalities) and modalities <= _FLAT_MODALITIES)


def digest(text: str) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]
