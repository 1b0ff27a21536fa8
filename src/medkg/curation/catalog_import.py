"""A newer file of a source catalogue as a record: its header kept, compared with the record so far, and written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from medkg import catalogs
from medkg.catalogs.changes import Changes, changes, with_lasting_keys
from medkg.curation.formatter import dump
from medkg.curation.reader import display_path, raise_faults, read_with_faults
from medkg.errors import MedkgError
from medkg.files import atomic_write
from medkg.model.entries import Catalog


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogImport:
    """A catalogue read from a file, its changes, and the text of the new record."""

    catalog: Catalog
    changes: Changes
    text: str
    is_known: bool

    def is_written(self, path: Path) -> bool:
        """Whether a file has exactly this text."""
        try:
            return path.read_bytes() == self.text.encode()
        except OSError:
            return False


def import_catalog(root: Path, catalog_id: str, file: Path) -> CatalogImport:
    """A Markdown file read as a catalogue of a data directory; nothing is written.

    The header (title, maintainer, licence …) stays as it is; without one the id is the title. Raises
    what `catalogs.read` does, and the faults of the files that are needed: vocabularies and header.
    """
    records, faults = read_with_faults(root)
    record = display_path(record_path(root, catalog_id), root)
    raise_faults(root, [fault for fault in faults if fault.file == record or fault.file.parent.name == "vocabularies"])
    before = records.catalogs.get(catalog_id)
    reading = catalogs.read(catalog_id, file, before or Catalog(title=catalog_id), records.vocabularies)
    after = with_lasting_keys(reading, before) if before else reading
    return CatalogImport(
        catalog=after,
        changes=changes(before or Catalog(title=catalog_id), after),
        text=dump(after),
        is_known=before is not None,
    )


def record_path(root: Path, catalog_id: str) -> Path:
    """The path of a catalogue's record in a data directory."""
    return root / "catalogs" / f"{catalog_id}.yaml"


def write_record(intake: CatalogImport, path: Path) -> None:
    """Write the record, completely or not at all."""
    try:
        with atomic_write(path) as draft:
            draft.write_text(intake.text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise MedkgError(f"{path} cannot be written: {error.strerror}; choose another file with -o") from error
