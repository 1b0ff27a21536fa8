"""The help: what the grades of sharing mean, how to cite, and how programs ask; made of what the code declares.

What the page on grades shows out of the graph: pairs for each way to a verdict, and what each relation says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, current_app, render_template

from medkg.export import citation
from medkg.http import routes
from medkg.lineage.answers.pair import Sample, samples
from medkg.lineage.explain import conclusion
from medkg.lineage.relations import Bond, Flow, Meaning, meaning
from medkg.model.claims import RELATIONS, WITH_EXTENT, Claim
from medkg.settings import SETTINGS, Setting
from medkg.site import catalogs, feeds
from medkg.site.context import SiteContext, cached_per_revision, current_context, lineage_views
from medkg.site.datasets import DOWNLOADS
from medkg.site.leak import example
from medkg.site.leak_sets import Splits
from medkg.site.ontology import documented
from medkg.site.pages import absolute_addresses, addresses, page
from medkg.site.stored_queries import stored
from medkg.views.ontology import OntologyTerm

_FLOWS = {Flow.AWAY: "A → B", Flow.HERE: "B → A", Flow.UNKNOWN: "unknown"}
_STILL = frozenset({Bond.SAME, Bond.DISJOINT, Bond.SYNTHESIS, Bond.SUCCESSION})  # no image went


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A pair of datasets: what is concluded of it, the dataset at which the way turns, where it is told in full."""

    conclusion: str
    hub: str | None
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """A relation, and what a claim with it says of the images of its subject A and its object B."""

    term: OntologyTerm
    extents: str
    flow: str


def shown(now: SiteContext) -> dict[str, Shown]:
    """A pair for each way in which a verdict comes about, as far as the graph has one."""
    labels, root = now.register.labels, addresses().root
    return {
        kind: Shown(
            conclusion=conclusion(each.verdict, labels),
            hub=labels.get(each.hub, each.hub) if each.hub else None,
            url=Splits(train=(each.verdict.subject,), test=(each.verdict.other,)).address(root),
        )
        for kind, each in _samples(now).items()
    }


@cached_per_revision
def _samples(now: SiteContext) -> Mapping[str, Sample]:
    slugs = sorted({each.subject for each in now.register.claims if not each.is_challenge})
    return samples(lineage_views(now)["all"], slugs)


def sayings(now: SiteContext) -> Iterator[Saying]:
    """What each relation says, with its definition in the ontology."""
    terms = {each.name: each for each in documented(now)[0].terms}
    for relation in RELATIONS:
        means = meaning(Claim(relation=relation))
        if means and relation in terms:
            flow = "" if means.bond in _STILL else _FLOWS[means.flow]
            yield Saying(term=terms[relation], extents=_extents(relation, means), flow=flow)


def _extents(relation: str, means: Meaning) -> str:
    """What a claim says of two sets of images; where its extent decides, both ways."""
    whole = meaning(Claim(relation=relation, extent="whole")) if relation in WITH_EXTENT else None
    if whole and whole.bond is not means.bond:
        return f"{_sign(whole.bond)} if all of A is meant, else {_sign(means.bond)}"
    return _sign(means.bond)


def _sign(bond: Bond) -> str:
    """A bond as it is written between two sets."""
    match bond:
        case Bond.DISJOINT:
            return "nothing in common"
        case Bond.PERHAPS:
            return "perhaps A ∩ B"
        case Bond.SYNTHESIS | Bond.SUCCESSION:
            return "nothing"
    return f"A {bond.value} B"


manual = Blueprint("manual", __name__)

BEYOND: Mapping[str, int] = {
    "MEDKG_QUERY_TIMEOUT": 503,
    "MEDKG_QUERY_MEMORY": 507,
    "MEDKG_ANSWER_BYTES": 413,
    "MEDKG_ANSWER_ROWS": 413,
    "MEDKG_REQUEST_BYTES": 413,
    "MEDKG_WRITE_BYTES": 413,
    "MEDKG_QUEUE": 503,
    "MEDKG_CLIENT_QUEUE": 429,
}
"""The settings that bound a request, with the status of an answer to one that goes beyond."""


@manual.get("/help")
def index() -> Response:
    """Where to find help."""
    return page(render_template("help/index.html"))


@manual.get("/help/grades")
def on_grades() -> Response:
    """What "definite", "possible" and "none known" mean, and how they are found."""
    now = current_context()
    return page(render_template("help/grades.html", shown=shown(now), sayings=list(sayings(now))))


@manual.get("/help/cite")
def on_citing() -> Response:
    """How to cite medkg, a dataset and the catalogues."""
    now = current_context()
    slug = _shown(now)
    return page(
        render_template(
            "help/cite.html",
            own=feeds.own(now).bibtex(),
            revision=now.revision,
            manifest=feeds.manifest(now),
            slug=slug,
            label=now.register.labels.get(slug, slug),
            dataset=citation.bibtex(now.store, now.prefixes, [slug]) if slug else "",
            catalogs=[(each, feeds.of_catalog(each).bibtex()) for each in catalogs.known(now).values()],
        )
    )


@manual.get("/help/api")
def on_programs() -> Response:
    """How programs ask."""
    now = current_context()
    return page(
        render_template(
            "help/api.html",
            base=absolute_addresses().root,
            routes=routes.routes(current_app),
            lenience=routes.LENIENCE,
            formats=routes.formats(),
            downloads=DOWNLOADS,
            limits=limits(),
            queries=stored(now),
            slug=_shown(now),
            check=example(now),
        )
    )


def limits() -> list[tuple[Setting, int]]:
    """The settings that bound a request, as they are declared, with the status beyond."""
    return [(each, BEYOND[each.name]) for each in SETTINGS if each.name in BEYOND]


def _shown(now: SiteContext) -> str:
    """The dataset to show by: what most others drew on, if there is lineage; empty where there is no dataset."""
    return next(iter((*example(now).test, *sorted(now.register.families))), "")
