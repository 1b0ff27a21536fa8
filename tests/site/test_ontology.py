"""The ontology and the shapes under their own IRIs: every term told, with an example that the graph has."""

from __future__ import annotations

from functools import cache

import pytest
from bs4 import BeautifulSoup, Tag
from pyoxigraph import DefaultGraph, Literal, NamedNode, RdfFormat, Triple, parse

from medkg.model import prefixes
from medkg.model.prefixes import TERMS
from medkg.rdf.ontology import turtle
from medkg.views.shapes import Constraint, constraints
from tests import real

BROWSER = {"Accept": "text/html"}
OWL = "http://www.w3.org/2002/07/owl#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
SHACL = "http://www.w3.org/ns/shacl#"


@cache
def declared() -> list[Triple]:
    """What the files of the ontology say."""
    return [triple for name in ("medkg.ttl", "alignments.ttl") for triple in turtle(real.ROOT / "ontology" / name)]


def said(name: str, property_: str) -> list[str]:
    """The values of a property of a term, as the files have them."""
    found = (t.object for t in declared() if t.subject == NamedNode(TERMS + name) and t.predicate.value == property_)
    return sorted(each.value for each in found if isinstance(each, NamedNode | Literal))


def terms() -> list[str]:
    """The names of all terms."""
    defined = NamedNode(f"{RDFS}isDefinedBy")
    subjects = (t.subject for t in declared() if t.predicate == defined)
    return sorted({each.value.removeprefix(TERMS) for each in subjects if isinstance(each, NamedNode)})


@cache
def page() -> BeautifulSoup:
    return real.page("/ontology")


def entry(name: str) -> Tag:
    """What the page says of a term."""
    found = page().find(id=name)
    assert isinstance(found, Tag)
    return found


def facts(name: str) -> dict[str, str]:
    """The facts that the page lists of a term."""
    listed = entry(name).select("dl dt")
    return {each.get_text(): dd.get_text() for each in listed if isinstance(dd := each.find_next_sibling("dd"), Tag)}


@pytest.mark.parametrize("name", terms())
def test_a_term_is_told_with_labels_definition_and_place(name: str) -> None:
    found = entry(name)
    text = found.get_text(" ", strip=True)
    for each in (*said(name, f"{RDFS}label"), *said(name, f"{SKOS}definition"), *said(name, f"{RDFS}comment")):
        assert " ".join(each.split()) in text
    chinese = found.select_one("h3 [lang=zh]")
    assert chinese is not None
    curie = prefixes.load(real.ROOT / "ontology").compact
    for property_ in ("subPropertyOf", "subClassOf"):
        for iri in said(name, RDFS + property_):
            assert curie(iri) in facts(name)["refines"]
    for match in ("closeMatch", "broadMatch", "relatedMatch"):
        for iri in said(name, SKOS + match):
            assert curie(iri) in found.get_text()
    if f"{OWL}Class" not in said(name, _TYPE):
        assert {"of", "values"} <= set(facts(name))


_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


def test_a_property_of_several_kinds_of_thing_names_them() -> None:
    assert facts("modality")["of"] == "dcat:Dataset, medkg:Count"
    assert facts("contains")["values"] == "dcat:Dataset, medkg:Challenge"


def test_what_follows_from_a_term_is_told_through_all_steps() -> None:
    assert facts("labelTarget")["refines"] == "medkg:anatomy"
    assert facts("labelTarget")["implies"] == "dcat:theme"


def test_inverses_and_symmetry_are_told_from_both_sides() -> None:
    assert facts("partOf")["inverse"] == "medkg:hasPart"
    assert facts("hasPart")["inverse"] == "medkg:partOf"
    assert "symmetric" in facts("overlaps")
    assert "symmetric" not in facts("partOf")


def test_an_example_is_a_statement_of_the_graph() -> None:
    examples = 0
    for name in terms():
        cell = next((dt.find_next_sibling("dd") for dt in entry(name).select("dt") if dt.get_text() == "example"), None)
        if not isinstance(cell, Tag):
            assert facts(name)["used"] == "not at present"
            continue
        links = [_iri(str(each["href"])) for each in cell.select("a")]
        subject, value = NamedNode(links[0]), NamedNode(links[1]) if len(links) > 1 else None
        if "is one" in cell.get_text():
            assert list(real.store().quads_for_pattern(subject, NamedNode(_TYPE), NamedNode(TERMS + name)))
        else:
            assert list(real.store().quads_for_pattern(subject, NamedNode(TERMS + name), value))
        examples += 1
    assert examples > 80


def _iri(href: str) -> str:
    """The IRI that a link on the page stands for."""
    if href.startswith("#"):
        return TERMS + href.removeprefix("#")
    return "https://w3id.org/medkg" + href if href.startswith("/") else href


def test_uses_are_counted() -> None:
    store = real.store()
    for name in ("modality", "sharesImagesWith", "sourceLine"):
        number = sum(1 for _ in store.quads_for_pattern(None, NamedNode(TERMS + name), None, DefaultGraph()))
        assert facts(name)["used"] == f"{number:,} times"


def test_links_within_the_page_lead_somewhere() -> None:
    ids = {str(each["id"]) for each in page().select("[id]")}
    anchors = {str(each["href"]).removeprefix("#") for each in page().select("main a[href^='#']")}
    assert len(anchors) > 100
    assert anchors <= ids


def test_prefixes_are_listed_with_their_namespaces() -> None:
    section = page().find(id="prefixes")
    assert isinstance(section, Tag)
    rows = {
        row.th.get_text().removesuffix(":"): row.td.get_text()
        for row in section.select("tbody tr")
        if row.th and row.td
    }
    assert rows == dict(prefixes.load(real.ROOT / "ontology"))


def test_programs_get_the_terms_themselves() -> None:
    answer = real.client().get("/ontology", headers={"Accept": "text/turtle"})
    assert answer.mimetype == "text/turtle"
    subjects = {quad.subject for quad in parse(answer.data, RdfFormat.TURTLE)}
    assert {NamedNode(TERMS + name) for name in terms()} <= subjects


@cache
def shapes() -> list[Constraint]:
    return constraints(turtle(real.ROOT / "ontology" / "shapes.ttl"), prefixes.load(real.ROOT / "ontology"))


def test_the_shapes_answer_under_their_own_iri() -> None:
    answer = real.client().get("/shapes", headers={"Accept": "text/turtle"})
    quads = list(parse(answer.data, RdfFormat.TURTLE))
    assert len(quads) == len(turtle(real.ROOT / "ontology" / "shapes.ttl"))
    kinds = {quad.subject for quad in quads if quad.object.value in (f"{SHACL}NodeShape", f"{SHACL}PropertyShape")}
    assert len({each.name for each in shapes()}) == len(kinds)


def test_every_shape_is_told_in_its_own_words() -> None:
    found = real.page("/shapes")
    rows = {str(row["id"]): row.get_text(" ", strip=True) for row in found.select("tbody tr")}
    assert list(rows) == [each.name for each in shapes()]
    assert all(" ".join(each.message.split()) in rows[each.name] for each in shapes())


@pytest.mark.parametrize(
    ("name", "about", "property_", "number"),
    [
        ("count-value", (("every", "medkg:Count"),), "medkg:value", "exactly 1"),
        ("dataset-modality", (("whatever has", "medkg:modality"),), "medkg:modality", ""),
        ("record-line", (("every", "dcat:CatalogRecord"),), "medkg:sourceLine", "exactly 1"),
        ("dataset-released", (("every", "dcat:Dataset"),), "dcterms:issued", "at most 1"),
        ("event-venue", (("whatever is the value of", "medkg:event"),), "medkg:venue", "exactly 1"),
        ("retired-records", (("whatever has", "dcterms:isReplacedBy"),), "foaf:primaryTopic", "none"),
        ("english", (), None, ""),
    ],
)
def test_a_shape_says_of_what_it_is(
    name: str, about: tuple[tuple[str, str], ...], property_: str | None, number: str
) -> None:
    found = next(each for each in shapes() if each.name == name)
    assert (found.about, found.property_, found.number) == (about, property_, number)
    assert found.is_inverse is (name == "retired-records")
