"""Traces that identify a dataset: names, addresses, papers and counts, in the form in which they are compared.

The pages of one site about one thing (a challenge, a repository, a data record) have one address here, which is
compared and shown, never opened.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from medkg.model.collection import Records
from medkg.model.entries import Entry, Link
from medkg.model.facts import text
from medkg.model.names import key
from medkg.model.papers import paper_iri
from medkg.model.records import Dataset
from medkg.model.urls import escape

_TRACKING_PARAMETER = re.compile(
    r"utm_\w+|spm|fbclid|gclid|ref|source|via|usp|sso|s|tab|select|resource|login|casa_token|isnumber|count|index|sequence|tp"
)
_FRONT_PAGE = re.compile(
    r"/(?:index|home|default)(?:\.\w+)?$|/(?:home|en|overview|data|leaderboard|download|files?|wiki)$"
)
_VERSION = re.compile(r"/v?\d{1,3}(?:\.\d{1,3})+$|/v\d{1,3}$|(?<=\d)v\d{1,2}$|/versions?/\d+$")
_ROUTE = re.compile(r"^!?/?(?P<route>Synapse:syn\d+)|^!?/(?P<other>[^/].*)")
_SITE_FORMS = (
    (re.compile(r"^(?P<site>[\w-]+\.grand-challenge\.org)/.*"), r"\g<site>"),
    (re.compile(r"^(?P<site>github\.com/[^/]+/[^/]+?)(?:\.git)?(?:/(?:tree|blob)/(?:main|master))?$"), r"\g<site>"),
    (re.compile(r"^kaggle\.com/c/"), "kaggle.com/competitions/"),
    (re.compile(r"^kaggle\.com/datasets/"), "kaggle.com/"),
    (re.compile(r"^zenodo\.org/records?/(?P<id>\d+).*"), r"zenodo.org/records/\g<id>"),
    (re.compile(r"^(?P<site>[\w.-]*codalab[\w.-]*/competitions/\d+).*"), r"\g<site>"),
    (re.compile(r"^(?P<site>tianchi\.aliyun\.com/competition/entrance/\d+).*"), r"\g<site>"),
)


def canonical_address(url: str) -> str:
    """The form that all addresses of one thing share, without scheme, `www`, port, tracking, version and front page.

    >>> canonical_address("http://www.kaggle.com/datasets/a/b/?resource=download#top")
    'kaggle.com/a/b'
    >>> canonical_address("https://www.synapse.org/#!Synapse:syn3193805/wiki/217789")
    'synapse.org/Synapse:syn3193805'
    >>> canonical_address("https://LUNA16.grand-challenge.org/Home/")
    'luna16.grand-challenge.org'
    """
    try:
        parts = urlsplit(unquote(url.strip()))
    except ValueError:  # an invalid host, which `check` reports
        return url.strip()
    host = (
        re.sub(r"^(?:www\d?|m)\.", "", parts.netloc.casefold().rpartition("@")[2])
        .removesuffix(":80")
        .removesuffix(":443")
    )
    query = urlencode(
        [
            (name, value)
            for name, value in sorted(parse_qsl(parts.query))
            if not _TRACKING_PARAMETER.fullmatch(name.casefold())
        ]
    )
    route = _ROUTE.match(parts.fragment)
    address = host + _canonical_path(parts.path) + (f"/{route['route'] or route['other'].rstrip('/')}" if route else "")
    for site, form in _SITE_FORMS:
        address = site.sub(form, address)
    return f"{address}?{query}" if query else address


def _canonical_path(path: str) -> str:
    """A path without double slashes, front page and version."""
    path = re.sub(r"/{2,}", "/", path).rstrip("/")
    unversioned = _VERSION.sub("", path)
    front_page = _FRONT_PAGE.search(unversioned.casefold())
    return unversioned[: front_page.start()] if front_page else unversioned


EntryKey = tuple[str, str]
"""An entry, by catalogue and key."""

TraceKind = Literal["name", "address", "paper", "count"]

_OWN_ROLES = frozenset({"homepage", "download", "datasheet", "leaderboard", "mirror", "paper"})
_SMALLEST_COUNT = 30  # smaller ones are equal by chance


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """One trace: the form to compare, the form to show, and whether it is that of the dataset itself."""

    kind: TraceKind
    form: str
    shown: str
    is_own: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetTrace:
    """A trace of a dataset: in one of its entries or, without `source`, in its own file."""

    slug: str
    trace: Trace
    source: EntryKey | None = None

    @property
    def where(self) -> str:
        """The entry or file, as a reason names it."""
        return "/".join(self.source) if self.source else f"datasets/{self.slug}"


TraceIndex = Mapping[tuple[TraceKind, str], list[DatasetTrace]]


def entry_traces(entry: Entry, wrong: frozenset[str] = frozenset()) -> Iterator[Trace]:
    """The traces in an entry, without the values that a correction calls wrong."""
    for name in (entry.name, entry.expansion):
        if name and name not in wrong and key(name):
            yield Trace(kind="name", form=key(name), shown=name)
    for link in entry.links:
        if link.url not in wrong and link.role != "licence":
            yield from _link_traces(link)
    for count in entry.counts:
        if count.value >= _SMALLEST_COUNT and text(count) not in wrong:
            yield Trace(kind="count", form=text(count), shown=text(count))


def trace_index(records: Records) -> TraceIndex:
    """The datasets of each trace, by its kind and form."""
    entries = {(name, entry.key): entry for name, listed in records.catalogs.items() for entry in listed.entries}
    index: dict[tuple[TraceKind, str], list[DatasetTrace]] = defaultdict(list)
    for slug, dataset in records.datasets.items():
        for name in _dataset_names(dataset):
            trace = Trace(kind="name", form=key(name), shown=name)
            index["name", trace.form].append(DatasetTrace(slug=slug, trace=trace))
        for standing in dataset.entries:
            reference = (standing.catalog, standing.key)
            wrong = {entry.stated for entry in dataset.corrections if (entry.catalog, entry.key) == reference}
            for trace in entry_traces(entries[reference], frozenset(entry for entry in wrong if entry)):
                index[trace.kind, trace.form].append(DatasetTrace(slug=slug, trace=trace, source=reference))
    return index


def _dataset_names(dataset: Dataset) -> Iterator[str]:
    names = (dataset.label, dataset.title_zh, dataset.expansion, *dataset.alternative, *dataset.alternative_zh)
    yield from (name for name in names if name and key(name))


def _link_traces(link: Link) -> Iterator[Trace]:
    """The paper of a link, if it is one of a paper, else its address."""
    paper = paper_iri(link.url)
    if paper != escape(link.url):
        yield Trace(kind="paper", form=paper, shown=paper)
    elif form := canonical_address(link.url):
        yield Trace(kind="address", form=form, shown=form, is_own=link.role in _OWN_ROLES)
