"""The things of the graph under their own addresses: `https://w3id.org/medkg/dataset/lits` is `/dataset/lits` here.

One rule serves datasets, challenges, catalogues and their records, concepts and the ontology: a path is the end of
an IRI, and what the graph says of that IRI is the answer, as data or as a page. Pages differ by kind of thing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import quote

from flask import Blueprint, Response, render_template, request
from pyoxigraph import NamedNode, Triple

from medkg.evaluation import GRAPHS, HTML, Description
from medkg.evaluation.graphs import write
from medkg.graph.terms import RDF_TYPE
from medkg.model.prefixes import BASE
from medkg.web import catalogs, challenges, concepts, dataset, ontology, records
from medkg.web.addresses import addresses
from medkg.web.answers import page, reply
from medkg.web.choice import chosen
from medkg.web.descriptions import described
from medkg.web.query_parameters import given, parameters, refuse_others, takes
from medkg.web.readable import Reader
from medkg.web.served import Served, served
from medkg.web.signposting import signposts

entities = Blueprint("entities", __name__)

PAGES: Mapping[str, Callable[[Served, Description], str]] = {
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
    return answer(description, _maker(served(), description))


def answer(description: Description, page_of: Callable[[Served, Description], str]) -> Response:
    """A thing in the form the client likes, with links to its other forms and to what belongs to it."""
    refuse_others(request.args, ("format", *parameters(page_of)))
    now = served()
    form, media_type = chosen((*GRAPHS, HTML), given().get("format"), request.accept_mimetypes)
    if form is HTML:
        response = page(page_of(now, description))
    else:
        response = reply(
            lambda: write(description.written_in(form), form, now.prefixes),
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


def _maker(now: Served, description: Description) -> Callable[[Served, Description], str]:
    """What makes the page of a thing, by its kind."""
    kinds = {triple.object for triple in description.believed if _is_kind(triple, description.iri)}
    return next((made for curie, made in PAGES.items() if now.prefixes.expand(curie) in kinds), page_of)


def page_of(now: Served, description: Description) -> str:
    """The page of a thing of any kind, property by property."""
    reader = Reader(store=now.store, prefixes=now.prefixes, root=addresses().root)
    return render_template("entity.html", thing=reader.portrait(description), formats=GRAPHS)


def _is_kind(triple: Triple, thing: NamedNode) -> bool:
    return triple.subject == thing and triple.predicate == RDF_TYPE
