"""The things of the graph under their own addresses: `https://w3id.org/medkg/dataset/lits` is `/dataset/lits` here.

One rule serves datasets, challenges, catalogues and their records, concepts and the ontology: a
path is the end of an IRI, and what the graph says of that IRI is the answer, as data or as a page.
"""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Response, render_template, request
from pyoxigraph import NamedNode
from werkzeug.exceptions import NotFound

from medkg.evaluation import GRAPHS, HTML, Description, describe
from medkg.evaluation.graphs import write
from medkg.model.prefixes import BASE
from medkg.web.answers import page, reply
from medkg.web.choice import chosen
from medkg.web.readable import Reader
from medkg.web.served import served

entities = Blueprint("entities", __name__)


@entities.get("/<path:name>")
def entity(name: str) -> Response:
    """The description of the thing whose IRI ends in a path."""
    now = served()
    description = _described(BASE + name)
    form, media_type = chosen((*GRAPHS, HTML), request.args.get("format"), request.accept_mimetypes)
    if form is HTML:
        reader = Reader(store=now.store, prefixes=now.prefixes, root=f"{request.script_root}/")
        response = page(render_template("entity.html", thing=reader.portrait(description), formats=GRAPHS))
    else:
        response = reply(
            lambda: write(description.written_in(form), form, now.prefixes),
            media_type,
            identity=(now.revision, description.iri.value),
        )
    for each in GRAPHS:
        address = f"{request.script_root}{quote(request.path)}?format={each.name}"
        response.headers.add("Link", f'<{address}>; rel="alternate"; type="{each.media_type}"')
    return response


def _described(iri: str) -> Description:
    """What the graph says of an IRI; 404 where that is nothing."""
    try:
        description = describe(served().store, NamedNode(iri))
    except ValueError:  # a path that makes no IRI names nothing
        description = None
    if description is None:
        raise NotFound(f"Nothing is known of <{iri}>.")
    return description
