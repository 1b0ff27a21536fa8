"""`medkg import`: a catalogue's Markdown file into the data, with all that can be said about it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from medkg.settings import Settings
from tests.cli.conftest import ROOT, Medkg, Ran

HEADER = "title: A list by section\nmaintainer: somebody\nnote: The header stays.\n"
FILE = """\
# A list

## Abdomen

| Dataset | Dim. | Modality | Task | Count | Label content |
| --- | --- | --- | --- | --- | --- |
| [LiTS](./resources/LiTS.md) | 3D | CT | Segmentation | 131+70 | liver |
| [CHAOS](./resources/CHAOS.md) | 3D | Gamma rays | Segmentation | 40 | liver |
| | 3D | CT | Segmentation | 1 | liver |

## Heart

| Dataset | Dim. | Modality | Task | Count | Label content |
| --- | --- | --- | --- | --- | --- |
| [ACDC](./resources/ACDC.md) | 3D | MR | Segmentation | 150 | heart |
"""


@pytest.fixture
def upstream(tmp_path: Path) -> Path:
    """The upstream's file."""
    path = tmp_path / "README.md"
    path.write_text(FILE, encoding="utf-8")
    return path


@pytest.fixture
def record(tmp_path: Path) -> Path:
    """The catalogue's record, which has no more than its header yet."""
    data = tmp_path / "resources" / "data"
    shutil.copytree(ROOT / "data" / "vocabularies", data / "vocabularies")
    (data / "catalogs").mkdir()
    path = data / "catalogs" / "openmedlab.yaml"
    path.write_text(HEADER, encoding="utf-8")
    return path


@pytest.fixture
def medkg_import(run: Callable[..., Ran], record: Path) -> Medkg:
    """Runs `medkg import` over that record."""
    settings = Settings(environment={"MEDKG_RESOURCES": str(record.parents[2])})
    return lambda *arguments: run(settings, "import", *arguments)


def test_a_first_file_is_read_under_the_header(medkg_import: Medkg, upstream: Path, record: Path) -> None:
    ran = medkg_import("openmedlab", str(upstream))
    assert ran.status == 0
    assert ran.lines == [
        "+ lits",
        "+ chaos",
        "+ acdc",
        "3 added, 0 changed, 0 gone, 0 moved",
        "3 entries",
        "     2 Abdomen",
        "     1 Heart",
        "line 9 could not be read: a table row without a dataset name",
        ran.lines[8],
        "written: data/catalogs/openmedlab.yaml",
    ]
    assert ran.lines[8].startswith("1 of ")
    assert ran.lines[8].endswith(" %)")
    assert record.read_text(encoding="utf-8").startswith(HEADER)


def test_the_same_file_once_more_changes_nothing(medkg_import: Medkg, upstream: Path, record: Path) -> None:
    medkg_import("openmedlab", str(upstream))
    before = record.stat().st_mtime_ns
    ran = medkg_import("openmedlab", str(upstream))
    assert ran.lines[0] == "0 added, 0 changed, 0 gone, 0 moved"
    assert ran.lines[-1] == "nothing changed: data/catalogs/openmedlab.yaml is as it was"
    assert record.stat().st_mtime_ns == before


def test_a_newer_file_tells_what_was_added_changed_and_gone(medkg_import: Medkg, upstream: Path) -> None:
    medkg_import("openmedlab", str(upstream))
    newer = FILE.replace("CHAOS", "KiTS19").replace("| 150 |", "| 200 |").replace("## Abdomen\n", "## Abdomen\n\n")
    upstream.write_text(newer, encoding="utf-8")
    lines = medkg_import("openmedlab", str(upstream)).lines
    assert lines[:4] == ["+ kits19", "~ acdc: counts", "- chaos", "1 added, 1 changed, 1 gone, 1 moved"]


def test_a_cell_not_understood_is_shown_in_full(medkg_import: Medkg, upstream: Path) -> None:
    lines = medkg_import("openmedlab", str(upstream), "--report").lines
    (cell,) = (line for line in lines if "Gamma" in line)
    assert cell.startswith("  line 8, chaos, Modality: 10 characters, ")
    assert cell.endswith(": Gamma rays")


def test_a_dry_run_writes_nothing(medkg_import: Medkg, upstream: Path, record: Path) -> None:
    ran = medkg_import("openmedlab", str(upstream), "--dry-run")
    assert ran.lines[-1] == "nothing written; data/catalogs/openmedlab.yaml would change"
    assert record.read_text(encoding="utf-8") == HEADER


def test_another_file_may_be_written(medkg_import: Medkg, upstream: Path, record: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    assert medkg_import("openmedlab", str(upstream), "-o", str(other)).status == 0
    assert "key: lits" in other.read_text(encoding="utf-8")
    assert record.read_text(encoding="utf-8") == HEADER


def test_a_catalogue_without_a_header_is_asked_for_one(medkg_import: Medkg, upstream: Path, record: Path) -> None:
    record.unlink()
    ran = medkg_import("openmedlab", str(upstream))
    assert ran.status == 0
    assert "write its title, maintainer, repository and licence into the header" in ran.err


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "an empty file"),
        (b"\xff\xfe\x00\x01", "not a text file in UTF-8"),
        (b"MZ\0\0", "a binary file"),
        (b"# Only words\n\nand no table.\n", "no entry in the form of openmedlab"),
    ],
)
def test_a_file_that_is_none_is_refused(
    medkg_import: Medkg, upstream: Path, record: Path, content: bytes, message: str
) -> None:
    upstream.write_bytes(content)
    ran = medkg_import("openmedlab", str(upstream))
    assert (ran.status, ran.out) == (1, "")
    assert message in ran.err
    assert record.read_text(encoding="utf-8") == HEADER


def test_an_unknown_catalogue_is_refused_with_those_there_are(medkg_import: Medkg, upstream: Path) -> None:
    ran = medkg_import("openmedlabs", str(upstream))
    assert ran.status == 1
    assert "no catalogue is called 'openmedlabs'; there are biomedical-imaging-datasets, linhandev" in ran.err


def test_a_broken_header_is_refused_and_kept(medkg_import: Medkg, upstream: Path, record: Path) -> None:
    record.write_text("title: [", encoding="utf-8")
    ran = medkg_import("openmedlab", str(upstream))
    assert ran.status == 1
    assert "data/catalogs/openmedlab.yaml" in ran.err
    assert record.read_text(encoding="utf-8") == "title: ["


def test_faults_of_other_files_do_not_matter(medkg_import: Medkg, upstream: Path, record: Path) -> None:
    (record.parent / "neerakara.yaml").write_text("title: [", encoding="utf-8")
    assert medkg_import("openmedlab", str(upstream)).status == 0


def test_a_file_that_is_not_there_is_a_usage_error(medkg_import: Medkg) -> None:
    assert medkg_import("openmedlab", "nowhere.md").status == 2
