"""Links in the headers of a thing's answers, by which programs find their way: https://signposting.org/FAIR/.

`cite-as` is there where the thing itself has a DOI: nothing else persists in the way that relation promises.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import NamedNode, Triple
from werkzeug.urls import iri_to_uri

from medkg.evaluation import Description
from medkg.graph.terms import RDF_TYPE
from medkg.model.papers import paper_iri
from medkg.model.prefixes import Prefixes

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
    for page in _objects(own, "dcat:landingPage", prefixes):
        if (iri := paper_iri(page)).startswith("https://doi.org/"):
            yield iri
