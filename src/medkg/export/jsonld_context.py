"""The JSON-LD context, made of the prefix map, the ontology and the record classes.

Terms go by their local names. A concept is written as its key, `"modality": ["ct"]`, by a context scoped to the
property. A prefix that has the name of a property, such as `modality:`, is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pyoxigraph import NamedNode, Triple

from medkg.model import prefixes as iris
from medkg.model.claims import Claim
from medkg.model.entries import Catalog, Count, Entry, Event, Licence
from medkg.model.fields import declarations
from medkg.model.prefixes import Prefixes
from medkg.model.records import Challenge, Dataset
from medkg.model.vocabularies import Concept
from medkg.rdf.terms import RDF_TYPE, XSD

_RECORDS = (Catalog, Challenge, Claim, Concept, Count, Dataset, Entry, Event, Licence)
_TEXTS = """
    dcterms:alternative dcterms:description dcterms:title foaf:name rdfs:comment rdfs:label
    skos:altLabel skos:definition skos:hiddenLabel skos:prefLabel
"""
_LINKS = """
    dcat:accessURL dcat:distribution dcat:inSeries dcat:landingPage dcat:prev dcat:previousVersion dcat:record
    dcat:seriesMember dcat:theme dcterms:accessRights dcterms:creator dcterms:format dcterms:hasPart
    dcterms:isPartOf dcterms:isReferencedBy dcterms:isReplacedBy dcterms:license dcterms:publisher
    dcterms:relation dcterms:rights dcterms:source dqv:hasQualityAnnotation foaf:homepage
    foaf:isPrimaryTopicOf foaf:page foaf:primaryTopic foaf:topic oa:hasBody oa:hasTarget oa:motivatedBy
    owl:inverseOf prov:wasDerivedFrom rdf:object rdf:subject rdfs:domain rdfs:isDefinedBy rdfs:range
    rdfs:subClassOf rdfs:subPropertyOf schema:domainIncludes schema:rangeIncludes skos:broadMatch skos:broader
    skos:closeMatch skos:exactMatch skos:hasTopConcept skos:inScheme skos:narrower skos:relatedMatch
    skos:topConceptOf
"""
_VALUES = "dcat:version dcterms:date dcterms:identifier dcterms:issued dcterms:language skos:notation"

_RELATION = "rdf:predicate"
"""The relation of a claim, whose value goes by its own name: `"predicate": "derivedFrom"`."""

_OBJECT_PROPERTY = NamedNode("http://www.w3.org/2002/07/owl#ObjectProperty")
_RANGE = NamedNode("http://www.w3.org/2000/01/rdf-schema#range")
_PROPERTY = "http://www.w3.org/1999/02/22-rdf-syntax-ns#Property"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextTerm:
    """A property or class under its name in JSON.

    `type` is what a string stands for: `@id` a node, `@vocab` a word of the namespace `scope` or, without
    one, of this context, the IRI of a datatype a literal of it, None a plain text.
    """

    iri: str
    name: str
    type: str | None = None
    scope: str | None = None
    by_language: bool = False
    always_list: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Prefixes and terms by name; no name is both."""

    prefixes: Prefixes
    terms: Mapping[str, ContextTerm]

    def json(self) -> dict[str, Any]:
        """The value of `@context`, as it stands in every document and is published by itself."""
        spaces = {prefix: _prefix(space) for prefix, space in sorted(self.prefixes.items())}
        return {"@version": 1.1, **spaces, **{name: self._definition(name) for name in sorted(self.terms)}}

    def _definition(self, name: str) -> str | dict[str, Any]:
        term = self.terms[name]
        definition: dict[str, Any] = {"@id": self.prefixes.compact(term.iri)}
        if term.type:
            definition["@type"] = self.prefixes.compact(term.type)
        if term.by_language or term.always_list:
            definition["@container"] = "@language" if term.by_language else "@set"
        if term.scope:
            definition["@context"] = {"@vocab": term.scope}
        return definition if len(definition) > 1 else str(definition["@id"])


def context(prefixes: Prefixes, ontology: Iterable[Triple]) -> Context:
    """The context of our graph; `ontology` declares our own terms."""
    terms = {term.name: term for term in _typed_terms(prefixes, {**_standard(prefixes), **_ours(prefixes, ontology)})}
    return Context(prefixes=Prefixes({name: prefixes[name] for name in prefixes if name not in terms}), terms=terms)


def _prefix(space: str) -> str | dict[str, Any]:
    """A prefix's definition; a namespace that ends in no delimiter needs `@prefix`.

    https://www.w3.org/TR/json-ld11/#compact-iris
    """
    return space if space[-1] in ":/?#[]@" else {"@id": space, "@prefix": True}


def _standard(prefixes: Prefixes) -> dict[str, ContextTerm]:
    """Terms of other ontologies, by CURIE."""
    context_terms = {curie: _term(curie, prefixes) for curie in _VALUES.split()}
    context_terms |= {curie: replace(_term(curie, prefixes), by_language=True) for curie in _TEXTS.split()}
    context_terms |= {curie: replace(_term(curie, prefixes), type="@id") for curie in _LINKS.split()}
    return context_terms | {_RELATION: replace(_term(_RELATION, prefixes), type="@vocab")}


def _ours(prefixes: Prefixes, ontology: Iterable[Triple]) -> dict[str, ContextTerm]:
    """Our own terms, by CURIE, with the type of value that the ontology gives them."""
    properties_of: dict[str, dict[NamedNode, list[object]]] = {}
    for subject, predicate, object_ in ontology:
        if isinstance(subject, NamedNode) and subject.value.startswith(prefixes["medkg"]):
            properties_of.setdefault(prefixes.compact(subject.value), {}).setdefault(predicate, []).append(object_)
    return {
        curie: replace(_term(curie, prefixes), type=_type(properties)) for curie, properties in properties_of.items()
    }


def _term(curie: str, prefixes: Prefixes) -> ContextTerm:
    return ContextTerm(iri=prefixes.expand(curie).value, name=curie.partition(":")[2])


def _type(properties: Mapping[NamedNode, list[object]]) -> str | None:
    """The type of a property's values, by its declaration in the ontology."""
    ranges = [range_.value for range_ in properties.get(_RANGE, ()) if isinstance(range_, NamedNode)]
    if _PROPERTY in ranges:
        return "@vocab"
    datatypes = [range_ for range_ in ranges if range_.startswith(XSD) and range_ != f"{XSD}string"]
    return datatypes[0] if datatypes else "@id" if _OBJECT_PROPERTY in properties.get(RDF_TYPE, ()) else None


def _typed_terms(prefixes: Prefixes, terms: Mapping[str, ContextTerm]) -> Iterator[ContextTerm]:
    """The terms, with the vocabulary and number of values that the record classes declare."""
    declared = [pair for record in _RECORDS for pair in declarations(record)]
    scopes = {
        declaration.property: f"{iris.scheme(declaration.vocabulary).value}/"
        for _, declaration in declared
        if declaration.vocabulary
    }
    many = {declaration.property for field, declaration in declared if field.default == ()}
    for curie, term in terms.items():
        scoped = replace(term, type="@vocab", scope=scopes[curie]) if curie in scopes else term
        yield replace(scoped, always_list=curie in many and not term.by_language)
