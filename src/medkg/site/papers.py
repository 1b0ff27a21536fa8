"""The pages of papers: `https://doi.org/10.1002/mp.1` is `/paper/doi.org/10.1002/mp.1` on a site."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, render_template
from pyoxigraph import NamedNode
from werkzeug.exceptions import NotFound

from medkg.evaluation import GRAPHS, HTML, Description, describe
from medkg.export import citation
from medkg.http.query_parameters import media_types_of, takes
from medkg.rdf.terms import RDF_TYPE
from medkg.site.claims import lineage_links
from medkg.site.context import SiteContext, cached_per_revision, current_context
from medkg.site.descriptions import respond
from medkg.site.pages import addresses
from medkg.site.redirects import redirect_to
from medkg.views import statistics
from medkg.views.papers import claims_of_paper, paper_profile

papers = Blueprint("papers", __name__)

_SCHEMES = ("https://", "http://")


@papers.get("/paper/<path:address>", merge_slashes=False)
@takes("format", media_types=media_types_of(*GRAPHS, HTML))
def paper_by_address(address: str) -> Response:
    """The description of the paper whose IRI is `address` with a scheme before it."""
    return respond(_description_of_paper(address), paper_page)


def paper_page(context: SiteContext, description: Description) -> str:
    """The page of a paper: the datasets that it describes; the claims, corrections and decisions that cite it."""
    links = lineage_links(context)
    known = paper_profile(context.reader, description.iri)
    return render_template(
        "paper/page.html",
        known=known,
        claims=[links.claim(step) for step in claims_of_paper(context.register, known.iri)],
        bibtex=citation.paper(context.store, context.prefixes, description.iri).bibtex(),
        addresses=addresses(),
        own=addresses().paper(known.iri),
        formats=GRAPHS,
    )


@cached_per_revision
def iris_by_address(context: SiteContext) -> Mapping[str, str]:
    """The IRIs of papers by their addresses in lower case: DOIs are case-insensitive."""
    iris = (iri for iri in statistics.paper_iris(context.store, context.prefixes) if iri.startswith(_SCHEMES))
    return {_normalize(iri.partition("://")[2]): iri for iri in iris}


def _normalize(address: str) -> str:
    """An address in lower case and without slashes at its end."""
    return address.rstrip("/").lower()


def _description_of_paper(address: str) -> Description:
    """The description of a paper; 404 where the graph has no paper with that address."""
    context = current_context()
    for scheme in _SCHEMES:
        try:
            description = describe(context.store, NamedNode(scheme + address))
        except ValueError:
            continue
        if description is not None and _is_paper(description, context):
            return description
    if (iri := iris_by_address(context).get(_normalize(address))) is not None:
        raise redirect_to(addresses().paper(iri))
    raise NotFound(f"The graph has no paper with the address {_SCHEMES[0]}{address}.")


def _is_paper(description: Description, context: SiteContext) -> bool:
    kind = context.prefixes.expand("schema:ScholarlyArticle")
    return any(triple.predicate == RDF_TYPE and triple.object == kind for triple in description.believed)
