"""The files of a data directory: which are to hold a record, of which kind, and which do not belong there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from medkg.choices import did_you_mean
from medkg.curation.hints import slug_of
from medkg.errors import Fault
from medkg.model.entries import Catalog
from medkg.model.forms import SLUG
from medkg.model.records import Challenge, Dataset
from medkg.model.vocabularies import Vocabulary

Kind = Literal["catalogs", "datasets", "challenges", "vocabularies"]

KINDS: Mapping[Kind, type[Any]] = {
    "catalogs": Catalog,
    "datasets": Dataset,
    "challenges": Challenge,
    "vocabularies": Vocabulary,
}

# https://learn.microsoft.com/windows/win32/fileio/naming-a-file#naming-conventions
_DEVICES = re.compile(r"con|prn|aux|nul|(com|lpt)[0-9]")
_GATE = "gate.yaml"  # which graph of these data passed which shapes, written by the build

CODES = {
    "bad-slug": "A file's name must be a slug, for it ends the record's IRI.",
    "unknown-file": "A data directory holds records, README.md and nothing else.",
}


def record_files(root: Path) -> Iterator[tuple[Kind, Path]]:
    """Each file of a data directory that is to hold a record, with its kind, in a stable order."""
    for kind in KINDS:
        for path in _listed(root / kind):
            if path.suffix == ".yaml" and not path.is_dir():
                yield kind, path


def shown(path: Path, root: Path) -> Path:
    """A path as users see it: from the working directory, or else from the parent of the data directory."""
    here, whole = Path.cwd(), path.absolute()
    return whole.relative_to(here if whole.is_relative_to(here) else root.absolute().parent)


def strays(root: Path) -> Iterator[Fault]:
    """A fault for everything in a data directory that is no record by its name."""
    for path in _listed(root):
        if path.name not in (*KINDS, _GATE):
            message = f"is none of the folders {', '.join(KINDS)}{did_you_mean(path.name, KINDS)}"
            yield Fault(file=shown(path, root), code="unknown-file", message=message)
    for path in (path for kind in KINDS for path in _listed(root / kind)):
        if path.is_dir() or path.suffix != ".yaml":
            yield Fault(file=shown(path, root), code="unknown-file", message=_no_record(path))
        elif not re.fullmatch(SLUG, path.stem):
            yield Fault(file=shown(path, root), code="bad-slug", message=f"is not named by a slug; {_renaming(path)}")
        elif _DEVICES.fullmatch(path.stem):
            message = (
                f"bears the name of a device, which no file has on Windows; say what it is, as in {path.stem}-set.yaml"
            )
            yield Fault(file=shown(path, root), code="bad-slug", message=message)


def _listed(folder: Path) -> list[Path]:
    """What a folder holds besides its README and hidden files, sorted; nothing where it is not there."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.name != "README.md" and not path.name.startswith("."))


def _no_record(path: Path) -> str:
    if path.suffix == ".yml" and not path.is_dir():
        return f"is not read, for records end in .yaml; {_renaming(path)}"
    return "is no record, which would be a file <slug>.yaml; move it elsewhere"


def _renaming(path: Path) -> str:
    """The way out of a wrong file name; the right one may be taken."""
    slug = slug_of(path.stem)
    if slug and path.with_name(f"{slug}.yaml").exists():
        return f"{slug}.yaml is there already, make one of the two"
    return f"rename it to {slug or '<slug>'}.yaml"
