"""The things of the graph under their own addresses: `https://w3id.org/medkg/dataset/lits` is `/dataset/lits` here.

One rule serves datasets, challenges, catalogues and their records, concepts and the ontology: a path is the end of
an IRI, and what the graph says of that IRI is the answer, as data or as a page. Pages differ by kind of thing.

Links in the headers of a thing's answers, by which programs find their way: https://signposting.org/FAIR/.

`cite-as` is there where the thing itself has a DOI: nothing else persists in the way that relation promises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from urllib.parse import quote

from flask import Blueprint, Response, render_template, request
from pyoxigraph import NamedNode, Triple
from werkzeug.urls import iri_to_uri

from medkg.evaluation import GRAPHS, HTML, Description
from medkg.evaluation.serialize import write_graph
from medkg.http.negotiation import chosen
from medkg.http.query_parameters import given, parameters, refuse_others, takes
from medkg.model.papers import paper_iri
from medkg.model.prefixes import BASE, Prefixes
from medkg.rdf.terms import RDF_TYPE
from medkg.site import catalogs, challenges, concepts, dataset, ontology, records
from medkg.site.context import SiteContext, current_context
from medkg.site.generic_page import Reader
from medkg.site.pages import addresses, described, page, reply

_TYPES = {
    "dcat:Dataset": "https://schema.org/Dataset",
    "dcat:Catalog": "https://schema.org/DataCatalog",
    "medkg:Challenge": "https://schema.org/Event",
    "schema:ScholarlyArticle": "https://schema.org/ScholarlyArticle",
    "skos:Concept": "https://schema.org/DefinedTerm",
    "skos:ConceptScheme": "https://schema.org/DefinedTermSet",
}
_COLLECTIONS = ("dcat:inSeries", "medkg:partOf", "skos:inScheme")
_ITEMS = ("dcat:seriesMember", "medkg:hasPart")
_DOWNLOAD = "dcat:accessURL"
_MOST = 20  # links of one relation: some servers refuse headers of more than 8 kB


def signposts(description: Description, prefixes: Prefixes) -> Iterator[str]:
    """The values of `Link` headers for a thing, those to its own other forms left out.

    https://www.rfc-editor.org/rfc/rfc8288#section-3
    """
    own = [triple for triple in description.believed if triple.subject == description.iri]
    kinds = {triple.object for triple in own if triple.predicate == RDF_TYPE}
    found = {
        "type": [_TYPES[curie] for curie in _TYPES if prefixes.expand(curie) in kinds],
        "license": _objects(own, "dcterms:license", prefixes),
        "cite-as": list(_dois(own, prefixes))[:1],
        "collection": [each for curie in _COLLECTIONS for each in _objects(own, curie, prefixes)],
        "item": [
            *(each for curie in _ITEMS for each in _objects(own, curie, prefixes)),
            *_objects(description.believed, _DOWNLOAD, prefixes),
        ],
    }
    for relation, targets in found.items():
        for target in targets[:_MOST]:
            yield f'<{iri_to_uri(target)}>; rel="{relation}"'


def _objects(triples: Iterable[Triple], curie: str, prefixes: Prefixes) -> list[str]:
    """The IRIs that a property leads to."""
    property_ = prefixes.expand(curie)
    nodes = (triple.object for triple in triples if triple.predicate == property_)
    return sorted(node.value for node in nodes if isinstance(node, NamedNode))


def _dois(own: Iterable[Triple], prefixes: Prefixes) -> Iterator[str]:
    """The DOIs under which a thing's own pages are known."""
    for landing_page in _objects(own, "dcat:landingPage", prefixes):
        if (iri := paper_iri(landing_page)).startswith("https://doi.org/"):
            yield iri


entities = Blueprint("entities", __name__)

PAGES: Mapping[str, Callable[[SiteContext, Description], str]] = {
    "dcat:Catalog": catalogs.page_of,
    "dcat:CatalogRecord": records.page_of,
    "dcat:Dataset": dataset.page_of,
    "medkg:Challenge": challenges.page_of,
    "owl:Ontology": ontology.page_of,
    "skos:Concept": concepts.page_of,
    "skos:ConceptScheme": concepts.page_of_scheme,
}
"""What makes the page of a thing, by its class; the rest is shown as it is, property by property."""


@entities.get("/<path:name>")
@takes("format", "page", by_path=True)
def entity(name: str) -> Response:
    """The description of the thing whose IRI ends in a path."""
    description = described(BASE + name)
    return answer(description, _maker(current_context(), description))


def answer(description: Description, page_of: Callable[[SiteContext, Description], str]) -> Response:
    """A thing in the form the client likes, with links to its other forms and to what belongs to it."""
    refuse_others(request.args, ("format", *parameters(page_of)))
    now = current_context()
    form, media_type = chosen((*GRAPHS, HTML), given().get("format"), request.accept_mimetypes)
    if form is HTML:
        response = page(page_of(now, description))
    else:
        response = reply(
            lambda: write_graph(description.written_in(form), form, now.prefixes),
            media_type,
            identity=(now.revision, description.iri.value),
        )
    for each in GRAPHS:
        address = addresses().at(f"{quote(request.path)}?format={each.name}")
        response.headers.add("Link", f'<{address}>; rel="alternate"; type="{each.media_type}"')
        if form is HTML:
            response.headers.add("Link", f'<{address}>; rel="describedby"; type="{each.media_type}"')
    for link in signposts(description, now.prefixes):
        response.headers.add("Link", link)
    return response


def _maker(now: SiteContext, description: Description) -> Callable[[SiteContext, Description], str]:
    """What makes the page of a thing, by its kind."""
    kinds = {triple.object for triple in description.believed if _is_kind(triple, description.iri)}
    return next((made for curie, made in PAGES.items() if now.prefixes.expand(curie) in kinds), page_of)


def page_of(now: SiteContext, description: Description) -> str:
    """The page of a thing of any kind, property by property."""
    reader = Reader(store=now.store, prefixes=now.prefixes, root=addresses().root)
    return render_template("entity.html", thing=reader.portrait(description), formats=GRAPHS)


def _is_kind(triple: Triple, thing: NamedNode) -> bool:
    return triple.subject == thing and triple.predicate == RDF_TYPE
