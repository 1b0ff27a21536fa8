"""`medkg query`."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from medkg.settings import Settings
from tests.cli.conftest import Medkg

SELECT = "SELECT ?dataset { ?dataset dcterms:identifier 'lits' ; a dcat:Dataset }"
LITS = "https://w3id.org/medkg/dataset/lits"


def test_solutions_are_csv_where_no_terminal_reads(medkg: Medkg) -> None:
    ran = medkg("query", SELECT)
    assert (ran.status, ran.out) == (0, f"dataset\r\n{LITS}\r\n")


@pytest.mark.parametrize(
    ("form", "beginning"),
    [("csv", "dataset\r\n"), ("tsv", "?dataset\n"), ("json", '{"head"'), ("xml", "<?xml"), ("table", "dataset\n")],
)
def test_solutions_come_in_every_format(medkg: Medkg, form: str, beginning: str) -> None:
    assert medkg("query", SELECT, "-f", form).out.startswith(beginning)


def test_a_table_has_curies(medkg: Medkg) -> None:
    ran = medkg("query", SELECT, "-f", "table")
    assert (ran.lines, ran.err) == (["dataset", "dataset:lits"], "1 solution\n")


@pytest.mark.parametrize("form", ["turtle", "ttl", "ntriples", "nquads", "trig", "rdfxml", "jsonld"])
def test_graphs_come_in_every_format(medkg: Medkg, form: str) -> None:
    ran = medkg("query", "DESCRIBE dataset:lits", "--format", form)
    assert ran.status == 0
    assert "LiTS" in ran.out


def test_graphs_are_turtle_and_truths_a_word_unless_asked_for(medkg: Medkg) -> None:
    assert medkg("query", "DESCRIBE dataset:lits").out.startswith("@prefix")
    assert medkg("query", "ASK { dataset:lits a dcat:Dataset }").out == "true\n"
    assert json.loads(medkg("query", "ASK {}", "-f", "json").out)["boolean"] is True


def test_a_format_that_does_not_fit_the_answer_is_a_mistake(medkg: Medkg) -> None:
    ran = medkg("query", SELECT, "-f", "turtle")
    assert ran.status == 1
    assert ran.err == "medkg: the results cannot be written as turtle, only as json, xml, csv, tsv\n"
    assert medkg("query", "DESCRIBE dataset:lits", "-f", "tsv").status == 1
    assert medkg("query", SELECT, "-f", "turtel").status == 2


def test_a_query_is_read_from_a_file_and_from_standard_input(
    medkg: Medkg, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "mine.rq"
    file.write_text(SELECT, encoding="utf-8")
    assert LITS in medkg("query", str(file)).out
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(SELECT.encode())))
    assert LITS in medkg("query", "-").out


def test_a_file_that_is_not_there_or_no_text_is_a_mistake(medkg: Medkg, tmp_path: Path) -> None:
    ran = medkg("query", "nowhere.rq")
    assert ran.status == 1
    assert ran.err == "medkg: nowhere.rq: no such file\n"
    assert medkg("query", str(tmp_path)).err == f"medkg: {tmp_path}: is a directory; name a file in it\n"
    (tmp_path / "binary.rq").write_bytes(b"\xff\xfe\x00")
    assert "is not UTF-8 text" in medkg("query", str(tmp_path / "binary.rq")).err


@pytest.mark.parametrize("form", ["json", "csv", "tsv", "xml"])
@pytest.mark.parametrize("query", [SELECT, "ASK {}"])
def test_an_answer_ends_its_last_line(medkg: Medkg, query: str, form: str) -> None:
    assert medkg("query", query, "-f", form).out.endswith("\n")


def test_a_stored_query_is_asked_by_name_with_parameters(medkg: Medkg) -> None:
    assert medkg("query", "datasets-by-anatomy", "-p", "anatomy=Abdomen").lines[1:] == [LITS]
    assert medkg("query", "queries/datasets-by-anatomy.rq", "--param", "anatomy=肝脏").lines[1:] == [LITS]


def test_stored_queries_are_listed_with_their_parameters(medkg: Medkg) -> None:
    assert medkg("query", "--list").lines == [
        "datasets-by-anatomy: Which datasets show a body part?",
        "    anatomy (anatomy concept): the body part",
    ]


def test_a_broken_stored_query_hides_none_of_the_others(my_medkg: Medkg, own: Settings) -> None:
    (own.resources / "queries" / "broken.rq").write_text("SELECT", encoding="utf-8")
    ran = my_medkg("query", "--list")
    assert (ran.status, ran.lines[0]) == (0, "datasets-by-anatomy: Which datasets show a body part?")
    assert "broken.rq:" in ran.err
    assert "did you mean 'datasets-by-anatomy'?" in my_medkg("query", "datasets-by-anatomie").err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("datasets-by-anatomie",), "did you mean 'datasets-by-anatomy'?"),
        (("datasets-by-anatomy",), "anatomy is missing"),
        (("datasets-by-anatomy", "-p", "anatomi=liver"), "anatomi is no parameter of datasets-by-anatomy"),
        (("datasets-by-anatomy", "-p", "anatomy=livver"), "did you mean liver?"),
        ((SELECT, "-p", "anatomy=liver"), "only stored queries have parameters"),
        (("SELECT * { ?s ?p }",), "line 1, column 18: unexpected '}'"),
        (("SELECT * { SERVICE <http://example.org/> {} }",), "SERVICE is not allowed"),
        (("",), "the query ends too early"),
    ],
)
def test_a_mistake_in_asking_has_a_way_out(medkg: Medkg, arguments: tuple[str, ...], message: str) -> None:
    ran = medkg("query", *arguments)
    assert (ran.status, ran.out) == (1, "")
    assert message in ran.err


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        (SELECT, "-p", "liver"),
        (SELECT, "-p", "=liver"),
        (SELECT, "-p", "since=1", "-p", "since=2"),
        ("--list", SELECT),
        ("--list", "-p", "since=1"),
        ("--list", "-f", "csv"),
    ],
)
def test_a_malformed_call_is_a_usage_error(medkg: Medkg, arguments: tuple[str, ...]) -> None:
    assert medkg("query", *arguments).status == 2


def test_a_text_too_long_for_a_path_is_a_query(medkg: Medkg) -> None:
    assert medkg("query", f"{SELECT} # {'x' * 5000}").status == 0


RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


@pytest.mark.parametrize(
    ("form", "query"),
    [
        ("rdfxml", f"CONSTRUCT {{ <a:s> <{RDF}li> 1 }} {{}}"),
        ("rdfxml", "CONSTRUCT { <a:s> <http://x.org/123> 1 } {}"),
        ("rdfxml", "CONSTRUCT { <a:s> <a:p> '\\u0001' } {}"),
        ("jsonld", "CONSTRUCT { <a:s> <a:p> <<( <a:s> <a:p> 1 )>> } {}"),
        ("xml", "SELECT ('\\u0001' AS ?x) {}"),
    ],
)
def test_a_format_that_cannot_hold_the_answer_is_a_mistake_with_the_formats_that_can(
    medkg: Medkg, form: str, query: str
) -> None:
    ran = medkg("query", query, "-f", form)
    assert (ran.status, ran.out) == (1, "")
    (line,) = ran.err.splitlines()
    assert line.startswith(f"medkg: {form} cannot hold this: ")
    assert "ask for " in line
    assert medkg("query", query).status == 0


def test_csv_quotes_an_iri_with_a_comma(medkg: Medkg) -> None:
    assert medkg("query", "SELECT (<http://x.org/a,b> AS ?x) (1 AS ?y) {}").out == 'x,y\r\n"http://x.org/a,b",1\r\n'
