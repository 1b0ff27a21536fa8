"""The pages of the ontology and of the SHACL shapes.

The IRI of a term is the IRI of the ontology with a fragment, so that its page is the place of the term on this page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, render_template
from pyoxigraph import Literal, NamedNode, Triple

from medkg.evaluation import GRAPHS, HTML, Description
from medkg.http.query_parameters import media_types_of, takes
from medkg.model.prefixes import TERMS
from medkg.rdf.ontology import turtle
from medkg.site.context import SiteContext, cached_per_revision, cached_per_snapshot, current_context
from medkg.site.descriptions import respond
from medkg.site.pages import addresses
from medkg.views.ontology import KINDS, Ontology, OntologyTerm, UsageExample, UsageExamples
from medkg.views.ontology import ontology as read_ontology
from medkg.views.shapes import SHAPES, Constraint, constraints

shapes = Blueprint("shapes", __name__)

_IRI = TERMS.removesuffix("#")


@dataclass(frozen=True, slots=True, kw_only=True)
class TermEntry:
    """A term with an example of its use, where the graph has one."""

    term: OntologyTerm
    example: UsageExample | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TermGroup:
    """The classes, or the properties with the same domain."""

    name: str
    heading: str
    entries: tuple[TermEntry, ...]


def ontology_page(context: SiteContext, description: Description) -> str:
    """The page of an ontology; terms are shown for the ontology of medkg only."""
    if description.iri.value == _IRI:
        ontology, groups = ontology_terms(context)
    else:
        ontology, groups = read_ontology(context.store, context.prefixes, description.iri), ()
    return render_template(
        "ontology/page.html",
        ontology=ontology,
        groups=groups,
        kinds=KINDS,
        curie=context.prefixes.compact,
        address=_address,
        prefixes=context.prefixes,
        formats=GRAPHS,
    )


@cached_per_revision
def ontology_terms(context: SiteContext) -> tuple[Ontology, tuple[TermGroup, ...]]:
    """The ontology of medkg, and its terms in groups with examples."""
    ontology = read_ontology(context.store, context.prefixes, NamedNode(_IRI))
    examples = UsageExamples(context.store, context.prefixes)
    return ontology, tuple(_groups(ontology.terms, examples, context))


def _groups(terms: Sequence[OntologyTerm], examples: UsageExamples, context: SiteContext) -> Iterator[TermGroup]:
    """The classes, then the properties by domain; the domain with most properties comes first."""
    classes = [term for term in terms if term.is_class]
    if classes:
        entries = tuple(TermEntry(term=term, example=examples.of_class(term.iri)) for term in classes)
        yield TermGroup(name="classes", heading="Classes", entries=entries)
    by_domain: dict[str, list[OntologyTerm]] = {}
    for term in (term for term in terms if not term.is_class):
        by_domain.setdefault(term.domains[0] if len(term.domains) == 1 else "", []).append(term)
    for domain, properties in sorted(by_domain.items(), key=lambda pair: (not pair[0], -len(pair[1]), pair[0])):
        curie = context.prefixes.compact(domain)
        yield TermGroup(
            name=f"of-{curie.replace(':', '-')}" if domain else "of-several",
            heading=f"Properties of {curie}" if domain else "Properties of several kinds of thing",
            entries=tuple(TermEntry(term=term, example=examples.of_property(term.iri)) for term in properties),
        )


def _address(iri: str) -> str | None:
    """The link target for an IRI on this page; for a term of medkg its place on the page."""
    return f"#{iri.removeprefix(TERMS)}" if iri.startswith(TERMS) else addresses().of(iri)


@shapes.get("/shapes")
@takes("format", media_types=media_types_of(*GRAPHS, HTML))
def shapes_document() -> Response:
    """The SHACL shapes that every published graph conforms to."""
    graph = shapes_graph(current_context())
    return respond(Description(iri=NamedNode(SHAPES), believed=graph, stated=()), _shapes_page)


@cached_per_snapshot
def shapes_graph(context: SiteContext) -> tuple[Triple, ...]:
    """The triples of the shapes."""
    return tuple(turtle(context.resources / "ontology" / "shapes.ttl"))


@cached_per_snapshot
def shape_constraints(context: SiteContext) -> list[Constraint]:
    """The shapes as readable constraints."""
    return constraints(shapes_graph(context), context.prefixes)


def _shapes_page(context: SiteContext, description: Description) -> str:
    """The page of the shapes."""
    values = {triple.predicate: triple.object for triple in description.believed if triple.subject == description.iri}
    text = values.get(context.prefixes.expand("dcterms:description"))
    return render_template(
        "ontology/shapes.html",
        iri=description.iri.value,
        description=text.value if isinstance(text, Literal) else "",
        constraints=shape_constraints(context),
        formats=GRAPHS,
    )
