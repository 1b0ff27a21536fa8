"""The Atom feed of changes: what is new, gone or changed from one published graph to the next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, render_template

from medkg.graph.history import Edition, Touched, editions, update_log, updated
from medkg.model.prefixes import BASE
from medkg.web import references
from medkg.web.addresses import absolute_addresses
from medkg.web.remembered import read_once, remembered
from medkg.web.served import Served, served
from medkg.web.sitemap import document

feeds = Blueprint("feeds", __name__)

NOUNS = {
    "dcat:Dataset": ("dataset", "datasets"),
    "medkg:Challenge": ("challenge edition", "challenge editions"),
    "medkg:LineageClaim": ("lineage claim", "lineage claims"),
    "dcat:CatalogRecord": ("catalogue entry", "catalogue entries"),
}

_MOST_NAMED = 40  # things of a kind that an entry of the feed names


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Things of one kind that are new, gone or changed: how many, and the first of them with their addresses."""

    words: str
    named: tuple[tuple[str, str], ...]
    more: int


@feeds.get("/feed.atom")
def feed() -> Response:
    """The changes from one published graph to the next: https://www.rfc-editor.org/rfc/rfc4287."""
    now = served()
    entries = [(each, headline(each), list(_changes(each, now))) for each in history(now)]
    text = render_template(
        "feeds/feed.xml",
        iri=f"{BASE}feed.atom",
        author=references.maintainers(now) or "medkg",
        entries=entries,
        base=absolute_addresses().root,
    )
    return document(text, "application/atom+xml")


@remembered
def history(now: Served) -> Sequence[Edition]:
    """The states of the graph that are kept, the latest first."""
    built = _built(now)
    if not now.updates:
        return built
    made = now.update_log or update_log(now.directory, now.updates)
    return [updated(references.manifest(now), now.revision, made, now.prefixes), *built]


@read_once
def _built(now: Served) -> Sequence[Edition]:
    """The graphs that were built and are kept, the latest first."""
    return list(editions(now.directory, now.prefixes))


def headline(edition: Edition) -> str:
    """What has changed, in a line."""
    found = edition.difference
    if found is None:
        return f"The graph of {edition.since[:10]}, {edition.manifest.quads:,} statements"
    counts = [_counted(each, way) for each in found.touched for way in ("new", "gone", "changed") if getattr(each, way)]
    what = ", ".join(counts) or f"{found.added:,} statements more, {found.removed:,} fewer"
    kind = f"{edition.updates:,} update{'s' if edition.updates > 1 else ''}" if edition.updates else "New graph"
    return f"{kind}: {what}"


def _changes(edition: Edition, now: Served) -> Iterator[Change]:
    site, labels = absolute_addresses(), now.register.labels
    for each in edition.difference.touched if edition.difference else ():
        for way in ("new", "gone", "changed"):
            iris: tuple[str, ...] = getattr(each, way)
            named = ((labels.get(name := _name(iri), name), site.of(iri) or iri) for iri in iris[:_MOST_NAMED])
            if iris:
                yield Change(words=_counted(each, way), named=tuple(named), more=max(0, len(iris) - _MOST_NAMED))


def _counted(touched: Touched, way: str) -> str:
    """How many things of a kind are new, gone or changed."""
    number = len(getattr(touched, way))
    return f"{number:,} {NOUNS[touched.kind][number != 1]} {way}"


def _name(iri: str) -> str:
    """A thing by the end of its IRI; a record with its catalogue."""
    catalog, _, key = iri.removeprefix(f"{BASE}catalog/").partition("/record/")
    return f"{catalog}: {key}" if key else iri.rpartition("/")[2]
