"""The parts of every page: the response with its validator and cache headers, the addresses of things, pagination."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import quote

from flask import Response, request
from werkzeug.exceptions import BadRequest
from werkzeug.http import unquote_etag

from medkg.evaluation.formats import content_type
from medkg.http.negotiation import entity_tag
from medkg.http.query_parameters import query_arguments
from medkg.model.prefixes import BASE


def reply(write: Callable[[], bytes], media_type: str, *, identity: Sequence[str]) -> Response:
    """The response with a document; 304, and `write` is not called, where the client has the same version.

    `identity` determines the bytes of the document together with the media type.
    """
    validator = entity_tag(*identity, media_type)
    # https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2
    if request.if_none_match.contains_weak(unquote_etag(validator)[0] or ""):
        response = Response(status=304)
    else:
        response = Response(write(), content_type=content_type(media_type))
    response.headers["ETag"] = validator
    response.vary.add("Accept")
    response.cache_control.no_cache = True  # caches may store it, and must revalidate it
    return response


def page(html: str) -> Response:
    """The response with a page; 304 where the client has the same version."""
    response = text_response(html, "text/html")
    response.vary.add("Accept")
    return response


def text_response(text: str, media_type: str) -> Response:
    """The response with a text and the entity tag of its bytes; 304 where the client has the same version."""
    response = Response(text, content_type=f"{media_type}; charset=utf-8")
    response.add_etag()  # by the bytes: a page changes with its template, too
    response.cache_control.no_cache = True
    response.make_conditional(request)
    return response


_WEB_SCHEMES = ("https://", "http://")


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """The addresses of a site whose pages lie below `root`, which ends in a slash."""

    root: str

    def at(self, path: str) -> str:
        """The address of a path of the site; the path begins with a slash."""
        return self.root + path.removeprefix("/")

    def of(self, iri: str | None) -> str | None:
        """The link target for an IRI: a page of the site or the web; None for other schemes such as `javascript:`."""
        if iri is not None and iri.startswith(BASE):
            return self.root + quote(iri.removeprefix(BASE), safe="/#")
        return iri if iri is not None and iri.startswith(_WEB_SCHEMES) else None

    def paper(self, iri: str) -> str:
        """The address of the page about a paper, whose IRI is outside the namespace of the site.

        >>> Addresses(root="/").paper("https://doi.org/10.1002/mp.12268")
        '/paper/doi.org/10.1002/mp.12268'
        """
        for scheme in _WEB_SCHEMES:
            if iri.startswith(scheme):
                return f"{self.root}paper/{quote(iri.removeprefix(scheme), safe='/:')}"
        return f"{self.root}paper/{quote(iri, safe='')}"

    def search(self, facet: str, key: str) -> str:
        """The address of the search for all datasets of a concept."""
        return f"{self.root}datasets?{facet}={quote(key)}"


def addresses() -> Addresses:
    """Relative addresses of the requested site, for links between its pages."""
    return Addresses(root=f"{request.script_root}/")


def absolute_addresses() -> Addresses:
    """Absolute addresses of the requested site, with scheme and host, for documents that are read elsewhere."""
    return Addresses(root=request.url_root)


Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage(Generic[Item]):
    """One page of a long list; pages count from 1."""

    items: Sequence[Item]
    number: int
    pages: int
    total: int

    @staticmethod
    def address(number: int) -> str:
        """The address of another page, relative to this one."""
        return f"?page={number}"


def list_page(items: Sequence[Item], page_size: int) -> ListPage[Item]:
    """The page of a list that the request asks for; 400 where the list has no such page."""
    text = query_arguments().get("page", "1")
    pages = max(1, -(-len(items) // page_size))
    if not text.isdecimal() or not 0 < int(text[:9]) <= pages:
        raise BadRequest(f"page is a number from 1 to {pages}, not {text!r}")
    number = int(text)
    start = (number - 1) * page_size
    return ListPage(items=items[start : start + page_size], number=number, pages=pages, total=len(items))
