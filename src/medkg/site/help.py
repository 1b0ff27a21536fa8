"""The help pages: the grades of shared images with examples from the graph, citation, and the HTTP interface."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, current_app, render_template

from medkg.evaluation.formats import DOWNLOADS
from medkg.export import citation
from medkg.export.citation import BibliographyEntry
from medkg.http import routes
from medkg.lineage.examples import Example, examples
from medkg.lineage.relations import Bond, ExtentRelation, Flow, extent_relation
from medkg.model.claims import RELATIONS, WITH_EXTENT, Claim
from medkg.model.prefixes import BASE
from medkg.settings import SETTINGS, Setting
from medkg.site.catalogs import catalogs_by_id
from medkg.site.context import SiteContext, cached_per_revision, current_context, lineage_views
from medkg.site.feeds import maintainers, manifest
from medkg.site.leak_sets import TrainTestSets, example
from medkg.site.ontology import ontology_terms
from medkg.site.pages import absolute_addresses, addresses, page
from medkg.site.stored_queries import stored_queries
from medkg.snapshots.revision import short
from medkg.views.catalogs import CatalogSummary
from medkg.views.ontology import OntologyTerm

TITLE = "medkg: the knowledge graph of public medical-imaging datasets"

STATUS_BEYOND_LIMIT: Mapping[str, int] = {
    "MEDKG_QUERY_TIMEOUT": 503,
    "MEDKG_QUERY_MEMORY": 507,
    "MEDKG_ANSWER_BYTES": 413,
    "MEDKG_ANSWER_ROWS": 413,
    "MEDKG_REQUEST_BYTES": 413,
    "MEDKG_WRITE_BYTES": 413,
    "MEDKG_QUEUE": 503,
    "MEDKG_CLIENT_QUEUE": 429,
}
"""The settings that limit requests, with the status of the response to a request beyond the limit."""

_DIGEST_DIGITS = 12
_FLOWS = {Flow.AWAY: "A → B", Flow.HERE: "B → A", Flow.UNKNOWN: "unknown"}
_BONDS_WITHOUT_FLOW = frozenset({Bond.SAME, Bond.DISJOINT, Bond.SYNTHESIS, Bond.SUCCESSION})


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamplePair:
    """A pair of datasets: its verdict in words, the dataset at which the path turns, the address of its leak check."""

    conclusion: str
    hub: str | None
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationMeaning:
    """A relation, and the statement of its claims about the images of the subject A and the object B."""

    term: OntologyTerm
    extents: str
    flow: str


def _example_pairs(context: SiteContext) -> dict[str, ExamplePair]:
    """An example for each mechanism of a verdict that the graph has."""
    register, root = context.register, addresses().root
    return {
        mechanism: ExamplePair(
            conclusion=register.texts.conclusion(example.verdict),
            hub=register.label(example.hub) if example.hub else None,
            url=TrainTestSets(train=(example.verdict.subject,), test=(example.verdict.other,)).address(root),
        )
        for mechanism, example in _samples(context).items()
    }


@cached_per_revision
def _samples(context: SiteContext) -> Mapping[str, Example]:
    slugs = sorted({claim.subject for claim in context.register.claims if not claim.is_challenge})
    return examples(lineage_views(context)["all"], slugs)


def _relation_meanings(context: SiteContext) -> Iterator[RelationMeaning]:
    """The meaning of each relation, with its definition in the ontology."""
    terms = {term.name: term for term in ontology_terms(context)[0].terms}
    for relation in RELATIONS:
        means = extent_relation(Claim(relation=relation))
        if means and relation in terms:
            flow = "" if means.bond in _BONDS_WITHOUT_FLOW else _FLOWS[means.flow]
            yield RelationMeaning(term=terms[relation], extents=_extents(relation, means), flow=flow)


def _extents(relation: str, means: ExtentRelation) -> str:
    """The relation between two sets of images by a claim; for both extents of the claim where they differ."""
    whole = extent_relation(Claim(relation=relation, extent="whole")) if relation in WITH_EXTENT else None
    if whole and whole.bond is not means.bond:
        return f"{_sign(whole.bond)} if all of A is meant, else {_sign(means.bond)}"
    return _sign(means.bond)


def _sign(bond: Bond) -> str:
    """A bond in the notation of sets."""
    match bond:
        case Bond.DISJOINT:
            return "nothing in common"
        case Bond.PERHAPS:
            return "perhaps A ∩ B"
        case Bond.SYNTHESIS | Bond.SUCCESSION:
            return "nothing"
    return f"A {bond.value} B"


manual = Blueprint("manual", __name__)


@manual.get("/help")
def help_index() -> Response:
    """The list of help pages."""
    return page(render_template("help/index.html"))


@manual.get("/help/grades")
def grades_help() -> Response:
    """The meaning of "definite", "possible" and "none known", and their derivation."""
    context = current_context()
    pairs, meanings = _example_pairs(context), list(_relation_meanings(context))
    return page(render_template("help/grades.html", example_pairs=pairs, relation_meanings=meanings))


@manual.get("/help/cite")
def citation_help() -> Response:
    """How to cite medkg, a dataset and the catalogues."""
    context = current_context()
    slug = _example_dataset(context)
    return page(
        render_template(
            "help/cite.html",
            own=_reference_to_medkg(context).bibtex(),
            revision=context.revision,
            manifest=manifest(context),
            slug=slug,
            label=context.register.label(slug),
            dataset=citation.bibtex(context.store, context.prefixes, [slug]) if slug else "",
            catalogs=[
                (catalog, _reference_to_catalog(catalog).bibtex()) for catalog in catalogs_by_id(context).values()
            ],
        )
    )


@manual.get("/help/api")
def api_help() -> Response:
    """The HTTP interface for programs, with examples."""
    context = current_context()
    return page(
        render_template(
            "help/api.html",
            base=absolute_addresses().root,
            routes=routes.routes(current_app),
            lenience=routes.LENIENCE,
            formats=routes.formats(),
            downloads=DOWNLOADS,
            limits=_request_limits(),
            queries=stored_queries(context),
            slug=_example_dataset(context),
            check=example(context),
        )
    )


def _request_limits() -> list[tuple[Setting, int]]:
    """The settings that limit requests, with the status beyond the limit."""
    return [(setting, STATUS_BEYOND_LIMIT[setting.name]) for setting in SETTINGS if setting.name in STATUS_BEYOND_LIMIT]


def _example_dataset(context: SiteContext) -> str:
    """The slug of the dataset from which most others are derived, else of any; empty where the graph has none."""
    return next(iter((*example(context).test, *sorted(context.register.families))), "")


def _reference_to_medkg(context: SiteContext) -> BibliographyEntry:
    """The bibliographic entry of medkg, for the current revision."""
    built = manifest(context).built
    return _reference(
        "medkg",
        title=TITLE,
        organization=maintainers(context) or "",
        year=built[:4],
        version=short(context.revision),
        note=f"graph of {built[:10]}",
        url=BASE,
    )


def _reference_to_catalog(catalog: CatalogSummary) -> BibliographyEntry:
    """The bibliographic entry of a catalogue."""
    return _reference(
        catalog.id,
        title=catalog.title,
        organization=catalog.maintainer or "",
        note=f"the file with the SHA-256 {catalog.digest[:_DIGEST_DIGITS]}…" if catalog.digest else "",
        url=catalog.repository or catalog.iri,
    )


def _reference(key: str, **fields: str) -> BibliographyEntry:
    return BibliographyEntry(key=key, fields={name: value for name, value in fields.items() if value})
