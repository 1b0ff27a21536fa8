"""A page or a document on its way out: validators, and the headers caches live by.

Where IRIs lead on this site: our own things to their pages, papers to ours on them, the rest out into the web.

Long lists a page at a time.

What the graph says of an IRI that somebody asks for, or why it says nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import quote

from flask import Response, request
from pyoxigraph import NamedNode
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.http import unquote_etag

from medkg.errors import SnapshotError
from medkg.evaluation import Description, describe
from medkg.evaluation.formats import content_type
from medkg.http.negotiation import etag
from medkg.http.query_parameters import given
from medkg.model import prefixes as iris
from medkg.model.prefixes import BASE
from medkg.search.dataset_names import Mistake, meaning
from medkg.site.context import SiteContext, current_context


def reply(write: Callable[[], bytes], media_type: str, *, identity: Sequence[str]) -> Response:
    """A representation with its headers; 304 and nothing written where the client has it already.

    `identity` is all that decides its bytes besides the media type.
    """
    validator = etag(*identity, media_type)
    # https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2
    if request.if_none_match.contains_weak(unquote_etag(validator)[0] or ""):
        response = Response(status=304)
    else:
        response = Response(write(), content_type=content_type(media_type))
    response.headers["ETag"] = validator
    response.vary.add("Accept")
    response.cache_control.no_cache = True  # keep it, but ask whether it still holds
    return response


def page(html: str) -> Response:
    """A page for browsers; 304 where the client has it already."""
    response = Response(html, content_type=content_type("text/html"))
    response.add_etag()  # by its bytes: a page changes with our templates, not only with the graph
    response.vary.add("Accept")
    response.cache_control.no_cache = True
    response.make_conditional(request)
    return response


_WEB = ("https://", "http://")


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Addresses of a site whose pages lie below `root`, which ends in a slash."""

    root: str

    def at(self, path: str) -> str:
        """The address of a path of the site, which begins with a slash."""
        return self.root + path.removeprefix("/")

    def of(self, iri: str | None) -> str | None:
        """Where an IRI leads; None where it leads nowhere, as `javascript:` does."""
        if iri is not None and iri.startswith(BASE):
            return self.root + quote(iri.removeprefix(BASE), safe="/#")
        return iri if iri is not None and iri.startswith(_WEB) else None

    def paper(self, iri: str) -> str:
        """Our page on a paper, whose IRI is not ours.

        >>> Addresses(root="/").paper("https://doi.org/10.1002/mp.12268")
        '/paper/doi.org/10.1002/mp.12268'
        """
        for scheme in _WEB:
            if iri.startswith(scheme):
                return f"{self.root}paper/{quote(iri.removeprefix(scheme), safe='/:')}"
        return f"{self.root}paper/{quote(iri, safe='')}"

    def search(self, facet: str, key: str) -> str:
        """The search for all datasets of a concept."""
        return f"{self.root}datasets?{facet}={quote(key)}"


def addresses() -> Addresses:
    """Those within the site that is asked, for its own pages."""
    return Addresses(root=f"{request.script_root}/")


def absolute_addresses() -> Addresses:
    """Those of the site that is asked with scheme and host, for what is read elsewhere."""
    return Addresses(root=request.url_root)


Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet(Generic[Item]):
    """One page of a long list; pages count from 1."""

    items: Sequence[Item]
    number: int
    pages: int
    total: int

    @staticmethod
    def address(number: int) -> str:
        """The address of another page, as seen from this one."""
        return f"?page={number}"


def sheet(items: Sequence[Item], most: int) -> Sheet[Item]:
    """The page of a list that the request asks for; 400 where there is no such page."""
    asked = given().get("page", "1")
    pages = max(1, -(-len(items) // most))
    if not asked.isdecimal() or not 0 < int(asked[:9]) <= pages:
        raise BadRequest(f"page is a number from 1 to {pages}, not {asked!r}")
    number = int(asked)
    return Sheet(items=items[(number - 1) * most : number * most], number=number, pages=pages, total=len(items))


_DATASETS = iris.dataset("").value
_MOST_NEAR = 5


class Unknown(NotFound):
    """Nothing is known of an IRI; `near` are the slugs and labels of datasets that may have been meant."""

    def __init__(self, description: str, near: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(description)
        self.near = near


def described(iri: str) -> Description:
    """What the graph says of an IRI; 404 where that is nothing, with what may have been meant."""
    now = current_context()
    try:
        description = describe(now.store, NamedNode(iri))
    except ValueError:  # a path that makes no IRI names nothing
        description = None
    if description is None:
        raise _unknown(now, iri)
    return description


def _unknown(now: SiteContext, iri: str) -> Unknown:
    """That nothing is known of an IRI, and which datasets somebody may have meant by it."""
    said, slug = f"Nothing is known of <{iri}>.", iri.removeprefix(_DATASETS)
    if slug == iri or not slug:
        return Unknown(said)
    try:
        found = meaning(now.index, now.register, slug, most_near=_MOST_NEAR)
    except SnapshotError:  # an index that cannot be asked makes an unknown thing no better known
        return Unknown(said)
    if isinstance(found, Mistake):
        return Unknown(f"{said} {found.message[0].upper()}{found.message[1:]}", found.near)
    return Unknown(f"{said} Did you mean {_DATASETS}{found}?", ((found, now.register.labels.get(found, found)),))
