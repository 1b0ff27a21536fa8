"""All records of a data directory as one value: by their ids, with their files and lines, and what we believe."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from medkg.model.beliefs import Belief, belief
from medkg.model.entries import Catalog, Entry
from medkg.model.records import Challenge, Dataset
from medkg.model.vocabularies import Vocabulary

Kind = Literal["catalogs", "datasets", "challenges", "vocabularies"]

KINDS: Mapping[Kind, type[Any]] = {
    "catalogs": Catalog,
    "datasets": Dataset,
    "challenges": Challenge,
    "vocabularies": Vocabulary,
}

Identity = tuple[Kind, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordLocation:
    """The file of a record as users see its path, and the line of each of its fields."""

    file: Path
    lines: Mapping[str, int] = field(default_factory=dict)
    moved: Mapping[str, str] = field(default_factory=dict)

    def of(self, path: str) -> tuple[str, int | None]:
        """A field's path as the file has it, and the line of the field or, where it is missing, of its parent."""
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
    places: Mapping[Identity, RecordLocation] = field(default_factory=dict)
    faulty: frozenset[Identity] = frozenset()

    @cached_property
    def entries(self) -> Mapping[tuple[str, str], Entry]:
        """Every entry by its catalogue's id and its key."""
        return {(name, entry.key): entry for name, catalog in self.catalogs.items() for entry in catalog.entries}

    @cached_property
    def beliefs(self) -> Mapping[str, Belief]:
        """What we believe of each dataset, by slug; made once, for everything that is made of the records."""
        return {slug: belief(dataset, self.entries) for slug, dataset in self.datasets.items()}

    def where(self, kind: Kind, name: str) -> RecordLocation:
        """The location of a record; of one made in memory, that which its file would have."""
        return self.places.get((kind, name)) or RecordLocation(file=Path("data", kind, f"{name}.yaml"))
