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


def test_an_address_that_can_be_escaped_is_noted_and_built_as_an_iri(my_medkg: Medkg, own: Settings) -> None:
    challenge = own.resources / "data" / "challenges" / "lits-2017.yaml"
    with challenge.open("a", encoding="utf-8") as file:
        file.write("leaderboard: 'https://example.org/a b|`c`[1]?100%'\n")
    ran = my_medkg("check")
    assert (ran.status, ran.out) == (0, "no faults\n")
    (note,) = ran.err.splitlines()
    line = len(challenge.read_text(encoding="utf-8").splitlines())
    iri = "https://example.org/a%20b%7C%60c%60%5B1%5D?100%25"
    assert note.startswith(f"note: data/challenges/lits-2017.yaml:{line}:leaderboard: ")
    assert note.endswith(f" {iri}; write it so [escaped-address]")
    assert f"<{iri}>" in my_medkg("export", "--format", "nquads").out


def test_an_address_that_a_correction_puts_in_place_is_noted_too(my_medkg: Medkg, own: Settings) -> None:
    dataset = own.resources / "data" / "datasets" / "acdc.yaml"
    stated = "  stated: https://lits.example.org/\n"
    text = dataset.read_text(encoding="utf-8")
    dataset.write_text(text.replace(stated, f"{stated}  instead: https://example.org/a|b\n"), encoding="utf-8")
    ran = my_medkg("check")
    assert (ran.status, ran.out) == (0, "no faults\n")
    assert "corrections[0].instead: 'https://example.org/a|b' holds what no IRI can" in ran.err
    assert "<https://example.org/a%7Cb>" in my_medkg("export", "--format", "nquads").out


def test_a_catalogue_that_lists_nothing_yet_is_noted_and_left_out_of_the_graph(my_medkg: Medkg, own: Settings) -> None:
    (own.resources / "data" / "catalogs" / "empty.yaml").write_text("title: An empty one\n", encoding="utf-8")
    ran = my_medkg("check")
    assert (ran.status, ran.out) == (0, "no faults\n")
    assert ran.err.startswith("note: data/catalogs/empty.yaml:1: lists no entries")
    assert my_medkg("build").status == 0
    assert "An empty one" not in my_medkg("export").out


def test_a_prefix_that_the_prefix_map_lacks_is_named_by_check_and_build(my_medkg: Medkg, own: Settings) -> None:
    unit = own.resources / "data" / "vocabularies" / "unit.yaml"
    with unit.open("a", encoding="utf-8") as file:
        file.write("- key: roll\n  label: Roll of film\n  exact: [uberun:0000000]\n")
    line = len(unit.read_text(encoding="utf-8").splitlines())
    fault = f"data/vocabularies/unit.yaml:{line}:concepts["
    ran = my_medkg("check")
    assert ran.status == 1
    assert ran.lines[0].startswith(fault)
    assert "did you mean 'uberon'?" in ran.lines[0]
    built = my_medkg("build")
    assert built.status == 1
    assert built.err.startswith(fault)
