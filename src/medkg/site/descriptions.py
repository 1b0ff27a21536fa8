"""The response to a request for an IRI: its description from the graph, as data or as a page, with `Link` headers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from urllib.parse import quote

from flask import Response, request
from pyoxigraph import NamedNode, Triple
from werkzeug.exceptions import NotFound
from werkzeug.urls import iri_to_uri

from medkg.errors import SnapshotError
from medkg.evaluation import GRAPHS, HTML, Description, describe
from medkg.evaluation.serialization import write_graph
from medkg.http.negotiation import select_format
from medkg.http.query_parameters import parameters, query_arguments, refuse_others
from medkg.model import prefixes as iris
from medkg.model.papers import paper_iri
from medkg.model.prefixes import Prefixes
from medkg.rdf.terms import RDF_TYPE
from medkg.search.resolver import NameProblem, resolve_strictly
from medkg.site.context import SiteContext, current_context
from medkg.site.pages import addresses, page, reply

MakePage = Callable[[SiteContext, Description], str]

MAX_SUGGESTIONS = 5
MAX_LINKS_PER_RELATION = 20
"""Some servers refuse headers of more than 8 kB."""

_DATASETS = iris.dataset("").value
_SCHEMA_ORG_TYPES = {
    "dcat:Dataset": "https://schema.org/Dataset",
    "dcat:Catalog": "https://schema.org/DataCatalog",
    "medkg:Challenge": "https://schema.org/Event",
    "schema:ScholarlyArticle": "https://schema.org/ScholarlyArticle",
    "skos:Concept": "https://schema.org/DefinedTerm",
    "skos:ConceptScheme": "https://schema.org/DefinedTermSet",
}
_COLLECTION_PROPERTIES = ("dcat:inSeries", "medkg:partOf", "skos:inScheme")
_ITEM_PROPERTIES = ("dcat:seriesMember", "medkg:hasPart")
_DOWNLOAD_PROPERTY = "dcat:accessURL"


class UnknownIri(NotFound):
    """The graph has no description of an IRI; `near` are slugs and labels of datasets with a similar name."""

    def __init__(self, description: str, near: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(description)
        self.near = near


def description_of(iri: str) -> Description:
    """The description of an IRI; 404 with similar names where the graph has none."""
    context = current_context()
    try:
        description = describe(context.store, NamedNode(iri))
    except ValueError:  # the path makes no valid IRI
        description = None
    if description is None:
        raise _unknown(context, iri)
    return description


def respond(description: Description, make_page: MakePage) -> Response:
    """The description in the format that the client prefers, with links to the other formats and to related things."""
    refuse_others(request.args, ("format", *parameters(make_page)))
    context = current_context()
    form, media_type = select_format(
        (*GRAPHS, HTML), query_arguments().get("format"), request.headers.get("accept", "")
    )
    if form is HTML:
        response = page(make_page(context, description))
    else:
        response = reply(
            lambda: write_graph(description.statements(form), form, context.prefixes),
            media_type,
            identity=(context.revision, description.iri.value),
        )
    for graph_format in GRAPHS:
        link = f"<{addresses().at(f'{quote(request.path)}?format={graph_format.name}')}>"
        response.headers.add("Link", f'{link}; rel="alternate"; type="{graph_format.media_type}"')
        if form is HTML:
            response.headers.add("Link", f'{link}; rel="describedby"; type="{graph_format.media_type}"')
    for value in signposting_links(description, context.prefixes):
        response.headers.add("Link", value)
    return response


def signposting_links(description: Description, prefixes: Prefixes) -> Iterator[str]:
    """The values of `Link` headers to related things: https://signposting.org/FAIR/.

    `cite-as` appears only where the thing has a DOI: no other identifier is as persistent as the relation promises.
    https://www.rfc-editor.org/rfc/rfc8288#section-3
    """
    own = [triple for triple in description.believed if triple.subject == description.iri]
    classes = {triple.object for triple in own if triple.predicate == RDF_TYPE}
    targets_by_relation = {
        "type": [type_ for curie, type_ in _SCHEMA_ORG_TYPES.items() if prefixes.expand(curie) in classes],
        "license": _objects(own, "dcterms:license", prefixes),
        "cite-as": list(_dois(own, prefixes))[:1],
        "collection": [iri for curie in _COLLECTION_PROPERTIES for iri in _objects(own, curie, prefixes)],
        "item": [
            *(iri for curie in _ITEM_PROPERTIES for iri in _objects(own, curie, prefixes)),
            *_objects(description.believed, _DOWNLOAD_PROPERTY, prefixes),
        ],
    }
    for relation, targets in targets_by_relation.items():
        for target in targets[:MAX_LINKS_PER_RELATION]:
            yield f'<{iri_to_uri(target)}>; rel="{relation}"'


def _objects(triples: Iterable[Triple], curie: str, prefixes: Prefixes) -> list[str]:
    """The IRIs that are values of a property."""
    property_ = prefixes.expand(curie)
    nodes = (triple.object for triple in triples if triple.predicate == property_)
    return sorted(node.value for node in nodes if isinstance(node, NamedNode))


def _dois(own: Iterable[Triple], prefixes: Prefixes) -> Iterator[str]:
    """The DOIs among the landing pages of a thing."""
    for landing_page in _objects(own, "dcat:landingPage", prefixes):
        if (iri := paper_iri(landing_page)).startswith("https://doi.org/"):
            yield iri


def _unknown(context: SiteContext, iri: str) -> UnknownIri:
    """The 404 error for an IRI, with the datasets of similar name."""
    message, slug = f"The graph has no description of <{iri}>.", iri.removeprefix(_DATASETS)
    if slug == iri or not slug:
        return UnknownIri(message)
    try:
        match = resolve_strictly(context.index, context.register, slug, most_candidates=MAX_SUGGESTIONS)
    except SnapshotError:  # no suggestions without a search index
        return UnknownIri(message)
    if isinstance(match, NameProblem):
        return UnknownIri(f"{message} {match.message[0].upper()}{match.message[1:]}", match.candidates)
    suggestion = (match, context.register.label(match))
    return UnknownIri(f"{message} Did you mean {_DATASETS}{match}?", (suggestion,))
