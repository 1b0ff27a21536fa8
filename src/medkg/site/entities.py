"""The pages of things under their own paths: `https://w3id.org/medkg/dataset/lits` is `/dataset/lits` on a site.

The page depends on the class of the thing; a class without a page of its own has the generic one.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, render_template, request
from pyoxigraph import NamedNode, Triple

from medkg.evaluation import GRAPHS, HTML, Description
from medkg.http.query_parameters import media_types_of, takes
from medkg.model import prefixes as iris
from medkg.model.prefixes import BASE
from medkg.rdf.terms import RDF_TYPE
from medkg.site import catalogs, dataset, ontology
from medkg.site.claims import lineage_links
from medkg.site.context import SiteContext, current_context
from medkg.site.descriptions import MakePage, description_of, respond
from medkg.site.generic_page import DescriptionReader
from medkg.site.pages import addresses, list_page
from medkg.views.challenges import challenge_profile
from medkg.views.concepts import concept_profile, concept_tree, licence_terms

DATASETS_PER_PAGE = 100

FACET_VOCABULARIES = frozenset({"anatomy", "modality", "task"})
"""The vocabularies that are facets of the dataset search."""


@takes("page")
def concept_page(context: SiteContext, description: Description) -> str:
    """The page of a concept: its names, the wider and narrower concepts, the datasets that have it."""
    reader = context.reader
    concept = concept_profile(reader, description.iri)
    return render_template(
        "concept/page.html",
        topic=concept,
        conditions=licence_terms(reader, description.iri).conditions,
        list_page=list_page(concept.datasets, DATASETS_PER_PAGE),
        search=addresses().search(concept.scheme, concept.key) if concept.scheme in FACET_VOCABULARIES else None,
        addresses=addresses(),
        own=addresses().at(request.path),
        formats=GRAPHS,
    )


def vocabulary_page(context: SiteContext, description: Description) -> str:
    """The page of a vocabulary: its concepts as a tree."""
    reader = context.reader
    scheme = description.iri.value.removeprefix(BASE)
    return render_template(
        "concept/scheme.html",
        iri=description.iri.value,
        title=reader.label(description.iri),
        title_zh=reader.chinese_label(description.iri),
        definition=reader.literal(description.iri, "dcterms:description"),
        branches=concept_tree(reader, scheme),
        is_searched=scheme in FACET_VOCABULARIES,
        addresses=addresses(),
        own=addresses().at(request.path),
        formats=GRAPHS,
    )


entities = Blueprint("entities", __name__)


@entities.get("/<path:name>")
@takes("format", "page", by_path=True, media_types=media_types_of(*GRAPHS, HTML))
def entity(name: str) -> Response:
    """The description of the thing whose IRI ends in a path."""
    description = description_of(BASE + name)
    return respond(description, _page_maker(current_context(), description))


def _page_maker(context: SiteContext, description: Description) -> MakePage:
    """The function that makes the page of a thing, by its class."""
    classes = {triple.object for triple in description.believed if _is_type_of(triple, description.iri)}
    return next((make for curie, make in PAGES_BY_CLASS.items() if context.prefixes.expand(curie) in classes), _generic)


def _is_type_of(triple: Triple, thing: NamedNode) -> bool:
    return triple.subject == thing and triple.predicate == RDF_TYPE


def _generic(context: SiteContext, description: Description) -> str:
    """The page of a thing of any class, property by property."""
    reader = DescriptionReader(graph=context.reader, addresses=addresses())
    return render_template("entity.html", thing=reader.read(description), formats=GRAPHS)


def _challenge(context: SiteContext, description: Description) -> str:
    """The page of a challenge edition: year, datasets, claims, catalogue records."""
    slug = description.iri.value.removeprefix(iris.challenge("").value)
    links = lineage_links(context)
    claims = [links.claim(claim.step) for claim in context.register.claims if claim.subject == slug]
    return render_template(
        "challenge/page.html",
        known=challenge_profile(context.reader, description.iri),
        claims=claims,
        addresses=addresses(),
        own=addresses().at(request.path),
        formats=GRAPHS,
    )


PAGES_BY_CLASS: Mapping[str, MakePage] = {
    "dcat:Catalog": catalogs.catalog_page,
    "dcat:CatalogRecord": catalogs.record_page,
    "dcat:Dataset": dataset.dataset_page,
    "medkg:Challenge": _challenge,
    "owl:Ontology": ontology.ontology_page,
    "skos:Concept": concept_page,
    "skos:ConceptScheme": vocabulary_page,
}
