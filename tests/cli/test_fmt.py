"""`medkg fmt`."""

from __future__ import annotations

from medkg.settings import Settings
from tests.cli.conftest import Medkg


def test_files_are_named_with_check_and_written_without(my_medkg: Medkg, own: Settings) -> None:
    file = own.resources / "data" / "datasets" / "lits.yaml"
    my_medkg("fmt")
    assert my_medkg("fmt", "--check").status == 0
    formatted = file.read_bytes()
    file.write_bytes(formatted.replace(b"label: LiTS", b'label: "LiTS"'))
    ran = my_medkg("fmt", "--check")
    assert (ran.status, ran.out) == (1, "data/datasets/lits.yaml\n")
    assert file.read_bytes() != formatted
    ran = my_medkg("fmt", "data/datasets")
    assert (ran.status, ran.out) == (0, "data/datasets/lits.yaml\n")
    assert file.read_bytes() == formatted


def test_a_file_that_cannot_be_read_is_a_fault(my_medkg: Medkg, own: Settings) -> None:
    (own.resources / "data" / "datasets" / "lits.yaml").write_text("a: [", encoding="utf-8")
    ran = my_medkg("fmt")
    assert ran.status == 1
    assert "data/datasets/lits.yaml" in ran.err


def test_a_path_that_is_not_there_is_a_usage_error(my_medkg: Medkg) -> None:
    assert my_medkg("fmt", "nowhere").status == 2
