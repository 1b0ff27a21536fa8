"""Small files in each catalogue's form, with the record that each must give; the folder's name says what it shows.

`GOLDEN=rewrite pytest tests/catalogs/test_sources.py` writes the records anew; review the diff.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from medkg.catalogs import IDS, read
from medkg.catalogs.markdown_lines import physical
from medkg.curation import dump
from medkg.model.entries import Catalog
from medkg.model.vocabularies import Vocabulary

GOLDEN = Path(__file__).parents[1] / "golden" / "catalogs"
CASES = sorted(case.relative_to(GOLDEN).as_posix() for case in GOLDEN.glob("*/*"))


@pytest.mark.parametrize("name", CASES)
def test_a_file_gives_its_record(name: str, vocabularies: Mapping[str, Vocabulary]) -> None:
    case = GOLDEN / name
    catalog_id = case.parent.name
    record = dump(read(catalog_id, case / "source.md", Catalog(title=catalog_id), vocabularies))
    expected = case / "expected.yaml"
    if os.environ.get("GOLDEN") == "rewrite":
        expected.write_text(record, encoding="utf-8")
    assert record == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [name for name in CASES if not name.endswith("/html-tables")])
def test_every_entry_stands_on_the_line_it_tells(name: str, vocabularies: Mapping[str, Vocabulary]) -> None:
    source = GOLDEN / name / "source.md"
    lines = physical(source.read_bytes().decode("utf-8-sig"))
    for entry in read(source.parent.parent.name, source, Catalog(title="A"), vocabularies).entries:
        assert entry.name[:2] in lines[entry.line - 1]


def test_every_catalogue_has_cases() -> None:
    assert {name.partition("/")[0] for name in CASES} == set(IDS)
