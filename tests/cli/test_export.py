"""`medkg export`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Medkg


def test_the_graph_is_turtle_on_standard_output(medkg: Medkg) -> None:
    ran = medkg("export")
    assert ran.status == 0
    assert ran.out.startswith("@prefix")


@pytest.mark.parametrize("form", ["turtle", "jsonld", "ntriples", "nquads", "trig", "rdfxml"])
def test_every_format_is_written(medkg: Medkg, form: str) -> None:
    assert "LiTS" in medkg("export", "--format", form).out


def test_a_files_ending_tells_the_format(medkg: Medkg, tmp_path: Path) -> None:
    ran = medkg("export", "-o", str(tmp_path / "graph.jsonld"), "--dataset", "Liver Tumor Segmentation")
    assert (ran.status, ran.out) == (0, "")
    content = json.loads((tmp_path / "graph.jsonld").read_text(encoding="utf-8"))
    assert any(node["@id"] == "dataset:lits" for node in content["@graph"])
    assert not any(node["@id"] == "dataset:acdc" for node in content["@graph"])
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".jsonld"] == ["graph.jsonld"]


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (("-f", "turtel"), 1, "no format is called 'turtel'"),
        (("-o", "graph.docx"), 2, "the file name graph.docx has no known suffix"),
        (("-o", "nowhere/graph.ttl"), 1, "nowhere/graph.ttl cannot be written: No such file or directory"),
        (("--dataset", "ATLAS"), 1, "may be any of 2 datasets"),
        (("--dataset", "liits"), 1, "did you mean lits"),
        (("--dataset", ""), 1, "no dataset is called ''"),
        (("-f", ""), 1, "no format is called ''"),
    ],
)
def test_a_mistake_has_a_way_out(medkg: Medkg, arguments: tuple[str, ...], status: int, message: str) -> None:
    ran = medkg("export", *arguments)
    assert (ran.status, ran.out) == (status, "")
    assert message in ran.err
