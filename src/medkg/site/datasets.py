"""The search for datasets: words and choices in the address, a page of what is found, or all of it as data.

The facets of a search as a page shows them: every value with the address of the search that has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from flask import Blueprint, Response, render_template, request
from werkzeug.datastructures import MultiDict

from medkg import search
from medkg.evaluation import HTML, Format
from medkg.evaluation.formats import CSV
from medkg.export import listing
from medkg.export.citation import bibtex
from medkg.http.negotiation import chosen
from medkg.http.query_parameters import given, reading_values, takes
from medkg.search import FACETS, Answer, Chosen, Counted, Counts, Drop
from medkg.site.context import SiteContext, current_context
from medkg.site.pages import addresses, page, reply
from medkg.site.search_address import MOST_NAMES, Inquiry

_OPEN = frozenset({"anatomy", "modality", "task"})  # facets that are open from the start
_LABELS = {each.name: each.label for each in FACETS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A value of a facet with the address of the search that has it, or has it no longer where it is chosen."""

    label: str
    label_zh: str | None
    count: int
    href: str
    is_chosen: bool
    is_open: bool
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """A facet with its values; the names of what is chosen of it."""

    name: str
    label: str
    is_open: bool
    chosen: tuple[str, ...]
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """Something that is looked for, with the address of the search without it, and how many that would find."""

    facet: str
    label: str
    label_zh: str | None
    href: str
    count: int | None = None


def choices(inquiry: Inquiry, counts: Iterable[Counts], root: str) -> list[Choices]:
    """Every facet that has a value to choose or to drop."""
    return [
        Choices(
            name=each.facet.name,
            label=each.facet.label,
            is_open=each.facet.name in _OPEN or bool(inquiry.names.get(each.facet.name)),
            chosen=tuple(inquiry.names.get(each.facet.name, ())),
            options=tuple(_options(inquiry, each.facet.name, each.values, root)),
        )
        for each in counts
        if each.values
    ]


def chips(inquiry: Inquiry, chosen: Chosen, root: str) -> list[Chip]:
    """All that is looked for."""
    found = []
    if inquiry.text:
        href = replace(inquiry, text="", page=1).address(root)
        found.append(Chip(facet="Words", label=inquiry.text, label_zh=None, href=href))
    for facet, several in chosen.items():
        for each in several:
            href = inquiry.toggled(facet, each.key).address(root)
            found.append(Chip(facet=_LABELS[facet], label=each.label, label_zh=each.label_zh, href=href))
    return found


def ways_out(inquiry: Inquiry, drops: Iterable[Drop], root: str) -> list[Chip]:
    """The searches that find something where this one does not, each with what it drops."""
    found = []
    for each in drops:
        rest = inquiry.choosing(each.facet, ()) if each.facet else replace(inquiry, text="", page=1)
        found.append(
            Chip(
                facet=_LABELS[each.facet] if each.facet else "Words",
                label=" or ".join(choice.label for choice in each.choices) or inquiry.text,
                label_zh=None,
                href=rest.address(root),
                count=each.count,
            )
        )
    return found


def _short(inquiry: Inquiry, root: str) -> str:
    """An address as short as may be on a page of the search itself, which has many of them."""
    query = inquiry.query()
    return f"?{query}" if query else inquiry.address(root)


def _options(inquiry: Inquiry, facet: str, values: Iterable[Counted], root: str) -> Iterator[Option]:
    for each in values:
        yield Option(
            label=each.label,
            label_zh=each.label_zh,
            count=each.count,
            href=_short(inquiry.toggled(facet, each.key), root),
            is_chosen=each.is_chosen,
            is_open=each.is_open,
            options=tuple(_options(inquiry, facet, each.narrower, root)),
        )


datasets = Blueprint("datasets", __name__)

PAGE = 20
"""Datasets on a page."""

JSON = Format(name="json", media_types=("application/json",), extension="json")
BIBTEX = Format(name="bibtex", aliases=("bib",), media_types=("application/x-bibtex",), extension="bib")
DOWNLOADS = (CSV, JSON, BIBTEX)

_SHOWN = ("modality", "anatomy", "task")  # what a hit tells of its dataset


@datasets.get("/datasets")
@takes("q", "sort", "page", "format", repeatable={each.name: MOST_NAMES for each in search.FACETS})
def found() -> Response:
    """The datasets that are looked for."""
    now, asked = current_context(), given()
    form, media_type = chosen((HTML, *DOWNLOADS), asked.get("format"), request.accept_mimetypes)
    wanted = Inquiry.read(asked)
    with reading_values(), search.asked(now.index, wanted.text, wanted.names) as answer:
        settled = _settled(wanted, answer)
        if form is not HTML:
            response = reply(
                lambda: _document(form, settled, answer, now), media_type, identity=(now.state, settled.address())
            )
            response.headers["Content-Disposition"] = f'inline; filename="medkg-datasets.{form.extension}"'
        elif settled.parameters != _given(request.args):
            return _see(settled)
        else:
            response = page(_page(settled, answer))
    for each in DOWNLOADS:
        address = settled.address(_root(), each.name)
        response.headers.add("Link", f'<{address}>; rel="alternate"; type="{each.media_type}"')
    return response


def _settled(wanted: Inquiry, answer: Answer) -> Inquiry:
    """The search by the keys of what is chosen, on a page that there is."""
    keys = {facet: tuple(each.key for each in choices) for facet, choices in answer.chosen.items()}
    return replace(wanted, names=keys, page=min(wanted.page, _pages(answer)))


def _given(arguments: MultiDict[str, str]) -> list[tuple[str, str]]:
    """The parameters of the address that was asked, but for the format."""
    return [(name, value) for name, value in arguments.items(multi=True) if name != "format"]


def _see(settled: Inquiry) -> Response:
    """The way to the one address of a search, of which a form makes many."""
    response = Response(status=302)
    response.headers["Location"] = settled.address(_root())
    response.vary.add("Accept")
    return response


def _pages(answer: Answer) -> int:
    return max(1, -(-answer.total // PAGE))


def _root() -> str:
    return addresses().root


def _document(form: Format, settled: Inquiry, answer: Answer, now: SiteContext) -> bytes:
    """All that is found, in its order, as data; JSON notes where the text asks for an edition that is missing."""
    cards = [card for card, _ in answer.cards(settled.sort)]
    if form is BIBTEX:
        return bibtex(now.store, now.prefixes, [each.slug for each in cards]).encode()
    if form is CSV:
        return listing.csv(cards)
    note = {"note": answer.absence} if answer.absence else {}
    return listing.json(cards, {"parameters": settled.parameters, **note})


def _page(settled: Inquiry, answer: Answer) -> str:
    """The page of an answer."""
    root = _root()
    return render_template(
        "datasets/page.html",
        inquiry=settled,
        total=answer.total,
        pages=_pages(answer),
        first=(settled.page - 1) * PAGE + 1,
        hits=answer.cards(settled.sort, (settled.page - 1) * PAGE, PAGE),
        shown=_SHOWN,
        absence=answer.absence,
        is_near=bool(answer.match and answer.match.is_near),
        chips=chips(settled, answer.chosen, root),
        facets=choices(settled, answer.counts(), root),
        sorts=[
            (name, label, replace(settled, sort=name, page=1).address(root)) for name, label in search.SORTS.items()
        ],
        address=lambda number: replace(settled, page=number).address(root),
        search=lambda facet, key: Inquiry(names={facet: (key,)}).address(root),
        downloads=[(each, settled.address(root, each.name)) for each in DOWNLOADS],
        sparql=_sparql(settled, answer),
        ways_out=ways_out(settled, search.drops(answer), root) if not answer.total else (),
        meant=[] if answer.matched else [(each, Inquiry(text=each).address(root)) for each in search.meant(answer)],
    )


def _sparql(settled: Inquiry, answer: Answer) -> str:
    """The query that asks for the same datasets."""
    is_listed = answer.matched.bit_count() <= search.MOST_LISTED
    slugs = answer.slugs(answer.matched) if settled.text and is_listed else None
    return search.sparql(settled.text, settled.names, slugs, current_context().prefixes)
