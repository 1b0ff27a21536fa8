"""The only reader of `data/`: every record with its place, or everything wrong in every file.

`read` gives records whose files are each in order; `checks.load` also asks whether they agree.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from medkg.curation import folder, forms, source, terms
from medkg.curation.folder import KINDS, Kind, record_files, shown
from medkg.curation.parse import read_record
from medkg.errors import Fault, UnreadableFile
from medkg.model.entries import Catalog, Entry
from medkg.model.records import Challenge, Dataset
from medkg.model.vocabularies import Vocabulary

Identity = tuple[Kind, str]

CODES = {**folder.CODES, **source.CODES, **forms.CODES, **terms.CODES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a record is written: its file as users see the path, and the line of each of its fields."""

    file: Path
    lines: Mapping[str, int] = field(default_factory=dict)
    moved: Mapping[str, str] = field(default_factory=dict)

    def of(self, path: str) -> tuple[str, int | None]:
        """A field's path as the file has it, and the line of the field or of what would hold it."""
        written = ""
        for step in re.findall(r"\.?[^.\[\]]+|\[\d+\]", path):
            written = self.moved.get(written + step, written + step)
        around = written
        while around and around not in self.lines:
            around = re.sub(r"(\.?[^.\[\]]+|\[\d+\])$", "", around)
        return written, self.lines.get(around, 1 if self.lines else None)


@dataclass(frozen=True, kw_only=True)
class Records:
    """Every record under `data/` by its id; `faulty` names those that could not be read in full."""

    catalogs: Mapping[str, Catalog] = field(default_factory=dict)
    datasets: Mapping[str, Dataset] = field(default_factory=dict)
    challenges: Mapping[str, Challenge] = field(default_factory=dict)
    vocabularies: Mapping[str, Vocabulary] = field(default_factory=dict)
    places: Mapping[Identity, Place] = field(default_factory=dict)
    faulty: frozenset[Identity] = frozenset()

    @cached_property
    def entries(self) -> Mapping[tuple[str, str], Entry]:
        """Every entry by its catalogue's id and its key."""
        return {(name, entry.key): entry for name, catalog in self.catalogs.items() for entry in catalog.entries}

    def where(self, kind: Kind, name: str) -> Place:
        """Where a record is written; one that was made in memory, where its file would be."""
        return self.places.get((kind, name)) or Place(file=Path("data", kind, f"{name}.yaml"))


def read(root: Path) -> Records:
    """Every record of a data directory, or one ExceptionGroup with every fault of every file."""
    records, faults = gather(root)
    refuse(root, faults)
    return records


def gather(root: Path) -> tuple[Records, list[Fault]]:
    """The records of a data directory as far as they can be read, and every fault of its files."""
    if not any((root / kind).is_dir() for kind in KINDS):
        raise UnreadableFile(f"{root} is no data directory: it holds none of {', '.join(KINDS)}")
    readings: dict[Identity, forms.Reading] = {}
    found: dict[Kind, dict[str, Any]] = {kind: {} for kind in KINDS}
    for kind, path in record_files(root):
        reading = readings[kind, path.stem] = forms.Reading(file=shown(path, root))
        record = _record(path, KINDS[kind], reading)
        if record is not None:
            found[kind][path.stem] = record
    records = Records(**found, places=_places(readings), faulty=_faulty(readings))
    vocabularies_in_doubt = {name for kind, name in records.faulty if kind == "vocabularies"}
    faults = [fault for reading in readings.values() for fault in reading.faults]
    faults += terms.unknown_terms(root, readings.values(), records.vocabularies, vocabularies_in_doubt)
    return records, in_order([*folder.strays(root), *faults])


def refuse(root: Path, faults: list[Fault]) -> None:
    """Raise the faults as one ExceptionGroup, where there are any."""
    if faults:
        number = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        raise ExceptionGroup(f"{number} in {shown(root, root)}", faults)


def in_order(faults: Iterable[Fault]) -> list[Fault]:
    """The faults by file, line and field."""
    return sorted(faults, key=lambda fault: (str(fault.file), fault.line or 0, fault.field, fault.code))


def _record(path: Path, record: type[Any], reading: forms.Reading) -> Any:
    """What could be read of the record in a file; None where nothing could."""
    try:
        text = source.text_of(path, reading.file)
    except Fault as fault:
        reading.faults.append(fault)
        return None
    return read_record(text, record, reading)


def _places(readings: Mapping[Identity, forms.Reading]) -> dict[Identity, Place]:
    return {
        identity: Place(file=reading.file, lines=reading.lines, moved=reading.moved)
        for identity, reading in readings.items()
    }


def _faulty(readings: Mapping[Identity, forms.Reading]) -> frozenset[Identity]:
    return frozenset(identity for identity, reading in readings.items() if reading.faults)
