"""The pages of papers, whose IRIs are not ours: `https://doi.org/10.1002/mp.1` is `/paper/doi.org/10.1002/mp.1`."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, render_template
from pyoxigraph import NamedNode
from werkzeug.exceptions import NotFound

from medkg.evaluation import GRAPHS, Description, describe
from medkg.export import citation
from medkg.http.query_parameters import takes
from medkg.rdf.terms import RDF_TYPE
from medkg.site.claims import teller
from medkg.site.context import SiteContext, cached_per_revision, current_context
from medkg.site.entities import answer
from medkg.site.pages import addresses
from medkg.site.spellings import moved
from medkg.views import statistics
from medkg.views.papers import paper, resting
from medkg.views.wording import Wording

papers = Blueprint("papers", __name__)

_SCHEMES = ("https://", "http://")


@papers.get("/paper/<path:address>", merge_slashes=False)
@takes("format")
def found(address: str) -> Response:
    """A paper by its IRI less the scheme, as data or as a page."""
    return answer(_described(address), page_of)


def page_of(now: SiteContext, description: Description) -> str:
    """The page of a paper: which datasets it is given for, and what rests on it."""
    tells, leads = teller(now), addresses()
    known = paper(Wording(store=now.store, prefixes=now.prefixes), description.iri)
    return render_template(
        "paper/page.html",
        known=known,
        claims=[tells.told(step) for step in resting(now.register, known.iri)],
        bibtex=citation.paper(now.store, now.prefixes, description.iri).bibtex(),
        addresses=leads,
        own=leads.paper(known.iri),
        formats=GRAPHS,
    )


@cached_per_revision
def iris_by_address(now: SiteContext) -> Mapping[str, str]:
    """The IRIs of papers by their addresses in small letters: a DOI, for one, is the same in any case."""
    iris = (iri for iri in statistics.papers(now.store, now.prefixes) if iri.startswith(_SCHEMES))
    return {_plain(iri.partition("://")[2]): iri for iri in iris}


def _plain(address: str) -> str:
    """An address without the differences that make it no other."""
    return address.rstrip("/").lower()


def _described(address: str) -> Description:
    """What the graph says of a paper; 404 where it knows none of that address."""
    now = current_context()
    for scheme in _SCHEMES:
        try:
            description = describe(now.store, NamedNode(scheme + address))
        except ValueError:
            continue
        if description is not None and _is_paper(description, now):
            return description
    if (iri := iris_by_address(now).get(_plain(address))) is not None:
        raise moved(addresses().paper(iri))
    raise NotFound(f"No paper is known of the address {_SCHEMES[0]}{address}.")


def _is_paper(description: Description, now: SiteContext) -> bool:
    kind = now.prefixes.expand("schema:ScholarlyArticle")
    return any(triple.predicate == RDF_TYPE and triple.object == kind for triple in description.believed)
