"""What reading a catalogue promises whatever its text is, and how it refuses a file that is none of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medkg.catalogs import IDS, read
from medkg.errors import UnknownName, UnreadableFile
from medkg.model.entries import Catalog
from medkg.model.vocabularies import Vocabulary
from tests.catalogs.conftest import ReadText
from tests.catalogs.test_markdown import MARKDOWN

ONE_OF_EACH = {
    "biomedical-imaging-datasets": "| Dataset | Description | Task |\n|---|---|---|\n| A | 20 scans | Segmentation |\n",
    "linhandev": "# 肝脏\n\n| 名称 | 标注内容 | 数量 |\n|-|-|-|\n| [A](https://a.org) | 肝 | 20 |\n",
    "m-aryayi": '## Brain\n\n- <a href="https://a.org"> **A**</a> (All) <br>\n***Keyboard:*** MRI <br>\n',
    "neerakara": "| Anatomy | Dataset | Modality |\n|---|---|---|\n| Liver | A | CT (n=20) |\n",
    "openmedlab": "## Brain\n\n[A](./resources/A.md) (3D MRI, 20 Cases, 1 Category)\n",
}


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("catalogs")


@settings(deadline=None)
@given(catalog_id=st.sampled_from(IDS), before=MARKDOWN, after=MARKDOWN)
def test_any_text_is_read_or_refused_with_a_message(
    catalog_id: str, before: str, after: str, folder: Path, vocabularies: Mapping[str, Vocabulary]
) -> None:
    file = folder / "a.md"
    file.write_bytes(f"{before}\n\n{ONE_OF_EACH[catalog_id]}\n{after}".encode("utf-8", "surrogatepass"))
    try:
        catalog = read(catalog_id, file, Catalog(title="A"), vocabularies)
    except UnreadableFile:
        return
    assert catalog.source is not None
    assert len({entry.key for entry in catalog.entries}) == len(catalog.entries)
    lines = [entry.line for entry in catalog.entries] + [each.line for each in catalog.unread]
    assert all(1 <= line <= catalog.source.lines for line in lines)


@pytest.mark.parametrize("catalog_id", IDS)
@pytest.mark.parametrize("lines", [1, 7])
def test_an_entry_that_moves_keeps_its_key_and_facts(catalog_id: str, lines: int, read_text: ReadText) -> None:
    (before,) = read_text(catalog_id, ONE_OF_EACH[catalog_id]).entries
    (after,) = read_text(catalog_id, "\n" * lines + ONE_OF_EACH[catalog_id]).entries
    assert after.line == before.line + lines
    assert (after.key, after.name, after.counts) == (before.key, before.name, before.counts)


def test_the_source_is_told_by_its_bytes_and_lines(read_text: ReadText) -> None:
    text = ONE_OF_EACH["neerakara"].replace("\n", "\r\n").encode()
    source = read_text("neerakara", text).source
    assert source is not None
    assert (source.file, source.lines, source.sha256) == ("neerakara.md", 3, hashlib.sha256(text).hexdigest())


def test_thousands_of_rows_are_entries_each_at_its_line(read_text: ReadText) -> None:
    rows = [f"| [Set {n}](https://a.org/{n}) | {n} scans of the liver | Segmentation |" for n in range(1, 2001)]
    catalog = read_text(
        "biomedical-imaging-datasets", "| Dataset | Description | Task |\n|---|---|---|\n" + "\n".join(rows)
    )
    assert [(entry.line, entry.name, entry.counts[0].value) for entry in catalog.entries] == [
        (n + 2, f"Set {n}", n) for n in range(1, 2001)
    ]


@pytest.mark.parametrize("catalog_id", IDS)
@pytest.mark.parametrize("other", IDS)
def test_a_file_of_another_catalogue_is_refused_by_its_name(catalog_id: str, other: str, read_text: ReadText) -> None:
    if other == catalog_id:
        return
    with pytest.raises(UnreadableFile, match=f"no entry in the form of {catalog_id}; it looks like a file of {other}"):
        read_text(catalog_id, ONE_OF_EACH[other])


def test_one_table_of_its_own_form_does_not_make_a_file_its_own(read_text: ReadText) -> None:
    lines = "\n".join(f"[A{n}](./resources/A{n}.md) (3D MRI, {n} Cases, 1 Category)\n" for n in range(1, 6))
    with pytest.raises(UnreadableFile, match=r"hardly an entry in the form of neerakara; .* file of openmedlab"):
        read_text("neerakara", f"## Brain\n\n{lines}\n{ONE_OF_EACH['neerakara']}")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "an empty file"),
        (b" \n\n", "an empty file"),
        (b"# A\0", "a binary file"),
        (b"\x89PNG\r\n", r"not a text file in UTF-8 \(byte 0\)"),
        (b"# About\n\nA README of something else.\n", "is this a file of another catalogue"),
    ],
)
def test_what_is_no_catalogue_is_refused(content: bytes, message: str, read_text: ReadText) -> None:
    with pytest.raises(UnreadableFile, match=message):
        read_text("m-aryayi", content)


def test_a_missing_file_and_an_unknown_catalogue_are_named(
    tmp_path: Path, vocabularies: Mapping[str, Vocabulary]
) -> None:
    with pytest.raises(UnreadableFile, match="cannot be read: No such file"):
        read("m-aryayi", tmp_path / "none.md", Catalog(title="A"), vocabularies)
    with pytest.raises(UnknownName, match="no catalogue is called 'm-ariay'"):
        read("m-ariay", tmp_path / "none.md", Catalog(title="A"), vocabularies)
