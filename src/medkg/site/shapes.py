"""The shapes of the graph under their own IRI: for people in plain words, for programs the SHACL that builds pass."""

from __future__ import annotations

from flask import Blueprint, Response, render_template
from pyoxigraph import Literal, NamedNode, Triple

from medkg.evaluation import GRAPHS, Description
from medkg.http.query_parameters import takes
from medkg.rdf.ontology import turtle
from medkg.site.context import SiteContext, cached_per_snapshot, current_context
from medkg.site.entities import answer
from medkg.views.shapes import SHAPES, Constraint, constraints

shapes = Blueprint("shapes", __name__)


@shapes.get("/shapes")
@takes("format")
def document() -> Response:
    """What a built graph must look like."""
    own = Description(iri=NamedNode(SHAPES), believed=graph(current_context()), stated=())
    return answer(own, page_of)


@cached_per_snapshot
def graph(now: SiteContext) -> tuple[Triple, ...]:
    """The shapes that builds are held to."""
    return tuple(turtle(now.resources / "ontology" / "shapes.ttl"))


@cached_per_snapshot
def told(now: SiteContext) -> list[Constraint]:
    """The same in plain words."""
    return constraints(graph(now), now.prefixes)


def page_of(now: SiteContext, description: Description) -> str:
    """The page of a graph of shapes."""
    about = {triple.predicate: triple.object for triple in description.believed if triple.subject == description.iri}
    text = about.get(now.prefixes.expand("dcterms:description"))
    return render_template(
        "ontology/shapes.html",
        iri=description.iri.value,
        description=text.value if isinstance(text, Literal) else "",
        constraints=told(now),
        formats=GRAPHS,
    )
