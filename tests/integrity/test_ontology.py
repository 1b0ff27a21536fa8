"""The ontology says what its terms mean, and its shapes refuse a graph that breaks a promise.

The shapes are tried on one small graph that is in order, and on copies of it with one thing wrong.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pyoxigraph
import pyshacl
import pytest
import yaml
from rdflib import RDF, RDFS, SH, SKOS, BNode, Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import DCTERMS, FOAF, OWL, PROV, SDO, VANN, XSD, DefinedNamespace

from medkg.model import claims, entries, records, vocabularies
from medkg.model.fields import Declaration, declarations

ROOT = Path(__file__).parents[2]
ONTOLOGY = ROOT / "ontology"
FILES = ("medkg.ttl", "alignments.ttl", "shapes.ttl")
MEDKG = "https://w3id.org/medkg/ontology#"
SHAPES = "https://w3id.org/medkg/shapes#"
CLOSED: tuple[type[DefinedNamespace], ...] = (RDF, RDFS, OWL, XSD, SKOS, SH, DCTERMS, FOAF, PROV, SDO, VANN)
"""Namespaces whose every term rdflib knows; its DCAT is the older one, and DQV and OA it lacks."""


@cache
def _graph(file: str) -> Graph:
    return Graph().parse(ONTOLOGY / file, format="turtle")


def _terms() -> list[str]:
    subjects = {str(subject) for subject in _graph("medkg.ttl").subjects(RDFS.label)}
    return sorted(each.removeprefix(MEDKG) for each in subjects if each.startswith(MEDKG))


def _living_terms() -> set[str]:
    deprecated = _graph("medkg.ttl").subjects(OWL.deprecated, Literal(True))
    return set(_terms()) - {str(term).removeprefix(MEDKG) for term in deprecated}


def _declarations() -> Iterator[tuple[str, Declaration]]:
    for module in (claims, entries, records, vocabularies):
        for _, each in inspect.getmembers(module, inspect.isclass):
            if each.__module__ == module.__name__ and each is not vocabularies.Mention:
                yield from ((field.name, declaration) for field, declaration in declarations(each))


def _vocabulary(name: str) -> dict[str, dict[str, str]]:
    text = (ROOT / "data" / "vocabularies" / f"{name}.yaml").read_text(encoding="utf-8")
    return {concept["key"]: concept for concept in yaml.safe_load(text)["concepts"]}


def _totals_of_units() -> set[str]:
    return {unit["total"].removeprefix("medkg:") for unit in _vocabulary("unit").values() if "total" in unit}


# ---- The files


@pytest.mark.parametrize("file", FILES)
def test_both_engines_read_the_same_graph(file: str) -> None:
    triples = pyoxigraph.parse(path=str(ONTOLOGY / file), format=pyoxigraph.RdfFormat.TURTLE)
    ntriples = pyoxigraph.serialize(triples, format=pyoxigraph.RdfFormat.N_TRIPLES)
    assert ntriples is not None
    assert isomorphic(Graph().parse(data=ntriples, format="nt"), _graph(file))


@pytest.mark.parametrize("file", FILES)
def test_prefixes_are_those_of_the_prefix_map(file: str) -> None:
    prefixes = yaml.safe_load((ONTOLOGY / "prefixes.yaml").read_text(encoding="utf-8"))
    used = re.findall(r"^@prefix (\w+): <(.+)> \.$", (ONTOLOGY / file).read_text(encoding="utf-8"), re.MULTILINE)
    assert used
    assert {name: iri for name, iri in used if prefixes.get(name) != iri} == {}


@pytest.mark.parametrize("file", FILES)
def test_standard_terms_exist(file: str) -> None:
    iris = {term for triple in _graph(file) for term in triple if isinstance(term, URIRef)}
    strangers = {iri for iri in iris for namespace in CLOSED if iri.startswith(str(namespace)) and iri not in namespace}
    assert strangers == set()


@pytest.mark.parametrize("file", ["medkg.ttl", "alignments.ttl"])
def test_published_terms_need_no_blank_nodes(file: str) -> None:
    assert [term for triple in _graph(file) for term in triple if isinstance(term, BNode)] == []


# ---- The terms


@pytest.mark.parametrize("name", _terms())
def test_term_says_what_it_is(name: str) -> None:
    graph, term = _graph("medkg.ttl"), URIRef(MEDKG + name)
    labels = [label.language for label in graph.objects(term, RDFS.label) if isinstance(label, Literal)]
    definitions = [text.language for text in graph.objects(term, SKOS.definition) if isinstance(text, Literal)]
    assert sorted(labels, key=str) == ["en", "zh"]
    assert definitions == ["en"]
    assert graph.value(term, RDFS.isDefinedBy) == URIRef("https://w3id.org/medkg/ontology")
    kinds = {OWL.Class} if name[0].isupper() else {OWL.ObjectProperty, OWL.DatatypeProperty, RDF.Property}
    assert kinds & set(graph.objects(term, RDF.type))


@pytest.mark.parametrize("name", [name for name in _terms() if name[0].islower()])
def test_property_says_what_it_joins(name: str) -> None:
    graph, term = _graph("medkg.ttl"), URIRef(MEDKG + name)
    assert len(list(graph.objects(term, RDFS.domain))) == 1
    (range_,) = graph.objects(term, RDFS.range)
    is_literal = range_ == RDFS.Literal or str(range_).startswith(str(XSD))
    kind = graph.value(term, RDF.type)
    assert kind == RDF.Property or is_literal == (kind == OWL.DatatypeProperty)


def test_every_property_that_a_field_is_stated_under_is_declared() -> None:
    stated = {each.property for _, each in _declarations() if each.property and each.property.startswith("medkg:")}
    assert stated
    assert {curie.removeprefix("medkg:") for curie in stated} - set(_terms()) == set()


def test_terms_are_those_that_the_code_states_and_the_totals() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "src" / "medkg").rglob("*.py"))
    stated = {*re.findall(r"\"medkg:(\w+)\"", code), *claims.RELATIONS}
    assert stated | _totals_of_units() == _living_terms()


def test_totals_are_those_of_the_units() -> None:
    graph = _graph("medkg.ttl")
    of_fields = {each.property for _, each in _declarations()}
    totals = {
        name
        for name in _terms()
        if re.fullmatch(r"[a-z]\w+Count", name)
        and (URIRef(MEDKG + name), RDFS.domain, URIRef("http://www.w3.org/ns/dcat#Dataset")) in graph
        and f"medkg:{name}" not in of_fields
    }
    assert totals == _totals_of_units()


def test_alignments_speak_of_terms_and_concepts_that_exist() -> None:
    subjects = {str(subject) for subject in _graph("alignments.ttl").subjects()}
    terms = {iri.removeprefix(MEDKG) for iri in subjects if iri.startswith(MEDKG)}
    concepts = [iri.split("/")[-2:] for iri in subjects if not iri.startswith(MEDKG)]
    assert terms - set(_terms()) == set()
    assert [key for vocabulary, key in concepts if key not in _vocabulary(vocabulary)] == []


# ---- The shapes


def _shapes() -> list[str]:
    graph = _graph("shapes.ttl")
    subjects = {*graph.subjects(RDF.type, SH.NodeShape), *graph.subjects(RDF.type, SH.PropertyShape)}
    return sorted(str(subject).removeprefix(SHAPES) for subject in subjects)


def test_shapes_are_shapes() -> None:
    conforms, _, report = pyshacl.validate(Graph(), shacl_graph=_graph("shapes.ttl"), meta_shacl=True)
    assert conforms, report


@pytest.mark.parametrize("name", _shapes())
def test_shape_has_an_iri_and_says_the_way_out(name: str) -> None:
    graph, shape = _graph("shapes.ttl"), URIRef(SHAPES + name)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", name)
    assert isinstance(graph.value(shape, SH.message), Literal)
    field = graph.value(shape, SH.name)
    assert field is None or str(field) in {field for field, _ in _declarations()}


def test_every_property_of_ours_has_a_shape() -> None:
    paths = {str(path).removeprefix(MEDKG) for path in _graph("shapes.ttl").objects(None, SH.path)}
    assert {name for name in _living_terms() if name[0].islower()} - paths == set()


# ---- The shapes at work

CONCEPTS = {
    "modality": ("ct",),
    "anatomy": ("abdomen", "liver"),
    "task": ("segmentation",),
    "finding": ("tumour",),
    "dimensionality": ("three-d",),
    "format": ("nifti",),
    "access": ("registration",),
    "licence": ("cc-by-4-0",),
    "condition": ("attribution",),
    "unit": ("case",),
    "count-role": ("train",),
    "venue": ("miccai",),
    "defect": ("foreign-link",),
}

LINEAGE = ("chaos", "ircad", "twin", "sliver", "lits-0", "far")
"""Datasets of the good graph that are there for others to be related to."""

GOOD = """
dataset:lits a dcat:Dataset ; dcterms:title "LiTS"@en, "肝脏肿瘤分割"@zh ;
    medkg:modality modality:ct ; medkg:anatomy anatomy:abdomen, anatomy:liver ;
    medkg:imagedRegion anatomy:abdomen ; medkg:labelTarget anatomy:liver ; medkg:task task:segmentation ;
    medkg:finding finding:tumour ; medkg:dimensionality <dimensionality/three-d> ;
    medkg:fileFormat <format/nifti> ; medkg:labelFormat <format/nifti> ;
    medkg:accessCondition <access/registration> ;
    medkg:licenceText "CC BY" ; dcterms:license licence:cc-by-4-0 ; dcterms:issued "2017-03"^^xsd:gYearMonth ;
    medkg:labelCategoryCount 2 ; medkg:count <dataset/lits#count-case-train> ;
    dcterms:isReferencedBy <https://doi.org/10.1016/lits> ; dcat:landingPage <https://lits.example/home> ;
    medkg:mirror <https://lits.example/copy> ; medkg:licencePage <https://lits.example/terms> ;
    medkg:leaderboard <https://lits.example/board> ;
    medkg:datasheet <https://lits.example/sheet> ; medkg:codeRepository <https://lits.example/code> ;
    medkg:relatedProject <https://lits.example/kin> ; dcat:inSeries dataset:livers ; dcterms:isPartOf dataset:organs ;
    medkg:catalogued true ; medkg:disputedProperty medkg:patientCount ; medkg:event <dataset/lits#event> ;
    medkg:challengeName "LiTS" ;
    dcat:distribution <dataset/lits#download-1> ;
    medkg:decision <dataset/lits#decision-1> .
dataset:livers a dcat:Dataset, dcat:DatasetSeries ; dcterms:title "Livers"@en .
dataset:organs a dcat:Dataset ; dcterms:title "Organs"@en .
dataset:lits-2017 dcterms:isReplacedBy dataset:lits .
<dataset/lits#count-case-train> a medkg:Count ; medkg:value 131 ; medkg:approximate false ;
    medkg:unit <unit/case> ; medkg:role <count-role/train> .
<dataset/lits#download-1> a dcat:Distribution ; dcat:accessURL <https://lits.example/zip> .
<dataset/lits#event> a schema:Event ; medkg:year "2017"^^xsd:gYear ;
    medkg:venue <venue/miccai> .
<dataset/lits#decision-1> a medkg:Decision ; medkg:field "counts case" ; medkg:instead "131" ;
    medkg:basis "literature" ; rdfs:comment "The paper counts 131." .
<https://doi.org/10.1016/lits> a schema:ScholarlyArticle .
challenge:lits-2017 a medkg:Challenge ; dcterms:title "LiTS 2017"@en ; foaf:homepage <https://lits.example/> ;
    medkg:usesDataset dataset:lits .
catalog:neerakara a dcat:Catalog ; dcterms:title "Datasets"@en ;
    medkg:sourceDigest "6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b" ;
    dcat:record <catalog/neerakara/record/lits> .
<catalog/neerakara/record/lits> a dcat:CatalogRecord ; foaf:primaryTopic dataset:lits ;
    foaf:topic dataset:livers, challenge:lits-2017 ; medkg:sourceLine 12 ; rdfs:label "LiTS" ;
    dcterms:isPartOf catalog:neerakara ; medkg:basis "catalog" ; rdfs:comment "Same name and site." ;
    medkg:section "Liver" ; medkg:repair "stray-cell: Notes" ; medkg:notUnderstoodCount 0 .
<catalog/neerakara/record/lits#defect-1> a dqv:QualityAnnotation, medkg:Correction ;
    oa:hasTarget <catalog/neerakara/record/lits> ; oa:motivatedBy dqv:qualityAssessment ;
    oa:hasBody <defect/foreign-link> ; medkg:defect <defect/foreign-link> ;
    medkg:field "links" ; medkg:stated "https://kits.example/" ; medkg:instead "https://lits.example/" ;
    medkg:basis "knowledge" ; rdfs:comment "The address is that of KiTS." .
anatomy:liver skos:broader anatomy:abdomen ; skos:exactMatch uberon:0002107 .
licence:cc-by-4-0 medkg:licenceCondition <condition/attribution> .
<unit/case> medkg:totalProperty medkg:caseCount .
dataset:lits medkg:derivedFrom dataset:chaos ; medkg:annotates dataset:chaos ; medkg:includesAllOf dataset:ircad ;
    medkg:partOf dataset:organs ; medkg:expansionOf dataset:ircad ; medkg:sameImagesAs dataset:twin ;
    medkg:overlaps dataset:chaos ; medkg:possiblyOverlaps dataset:sliver ; medkg:successorOf dataset:lits-0 ;
    medkg:synthesizedFrom dataset:sliver ; medkg:disjointWith dataset:far ; medkg:contains dataset:ircad ;
    medkg:within dataset:organs ; medkg:sameExtent dataset:twin ; medkg:meets dataset:chaos, challenge:lits-2017 ;
    medkg:sharesImagesWith dataset:chaos ; medkg:mayShareImagesWith dataset:sliver ;
    medkg:mayShareImagesBySeries dataset:lits-0 ;
    medkg:openProvenance true ; medkg:inheritsOpenProvenanceFrom dataset:chaos .
dataset:ircad medkg:subsetOf dataset:lits . dataset:organs medkg:hasPart dataset:lits .
challenge:lits-2017 medkg:usesImagesOf dataset:lits .
claim:0123456789abcdef a medkg:LineageClaim ; rdf:subject dataset:lits ; rdf:predicate medkg:derivedFrom ;
    rdf:object dataset:chaos ; medkg:extent "part" ; medkg:certainty "stated" ; medkg:sharedCases 20 ;
    medkg:unit <unit/case> ; medkg:caseRange "1-20" ; medkg:split "train" ; medkg:subjectSplit "test" ;
    medkg:level "acquisition" ;
    medkg:basis "literature" ; dcterms:source <https://doi.org/10.1016/lits> ; medkg:refines claim:00000000000000aa ;
    medkg:corrects claim:00000000000000aa .
claim:00000000000000aa a medkg:LineageClaim ; rdf:subject challenge:lits-2017 ; rdf:predicate medkg:usesImagesOf ;
    medkg:certainty "hedged" ; medkg:level "patient" ; medkg:basis "catalog" ;
    dcterms:source <catalog/neerakara/record/lits> ; medkg:refinedBy claim:0123456789abcdef ;
    medkg:correctedBy claim:0123456789abcdef .
""" + "".join(f'dataset:{slug} a dcat:Dataset ; dcterms:title "{slug}"@en .\n' for slug in LINEAGE)

BAD = {
    "dataset": [("dataset:organs a", "<dataset/Organs_1> a dcat:Dataset . dataset:organs a")],
    "dataset-title": [
        ('"Organs"@en', '"Organs"'),
        ('"Organs"@en', '"Organs"@en, "Organ"@en'),
        ('"Organs"@en', '"器官"@zh'),
    ],
    "dataset-modality": [("modality:ct", "anatomy:liver"), ("modality:ct", "modality:mri"), ("modality:ct", '"CT"')],
    "dataset-anatomy": [("anatomy:abdomen, anatomy:liver", "anatomy:abdomen, task:segmentation")],
    "dataset-imaged-region": [("imagedRegion anatomy:abdomen", "imagedRegion modality:ct")],
    "dataset-label-target": [("labelTarget anatomy:liver", "labelTarget finding:tumour")],
    "dataset-anatomy-includes-imaged-region": [("medkg:anatomy anatomy:abdomen, anatomy:liver ;", "")],
    "dataset-finding": [("medkg:finding finding:tumour", "medkg:finding anatomy:liver")],
    "dataset-task": [("medkg:task task:segmentation", "medkg:task task:segmenttion")],
    "dataset-dimensionality": [("dimensionality/three-d", "dimensionality/five-d")],
    "dataset-file-format": [("fileFormat <format/nifti>", 'fileFormat ".nii.gz"')],
    "dataset-label-format": [("labelFormat <format/nifti>", 'labelFormat "mask"')],
    "dataset-access": [("access/registration> ;", "access/anybody> ;")],
    "dataset-licence": [('"CC BY"', '""')],
    "dataset-licence-known": [
        ("dcterms:license licence:cc-by-4-0", 'dcterms:license "CC BY 4.0"'),
        ("dcterms:license licence:cc-by-4-0", "dcterms:license licence:cc-by-4-0, licence:other"),
    ],
    "dataset-released": [('"2017-03"^^xsd:gYearMonth', '"2017-03"'), ('"2017-03"^^', '"2017"^^xsd:gYear, "2017-03"^^')],
    "dataset-label-categories": [
        ("labelCategoryCount 2", "labelCategoryCount -1"),
        ("CategoryCount 2", "CategoryCount 2, 3"),
    ],
    "dataset-paper": [("dcterms:isReferencedBy <https://doi.org/10.1016/lits>", 'dcterms:isReferencedBy "LiTS"')],
    "dataset-landing-page": [("<https://lits.example/home>", "<ftp://lits.example/home>")],
    "dataset-leaderboard": [("<https://lits.example/board>", "<mailto:lits@lits.example>")],
    "dataset-datasheet": [("<https://lits.example/sheet>", '"sheet"')],
    "dataset-code": [("<https://lits.example/code>", "<git://lits.example/code>")],
    "dataset-related-project": [("<https://lits.example/kin>", '"KiTS"')],
    "dataset-mirror": [("<https://lits.example/copy>", '"https://lits.example/copy"')],
    "dataset-licence-page": [("<https://lits.example/terms>", '"on request"')],
    "dataset-series": [("dcat:inSeries dataset:livers", "dcat:inSeries dataset:organs")],
    "dataset-whole": [("dcterms:isPartOf dataset:organs", "dcterms:isPartOf dataset:nowhere")],
    "dataset-catalogued": [("catalogued true", 'catalogued "yes"'), ("catalogued true", "catalogued true, false")],
    "dataset-disputed": [("disputedProperty medkg:patientCount", 'disputedProperty "patientCount"')],
    "retired-successor": [("isReplacedBy dataset:lits .", "isReplacedBy dataset:nowhere .")],
    "retired-records": [("foaf:primaryTopic dataset:lits ;", "foaf:primaryTopic dataset:lits-2017 ;")],
    "dataset-count": [("medkg:count <dataset/lits#count-case-train>", "medkg:count 131")],
    "count": [("dataset:livers a", "dataset:organs medkg:count [ a medkg:Count ] . dataset:livers a")],
    "count-value": [("medkg:value 131 ; medkg:approximate", "medkg:value 131.5 ; medkg:approximate")],
    "count-unit": [("medkg:unit <unit/case> ; medkg:role", "medkg:unit modality:ct ; medkg:role")],
    "count-role": [(" ; medkg:role <count-role/train>", "")],
    "count-approximate": [("medkg:approximate false", 'medkg:approximate "about"')],
    "count-dataset": [("medkg:count <dataset/lits#count-case-train> ;", "")],
    "dataset-distribution": [("dcat:distribution <dataset/lits#download-1>", "dcat:distribution dataset:lits")],
    "distribution-address": [("; dcat:accessURL <https://lits.example/zip>", "")],
    "distribution-dataset": [("dcat:distribution <dataset/lits#download-1> ;", "")],
    "paper": [
        ("<https://doi.org/10.1016/lits> a", "<http://dx.doi.org/10.1016/lits> a"),
        ("<https://doi.org/10.1016/lits> a", "<https://arxiv.org/pdf/1901.04056> a"),
    ],
    "challenge": [
        ("challenge:lits-2017 a", "<https://lits.example/challenge> a medkg:Challenge . challenge:lits-2017 a")
    ],
    "challenge-title": [('"LiTS 2017"@en', '"LiTS 2017"')],
    "challenge-site": [("foaf:homepage <https://lits.example/>", 'foaf:homepage "lits.example"')],
    "challenge-dataset": [("usesDataset dataset:lits", "usesDataset catalog:neerakara")],
    "dataset-challenge-name": [('challengeName "LiTS"', "challengeName challenge:lits-2017")],
    "dataset-event": [("a schema:Event ;", "a schema:Place ;")],
    "event-venue": [(";\n    medkg:venue <venue/miccai>", "")],
    "venue": [("medkg:venue <venue/miccai>", 'medkg:venue "MICCAI"')],
    "year": [('"2017"^^xsd:gYear', "2017")],
    "lineage-derived-from": [("medkg:derivedFrom dataset:chaos ;", "medkg:derivedFrom dataset:nowhere ;")],
    "lineage-annotates": [("medkg:annotates dataset:chaos", "medkg:annotates challenge:lits-2017")],
    "lineage-subset-of": [("medkg:subsetOf dataset:lits .", "medkg:subsetOf dataset:nowhere .")],
    "lineage-includes-all-of": [("medkg:includesAllOf dataset:ircad", "medkg:includesAllOf dataset:nowhere")],
    "lineage-part-of": [("medkg:partOf dataset:organs", "medkg:partOf catalog:neerakara")],
    "lineage-has-part": [("medkg:hasPart dataset:lits .", "medkg:hasPart challenge:lits-2017 .")],
    "lineage-expansion-of": [("medkg:expansionOf dataset:ircad", "medkg:expansionOf dataset:nowhere")],
    "lineage-same-images-as": [("medkg:sameImagesAs dataset:twin", 'medkg:sameImagesAs "twin"')],
    "lineage-overlaps": [("medkg:overlaps dataset:chaos", "medkg:overlaps dataset:nowhere")],
    "lineage-possibly-overlaps": [("possiblyOverlaps dataset:sliver", "possiblyOverlaps dataset:nowhere")],
    "lineage-uses-images-of": [("medkg:usesImagesOf dataset:lits .", "medkg:usesImagesOf challenge:lits-2017 .")],
    "lineage-successor-of": [("medkg:successorOf dataset:lits-0", "medkg:successorOf challenge:lits-2017")],
    "lineage-synthesized-from": [("synthesizedFrom dataset:sliver", "synthesizedFrom dataset:nowhere")],
    "lineage-disjoint-with": [("medkg:disjointWith dataset:far", "medkg:disjointWith anatomy:liver")],
    "lineage-shares": [("medkg:sharesImagesWith dataset:chaos", "medkg:sharesImagesWith challenge:lits-2017")],
    "lineage-may-share": [("mayShareImagesWith dataset:sliver", "mayShareImagesWith challenge:lits-2017")],
    "lineage-may-share-by-series": [("BySeries dataset:lits-0", "BySeries challenge:lits-2017")],
    "lineage-inherits-open-provenance": [("ProvenanceFrom dataset:chaos", "ProvenanceFrom challenge:lits-2017")],
    "lineage-contains": [("medkg:contains dataset:ircad", "medkg:contains anatomy:liver")],
    "lineage-within": [("medkg:within dataset:organs", "medkg:within dataset:nowhere")],
    "lineage-same-extent": [("medkg:sameExtent dataset:twin", "medkg:sameExtent catalog:neerakara")],
    "lineage-meets": [("medkg:meets dataset:chaos,", "medkg:meets dataset:nowhere,")],
    "lineage-open-provenance": [("openProvenance true", 'openProvenance "several public sets"')],
    "claim": [("dataset:organs a", "claim:one a medkg:LineageClaim . dataset:organs a")],
    "claim-subject": [("rdf:subject dataset:lits ;", "rdf:subject catalog:neerakara ;")],
    "claim-predicate": [
        ("rdf:predicate medkg:derivedFrom", "rdf:predicate medkg:meets"),
        ("rdf:predicate medkg:derivedFrom", "rdf:predicate medkg:derivedFrom, medkg:annotates"),
    ],
    "claim-object": [
        ("rdf:object dataset:chaos", "rdf:object dataset:nowhere"),
        ("rdf:object dataset:chaos", "rdf:object dataset:chaos, dataset:far"),
    ],
    "claim-extent": [('medkg:extent "part"', 'medkg:extent "most"')],
    "claim-certainty": [('medkg:certainty "stated"', 'medkg:certainty "likely"')],
    "claim-cases": [
        ("medkg:sharedCases 20", 'medkg:sharedCases "20"'),
        ("medkg:sharedCases 20", "medkg:sharedCases 0"),
    ],
    "claim-unit": [("medkg:unit <unit/case> ; medkg:caseRange", "medkg:caseRange")],
    "claim-range": [('medkg:caseRange "1-20"', 'medkg:caseRange ""')],
    "claim-split": [('medkg:split "train"', 'medkg:split "training"')],
    "claim-subject-split": [('medkg:subjectSplit "test"', 'medkg:subjectSplit "testing"')],
    "claim-level": [('medkg:level "acquisition"', 'medkg:level "image"')],
    "claim-basis": [('medkg:basis "catalog" ;\n    dcterms:source', 'medkg:basis "knowledge" ;\n    dcterms:source')],
    "claim-source": [("dcterms:source <catalog/neerakara/record/lits> ;", "")],
    "claim-refines": [("medkg:refines claim:00000000000000aa", "medkg:refines dataset:lits")],
    "claim-refined-by": [("medkg:refinedBy claim:0123456789abcdef", "medkg:refinedBy dataset:lits")],
    "claim-corrects": [("medkg:corrects claim:00000000000000aa", "medkg:corrects dataset:lits")],
    "claim-corrected-by": [("medkg:correctedBy claim:0123456789abcdef", "medkg:correctedBy dataset:lits")],
    "catalog": [("catalog:neerakara a", "dataset:organs dcat:catalog [ a dcat:Catalog ] . catalog:neerakara a")],
    "catalog-title": [('dcterms:title "Datasets"@en ;', "")],
    "catalog-digest": [('medkg:sourceDigest "6b', 'medkg:sourceDigest "6B')],
    "catalog-record": [("catalog:neerakara a", "catalog:empty a dcat:Catalog . catalog:neerakara a")],
    "record": [("catalog:neerakara a", "<catalog/neerakara/12> a dcat:CatalogRecord . catalog:neerakara a")],
    "record-dataset": [
        ("foaf:primaryTopic dataset:lits ;", ""),
        ("foaf:primaryTopic dataset:lits ;", "foaf:primaryTopic dataset:lits, dataset:organs ;"),
        ("foaf:primaryTopic dataset:lits ;", "foaf:primaryTopic challenge:lits-2017 ;"),
    ],
    "record-topic": [("foaf:topic dataset:livers", "foaf:topic anatomy:liver")],
    "record-line": [("medkg:sourceLine 12", "medkg:sourceLine 0"), ("medkg:sourceLine 12", 'medkg:sourceLine "12"')],
    "record-label": [('rdfs:label "LiTS" ;', "")],
    "record-catalog": [("dcterms:isPartOf catalog:neerakara", "dcterms:isPartOf catalog:nowhere")],
    "record-listed": [("dcat:record <catalog/neerakara/record/lits>", "dcat:record dataset:lits")],
    "record-basis": [
        ('medkg:basis "catalog" ; rdfs:comment', 'medkg:basis "hunch" ; rdfs:comment'),
        ('medkg:basis "catalog" ; rdfs:comment', "rdfs:comment"),
    ],
    "record-reason": [('rdfs:comment "Same name and site." ;', "")],
    "record-section": [('medkg:section "Liver"', "medkg:section anatomy:liver")],
    "record-repair": [('medkg:repair "stray-cell: Notes"', "medkg:repair dataset:lits")],
    "record-not-understood": [("notUnderstoodCount 0", "notUnderstoodCount -1")],
    "annotation-target": [("oa:hasTarget <catalog/neerakara/record/lits>", "oa:hasTarget dataset:lits")],
    "annotation-body": [("oa:hasBody <defect/foreign-link> ;", "")],
    "annotation-motivation": [("oa:motivatedBy dqv:qualityAssessment ;", "")],
    "annotation-basis": [('medkg:basis "knowledge"', 'medkg:basis "knowledge", "catalog"')],
    "annotation-reason": [('"The address is that of KiTS."', '""')],
    "correction": [("a dqv:QualityAnnotation, medkg:Correction", "a medkg:Correction")],
    "correction-defect": [("medkg:defect <defect/foreign-link>", 'medkg:defect "wrong link"')],
    "correction-field": [('medkg:field "links" ;', "")],
    "correction-stated": [('medkg:stated "https://kits.example/"', 'medkg:stated "https://kits.example/", "KiTS"')],
    "correction-instead": [('medkg:instead "https://lits.example/"', 'medkg:instead "https://lits.example/", "LiTS"')],
    "dataset-decision": [("medkg:decision <dataset/lits#decision-1>", 'medkg:decision "131"')],
    "decision-dataset": [("medkg:decision <dataset/lits#decision-1> .", "a dcat:Dataset .")],
    "decision-field": [('medkg:field "counts case"', 'medkg:field "links"')],
    "decision-value": [('medkg:instead "131"', 'medkg:instead "131", "130"'), ('medkg:instead "131" ;', "")],
    "decision-basis": [('medkg:basis "literature" ; rdfs:comment', "rdfs:comment")],
    "decision-reason": [('rdfs:comment "The paper counts 131."', 'rdfs:comment ""')],
    "scheme": [("dataset:livers a", "<Body_parts> a skos:ConceptScheme . dataset:livers a")],
    "scheme-title": [("dataset:livers a", "<parts> a skos:ConceptScheme . dataset:livers a")],
    "concept": [("anatomy:liver skos:broader", "anatomy:Left_Lobe a skos:Concept . anatomy:liver skos:broader")],
    "concept-label": [("anatomy:liver skos:broader", 'anatomy:liver skos:prefLabel "hepar"@en ; skos:broader')],
    "concept-scheme": [("anatomy:liver skos:broader", "anatomy:liver skos:inScheme <task> ; skos:broader")],
    "concept-broader": [("skos:broader anatomy:abdomen", "skos:broader anatomy:trunk")],
    "concept-exact": [("skos:exactMatch uberon:0002107", 'skos:exactMatch "UBERON:0002107"')],
    "concept-licence-condition": [
        ("medkg:licenceCondition <condition/attribution>", "medkg:licenceCondition task:segmentation")
    ],
    "concept-total-property": [("medkg:totalProperty medkg:caseCount", "medkg:totalProperty dcterms:extent")],
}
"""What each shape refuses: a text of the good graph, and what stands there instead."""

REFERRED = {"english", "web-address", "known-basis", "paper-by-a-side-door"}
"""Shapes that others refer to: what they refuse is reported under the shape that asked."""

GATHERING = {"retired", "distribution", "event", "annotation", "decision"}
"""Shapes that only gather property shapes and refuse nothing by themselves."""


@cache
def _preamble() -> str:
    prefixes = yaml.safe_load((ONTOLOGY / "prefixes.yaml").read_text(encoding="utf-8"))
    lines = ["@base <https://w3id.org/medkg/> .", *(f"@prefix {name}: <{iri}> ." for name, iri in prefixes.items())]
    for scheme, keys in CONCEPTS.items():
        lines.append(f'<{scheme}> a skos:ConceptScheme ; dcterms:title "{scheme}"@en .')
        for key in keys:
            lines.append(f'<{scheme}/{key}> a skos:Concept ; skos:prefLabel "{key}"@en ; skos:inScheme <{scheme}> .')
    return "\n".join(lines)


def _refusals(turtle: str) -> set[str]:
    """The names of the shapes that refuse a graph."""
    graph = Graph().parse(data=_preamble() + turtle, format="turtle")
    _, report, _ = pyshacl.validate(graph, shacl_graph=_graph("shapes.ttl"))
    assert isinstance(report, Graph)
    return {str(shape).removeprefix(SHAPES) for shape in report.objects(None, SH.sourceShape)}


def test_a_graph_in_order_is_accepted() -> None:
    assert _refusals(GOOD) == set()


def test_the_ontology_beside_the_data_changes_nothing() -> None:
    beside = "".join((ONTOLOGY / file).read_text(encoding="utf-8") for file in ("medkg.ttl", "alignments.ttl"))
    assert _refusals(GOOD + beside) == set()


@pytest.mark.parametrize(("shape", "old", "new"), [(shape, *case) for shape, cases in BAD.items() for case in cases])
def test_shape_refuses_what_breaks_its_promise(shape: str, old: str, new: str) -> None:
    assert GOOD.count(old) == 1
    assert shape in _refusals(GOOD.replace(old, new))


@pytest.mark.parametrize("name", [name for name in _shapes() if name.startswith("total-")])
@pytest.mark.parametrize("value", ["-1", "1, 2", '"112k"', "1.6"])
def test_total_is_one_whole_number(name: str, value: str) -> None:
    path = str(_graph("shapes.ttl").value(URIRef(SHAPES + name), SH.path))
    assert name in _refusals(f"{GOOD} dataset:organs <{path}> {value} .")


def test_every_shape_has_been_seen_refusing() -> None:
    tried = BAD.keys() | REFERRED | GATHERING | {name for name in _shapes() if name.startswith("total-")}
    assert tried == set(_shapes())
