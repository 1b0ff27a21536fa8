"""The written form: it reads back, it is one, and no file is harmed on the way to it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from medkg.curation import dump, fmt, parse
from medkg.errors import Fault, UnreadableFile
from medkg.model.entries import Catalog, Count, Entry, Event, Link
from medkg.model.records import Dataset, EntryMatch
from tests.curation.records_at_random import CLASSES, made_up

ANYWHERE = Path("record.yaml")
SOUND = Path(__file__).parents[1] / "golden" / "faults" / "sound" / "data"

ENTRY = Entry(
    key="lits",
    line=31,
    section=("Abdomen", "CT: liver"),
    name="LiTS",
    modality=("ct",),
    counts=(Count(value=131, unit="case", role="train"), Count(value=70, unit="case", role="test", approximate=True)),
    released="2017",
    events=(Event(venue="miccai", year=2017),),
    links=(Link(role="homepage", url="https://example.org/lits"), Link(role="paper", url=f"https://x.org/{'p' * 99}")),
)

WRITTEN = f"""\
title: 肝脏
entries:
- key: lits
  line: 31
  section: [Abdomen, 'CT: liver']
  name: LiTS
  modality: [ct]
  counts:
  - {{value: 131, unit: case, role: train}}
  - {{value: 70, unit: case, role: test, approximate: true}}
  released: '2017'
  events:
  - {{venue: miccai, year: 2017}}
  links:
  - {{role: homepage, url: 'https://example.org/lits'}}
  - role: paper
    url: https://x.org/{"p" * 99}
"""


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A sound data directory of its own."""
    shutil.copytree(SOUND, tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    return Path("data")


@given(st.sampled_from(CLASSES).flatmap(made_up))
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_is_dumped_reads_back_and_is_dumped_alike(record: Any) -> None:
    text = dump(record)
    again = parse(text, type(record), ANYWHERE)
    assert again == record
    assert dump(again) == text


def test_short_leaves_take_one_line_and_long_ones_several() -> None:
    assert dump(Catalog(title="肝脏", entries=(ENTRY,))) == WRITTEN


def test_texts_that_look_like_something_else_are_quoted() -> None:
    dataset = Dataset(label="2022", version="1.0", alternative=("no", "2022-07-01", "1e5", "LiTS"))
    assert dump(dataset) == "label: '2022'\nalternative: ['no', '2022-07-01', '1e5', LiTS]\nversion: '1.0'\n"


def test_long_sentences_are_folded() -> None:
    standing = EntryMatch(
        catalog="openmedlab", key="lits", basis="catalog", reason="The name and the site agree. " * 20
    )
    assert max(map(len, dump(Dataset(label="LiTS", entries=(standing,))).splitlines())) <= 115


def test_the_written_form_stays_as_it_is(data: Path) -> None:
    assert fmt(data) == []


def test_check_names_files_and_leaves_them(data: Path) -> None:
    file = data / "datasets" / "brats.yaml"
    file.write_bytes(b"\xef\xbb\xbfkind:   series\r\nlabel: BraTS\r\n")
    before = file.read_bytes()
    assert [path.resolve() for path in fmt(data, check=True)] == [file.resolve()]
    assert file.read_bytes() == before


@pytest.mark.parametrize("path", [".", "datasets", "datasets/brats.yaml"])
def test_files_are_brought_into_the_written_form(data: Path, path: str) -> None:
    file = data / "datasets" / "brats.yaml"
    file.write_bytes(b"\xef\xbb\xbfkind:   series\r\nlabel: 'BraTS'\r\nalternative: []\r\n")
    assert [each.resolve() for each in fmt(data / path)] == [file.resolve()]
    assert file.read_bytes() == b"label: BraTS\nkind: series\n"
    assert sorted(each.name for each in file.parent.iterdir()) == sorted(
        each.name for each in (SOUND / "datasets").iterdir()
    )


def test_only_what_is_asked_for_is_formatted(data: Path) -> None:
    (data / "datasets" / "brats.yaml").write_text("kind: series\nlabel: BraTS\n")
    assert fmt(data / "vocabularies") == []
    assert fmt(data / "datasets" / "lits.yaml") == []


def test_nothing_is_written_while_a_file_cannot_be_read(data: Path) -> None:
    (data / "datasets" / "brats.yaml").write_text("kind: series\nlabel: BraTS\n")
    (data / "datasets" / "acdc.yaml").write_text("lable: ACDC\n")
    (data / "datasets" / "lits.yaml").write_bytes(b"\x00\xff")
    with pytest.raises(ExceptionGroup) as caught:
        fmt(data)
    assert [str(fault) for fault in caught.value.exceptions] == [
        "data/datasets/acdc.yaml:1:lable: is no field of a dataset; did you mean 'label'? [unknown-field]",
        "data/datasets/lits.yaml:1: is not UTF-8 text (byte 0xff); save it as UTF-8, or move it elsewhere [not-text]",
    ]
    assert (data / "datasets" / "brats.yaml").read_text() == "kind: series\nlabel: BraTS\n"


@pytest.mark.parametrize("text", ["label: BraTS # a series\n", "label: BraTS\n# the end\n"])
def test_comments_are_refused_not_lost(data: Path, text: str) -> None:
    (data / "datasets" / "brats.yaml").write_text(text)
    with pytest.raises(ExceptionGroup) as caught:
        fmt(data)
    (fault,) = caught.value.exceptions
    assert isinstance(fault, Fault)
    assert (fault.code, fault.line) == ("comment", text[: text.index("#")].count("\n") + 1)


def test_a_hash_within_a_text_is_no_comment(data: Path) -> None:
    file = data / "datasets" / "brats.yaml"
    file.write_text("label: 'BraTS # 1'\nalternative: [B#, '# 2']\n", encoding="utf-8")
    fmt(data)
    assert "# 2" in file.read_text(encoding="utf-8")


def test_a_file_that_cannot_be_written_stays_whole(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = data / "datasets" / "brats.yaml"
    file.write_text("kind: series\nlabel: BraTS\n")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(Fault, match="cannot be written: Permission denied; the file is as it was"):
        fmt(data)
    assert file.read_text() == "kind: series\nlabel: BraTS\n"
    assert not list(file.parent.glob(".*"))


def test_a_path_that_holds_no_record_is_refused(data: Path) -> None:
    with pytest.raises(UnreadableFile, match="no record of a data directory"):
        fmt(data / "datasets" / "nothing.yaml")
