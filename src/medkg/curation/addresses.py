"""Web addresses as evidence of identity: two that differ in manner only have one form here.

The form is compared and shown, never opened. Pages of one site that is about one thing (a challenge, a
repository, a data record) are that site.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

_TRACKING = re.compile(
    r"utm_\w+|spm|fbclid|gclid|ref|source|via|usp|sso|s|tab|select|resource|login|casa_token|isnumber|count|index|sequence|tp"
)
_FRONT_PAGE = re.compile(
    r"/(?:index|home|default)(?:\.\w+)?$|/(?:home|en|overview|data|leaderboard|download|files?|wiki)$"
)
_VERSION = re.compile(r"/v?\d{1,3}(?:\.\d{1,3})+$|/v\d{1,3}$|(?<=\d)v\d{1,2}$|/versions?/\d+$")
_ROUTE = re.compile(r"^!?/?(?P<route>Synapse:syn\d+)|^!?/(?P<other>[^/].*)")
_SITES = (
    (re.compile(r"^(?P<site>[\w-]+\.grand-challenge\.org)/.*"), r"\g<site>"),
    (re.compile(r"^(?P<site>github\.com/[^/]+/[^/]+?)(?:\.git)?(?:/(?:tree|blob)/(?:main|master))?$"), r"\g<site>"),
    (re.compile(r"^kaggle\.com/c/"), "kaggle.com/competitions/"),
    (re.compile(r"^kaggle\.com/datasets/"), "kaggle.com/"),
    (re.compile(r"^zenodo\.org/records?/(?P<id>\d+).*"), r"zenodo.org/records/\g<id>"),
    (re.compile(r"^(?P<site>[\w.-]*codalab[\w.-]*/competitions/\d+).*"), r"\g<site>"),
    (re.compile(r"^(?P<site>tianchi\.aliyun\.com/competition/entrance/\d+).*"), r"\g<site>"),
)


def identity(url: str) -> str:
    """The form that addresses of one thing share: no scheme, `www`, port, tracking, version or front page.

    >>> identity("http://www.kaggle.com/datasets/a/b/?resource=download#top")
    'kaggle.com/a/b'
    >>> identity("https://www.synapse.org/#!Synapse:syn3193805/wiki/217789")
    'synapse.org/Synapse:syn3193805'
    >>> identity("https://LUNA16.grand-challenge.org/Home/")
    'luna16.grand-challenge.org'
    """
    try:
        parts = urlsplit(unquote(url.strip()))
    except ValueError:  # a host that is none, which `check` names, has no other form
        return url.strip()
    host = (
        re.sub(r"^(?:www\d?|m)\.", "", parts.netloc.casefold().rpartition("@")[2])
        .removesuffix(":80")
        .removesuffix(":443")
    )
    query = urlencode(
        [(name, value) for name, value in sorted(parse_qsl(parts.query)) if not _TRACKING.fullmatch(name.casefold())]
    )
    route = _ROUTE.match(parts.fragment)
    address = host + _path(parts.path) + (f"/{route['route'] or route['other'].rstrip('/')}" if route else "")
    for site, form in _SITES:
        address = site.sub(form, address)
    return f"{address}?{query}" if query else address


def _path(path: str) -> str:
    """A path without slashes in excess, front page and version."""
    path = re.sub(r"/{2,}", "/", path).rstrip("/")
    shorter = _VERSION.sub("", path)
    front = _FRONT_PAGE.search(shorter.casefold())
    return shorter[: front.start()] if front else shorter
