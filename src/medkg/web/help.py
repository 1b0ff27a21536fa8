"""The help: what the grades of sharing mean, how to cite, and how programs ask; each made of what the code declares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, current_app, render_template, request
from pyoxigraph import NamedNode

from medkg.export import citation
from medkg.export.citation import Reference
from medkg.graph.glossary import Term
from medkg.graph.ontology import TERMS
from medkg.graph.snapshot import Manifest, open_snapshot
from medkg.graph.wording import Wording
from medkg.lineage.answers.samples import Sample, samples
from medkg.lineage.explain import conclusion
from medkg.lineage.relations import Bond, Flow, meaning
from medkg.model.claims import RELATIONS, Claim
from medkg.model.prefixes import BASE
from medkg.settings import SETTINGS, Setting
from medkg.web import catalogs, interface
from medkg.web.answers import page
from medkg.web.datasets import DOWNLOADS
from medkg.web.leak import example
from medkg.web.ontology import documented
from medkg.web.questions import stored
from medkg.web.remembered import remembered, views
from medkg.web.served import Served, served
from medkg.web.splits import Splits

help_ = Blueprint("help", __name__)

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

_FLOWS = {Flow.AWAY: "A → B", Flow.HERE: "B → A", Flow.UNKNOWN: ""}
_SIGNS = {Bond.SYNTHESIS: "", Bond.SUCCESSION: ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A pair of datasets that shows how a verdict comes about: what is concluded, and where it is told in full."""

    conclusion: str
    hub: str | None
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """A relation and what a claim with it says of the images of its subject A and its object B."""

    term: Term
    extents: str
    flow: str


@help_.get("/help")
def index() -> Response:
    """Where to find help."""
    return page(render_template("help/index.html"))


@help_.get("/help/grades")
def grades() -> Response:
    """What "definite", "possible" and "none known" mean, and how they are found."""
    now = served()
    return page(render_template("help/grades.html", shown=_shown(now), sayings=list(_sayings(now))))


@help_.get("/help/cite")
def cite() -> Response:
    """How to cite medkg, a dataset and the catalogues."""
    now = served()
    slug = example(now).test[0]
    return page(
        render_template(
            "help/cite.html",
            own=own_reference(now).bibtex(),
            revision=now.revision,
            manifest=manifest(now),
            slug=slug,
            label=now.register.labels.get(slug, slug),
            dataset=citation.bibtex(now.store, now.prefixes, [slug]),
            catalogs=[(each, _catalog(each)) for each in catalogs.known(now).values()],
        )
    )


@help_.get("/help/api")
def api() -> Response:
    """How programs ask."""
    now = served()
    query = next(iter(stored(now).values()), None)
    return page(
        render_template(
            "help/api.html",
            base=request.url_root,
            routes=interface.routes(current_app),
            formats=interface.formats(),
            downloads=DOWNLOADS,
            limits=limits(),
            query=query,
            queries=len(stored(now)),
            check=example(now),
            prefixes=now.prefixes,
        )
    )


def limits() -> list[tuple[Setting, int]]:
    """The settings that bound a request, as they are declared, with the status beyond."""
    return [(each, BEYOND[each.name]) for each in SETTINGS if each.name in BEYOND]


@remembered
def manifest(now: Served) -> Manifest:
    """What the snapshot that is served says of itself."""
    return open_snapshot(now.directory).manifest


def own_reference(now: Served) -> Reference:
    """The entry of medkg in a bibliography, as of the graph that is served."""
    words, built = Wording(store=now.store, prefixes=now.prefixes), manifest(now).built
    creator = words.address(NamedNode(TERMS.removesuffix("#")), "dcterms:creator")
    author = words.literal(NamedNode(creator), "foaf:name") if creator else None
    fields = {
        "title": "medkg: the knowledge graph of public medical-imaging datasets",
        "author": f"{{{author}}}" if author else "",
        "year": built[:4],
        "version": now.revision[:12],
        "note": f"built {built[:10]}",
        "url": BASE,
    }
    return Reference(key="medkg", fields={name: value for name, value in fields.items() if value})


def _catalog(found: catalogs.Catalog) -> str:
    """The entry of a catalogue in a bibliography."""
    fields = {
        "title": found.title,
        "author": f"{{{found.maintainer}}}" if found.maintainer else "",
        "note": f"read as of the file with SHA-256 {found.digest[:16]}" if found.digest else "",
        "url": found.repository or found.iri,
    }
    return Reference(key=found.id, fields={name: value for name, value in fields.items() if value}).bibtex()


@remembered
def _samples(now: Served) -> Mapping[str, Sample]:
    slugs = sorted({each.subject for each in now.register.claims if not each.is_challenge})
    return samples(views(now)["all"], slugs)


def _shown(now: Served) -> dict[str, Shown]:
    """A pair for each way in which a verdict comes about, as far as the graph has one."""
    labels = now.register.labels
    return {
        kind: Shown(
            conclusion=conclusion(each.verdict, labels),
            hub=labels.get(each.hub, each.hub) if each.hub else None,
            url=Splits(train=(each.verdict.subject,), test=(each.verdict.other,)).address(f"{request.script_root}/"),
        )
        for kind, each in _samples(now).items()
    }


def _sayings(now: Served) -> Iterator[Saying]:
    """What each relation says, with its definition."""
    terms = {each.name: each for each in documented(now)[0].terms}
    for relation in RELATIONS:
        means = meaning(Claim(relation=relation, evidence=()))
        if means and relation in terms:
            sign = _SIGNS.get(means.bond, _extents(means.bond))
            flow = "" if means.bond in _SIGNS else _FLOWS[means.flow]
            yield Saying(term=terms[relation], extents=sign, flow=flow)


def _extents(bond: Bond) -> str:
    """A bond as it is written between two sets."""
    words: Sequence[str] = bond.value.split()
    if bond is Bond.DISJOINT:
        return "A, B disjoint"
    return " ".join([*words[:-1], f"A {words[-1]} B"])
