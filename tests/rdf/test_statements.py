"""Facts about one dataset as triples, stated by a record or believed."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from medkg.model import prefixes as iris
from medkg.model.entries import Count, Licence, Link
from medkg.model.facts import Fact
from medkg.model.vocabularies import Concept, Vocabulary
from medkg.rdf.statements import statements

PREFIXES = iris.load(Path(__file__).parents[2] / "ontology")
UNIT = Vocabulary(title="Unit", definition="", concepts=(Concept(key="case", label="case", total="medkg:caseCount"),))
DATASET, RECORD = iris.dataset("a"), iris.record("c", "a")


def stated(field: str, *facts: Fact, scope: NamedNode = RECORD) -> set[Triple]:
    return set(statements(DATASET, {field: facts}, PREFIXES, {"unit": UNIT}, scope))


def total(value: int) -> Triple:
    integer = Literal(str(value), datatype=NamedNode("http://www.w3.org/2001/XMLSchema#integer"))
    return Triple(DATASET, PREFIXES.expand("medkg:caseCount"), integer)


SHARES = Count(value=131, unit="case", role="train"), Count(value=70, unit="case", role="test")


def test_a_record_states_the_total_that_its_shares_make_up() -> None:
    assert total(201) in stated("counts", *SHARES)


def test_shares_alone_make_no_believed_total() -> None:
    predicates = {triple.predicate for triple in stated("counts", *SHARES, scope=DATASET)}
    assert PREFIXES.expand("medkg:caseCount") not in predicates


def test_a_believed_total_is_stated_as_such() -> None:
    assert total(200) in stated("counts", *SHARES, Count(value=200, unit="case"), scope=DATASET)


def test_a_paper_has_its_canonical_iri_its_label_and_the_page_that_was_linked() -> None:
    url = "https://www.nature.com/articles/sdata2017117"
    paper = NamedNode("https://doi.org/10.1038/sdata.2017.117")
    found = stated("links", Link(role="paper", url=url, label="Scientific Data"))
    assert Triple(DATASET, PREFIXES.expand("dcterms:isReferencedBy"), paper) in found
    assert Triple(paper, PREFIXES.expand("rdfs:label"), Literal("Scientific Data")) in found
    assert Triple(paper, PREFIXES.expand("foaf:page"), NamedNode(url)) in found


@pytest.mark.parametrize(("written", "language"), [("Liver Tumor Segmentation", "en"), ("肝肿瘤分割", "zh")])
def test_an_expansion_is_in_the_language_of_its_writing(written: str, language: str) -> None:
    (triple,) = stated("expansion", written)
    assert triple.object == Literal(written, language=language)


def test_addresses_are_iris_whatever_they_hold() -> None:
    url, iri = "https://example.org/a|b [1]", NamedNode("https://example.org/a%7Cb%20%5B1%5D")
    for role in ("homepage", "download", "paper", "licence"):
        assert iri in {triple.object for triple in stated("links", Link(role=role, url=url))}
    assert iri in {triple.object for triple in stated("licence", Licence(text="own", url=url))}


def test_a_link_in_a_role_that_has_no_property_of_its_own_is_a_page() -> None:
    found = stated("links", Link(role="forum", url="https://example.org/forum"))
    assert found == {Triple(DATASET, PREFIXES.expand("foaf:page"), NamedNode("https://example.org/forum"))}
