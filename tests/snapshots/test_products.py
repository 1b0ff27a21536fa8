"""The products of a build: each is made once, and `check` finds every fault for which a build is refused."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from medkg.lineage.register import Register
from medkg.model.collection import Records
from medkg.rdf.quads import RdfDataset, rdf_dataset
from medkg.settings import Settings
from medkg.snapshots import products
from medkg.snapshots.build import build
from medkg.snapshots.manifest import INDEX, LINEAGE
from medkg.snapshots.products import BuildProducts, check
from tests.tiny_resources import forbid_titles, spoil


def test_the_graph_is_made_once(resources: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[Path] = []

    def counting(records: Records, ontology: Path, register: Register) -> RdfDataset:
        calls.append(ontology)
        return rdf_dataset(records, ontology, register)

    monkeypatch.setattr(products, "rdf_dataset", counting)
    made = BuildProducts.of(resources)
    assert calls == []
    assert made.graph is made.graph
    assert calls == [resources / "ontology"]


def test_the_derived_files_are_an_index_and_a_register_of_the_records(resources: Path, tmp_path: Path) -> None:
    made = BuildProducts.of(resources)
    made.write_derived_files(tmp_path)
    with closing(sqlite3.connect(tmp_path / INDEX)) as index:
        slugs = {slug for (slug,) in index.execute("SELECT slug FROM dataset")}
    current = {slug for slug, dataset in made.records.datasets.items() if not dataset.replaced_by}
    assert slugs == current
    assert current <= {*json.loads((tmp_path / LINEAGE).read_bytes())["labels"]}


@pytest.mark.parametrize("change", [spoil, forbid_titles])
def test_check_and_build_name_the_same_faults(
    settings: Settings, resources: Path, change: Callable[[Path], None]
) -> None:
    (resources / "queries").mkdir()
    change(resources)
    with pytest.raises(ExceptionGroup) as failure:
        build(settings)
    assert {str(fault) for fault in failure.value.exceptions} == {
        str(fault) for fault in check(resources, shapes=True).faults
    }
