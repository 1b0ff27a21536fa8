"""The shapes of the graph under their own IRI: for people in plain words, for programs the SHACL that builds pass."""

from __future__ import annotations

from flask import Blueprint, Response, render_template
from pyoxigraph import Literal, NamedNode, Triple

from medkg.evaluation import GRAPHS, Description
from medkg.http.query_parameters import takes
from medkg.rdf.ontology import turtle
from medkg.site.context import Served, read_once, served
from medkg.site.entities import answer
from medkg.views.shapes import SHAPES, Constraint, constraints

shapes = Blueprint("shapes", __name__)


@shapes.get("/shapes")
@takes("format")
def document() -> Response:
    """What a built graph must look like."""
    own = Description(iri=NamedNode(SHAPES), believed=graph(served()), stated=())
    return answer(own, page_of)


@read_once
def graph(now: Served) -> tuple[Triple, ...]:
    """The shapes that builds are held to."""
    return tuple(turtle(now.resources / "ontology" / "shapes.ttl"))


@read_once
def told(now: Served) -> list[Constraint]:
    """The same in plain words."""
    return constraints(graph(now), now.prefixes)


def page_of(now: Served, description: Description) -> str:
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
