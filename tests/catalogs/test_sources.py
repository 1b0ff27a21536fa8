"""Small files in each catalogue's form, with the record that each must give; the folder's name says what it shows.

`GOLDEN=rewrite pytest tests/catalogs/test_sources.py` writes the records anew; review the diff.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

import medkg
from medkg.catalogs import IDS, read
from medkg.catalogs.markdown_lines import physical_lines
from medkg.curation import dump
from medkg.model.entries import Catalog
from medkg.model.vocabularies import Vocabulary
from tests.catalogs.test_catalogs import ONE_OF_EACH

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
    lines = physical_lines(source.read_bytes().decode("utf-8-sig"))
    for entry in read(source.parent.parent.name, source, Catalog(title="A"), vocabularies).entries:
        assert entry.name[:2] in lines[entry.line - 1]


def test_every_catalogue_has_cases() -> None:
    assert {name.partition("/")[0] for name in CASES} == set(IDS)


READ = "from medkg.catalogs import tables\n\nread = tables.entries\n"
TABLE = "| Dataset | Modality |\n|---|---|\n| A | CT |\n| B | MR |\n"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of medkg to which modules are added, and resources beside it."""
    source = Path(medkg.__file__).parent
    shutil.copytree(source, tmp_path / "src" / "medkg", ignore=shutil.ignore_patterns("__pycache__", "static"))
    shutil.copytree(source.parents[1] / "data" / "vocabularies", tmp_path / "data" / "vocabularies")
    (tmp_path / "data" / "catalogs").mkdir()
    return tmp_path


def imported(house: Path, catalog_id: str, text: str) -> subprocess.CompletedProcess[str]:
    """What becomes of `medkg import` of a file with a text."""
    file = house / "README.md"
    file.write_text(text, encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-m", "medkg.cli", "import", catalog_id, str(file)],
        env={**os.environ, "PYTHONPATH": str(house / "src"), "MEDKG_RESOURCES": str(house)},
        capture_output=True,
        text=True,
        check=False,
    )


def add(house: Path, name: str, code: str) -> None:
    """Add a module of a catalogue."""
    (house / "src" / "medkg" / "catalogs" / "sources" / f"{name}.py").write_text(f'"""A list."""\n\n{code}')


def test_a_module_with_read_alone_reads_its_catalogue_and_leaves_the_others_as_they_were(house: Path) -> None:
    add(house, "my_list", READ)
    ran = imported(house, "my-list", TABLE)
    assert (ran.returncode, "+ a\n+ b\n" in ran.stdout) == (0, True), ran.stderr
    for catalog_id, text in ONE_OF_EACH.items():
        ran = imported(house, catalog_id, text)
        assert (ran.returncode, "1 added" in ran.stdout) == (0, True), ran.stderr
    ran = imported(house, "neerakara", ONE_OF_EACH["openmedlab"])
    assert "it looks like a file of openmedlab" in ran.stderr


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("", "my_list.py: defines no function `read`"),
        ("def read(", "the module medkg.catalogs.sources.my_list cannot be loaded: SyntaxError: "),
        ("import no_such_library\n", "cannot be loaded: ModuleNotFoundError: No module named 'no_such_library'"),
        ("raise RuntimeError('ours')\n", "cannot be loaded: RuntimeError: ours"),
        (f"{READ}\n\ndef is_own(found):\n    return 1 / 0\n", "failed: ZeroDivisionError: division by zero"),
    ],
    ids=["without read", "no Python", "without its library", "that fails", "whose is_own fails"],
)
def test_a_module_that_is_wrong_is_named_and_harms_no_other(house: Path, code: str, words: str) -> None:
    add(house, "my_list", code)
    ran = imported(house, "my-list", TABLE)
    assert ran.returncode in {1, 70}
    assert words in ran.stderr
    assert "Traceback" not in ran.stderr
    ran = imported(house, "openmedlab", ONE_OF_EACH["openmedlab"])
    assert (ran.returncode, "1 added" in ran.stdout) == (0, True), ran.stderr
