"""What robots read: the pages of everything that has an IRI, and what they had better leave alone."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import NotFound

from medkg.graph.things import papers, things
from medkg.model.prefixes import BASE
from medkg.web.addresses import Addresses, absolute_addresses, addresses
from medkg.web.remembered import remembered
from medkg.web.served import Served, served

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
    pages = paths(served())
    if len(pages) <= MOST_PAGES:
        return document(_listed("urlset", "url", pages), _XML)
    parts = -(-len(pages) // MOST_PAGES)
    return document(_listed("sitemapindex", "sitemap", [f"sitemap-{each}.xml" for each in range(1, parts + 1)]), _XML)


@sitemap.get("/sitemap-<int:number>.xml")
def part(number: int) -> Response:
    """One of several sitemaps, counted from 1."""
    pages = paths(served())[MOST_PAGES * (number - 1) : MOST_PAGES * number] if number else []
    if not pages:
        raise NotFound(f"There is no sitemap {number}.")
    return document(_listed("urlset", "url", pages), _XML)


@sitemap.get("/robots.txt")
def robots() -> Response:
    """What robots may look through, and where the sitemap is."""
    rules = ROBOTS.replace("Disallow: /", f"Disallow: {addresses().root}")
    return document(f"{rules}\nSitemap: {absolute_addresses().root}sitemap.xml\n", "text/plain")


@remembered
def paths(now: Served) -> Sequence[str]:
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
