"""An entry while it is being read: facts are added as they are met, then frozen into an `Entry`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from medkg.catalogs.counts import Number
from medkg.model.entries import Count, Entry, Event, Licence, Link, Repair, UnparsedCell
from medkg.model.fields import printable

_IMAGE_FILES = frozenset({"image-file", "png", "jpeg", "jpg", "tiff", "tif", "bmp"})
LINK = "(link)"
"""What stands for the column of a residue that is a link."""
MENDED_LINK = "address-mended"
"""The code of a repair that is of a link's address."""

_FLAT = frozenset({"radiography", "mammography", "fundus-photography", "dermoscopy", "oct", "clinical-photography"})


@dataclass(slots=True, kw_only=True)
class Draft:
    """What is known so far of one entry; sets are dicts to keep the order of appearance."""

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
        """Whether anything is known for a vocabulary field."""
        return bool(self.concepts.get(field_name))

    def leave(self, column: str, text: str) -> None:
        """Record a cell that was not understood by its column, length and hash."""
        self.residues.append(UnparsedCell(column=column or "(no header)", length=len(text), sha256=digest(text)))

    def leave_link(self, url: str) -> None:
        """Record a link that leads nowhere on the web, once."""
        if not any(each.column == LINK and each.sha256 == digest(url) for each in self.residues):
            self.leave(LINK, url)

    def mend_link(self, url: str) -> None:
        """Record a link whose address is written otherwise than it was, once."""
        repair = Repair(code=MENDED_LINK, column=printable(url))
        if repair not in self.repairs:
            self.repairs.append(repair)

    def entry(self, key: str) -> Entry:
        """The finished entry under its key."""
        found = {name: tuple(keys) for name, keys in self.concepts.items() if keys}
        told = set(found.get("imaged_region", ())) | set(found.get("label_target", ()))
        found["anatomy"] = tuple(each for each in found.get("anatomy", ()) if each not in told)
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
            **found,
        )

    def counts(self) -> tuple[Count, ...]:
        """The numbers as counts; one without a unit counts images where single pictures are listed, else cases.

        A modality limits a count only where others are given for other modalities.
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
        return bool(files & _IMAGE_FILES) or (bool(modalities) and modalities <= _FLAT)


def digest(text: str) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]
