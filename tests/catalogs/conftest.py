from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from medkg.catalogs import read
from medkg.curation import parse
from medkg.model.entries import Catalog
from medkg.model.vocabularies import Vocabulary

VOCABULARIES = Path(__file__).parents[2] / "data" / "vocabularies"

ReadText = Callable[..., Catalog]


@pytest.fixture(scope="session")
def vocabularies() -> Mapping[str, Vocabulary]:
    paths = sorted(VOCABULARIES.glob("*.yaml"))
    return {path.stem: parse(path.read_text(encoding="utf-8"), Vocabulary, path) for path in paths}


@pytest.fixture
def read_text(vocabularies: Mapping[str, Vocabulary], tmp_path: Path) -> ReadText:
    """Reads a text, or bytes, as a file of a catalogue."""

    def read_as(catalog_id: str, source: str | bytes) -> Catalog:
        file = tmp_path / f"{catalog_id}.md"
        file.write_bytes(source if isinstance(source, bytes) else source.encode())
        return read(catalog_id, file, Catalog(title=catalog_id), vocabularies)

    return read_as
