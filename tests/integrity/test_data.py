"""The repository's own `data/`, in words for curators: run `medkg check` and `medkg fmt` to mend what fails here."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from medkg.curation import fmt, load_with_faults, read
from medkg.errors import Fault
from medkg.model.collection import Records

DATA = Path(__file__).parents[2] / "data"
FILES = sorted(path for path in DATA.rglob("*") if path.is_file() and path.name != "README.md")

ENTRIES = {
    "m-aryayi": 70,
    "biomedical-imaging-datasets": 181,
    "openmedlab": 191,
    "neerakara": 27,
    "linhandev": 82,
}


@pytest.fixture(scope="module")
def faults() -> dict[str, list[Fault]]:
    """All that is wrong in and among the files, by file."""
    found: dict[str, list[Fault]] = defaultdict(list)
    for fault in load_with_faults(DATA)[1]:
        found["/".join(fault.file.parts[-2:])].append(fault)
    return found


@pytest.fixture(scope="module")
def records() -> Records:
    """Every record."""
    return read(DATA)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(DATA).as_posix())
def test_a_file_is_sound(file: Path, faults: dict[str, list[Fault]]) -> None:
    assert [str(fault) for fault in faults.get(file.relative_to(DATA).as_posix(), [])] == []


def test_all_files_together_are_sound(faults: dict[str, list[Fault]]) -> None:
    assert [str(fault) for group in faults.values() for fault in group] == []


def test_every_file_is_in_the_written_form() -> None:
    assert [path.relative_to(DATA).as_posix() for path in fmt(DATA, check=True)] == []


def test_every_entry_of_the_five_catalogues_is_there(records: Records) -> None:
    assert {name: len(catalog.entries) for name, catalog in records.catalogs.items()} == ENTRIES


def test_every_vocabulary_names_its_concepts_in_english_and_chinese(records: Records) -> None:
    without = [
        f"{name}/{concept.key}"
        for name in ("anatomy", "modality", "task")
        for concept in records.vocabularies[name].concepts
        if not concept.label_zh
    ]
    assert without == []
