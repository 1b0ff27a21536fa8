"""The Atom feed of changes: what is new, gone or changed from one published graph to the next.

What robots read: the pages of everything that has an IRI, and what they had better leave alone.

What to put into a bibliography for medkg and for the catalogues it reads, as of the graph that is served.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from flask import Blueprint, Response, current_app, render_template, request
from pyoxigraph import NamedNode
from werkzeug.exceptions import NotFound

from medkg.export.citation import Reference
from medkg.model.prefixes import BASE
from medkg.rdf.ontology import TERMS
from medkg.site.context import SiteContext, cached_per_revision, cached_per_snapshot, current_context
from medkg.site.pages import Addresses, absolute_addresses, addresses
from medkg.snapshots.history import Edition, Touched, editions, update_log, updated
from medkg.snapshots.revision import short
from medkg.snapshots.snapshot import Manifest, open_snapshot
from medkg.views.catalogs import Catalog
from medkg.views.statistics import papers, things
from medkg.views.wording import Wording

sitemap = Blueprint("sitemap", __name__)

MOST_PAGES = 50_000
"""Pages in one sitemap: https://www.sitemaps.org/protocol.html#index."""

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
"""Whatever has an IRI may be looked through; not what can be asked without end: https://www.rfc-editor.org/rfc/rfc9309.

Some readers drop a `?` at the end of a rule, which then forbids the page without a question; hence the asterisk.
"""

_XML = "application/xml"
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


@sitemap.get("/sitemap.xml")
def whole() -> Response:
    """The pages of everything that has an IRI; where they are many, the sitemaps that list them."""
    pages = paths(current_context())
    if len(pages) <= MOST_PAGES:
        return document(_listed("urlset", "url", pages), _XML)
    parts = -(-len(pages) // MOST_PAGES)
    return document(_listed("sitemapindex", "sitemap", [f"sitemap-{each}.xml" for each in range(1, parts + 1)]), _XML)


@sitemap.get("/sitemap-<int:number>.xml")
def part(number: int) -> Response:
    """One of several sitemaps, counted from 1."""
    pages = paths(current_context())[MOST_PAGES * (number - 1) : MOST_PAGES * number] if number else []
    if not pages:
        raise NotFound(f"There is no sitemap {number}.")
    return document(_listed("urlset", "url", pages), _XML)


@sitemap.get("/robots.txt")
def robots() -> Response:
    """What robots may look through, and where the sitemap is."""
    rules = ROBOTS.replace("Disallow: /", f"Disallow: {addresses().root}")
    return document(f"{rules}\nSitemap: {absolute_addresses().root}sitemap.xml\n", "text/plain")


@cached_per_revision
def paths(now: SiteContext) -> Sequence[str]:
    """The paths of all pages: those about no single thing, then those of things."""
    rules = (each.rule.removeprefix("/") for each in current_app.url_map.iter_rules() if not each.arguments)
    own = sorted({each for each in rules if "." not in each} - {"complete"} | {"sparql"})
    site = Addresses(root="")
    found = [*things(now.store, now.prefixes), *papers(now.store, now.prefixes)]
    addresses = (site.of(iri) if iri.startswith(BASE) else site.paper(iri) for iri in found)
    return list(dict.fromkeys([*own, *(each for each in addresses if each)]))


def _listed(root: str, each: str, pages: Sequence[str]) -> str:
    """A list of addresses: https://www.sitemaps.org/protocol.html."""
    site = absolute_addresses().root
    lines = (f"<{each}><loc>{escape(site + path)}</loc></{each}>" for path in pages)
    return "\n".join(
        ['<?xml version="1.0" encoding="UTF-8"?>', f'<{root} xmlns="{_NAMESPACE}">', *lines, f"</{root}>", ""]
    )


def document(text: str, media_type: str) -> Response:
    """A text for machines with its validator; 304 where the client has it already."""
    response = Response(text, content_type=f"{media_type}; charset=utf-8")
    response.add_etag()
    response.cache_control.no_cache = True
    response.make_conditional(request)
    return response


TITLE = "medkg: the knowledge graph of public medical-imaging datasets"

_DIGITS = 12  # of a digest: enough to tell one from all others there are


@cached_per_snapshot
def manifest(now: SiteContext) -> Manifest:
    """What the snapshot that is served says of itself."""
    return open_snapshot(now.directory).manifest


def own(now: SiteContext) -> Reference:
    """The entry of medkg."""
    built = manifest(now).built
    return _reference(
        "medkg",
        title=TITLE,
        organization=maintainers(now) or "",
        year=built[:4],
        version=short(now.revision),
        note=f"graph of {built[:10]}",
        url=BASE,
    )


def maintainers(now: SiteContext) -> str | None:
    """Those who keep the ontology, and with it the graph."""
    words = Wording(store=now.store, prefixes=now.prefixes)
    creator = words.address(NamedNode(TERMS.removesuffix("#")), "dcterms:creator")
    return words.literal(NamedNode(creator), "foaf:name") if creator else None


def of_catalog(found: Catalog) -> Reference:
    """The entry of a catalogue."""
    return _reference(
        found.id,
        title=found.title,
        organization=found.maintainer or "",
        note=f"the file with the SHA-256 {found.digest[:_DIGITS]}…" if found.digest else "",
        url=found.repository or found.iri,
    )


def _reference(key: str, **fields: str) -> Reference:
    return Reference(key=key, fields={name: value for name, value in fields.items() if value})


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
    now = current_context()
    entries = [(each, headline(each), list(_changes(each, now))) for each in history(now)]
    text = render_template(
        "feeds/feed.xml",
        iri=f"{BASE}feed.atom",
        author=maintainers(now) or "medkg",
        entries=entries,
        base=absolute_addresses().root,
    )
    return document(text, "application/atom+xml")


@cached_per_revision
def history(now: SiteContext) -> Sequence[Edition]:
    """The states of the graph that are kept, the latest first."""
    built = _built(now)
    if not now.updates:
        return built
    made = now.update_log or update_log(now.directory, now.updates)
    return [updated(manifest(now), now.revision, made, now.prefixes), *built]


@cached_per_snapshot
def _built(now: SiteContext) -> Sequence[Edition]:
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


def _changes(edition: Edition, now: SiteContext) -> Iterator[Change]:
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
