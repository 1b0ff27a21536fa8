"""A small graph of our shape, and a snapshot of it."""

from __future__ import annotations

from pathlib import Path

from pyoxigraph import RdfFormat, parse

from medkg.model.collection import Records
from medkg.snapshots.products import BuildProducts
from tests.servers import REPOSITORY, published

PREFIXES = {
    "medkg": "https://w3id.org/medkg/ontology#",
    "dataset": "https://w3id.org/medkg/dataset/",
    "catalog": "https://w3id.org/medkg/catalog/",
    "modality": "https://w3id.org/medkg/modality/",
    "anatomy": "https://w3id.org/medkg/anatomy/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "owl": "http://www.w3.org/2002/07/owl#",
}

GRAPH = """
dataset:lits a dcat:Dataset ;
    dcterms:title "LiTS"@en , "肝脏肿瘤分割"@zh ;
    dcat:landingPage <https://competitions.example.org/lits> ;
    medkg:modality modality:ct ;
    medkg:anatomy anatomy:liver ;
    medkg:caseCount 201 ;
    medkg:count <https://w3id.org/medkg/dataset/lits#count-1> .
<https://w3id.org/medkg/dataset/lits#count-1> a medkg:Count ;
    medkg:value 131 ; medkg:unit <https://w3id.org/medkg/unit/case> .
dataset:hostile a dcat:Dataset ; dcterms:title "</script><script>alert(1)</script>"@en ;
    dcat:landingPage <javascript:alert(1)> .
<https://w3id.org/medkg/unit/case> a skos:Concept ; skos:prefLabel "case"@en ;
    skos:inScheme <https://w3id.org/medkg/unit> .
modality:ct a skos:Concept ; skos:prefLabel "CT"@en .
anatomy:liver a skos:Concept ; skos:prefLabel "liver"@en , "肝"@zh .
catalog:a a dcat:Catalog ; dcterms:title "Catalogue A"@en .
catalog:b a dcat:Catalog ; dcterms:title "Catalogue B"@en .
<https://w3id.org/medkg/catalog/a/record/lits> a dcat:CatalogRecord ; rdfs:label "LiTS 2017" ;
    dcterms:isPartOf catalog:a ; foaf:primaryTopic dataset:lits ; medkg:sourceLine 12 .
<https://w3id.org/medkg/catalog/b/record/lits> a dcat:CatalogRecord ; rdfs:label "LITS" ;
    dcterms:isPartOf catalog:b ; foaf:primaryTopic dataset:lits ; medkg:sourceLine 7 .
<https://w3id.org/medkg/ontology> a owl:Ontology ; dcterms:title "The medkg ontology"@en .
medkg:caseCount a owl:DatatypeProperty ; rdfs:label "cases"@en ; rdfs:isDefinedBy <https://w3id.org/medkg/ontology> .
<https://w3id.org/medkg/catalog/a/record/lits> { dataset:lits medkg:caseCount 201 }
<https://w3id.org/medkg/catalog/b/record/lits> { dataset:lits medkg:caseCount 131 }
"""

TRIG = "\n".join(f"@prefix {prefix}: <{namespace}> ." for prefix, namespace in PREFIXES.items()) + GRAPH


def small(home: Path) -> Path:
    """A directory with a snapshot of the small graph, in which no name is looked up and no lineage is claimed."""
    snapshot = home / "snapshots" / published(home, parse(TRIG.encode(), RdfFormat.TRIG))
    BuildProducts(resources=REPOSITORY, records=Records()).write_derived_files(snapshot)
    return home
