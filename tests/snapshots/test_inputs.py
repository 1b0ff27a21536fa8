"""The record of a passed gate: it spares the same graph and shapes a second look, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from medkg.errors import Fault
from medkg.settings import Settings
from medkg.snapshots.build import STAGES, build
from medkg.snapshots.inputs import record_conformance, recorded_conformance, shapes_digest
from tests.tiny_resources import Stages, forbid_titles, relabel, strewn

GATE = "checking the shapes"


@pytest.fixture
def elsewhere(tmp_path: Path, settings: Settings) -> Settings:
    """The settings of somebody who has the same resources and never built."""
    return Settings(environment={**settings.environment, "MEDKG_HOME": str(tmp_path / "elsewhere")})


def test_a_violation_of_the_shapes_fails_the_build(settings: Settings, resources: Path) -> None:
    forbid_titles(resources)
    with pytest.raises(ExceptionGroup, match=r"^2 violations") as failure:
        build(settings)
    faults = [fault for fault in failure.value.exceptions if isinstance(fault, Fault)]
    assert [str(fault.file) for fault in faults] == ["data/datasets/acdc.yaml", "data/datasets/lits.yaml"]
    assert strewn(settings) == []


def test_a_graph_that_has_passed_is_not_asked_again(settings: Settings, resources: Path) -> None:
    build(settings)
    with (resources / "data" / "datasets" / "acdc.yaml").open("a", encoding="utf-8") as file:
        file.write("# a remark\n")
    stages = Stages()
    build(settings, progress=stages)
    assert stages == [*(stage for stage in STAGES if stage != GATE), "done"]


def test_a_graph_that_is_recorded_to_have_passed_is_not_asked_at_all(
    settings: Settings, resources: Path, elsewhere: Settings
) -> None:
    record_conformance(resources, build(settings).digest)
    stages = Stages()
    build(elsewhere, progress=stages)
    assert stages == [*(stage for stage in STAGES if stage != GATE), "done"]


def test_the_record_says_which_graph_and_which_shapes(settings: Settings, resources: Path) -> None:
    snapshot = build(settings)
    assert record_conformance(resources, snapshot.digest) == resources / "data" / "gate.yaml"
    passed = recorded_conformance(resources)
    assert passed is not None
    assert (passed.graph, passed.shapes) == (snapshot.digest, shapes_digest(resources / "ontology"))


def test_recording_does_not_make_a_snapshot_out_of_date(settings: Settings, resources: Path) -> None:
    record_conformance(resources, build(settings).digest)
    stages = Stages()
    build(settings, progress=stages)
    assert stages == []


@pytest.mark.parametrize(
    "change", [lambda resources: relabel(resources, "ACDC of 2017"), lambda resources: remark(resources)]
)
def test_a_record_of_another_graph_or_other_shapes_is_not_believed(
    settings: Settings, resources: Path, elsewhere: Settings, change: Callable[[Path], None]
) -> None:
    record_conformance(resources, build(settings).digest)
    change(resources)
    stages = Stages()
    build(elsewhere, progress=stages)
    assert GATE in stages


@pytest.mark.parametrize("content", ["", "graph: 1", "- a", "graph: [", "\t", "\x00"])
def test_a_record_that_cannot_be_read_is_no_record(resources: Path, content: str) -> None:
    (resources / "data" / "gate.yaml").write_text(content, encoding="utf-8")
    assert recorded_conformance(resources) is None


def test_a_build_done_again_asks_the_shapes_again(settings: Settings) -> None:
    build(settings)
    stages = Stages()
    build(settings, progress=stages, again=True)
    assert stages == [*STAGES, "done"]


def remark(resources: Path) -> None:
    """A change of the shapes that changes nothing of what they ask."""
    with (resources / "ontology" / "shapes.ttl").open("a", encoding="utf-8") as file:
        file.write("# a remark\n")
