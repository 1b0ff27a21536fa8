"""RDF datasets to write out and read back: a small one of our shape, and random ones that try the formats' corners."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Iterable

import pyoxigraph
import rdflib
from hypothesis import strategies as st
from pyld import jsonld
from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, DefaultGraph, Literal, NamedNode, Quad, RdfFormat

from medkg.evaluation import Format

MEDKG = "https://w3id.org/medkg/"
XSD = "http://www.w3.org/2001/XMLSchema#"

TRIG = """
@prefix medkg: <https://w3id.org/medkg/ontology#> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix dqv: <http://www.w3.org/ns/dqv#> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@base <https://w3id.org/medkg/> .

medkg:modality a owl:ObjectProperty ; rdfs:isDefinedBy <ontology> .
medkg:count a owl:ObjectProperty ; rdfs:isDefinedBy <ontology> .
medkg:unit a owl:ObjectProperty ; rdfs:isDefinedBy <ontology> .
medkg:event a owl:ObjectProperty ; rdfs:isDefinedBy <ontology> .
medkg:disputedProperty a owl:ObjectProperty ; rdfs:range rdf:Property ; rdfs:isDefinedBy <ontology> .
medkg:caseCount a owl:DatatypeProperty ; rdfs:range xsd:integer ; rdfs:isDefinedBy <ontology> .
medkg:approximate a owl:DatatypeProperty ; rdfs:range xsd:boolean ; rdfs:isDefinedBy <ontology> .
medkg:Count a owl:Class ; rdfs:isDefinedBy <ontology> .

<dataset/lits> a dcat:Dataset ; dcterms:identifier "lits" ;
    dcterms:title "LiTS"@en , "肝脏肿瘤"@zh , "LITS" ;
    dcterms:issued "2017"^^xsd:gYear ;
    dcat:landingPage <https://example.org/lits?a=1&b=2> ;
    medkg:modality <modality/ct> ;
    medkg:disputedProperty medkg:caseCount ;
    medkg:count <dataset/lits#count-case-total-201> ;
    dcterms:isReferencedBy <https://doi.org/10.1000/lits> .
<dataset/lits#count-case-total-201> a medkg:Count ; medkg:unit <unit/case> ; medkg:approximate false .
<https://doi.org/10.1000/lits> foaf:page <https://example.org/paper> .
<dataset/other> a dcat:Dataset ; dcterms:identifier "other" ; dcterms:title "Other"@en ;
    medkg:modality <modality/mr> , <modality/ct> ; medkg:count <dataset/other#count-event-total-5> .
<dataset/other#count-event-total-5> a medkg:Count ; medkg:unit <unit/event> .
<catalog/a/record/lits> a dcat:CatalogRecord ; foaf:primaryTopic <dataset/lits> ; medkg:sourceLine 12 ;
    dqv:hasQualityAnnotation <catalog/a/record/lits#defect-1> .
<catalog/a/record/lits#defect-1> a medkg:Correction ; medkg:field "counts" .
<catalog/a/record/other> a dcat:CatalogRecord ; foaf:primaryTopic <dataset/other> .
<catalog/a/record/lits> { <dataset/lits> a dcat:Dataset ; dcterms:title "LITS" ; medkg:caseCount 201 , 131 . }
<catalog/a/record/other> { <dataset/other> medkg:caseCount 5 . }
"""


def _typed(datatype: str) -> Callable[[object], Literal]:
    return lambda value: Literal(str(value), datatype=NamedNode(XSD + datatype))


def canonical(quads: Iterable[Quad], *, with_graphs: bool = True) -> list[str]:
    """The quads by RDFC-1.0, sorted; those of the default graph alone where there are to be no others."""
    dataset = Dataset(quad for quad in quads if with_graphs or quad.graph_name == DefaultGraph())
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(str(quad) for quad in dataset)


def read_by_pyoxigraph(document: bytes, form: Format) -> list[Quad]:
    """What pyoxigraph reads in a document."""
    assert isinstance(form.engine, RdfFormat)
    return list(pyoxigraph.parse(document, format=form.engine))


def read_by_rdflib(document: bytes, form: Format) -> list[Quad]:
    """What rdflib reads in a document."""
    names = {"jsonld": "json-ld", "ntriples": "nt", "rdfxml": "xml"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # rdflib warns of calls that it makes itself
        rdf_dataset = rdflib.Dataset()
        rdf_dataset.parse(data=document, format=names.get(form.name, form.name))
        nquads = rdf_dataset.serialize(format="nquads").replace("<urn:x-rdflib:default> .", ".")
    return list(pyoxigraph.parse(nquads, format=RdfFormat.N_QUADS))


def read_by_pyld(document: bytes) -> list[Quad]:
    """What pyld reads in a JSON-LD document."""
    nquads = jsonld.to_rdf(json.loads(document), {"format": "application/n-quads"})
    return list(pyoxigraph.parse(nquads, format=RdfFormat.N_QUADS))


_TERMS = [
    f"{MEDKG}ontology#{name}" for name in ("modality", "unit", "disputedProperty", "caseCount", "approximate", "Count")
]
_IRIS = st.sampled_from(
    [
        *_TERMS,
        f"{MEDKG}ontology#",
        f"{MEDKG}dataset/lits",
        f"{MEDKG}dataset/lits#count-case-total-201",
        f"{MEDKG}dataset//x",
        f"{MEDKG}modality/ct",
        f"{MEDKG}modality/title",
        f"{MEDKG}modality/a:b",
        f"{MEDKG}unit/event",
        f"{MEDKG}catalog/a/record/lits",
        "http://purl.obolibrary.org/obo/UBERON_0002107",
        "https://example.org/a?b=c&d=%20#e",
        "http://example.org/肝",
        "urn:isbn:0",
    ]
).map(NamedNode)
_PREDICATES = st.sampled_from(
    [
        *_TERMS,
        "http://purl.org/dc/terms/title",
        "http://purl.org/dc/terms/issued",
        "http://purl.org/dc/terms/license",
        "http://www.w3.org/ns/dcat#landingPage",
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#type",
        "http://example.org/own#property",
    ]
).map(NamedNode)
_TEXTS = st.text(st.characters(exclude_categories=["C"]) | st.sampled_from("\n\t"), max_size=8)
_LITERALS = st.one_of(
    _TEXTS.map(Literal),
    st.builds(lambda text, tag: Literal(text, language=tag), _TEXTS, st.sampled_from(["en", "zh"])),
    (st.integers() | st.sampled_from(["007", "+5", "many"])).map(_typed("integer")),
    st.sampled_from(["true", "false", "1"]).map(_typed("boolean")),
    st.just("2017").map(_typed("gYear")),
    st.just("1.50").map(_typed("decimal")),
)
_BLANK_NODES = st.sampled_from(["a", "b", "c"]).map(BlankNode)
_NODES = _IRIS | _BLANK_NODES

rdf_datasets = st.lists(
    st.builds(Quad, _NODES, _PREDICATES, _NODES | _LITERALS, st.just(DefaultGraph()) | _IRIS), max_size=12
)
"""RDF datasets of a few quads, with all that our formats have to keep apart."""
