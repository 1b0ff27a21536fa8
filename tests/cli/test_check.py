"""`medkg check`."""

from __future__ import annotations

from medkg.settings import Settings
from tests.cli.conftest import Medkg


def test_sound_data_have_no_faults(medkg: Medkg) -> None:
    ran = medkg("check")
    assert (ran.status, ran.out, ran.err) == (0, "no faults\n", "")


def test_every_fault_of_data_ontology_and_queries_is_named(my_medkg: Medkg, own: Settings) -> None:
    (own.resources / "data" / "datasets" / "acdc.yaml").write_text("lable: ACDC\n", encoding="utf-8")
    (own.resources / "data" / "challenges" / "empty.yaml").write_text("", encoding="utf-8")
    (own.resources / "ontology" / "shapes.ttl").write_text("<#shape> a\n", encoding="utf-8")
    (own.resources / "queries" / "bare.rq").write_text("SELECT * {}", encoding="utf-8")
    ran = my_medkg("check", "--shapes")
    assert ran.status == 1
    for named in ("data/datasets/acdc.yaml:1:lable", "data/challenges/empty.yaml", "shapes.ttl", "bare.rq"):
        assert any(named in line for line in ran.lines), named
    assert ran.err == f"{len(ran.lines)} faults\n"


def test_the_shapes_are_asked_where_wanted(my_medkg: Medkg, own: Settings) -> None:
    assert my_medkg("check", "--shapes").status == 0
    with (own.resources / "ontology" / "shapes.ttl").open("a", encoding="utf-8") as file:
        file.write("<#nameless> a sh:NodeShape ; sh:targetClass dcat:Dataset ; sh:property <#no-title> .\n")
        file.write('<#no-title> sh:path dcterms:title ; sh:name "label" ; sh:maxCount 0 ; sh:message "No."@en .\n')
    assert my_medkg("check").status == 0
    ran = my_medkg("check", "--shapes")
    assert ran.status == 1
    assert len(ran.lines) == 4
