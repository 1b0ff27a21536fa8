"""The documents for crawlers and feed readers: sitemap, robots.txt, and an Atom feed of changes of the graph."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from flask import Blueprint, Response, current_app, render_template
from pyoxigraph import NamedNode
from werkzeug.exceptions import NotFound

from medkg.http.query_parameters import takes
from medkg.model.prefixes import BASE, TERMS
from medkg.site.context import SiteContext, cached_per_revision, cached_per_snapshot, current_context
from medkg.site.pages import Addresses, absolute_addresses, addresses, text_response
from medkg.snapshots.manifest import Manifest
from medkg.snapshots.snapshot import open_snapshot
from medkg.views.history import ChangedThings, GraphEdition, edition_with_updates, editions, update_log
from medkg.views.statistics import own_iris, paper_iris

sitemap = Blueprint("sitemap", __name__)

MAX_PAGES_PER_SITEMAP = 50_000
"""https://www.sitemaps.org/protocol.html#index"""

ROBOTS = """\
User-agent: *
Disallow: /sparql?*
Disallow: /query/
Disallow: /graph-store
Disallow: /complete
Disallow: /datasets?*
Disallow: /compare?*
Disallow: /leak?*
Disallow: /metrics
"""
"""Crawlers may read the page of every IRI, but not pages with endless parameters: https://www.rfc-editor.org/rfc/rfc9309.

The asterisk is for crawlers that drop a `?` at the end of a rule, which would then forbid the page without parameters.
"""

_XML = "application/xml"
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


@sitemap.get("/sitemap.xml")
@takes(media_types=("application/xml",))
def sitemap_document() -> Response:
    """The sitemap of all pages; of more than 50,000 pages an index of sitemaps."""
    pages = page_paths(current_context())
    if len(pages) <= MAX_PAGES_PER_SITEMAP:
        return text_response(_sitemap("urlset", "url", pages), _XML)
    parts = -(-len(pages) // MAX_PAGES_PER_SITEMAP)
    names = [f"sitemap-{number}.xml" for number in range(1, parts + 1)]
    return text_response(_sitemap("sitemapindex", "sitemap", names), _XML)


@sitemap.get("/sitemap-<int:number>.xml")
@takes(media_types=("application/xml",))
def sitemap_part(number: int) -> Response:
    """One of several sitemaps, counted from 1."""
    pages = (
        page_paths(current_context())[MAX_PAGES_PER_SITEMAP * (number - 1) : MAX_PAGES_PER_SITEMAP * number]
        if number
        else []
    )
    if not pages:
        raise NotFound(f"There is no sitemap {number}.")
    return text_response(_sitemap("urlset", "url", pages), _XML)


@sitemap.get("/robots.txt")
@takes(media_types=("text/plain",))
def robots() -> Response:
    """The rules for crawlers, and the address of the sitemap."""
    rules = ROBOTS.replace("Disallow: /", f"Disallow: {addresses().root}")
    return text_response(f"{rules}\nSitemap: {absolute_addresses().root}sitemap.xml\n", "text/plain")


@cached_per_revision
def page_paths(context: SiteContext) -> Sequence[str]:
    """The paths of all pages: the pages with fixed paths, then the pages of things and papers."""
    fixed = (rule.rule.removeprefix("/") for rule in current_app.url_map.iter_rules() if not rule.arguments)
    own = sorted({path for path in fixed if "." not in path} - {"complete"} | {"sparql"})
    site = Addresses(root="")
    iris = [*own_iris(context.store, context.prefixes), *paper_iris(context.store, context.prefixes)]
    paths = (site.of(iri) if iri.startswith(BASE) else site.paper(iri) for iri in iris)
    return list(dict.fromkeys([*own, *(path for path in paths if path)]))


def _sitemap(root: str, element: str, paths: Sequence[str]) -> str:
    """The XML of a sitemap: https://www.sitemaps.org/protocol.html."""
    site = absolute_addresses().root
    lines = (f"<{element}><loc>{escape(site + path)}</loc></{element}>" for path in paths)
    return "\n".join(
        ['<?xml version="1.0" encoding="UTF-8"?>', f'<{root} xmlns="{_NAMESPACE}">', *lines, f"</{root}>", ""]
    )


@cached_per_snapshot
def manifest(context: SiteContext) -> Manifest:
    """The manifest of the snapshot."""
    return open_snapshot(context.directory).manifest


def maintainers(context: SiteContext) -> str | None:
    """The name of the maintainers of the ontology, and so of the graph."""
    reader = context.reader
    creator = reader.address(NamedNode(TERMS.removesuffix("#")), "dcterms:creator")
    return reader.literal(NamedNode(creator), "foaf:name") if creator else None


feeds = Blueprint("feeds", __name__)

_NOUNS = {
    "dcat:Dataset": ("dataset", "datasets"),
    "medkg:Challenge": ("challenge edition", "challenge editions"),
    "medkg:LineageClaim": ("lineage claim", "lineage claims"),
    "dcat:CatalogRecord": ("catalogue entry", "catalogue entries"),
}

MAX_NAMES_PER_CHANGE = 40


_WAYS = ("new", "gone", "changed")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedChange:
    """The new, removed or changed things of one class: their number in words, the first names with addresses."""

    words: str
    named: tuple[tuple[str, str], ...]
    more: int


@feeds.get("/feed.atom")
@takes(media_types=("application/atom+xml",))
def feed() -> Response:
    """The Atom feed of changes between published graphs: https://www.rfc-editor.org/rfc/rfc4287."""
    context = current_context()
    entries = [(edition, _headline(edition), list(_changes(edition, context))) for edition in history(context)]
    text = render_template(
        "feeds/feed.xml",
        iri=f"{BASE}feed.atom",
        author=maintainers(context) or "medkg",
        entries=entries,
        base=absolute_addresses().root,
    )
    return text_response(text, "application/atom+xml")


@cached_per_revision
def history(context: SiteContext) -> Sequence[GraphEdition]:
    """The published states of the graph that are still on disk, the latest first."""
    built = _editions(context)
    if not context.updates:
        return built
    log = context.update_log or update_log(context.directory, context.updates)
    return [edition_with_updates(manifest(context), context.revision, log, context.prefixes), *built]


@cached_per_snapshot
def _editions(context: SiteContext) -> Sequence[GraphEdition]:
    """The built graphs that are still on disk, the latest first."""
    return list(editions(context.directory, context.prefixes))


def _headline(edition: GraphEdition) -> str:
    """The title of an entry: the numbers of changed things."""
    difference = edition.difference
    if difference is None:
        return f"The graph of {edition.since[:10]}, {edition.manifest.quads:,} statements"
    counts = [_count_text(things, way) for things in difference.touched for way in _WAYS if getattr(things, way)]
    changes = ", ".join(counts) or f"{difference.added:,} statements more, {difference.removed:,} fewer"
    kind = f"{edition.updates:,} update{'s' if edition.updates > 1 else ''}" if edition.updates else "New graph"
    return f"{kind}: {changes}"


def _changes(edition: GraphEdition, context: SiteContext) -> Iterator[FeedChange]:
    site, labels = absolute_addresses(), context.register.labels
    for things in edition.difference.touched if edition.difference else ():
        for way in _WAYS:
            iris: tuple[str, ...] = getattr(things, way)
            named = ((labels.get(name := _name(iri), name), site.of(iri) or iri) for iri in iris[:MAX_NAMES_PER_CHANGE])
            if iris:
                yield FeedChange(
                    words=_count_text(things, way), named=tuple(named), more=max(0, len(iris) - MAX_NAMES_PER_CHANGE)
                )


def _count_text(touched: ChangedThings, way: str) -> str:
    """The number of new, removed or changed things of a class, in words."""
    number = len(getattr(touched, way))
    return f"{number:,} {_NOUNS[touched.kind][number != 1]} {way}"


def _name(iri: str) -> str:
    """The name of a thing without a label: the end of its IRI; for a record its catalogue and key."""
    catalog, _, key = iri.removeprefix(f"{BASE}catalog/").partition("/record/")
    return f"{catalog}: {key}" if key else iri.rpartition("/")[2]
