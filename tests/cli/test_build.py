"""`medkg build`."""

from __future__ import annotations

from medkg.settings import Settings
from medkg.snapshots.inputs import recorded_conformance
from tests.cli.conftest import Medkg


def test_a_build_names_its_snapshot_and_is_quick_to_say_so_again(my_medkg: Medkg, own: Settings) -> None:
    ran = my_medkg("build")
    assert ran.status == 0
    assert " quads in 7 graphs: " in ran.out
    assert my_medkg("build").out == ran.out


def test_faults_are_all_named_and_the_graph_before_still_answers(my_medkg: Medkg, own: Settings) -> None:
    my_medkg("build")
    (own.resources / "data" / "datasets" / "acdc.yaml").write_text("lable: ACDC\n", encoding="utf-8")
    ran = my_medkg("build")
    assert ran.status == 1
    assert "data/datasets/acdc.yaml:1:lable: is no field of a dataset; did you mean 'label'? [unknown-field]" in ran.err
    ran = my_medkg("search", "acdc")
    assert (ran.status, ran.lines[1]) == (0, "acdc\tACDC\tits name")
    assert "answering from the graph of" in ran.err


def test_a_passed_gate_is_recorded_with_the_data(my_medkg: Medkg, own: Settings) -> None:
    ran = my_medkg("build", "--record-gate")
    assert ran.status == 0
    passed = recorded_conformance(own.resources)
    assert passed is not None
    assert passed.graph in ran.lines[0]
