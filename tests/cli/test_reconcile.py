"""`medkg reconcile`."""

from __future__ import annotations

from medkg.settings import Settings
from tests.cli.conftest import Medkg


def test_resolved_entries_need_nothing(medkg: Medkg) -> None:
    assert medkg("reconcile").out == "every entry stands for a dataset\n"


def test_a_given_entry_is_shown_with_its_candidates(medkg: Medkg) -> None:
    ran = medkg("reconcile", "south/acdc")
    assert ran.status == 0
    assert ran.lines[0] == "south/acdc: ACDC 2017 (line 5, stands for acdc)"
    assert any("acdc (ACDC)" in line for line in ran.lines)
    assert any("lits (LiTS)" in line for line in ran.lines)
    assert any("but same address, but a name unlike" in line or "other modality" in line for line in ran.lines)


def test_unresolved_entries_are_proposed_for(my_medkg: Medkg, own: Settings) -> None:
    (own.resources / "data" / "datasets" / "atlas-liver.yaml").unlink()
    lines = my_medkg("reconcile", "--catalog", "south").lines
    assert lines[0] == "south/atlas: ATLAS (line 7)"
    assert "        but other modality: CT here, MR there" in lines


def test_broken_data_are_refused_with_their_faults(my_medkg: Medkg, own: Settings) -> None:
    (own.resources / "data" / "datasets" / "lits.yaml").write_text("a: [", encoding="utf-8")
    ran = my_medkg("reconcile")
    assert ran.status == 1
    assert "data/datasets/lits.yaml" in ran.err


def test_an_unknown_entry_is_a_mistake_with_a_way_out(medkg: Medkg) -> None:
    assert medkg("reconcile", "north/litz").err == "medkg: no entry has the key 'litz'; did you mean 'lits'?\n"
    assert "no catalogue is called ''" in medkg("reconcile", "--catalog", "").err
    assert "no entry of south is one of north" in medkg("reconcile", "--catalog", "south", "north/lits").err
