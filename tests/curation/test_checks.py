"""Each kind of bad input, laid over a sound data directory, with the messages it must give.

`GOLDEN=rewrite pytest tests/curation/test_checks.py` writes the messages anew; review the diff.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from medkg.curation import CODES, load_with_faults

FAULTS = Path(__file__).parents[1] / "golden" / "faults"
CASES = sorted(case.name for case in FAULTS.iterdir())


@pytest.mark.parametrize("name", CASES)
def test_bad_input_gives_its_messages(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for layer in ("sound", name):
        shutil.copytree(FAULTS / layer / "data", tmp_path / "data", dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    _, faults = load_with_faults(Path("data"))
    messages = "".join(f"{fault}\n" for fault in faults)
    expected = FAULTS / name / "expected.txt"
    if os.environ.get("GOLDEN") == "rewrite":
        expected.write_text(messages, encoding="utf-8")
    assert messages == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["aux", "con", "lpt1"])  # which no checkout on Windows could hold as a golden file
def test_a_file_whose_name_windows_keeps_for_a_device_is_a_fault(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(FAULTS / "sound" / "data", tmp_path / "data")
    datasets = tmp_path / "data" / "datasets"
    shutil.copyfile(next(datasets.glob("*.yaml")), datasets / f"{name}.yaml")
    monkeypatch.chdir(tmp_path)
    _, faults = load_with_faults(Path("data"))
    assert f"data/datasets/{name}.yaml: bears the name of a device" in "\n".join(map(str, faults))


def test_every_code_has_a_case_or_needs_another_test() -> None:
    messages = "".join((FAULTS / name / "expected.txt").read_text(encoding="utf-8") for name in CASES)
    without = {code for code in CODES if f"[{code}]\n" not in messages}
    assert without == {"unreadable-file", "comment", "not-writable"}
