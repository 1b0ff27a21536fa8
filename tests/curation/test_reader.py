"""Reading a data directory: records, their places, and faults as an exception."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from medkg.curation import check, load, parse, read
from medkg.errors import Fault, UnreadableFile
from medkg.model.collection import Records
from medkg.model.entries import Count
from medkg.model.records import Dataset

SOUND = Path(__file__).parents[1] / "golden" / "faults" / "sound" / "data"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A sound data directory of its own, below the working directory."""
    monkeypatch.chdir(tmp_path)
    return Path(shutil.copytree(SOUND, tmp_path / "data"))


def test_every_record_is_read_under_its_file_name(data: Path) -> None:
    records = read(data)
    assert sorted(records.catalogs) == ["neerakara", "openmedlab"]
    assert sorted(records.datasets) == ["acdc", "brats", "brats-2021", "lits"]
    assert list(records.challenges) == ["lits-2017"]
    assert records.vocabularies["modality"].by_key["ct"].label_zh == "计算机断层扫描"


def test_values_are_typed(data: Path) -> None:
    entry = read(data).catalogs["openmedlab"].entries[0]
    assert entry.counts[0] == Count(value=131, unit="case", role="train", approximate=False)
    assert (entry.line, entry.section, entry.released, entry.licence) == (31, ("Abdomen", "CT"), "2017", None)


def test_a_place_knows_file_and_line_of_each_field(data: Path) -> None:
    place = read(data).where("catalogs", "openmedlab")
    assert place.file == Path("data/catalogs/openmedlab.yaml")
    assert place.of("entries[0].counts[1].unit") == ("entries[0].counts[1].unit", 19)
    assert place.of("entries[1].name") == ("entries[1].name", 28)


def test_a_field_that_is_not_written_has_the_line_of_what_would_hold_it(data: Path) -> None:
    place = read(data).where("catalogs", "openmedlab")
    assert place.of("entries[0].counts[1].role")[1] == 19
    assert place.of("entries[1].licence.url")[1] == 25
    assert place.of("note")[1] == 1


def test_files_are_named_from_the_working_directory_or_the_parent_of_data(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(data.parent.parent)
    assert read(data).where("datasets", "lits").file == Path(data.parent.name, "data/datasets/lits.yaml")
    monkeypatch.chdir(data / "challenges")
    assert read(data).where("datasets", "lits").file == Path("data/datasets/lits.yaml")


def test_all_faults_come_in_one_group(data: Path) -> None:
    (data / "datasets" / "lits.yaml").write_text("lable: LiTS\n")
    (data / "datasets" / "acdc.yaml").write_text("")
    with pytest.raises(ExceptionGroup, match="2 faults in data") as caught:
        read(data)
    assert all(isinstance(fault, Fault) for fault in caught.value.exceptions)


def test_load_checks_what_it_reads(data: Path) -> None:
    assert load(data).datasets.keys() == read(data).datasets.keys()
    (data / "datasets" / "acdc.yaml").unlink()
    read(data)
    with pytest.raises(ExceptionGroup, match="2 faults in data"):
        load(data)


def test_a_folder_that_holds_no_data_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="is no data directory"):
        read(tmp_path / "nowhere")


def test_a_kind_of_record_may_be_absent(data: Path) -> None:
    shutil.rmtree(data / "challenges")
    assert read(data).challenges == {}


def test_a_link_that_leads_nowhere_is_a_fault(data: Path) -> None:
    (data / "datasets" / "lost.yaml").symlink_to("nowhere.yaml")
    with pytest.raises(ExceptionGroup) as caught:
        read(data)
    (fault,) = caught.value.exceptions
    assert "lost.yaml: cannot be read: No such file or directory; " in str(fault)
    assert str(fault).endswith("[unreadable-file]")


@pytest.mark.parametrize("text", ["[" * 100_000, "- " * 100_000, "label: " + "{a: " * 100_000])
def test_nesting_without_end_is_a_fault_not_a_crash(text: str) -> None:
    with pytest.raises(ExceptionGroup) as caught:
        parse(text, Dataset, Path("deep.yaml"))
    assert "nests too deep" in str(caught.value.exceptions[0])


def test_records_made_in_memory_are_checked_where_their_file_would_be() -> None:
    records = Records(datasets={"old": Dataset(label="Old", replaced_by="new")})
    assert [str(fault) for fault in check(records)] == [
        "data/datasets/old.yaml:replaced_by: there is no data/datasets/new.yaml; "
        "write its file, or leave the slug out [dangling-dataset]"
    ]
