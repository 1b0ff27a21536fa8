"""The register of lineage in a snapshot."""

from __future__ import annotations

from pathlib import Path

import pytest

from medkg.errors import SnapshotError
from medkg.rdf import lineage_register
from tests import real

DATA = Path(__file__).parents[2] / "data"


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    records = real.records()
    lineage_register.write(lineage_register.register(records), tmp_path / "lineage.json")
    assert lineage_register.read(tmp_path / "lineage.json") == lineage_register.register(records)
    assert [path.name for path in tmp_path.iterdir()] == ["lineage.json"]


def test_a_register_that_is_missing_or_damaged_has_a_way_out(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="medkg build --again"):
        lineage_register.read(tmp_path / "lineage.json")
    (tmp_path / "lineage.json").write_text("{", encoding="utf-8")
    with pytest.raises(SnapshotError, match="medkg build --again"):
        lineage_register.read(tmp_path / "lineage.json")


def test_every_claim_of_the_data_has_the_line_of_its_entry() -> None:
    register = real.register()
    cited = {(each.catalog, each.key) for one in register.claims for each in one.claim.evidence if each.catalog}
    assert cited == set(register.lines)


def test_rounded_totals_are_no_sizes_and_texts_no_source_modality() -> None:
    register = real.register()
    assert register.sizes["lits"]["case"] == 201
    assert not {"Images with text", "Text without images"} & {
        label for found in register.families.values() for label in found
    }


def test_a_radiograph_and_a_ct_are_of_different_families() -> None:
    families = real.register().families
    assert {slug: set(families[slug]) for slug in ("lits", "jsrt", "autopet", "adni")} == {
        "lits": {"Computed tomography"},
        "jsrt": {"Radiography"},
        "autopet": {"Computed tomography", "Nuclear medicine imaging"},
        "adni": {"Magnetic resonance imaging", "Nuclear medicine imaging"},
    }
