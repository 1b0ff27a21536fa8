"""The dataset search: a page of hits with facets, or all hits as CSV, JSON or BibTeX."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from flask import Blueprint, Response, render_template, request
from werkzeug.datastructures import MultiDict

from medkg import search
from medkg.evaluation import HTML, Format
from medkg.evaluation.formats import BIBTEX, CSV, DOWNLOADS
from medkg.export import listing
from medkg.export.citation import bibtex
from medkg.http.negotiation import select_format
from medkg.http.query_parameters import media_types_of, query_arguments, takes, unknown_names_as_bad_request
from medkg.search import FACETS, FacetChoices, FacetCounts, FacetValue, Relaxation, SearchResults
from medkg.site.context import SiteContext, current_context
from medkg.site.dataset_search import MAX_VALUES_PER_FACET, DatasetSearch
from medkg.site.pages import addresses, page, reply

HITS_PER_PAGE = 20

_INITIALLY_OPEN_FACETS = frozenset({"anatomy", "modality", "task"})
_FACETS_OF_HITS = ("modality", "anatomy", "task")
_FACET_LABELS = {facet.name: facet.label for facet in FACETS}


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetOption:
    """A value of a facet with the address of the search that adds it, or removes it where it is chosen."""

    label: str
    label_zh: str | None
    count: int
    href: str
    is_chosen: bool
    is_open: bool
    options: tuple[FacetOption, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetFilter:
    """A facet with its values and the keys of the chosen ones."""

    name: str
    label: str
    is_open: bool
    chosen: tuple[str, ...]
    options: tuple[FacetOption, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActiveFilter:
    """A condition of a search, with the address of the search without it and the number of hits of that search."""

    facet: str
    label: str
    label_zh: str | None
    href: str
    count: int | None = None


datasets = Blueprint("datasets", __name__)


@datasets.get("/datasets")
@takes(
    "q",
    "sort",
    "page",
    "format",
    repeatable={facet.name: MAX_VALUES_PER_FACET for facet in FACETS},
    media_types=media_types_of(HTML, *DOWNLOADS),
)
def dataset_search() -> Response:
    """The datasets that match a text and values of facets."""
    context, arguments = current_context(), query_arguments()
    form, media_type = select_format((HTML, *DOWNLOADS), arguments.get("format"), request.headers.get("accept", ""))
    requested = DatasetSearch.read(arguments)
    with unknown_names_as_bad_request(), search.find(context.index, requested.text, requested.names) as answer:
        canonical = _canonical(requested, answer)
        if form is not HTML:
            response = reply(
                lambda: _document(form, canonical, answer, context),
                media_type,
                identity=(context.version, canonical.address()),
            )
            response.headers["Content-Disposition"] = f'inline; filename="medkg-datasets.{form.extension}"'
        elif canonical.parameters != _parameters_without_format(request.args):
            return _redirect(canonical)
        else:
            response = page(_page(canonical, answer, context))
    for download in DOWNLOADS:
        address = canonical.address(addresses().root, download.name)
        response.headers.add("Link", f'<{address}>; rel="alternate"; type="{download.media_type}"')
    return response


def _canonical(requested: DatasetSearch, answer: SearchResults) -> DatasetSearch:
    """The search with keys in place of names, on a page that exists."""
    keys = {facet: tuple(choice.key for choice in choices) for facet, choices in answer.choices.items()}
    return replace(requested, names=keys, page=min(requested.page, _pages(answer)))


def _parameters_without_format(arguments: MultiDict[str, str]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in arguments.items(multi=True) if name != "format"]


def _redirect(canonical: DatasetSearch) -> Response:
    """The redirect to the canonical address of a search; forms and hand-written addresses have many spellings."""
    response = Response(status=302)
    response.headers["Location"] = canonical.address(addresses().root)
    response.vary.add("Accept")
    return response


def _pages(answer: SearchResults) -> int:
    return max(1, -(-answer.total // HITS_PER_PAGE))


def _document(form: Format, canonical: DatasetSearch, answer: SearchResults, context: SiteContext) -> bytes:
    """All hits in their order as data; JSON has a note where the text names an edition that the graph lacks."""
    cards = [card for card, _ in answer.cards(canonical.sort)]
    if form is BIBTEX:
        return bibtex(context.store, context.prefixes, [card.slug for card in cards]).encode()
    if form is CSV:
        return listing.csv(cards)
    note = {"note": answer.absence} if answer.absence else {}
    return listing.json(cards, {"parameters": canonical.parameters, **note})


def _page(canonical: DatasetSearch, answer: SearchResults, context: SiteContext) -> str:
    """The page of an answer."""
    root = addresses().root
    first = (canonical.page - 1) * HITS_PER_PAGE
    return render_template(
        "datasets/page.html",
        dataset_search=canonical,
        total=answer.total,
        pages=_pages(answer),
        first=first + 1,
        hits=answer.cards(canonical.sort, first, HITS_PER_PAGE),
        shown=_FACETS_OF_HITS,
        absence=answer.absence,
        is_near=bool(answer.match and answer.match.is_respelt),
        active_filters=active_filters(canonical, answer.choices, root),
        facets=facet_filters(canonical, answer.counts(), root),
        sorts=[
            (name, label, replace(canonical, sort=name, page=1).address(root)) for name, label in search.SORTS.items()
        ],
        address=lambda number: replace(canonical, page=number).address(root),
        search=lambda facet, key: DatasetSearch(names={facet: (key,)}).address(root),
        downloads=[(form, canonical.address(root, form.name)) for form in DOWNLOADS],
        sparql=_sparql(canonical, answer, context),
        relaxed_searches=relaxed_searches(canonical, search.relaxations(answer), root) if not answer.total else (),
        suggestions=[]
        if answer.matches
        else [(text, DatasetSearch(text=text).address(root)) for text in search.similar_labels(answer)],
    )


def _sparql(canonical: DatasetSearch, answer: SearchResults, context: SiteContext) -> str:
    """The SPARQL query for the same datasets."""
    is_listed = answer.matches.bit_count() <= search.MOST_LISTED
    slugs = answer.slugs(answer.matches) if canonical.text and is_listed else None
    return search.sparql(canonical.text, canonical.names, slugs, context.prefixes)


def facet_filters(canonical: DatasetSearch, counts: Iterable[FacetCounts], root: str) -> list[FacetFilter]:
    """The facets that have values to add or to remove."""
    return [
        FacetFilter(
            name=facet.name,
            label=facet.label,
            is_open=facet.name in _INITIALLY_OPEN_FACETS or bool(canonical.names.get(facet.name)),
            chosen=tuple(canonical.names.get(facet.name, ())),
            options=tuple(_options(canonical, facet.name, values, root)),
        )
        for facet, values in ((facet_count.facet, facet_count.values) for facet_count in counts)
        if values
    ]


def _options(canonical: DatasetSearch, facet: str, values: Iterable[FacetValue], root: str) -> Iterator[FacetOption]:
    for value in values:
        yield FacetOption(
            label=value.label,
            label_zh=value.label_zh,
            count=value.count,
            href=_relative_address(canonical.toggle(facet, value.key), root),
            is_chosen=value.is_chosen,
            is_open=value.is_open,
            options=tuple(_options(canonical, facet, value.narrower, root)),
        )


def _relative_address(target: DatasetSearch, root: str) -> str:
    """The shortest address of another search, relative to a page of the search: the page has hundreds of them."""
    query = target.query()
    return f"?{query}" if query else target.address(root)


def active_filters(canonical: DatasetSearch, chosen: FacetChoices, root: str) -> list[ActiveFilter]:
    """The conditions of a search: its text and the chosen values."""
    filters = []
    if canonical.text:
        href = replace(canonical, text="", page=1).address(root)
        filters.append(ActiveFilter(facet="Words", label=canonical.text, label_zh=None, href=href))
    for facet, choices in chosen.items():
        for choice in choices:
            href = canonical.toggle(facet, choice.key).address(root)
            label = _FACET_LABELS[facet]
            filters.append(ActiveFilter(facet=label, label=choice.label, label_zh=choice.label_zh, href=href))
    return filters


def relaxed_searches(canonical: DatasetSearch, drops: Iterable[Relaxation], root: str) -> list[ActiveFilter]:
    """The conditions whose removal gives hits, for a search that has none."""
    return [
        ActiveFilter(
            facet=_FACET_LABELS[drop.facet] if drop.facet else "Words",
            label=" or ".join(choice.label for choice in drop.choices) or canonical.text,
            label_zh=None,
            href=(canonical.choosing(drop.facet, ()) if drop.facet else replace(canonical, text="", page=1)).address(
                root
            ),
            count=drop.count,
        )
        for drop in drops
    ]
