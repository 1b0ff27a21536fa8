"""Stored queries: their files read or refused, their parameters bound as terms or refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, QuerySolutions, RdfFormat, Store

from medkg import curation
from medkg.errors import Fault, ParameterError, UnknownName, UnreadableFile
from medkg.evaluation import evaluate
from medkg.model.prefixes import Prefixes
from medkg.queries import CODES, Names, StoredQuery, load, read, shacl

BASE = "https://w3id.org/medkg/"
EXAMPLES = "https://purl.expasy.org/sparql-examples/ontology#"
PREFIXES = Prefixes(
    {
        "medkg": f"{BASE}ontology#",
        "dcat": "http://www.w3.org/ns/dcat#",
        "dcterms": "http://purl.org/dc/terms/",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "schema": "https://schema.org/",
        "sh": "http://www.w3.org/ns/shacl#",
        "skos": "http://www.w3.org/2004/02/skos/core#",
    }
)
GRAPH = """
@base <https://w3id.org/medkg/> .
@prefix medkg: <https://w3id.org/medkg/ontology#> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<dataset/lits> a dcat:Dataset ; dcterms:identifier "lits" ; dcterms:title "LiTS"@en , "肝脏肿瘤"@zh ;
    medkg:anatomy <anatomy/liver> ; medkg:caseCount 201 .
<dataset/acdc> a dcat:Dataset ; dcterms:identifier "acdc" ; dcterms:title "ACDC"@en ;
    medkg:anatomy <anatomy/heart> ; medkg:caseCount 150 .
<dataset/acdc-lunghp> a dcat:Dataset ; dcterms:identifier "acdc-lunghp" ; dcterms:title "ACDC-LungHP"@en ;
    skos:altLabel "ACDC"@en , "LungHP"@en ; medkg:caseCount 200 .
<dataset/atlas-stroke> a dcat:Dataset ; dcterms:identifier "atlas-stroke" ; dcterms:title "ATLAS"@en .
<dataset/atlas-liver> a dcat:Dataset ; dcterms:identifier "atlas-liver" ; dcterms:title "ATLAS"@en .
<anatomy/liver> skos:inScheme <anatomy> ; skos:notation "liver" ; skos:prefLabel "liver"@en , "肝"@zh ;
    skos:altLabel "hepar"@en ; skos:hiddenLabel "Lvier"@en ; skos:broader <anatomy/abdomen> .
<anatomy/abdomen> skos:inScheme <anatomy> ; skos:notation "abdomen" ; skos:prefLabel "abdomen"@en .
<anatomy/heart> skos:inScheme <anatomy> ; skos:notation "heart" ; skos:prefLabel "heart"@en .
<modality/liver> skos:inScheme <modality> ; skos:notation "liver" ; skos:prefLabel "a homonym"@en .
"""
HEADER = """\
#+ question: Which datasets show a body part?
#+ explanation: Narrower body parts count as well.
"""
PARAMETERS = """\
#+ parameters:
#+   anatomy: {type: concept, vocabulary: anatomy, default: liver, help: the body part}
#+   at_least: {type: integer, optional: true, help: the smallest number of cases}
#+ expects:
#+   columns: [dataset]
#+   min_rows: 1
#+   contains:
#+     - {dataset: dataset:lits}
"""
SPARQL = """
SELECT ?dataset WHERE {
  ?dataset medkg:anatomy/skos:broader* ?anatomy ; medkg:caseCount ?cases # {?at_least}
  FILTER(!BOUND(?at_least) || ?cases >= ?at_least)
}
"""

Written = Callable[..., StoredQuery]


@pytest.fixture(scope="module")
def names() -> Names:
    store = Store()
    store.load(GRAPH.encode(), RdfFormat.TURTLE)
    return Names(store)


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """Writes a query's file and reads it."""

    def write(text: str = HEADER + PARAMETERS + SPARQL, name: str = "datasets-by-anatomy") -> StoredQuery:
        path = tmp_path / f"{name}.rq"
        path.write_text(text, encoding="utf-8")
        return read(path, PREFIXES)

    return write


@pytest.fixture
def faults(written: Written) -> Callable[..., list[str]]:
    """The faults of a query's text, as `line:field: message [code]`."""

    def of(text: str, name: str = "a-query") -> list[str]:
        with pytest.raises(ExceptionGroup) as raised:
            written(text, name)
        found = [fault for fault in raised.value.exceptions if isinstance(fault, Fault)]
        assert {fault.code for fault in found} <= CODES.keys() | curation.CODES.keys()
        return [str(fault).partition(".rq:")[2] for fault in found]

    return of


def parameter(fields: str) -> str:
    """A query with one parameter, on line 4."""
    return f"{HEADER}#+ parameters:\n#+   anatomy: {fields}\n{SPARQL}"


def asked(query: StoredQuery, names: Names, **values: str) -> list[str]:
    """The slugs of the datasets that answer."""
    results = evaluate(names.store, query.with_values(values, names), prefixes=PREFIXES)
    assert isinstance(results, QuerySolutions)
    return sorted(str(solution["dataset"]).rpartition("/")[2].rstrip(">") for solution in results)


class TestReading:
    def test_header_says_what_the_query_asks_takes_and_promises(self, written: Written) -> None:
        query = written()
        assert query.name == "datasets-by-anatomy"
        assert query.question == "Which datasets show a body part?"
        assert [each.is_required for each in query.parameters.values()] == [False, False]
        assert query.expects.columns == ("dataset",)
        assert query.expects.contains == ({"dataset": "dataset:lits"},)

    def test_query_without_parameters_needs_no_more_than_its_question(self, written: Written, names: Names) -> None:
        query = written(HEADER + "SELECT ?dataset { ?dataset a dcat:Dataset }")
        assert len(asked(query, names)) == 5

    def test_directory_gives_its_queries_by_name(self, written: Written, tmp_path: Path) -> None:
        written()
        (tmp_path / "README.md").write_text("no query")
        assert list(load(tmp_path, PREFIXES)) == ["datasets-by-anatomy"]

    def test_faults_of_all_files_come_at_once(self, tmp_path: Path) -> None:
        (tmp_path / "a.rq").write_text("SELECT * { ?s ?p ?o }")
        (tmp_path / "b.rq").write_text("")
        with pytest.raises(ExceptionGroup) as raised:
            load(tmp_path, PREFIXES)
        assert len(raised.value.exceptions) == 2

    def test_missing_directory_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(UnreadableFile, match="nowhere is no directory of stored queries"):
            load(tmp_path / "nowhere", PREFIXES)

    def test_sparql_without_header_is_told_how_to_begin(self, faults: Callable[..., list[str]]) -> None:
        assert faults(SPARQL) == [
            "1: has no header; begin with lines such as `#+ question: Which datasets …?` [no-header]"
        ]

    def test_header_that_is_no_yaml_is_placed(self, faults: Callable[..., list[str]]) -> None:
        (fault,) = faults("#+ question: Which?\n#+ explanation: This: that.\n" + SPARQL)
        assert fault.startswith("2: is not YAML")

    def test_every_slip_in_a_header_is_named_with_its_line(self, faults: Callable[..., list[str]]) -> None:
        text = "#+ question: Which?\n#+ explanaton: This.\n#+ expects: {min_rows: many}\n#+ parameters: [anatomy]\n"
        assert faults(text + SPARQL) == [
            "2:explanaton: is no field of a header; did you mean 'explanation'? [unknown-field]",
            "3:expects.min_rows: must be a whole number written in digits only, such as 131, but is 'many' "
            "[wrong-type]",
            "4:parameters: must be a mapping, but is a list [wrong-type]",
        ]

    def test_every_slip_in_a_mapping_is_named_with_its_line(self, faults: Callable[..., list[str]]) -> None:
        text = HEADER + "#+ parameters:\n#+   a: {type: string, help: b}\n#+   a: {type: string, help: b}\n"
        text += "#+ expects:\n#+   given: {a: [1], a: 2}\n#+   contains: [dataset, {dataset: true, cases: 3}]\n"
        assert faults(text + SPARQL.replace("?anatomy", "?a")) == [
            "5:parameters.a: stands twice, first on line 4; keep one [duplicate-key]",
            "7:expects.given.a: must be a text, but is a list [wrong-type]",
            "7:expects.given.a: stands twice, first on line 7; keep one [duplicate-key]",
            "8:expects.contains[0]: must be a mapping, but is 'dataset' [wrong-type]",
            "8:expects.contains[1].dataset: must be a text, but YAML reads true as true or false; quote it: 'true' "
            "[wrong-type]",
        ]

    @pytest.mark.parametrize(
        ("fields", "fault"),
        [
            ("{type: integr, help: a}", "type: is no type of parameter; did you mean 'integer'? [unknown-type]"),
            ("{type: concept, help: a}", "vocabulary: is missing; say whose concept it is [no-vocabulary]"),
            ("{type: date, vocabulary: task, help: a}", "vocabulary: is only for a concept [no-vocabulary]"),
            ("{type: integer}", "help: is missing, and every parameter needs it [missing-field]"),
            ("{type: integer, help: a, default: x}", "default: 'x' is no whole number, such as 100 [malformed-value]"),
            ("{type: integer, help: a, optional: yes}", "optional: must be true or false, but is 'yes' [wrong-type]"),
            (
                "{type: integer, help: a, help: b}",
                "help: stands twice in one parameter, first on line 4; keep one [duplicate-key]",
            ),
        ],
    )
    def test_parameter_in_disorder_is_refused(self, faults: Callable[..., list[str]], fields: str, fault: str) -> None:
        assert faults(parameter(fields)) == [f"4:parameters.anatomy.{fault}"]

    def test_parameter_that_the_query_does_not_use_is_refused(self, faults: Callable[..., list[str]]) -> None:
        text = HEADER + PARAMETERS + SPARQL.replace("/skos:broader* ?anatomy", ' "?anatomy"')
        (fault,) = faults(text)
        assert "the query has no variable ?anatomy" in fault

    def test_place_for_values_is_asked_for(self, faults: Callable[..., list[str]]) -> None:
        (fault,) = faults(parameter("{type: string, help: a}").replace("WHERE ", "# WHERE {\n"))
        assert fault.endswith("[no-where]")

    def test_syntax_error_is_placed_in_the_file(self, faults: Callable[..., list[str]]) -> None:
        (fault,) = faults(HEADER + "\nSELECT ?dataset WHERE {\n  ?dataset medkg:anatomy }\n")
        assert fault.startswith("5: is not SPARQL: line 5, column 26: unexpected '}'")

    def test_name_that_is_no_slug_is_refused(self, faults: Callable[..., list[str]]) -> None:
        (fault,) = faults(HEADER + SPARQL, name="By_Anatomy")
        assert fault.endswith("[bad-slug]")


class TestAsking:
    def test_default_is_taken_where_no_value_is_given(self, written: Written, names: Names) -> None:
        assert asked(written(), names) == ["lits"]

    def test_value_takes_the_place_of_the_default(self, written: Written, names: Names) -> None:
        assert asked(written(), names, anatomy="heart") == ["acdc"]
        assert asked(written(), names, anatomy="abdomen") == ["lits"]

    def test_optional_parameter_may_be_left_free(self, written: Written, names: Names) -> None:
        assert asked(written(), names, at_least="201") == ["lits"]
        assert asked(written(), names, at_least="202") == []

    @pytest.mark.parametrize(
        "text", ["liver", "Liver", "livers", "hepar", "Lvier", " 肝 ", f"{BASE}anatomy/liver", "anatomy:liver"]
    )
    def test_concept_is_known_by_any_of_its_names(self, written: Written, names: Names, text: str) -> None:
        assert written().bindings({"anatomy": text}, names)["anatomy"] == NamedNode(f"{BASE}anatomy/liver")

    @pytest.mark.parametrize(
        ("text", "slug"),
        [("lits", "lits"), ("LiTS", "lits"), ("肝脏肿瘤", "lits"), ("ACDC", "acdc"), ("Lung HP", "acdc-lunghp")],
    )
    def test_dataset_is_known_by_its_own_name_before_anothers_other_name(
        self, names: Names, text: str, slug: str
    ) -> None:
        assert names.thing("dataset", text) == NamedNode(f"{BASE}dataset/{slug}")

    def test_a_key_is_of_its_own_kind_only(self, names: Names) -> None:
        assert names.concept("modality", "liver") == NamedNode(f"{BASE}modality/liver")
        with pytest.raises(UnknownName):
            names.thing("dataset", "liver")

    @pytest.mark.parametrize(
        ("type_", "text", "term"),
        [
            ("integer", "-7", '"-7"^^<http://www.w3.org/2001/XMLSchema#integer>'),
            ("date", "2022-04", '"2022-04"^^<http://www.w3.org/2001/XMLSchema#gYearMonth>'),
            ("language", "ZH", '"zh"'),
            ("string", "a } b", '"a } b"'),
        ],
    )
    def test_literal_has_the_form_of_its_type(
        self, written: Written, names: Names, type_: str, text: str, term: str
    ) -> None:
        query = written(parameter(f"{{type: {type_}, help: a}}"))
        assert str(query.bindings({"anatomy": text}, names)["anatomy"]) == term

    def test_value_is_a_term_and_never_a_piece_of_the_query(self, written: Written, names: Names) -> None:
        query = written(parameter("{type: string, help: a}"))
        hostile = '" } } # \n \\'
        assert query.bindings({"anatomy": hostile}, names)["anatomy"] == Literal(hostile.strip())
        assert asked(query, names, anatomy=hostile) == []

    def test_lines_of_the_query_stay_where_they_are(self, written: Written, names: Names) -> None:
        query = written()
        text = query.with_values({}, names)
        assert len(text.splitlines()) == len(query.text.splitlines())
        assert f"WHERE {{ VALUES (?anatomy) {{ (<{BASE}anatomy/liver>) }}" in text


class TestRefusing:
    def test_all_that_is_wrong_is_said_at_once_with_the_parameters_there_are(
        self, written: Written, names: Names
    ) -> None:
        with pytest.raises(ParameterError) as raised:
            written().bindings({"anatmy": "liver", "anatomy": "livr", "at_least": "ten"}, names)
        assert str(raised.value).splitlines() == [
            "anatmy is no parameter of datasets-by-anatomy; did you mean 'anatomy'?",
            "anatomy: 'livr' is no anatomy concept of the graph; did you mean liver?",
            "at_least: 'ten' is no whole number, such as 100",
            "datasets-by-anatomy takes",
            "  anatomy (anatomy concept, default liver): the body part",
            "  at_least (integer, optional): the smallest number of cases",
        ]

    def test_value_that_must_be_given_is_missed(self, written: Written, names: Names) -> None:
        with pytest.raises(ParameterError, match=r"^anatomy is missing\n"):
            written(parameter("{type: string, help: a}")).bindings({}, names)

    def test_name_of_two_datasets_is_never_guessed(self, written: Written, names: Names) -> None:
        query = written(parameter("{type: dataset, help: a}"))
        with pytest.raises(ParameterError, match="may be any of 2 datasets, say which: atlas-liver, atlas-stroke"):
            query.bindings({"anatomy": "atlas"}, names)

    def test_query_without_parameters_says_so(self, written: Written, names: Names) -> None:
        query = written(HEADER + "SELECT ?dataset { ?dataset a dcat:Dataset }")
        with pytest.raises(ParameterError, match="takes no parameters"):
            query.bindings({"anatomy": "liver"}, names)


def test_description_is_that_of_an_executable_with_its_prefixes(written: Written) -> None:
    said = {PREFIXES.compact(triple.predicate.value): triple.object for triple in shacl(written(), PREFIXES)}
    assert said["rdfs:comment"] == Literal("Narrower body parts count as well.", language="en")
    select = said["sh:select"]
    assert isinstance(select, Literal)
    assert select.value.startswith(f"PREFIX medkg: <{BASE}ontology#>\nPREFIX skos:")
    assert "dcterms" not in select.value


@pytest.mark.parametrize(
    ("sparql", "kind", "text"),
    [
        ("SELECT ?dataset WHERE { ?dataset a dcat:Dataset }", "sh:SPARQLSelectExecutable", "sh:select"),
        ("ASK # SELECT\n { ?dataset a dcat:Dataset }", "sh:SPARQLAskExecutable", "sh:ask"),
        ("construct { ?d a ?c } WHERE { ?d a ?c }", "sh:SPARQLConstructExecutable", "sh:construct"),
        ("DESCRIBE ?d { ?d a ?c }", f"{EXAMPLES}SPARQLDescribeExecutable", f"{EXAMPLES}describe"),
    ],
)
def test_description_says_which_form_a_query_has(written: Written, sparql: str, kind: str, text: str) -> None:
    said = [(PREFIXES.compact(each.predicate.value), each.object) for each in shacl(written(HEADER + sparql), PREFIXES)]
    kinds = {PREFIXES.compact(it.value) for name, it in said if isinstance(it, NamedNode) and name.endswith("#type")}
    assert kinds == {"sh:SPARQLExecutable", kind}
    (shown,) = (it for name, it in said if name == text)
    assert isinstance(shown, Literal)
    assert shown.value.endswith(sparql)
