"""The home page: one search box, how much there is, what can be asked, and ways in by body part, modality, task.

Three questions that the graph answers, asked of it as it is now: what shares images, what there is, who differs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby, islice

from flask import Blueprint, Response, render_template
from pyoxigraph import QuerySolutions

from medkg import search
from medkg.errors import UnknownName
from medkg.evaluation import evaluate
from medkg.lineage.answers import overlap
from medkg.queries import Names
from medkg.search import Card, Counted, Region, regions
from medkg.site.context import SiteContext, cached_per_revision, current_context, lineage_views
from medkg.site.pages import addresses, page
from medkg.site.search_address import Inquiry
from medkg.site.stored_queries import stored
from medkg.views.statistics import Census, census

DATASET = "lits"
"""The dataset that is asked about where it shares images; else the most listed one that does."""

CHOICE = {"anatomy": ("liver",), "modality": ("ct",)}
"""What is asked for, where the graph has it."""

DIFFERENCE = "count-disagreements"
"""The stored query that finds where catalogues differ."""

_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A question with the first of its answers, each with its address and a remark, and where all of them are."""

    question: str
    number: int
    noun: str
    answers: tuple[tuple[str, str, str], ...]
    href: str
    link: str


def examples(now: SiteContext) -> list[Answered]:
    """The questions that have an answer; addresses begin with the site's root, a slash."""
    return [*_sharing(now), *_searched(now), *_differing(now)]


def _sharing(now: SiteContext) -> Iterator[Answered]:
    """Which datasets share images with one."""
    labels, view = now.register.labels, lineage_views(now)["all"]
    with search.asked(now.index, "", {"lineage": ("definite",)}) as answer:
        most_listed = [card.slug for card, _ in answer.cards(most=1)]
    for slug in (DATASET, *most_listed):
        found = [each for each in overlap(view, slug).verdicts if each.grade in ("definite", "possible")]
        if found and slug in labels:
            named = ((each.other, each.grade) for each in found[:_NAMED])
            yield Answered(
                question=f"Which datasets share images with {labels[slug]}?",
                number=len(found),
                noun="dataset",
                answers=tuple((labels.get(other, other), f"/dataset/{other}", grade) for other, grade in named),
                href=f"/dataset/{slug}/lineage",
                link="all of them, and who says so",
            )
            return


def _searched(now: SiteContext) -> Iterator[Answered]:
    """Which datasets show a body part in a modality."""
    inquiry = Inquiry(names=CHOICE)
    with suppress(UnknownName), search.asked(now.index, "", CHOICE) as answer:
        labels = {facet: choices[0].label for facet, choices in answer.chosen.items()}
        if answer.total:
            yield Answered(
                question=f"Which datasets show the {labels['anatomy']} in {labels['modality'].lower()}?",
                number=answer.total,
                noun="dataset",
                answers=tuple(
                    (card.label, f"/dataset/{card.slug}", _size(card)) for card, _ in answer.cards(most=_NAMED)
                ),
                href=inquiry.address(),
                link="all of them",
            )


def _size(card: Card) -> str:
    return "" if card.cases is None else f"{'about ' if card.is_rounded else ''}{card.cases:,} cases"


def _differing(now: SiteContext) -> Iterator[Answered]:
    """Where catalogues differ on a number."""
    query = stored(now).get(DIFFERENCE)
    if query is None:
        return
    results = evaluate(now.store, query.asked({}, Names(now.store)), prefixes=now.prefixes)
    assert isinstance(results, QuerySolutions)  # a SELECT
    rows = [{each.value: row[each].value for each in results.variables} for row in results]
    found = {dataset: list(several) for dataset, several in groupby(rows, key=lambda row: row["dataset"])}
    if found:
        yield Answered(
            question=query.question,
            number=len(found),
            noun="dataset",
            answers=tuple(_difference(iri, several) for iri, several in islice(found.items(), _NAMED)),
            href=f"/query/{DIFFERENCE}",
            link="on which line, as SPARQL",
        )


def _difference(iri: str, rows: Sequence[Mapping[str, str]]) -> tuple[str, str, str]:
    """A dataset with what each catalogue says of it."""
    said = (f"{int(row['count']):,} by {row['catalog'].rpartition('/')[2]}" for row in rows)
    return rows[0]["title"], f"/dataset/{iri.rpartition('/')[2]}", ", ".join(said)


home = Blueprint("home", __name__)

_PARTS = 6  # of a region
_LARGEST = 8  # regions that are shown with their parts
_MOST = 12  # tasks


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What the home page tells of a graph."""

    census: Census
    examples: Sequence[Answered]
    anatomy: Sequence[Region]
    modality: Sequence[Region]
    values: Mapping[str, Sequence[Counted]]


@home.get("/")
def start() -> Response:
    """The page."""
    root = addresses().root
    return page(
        render_template(
            "home.html",
            known=overview(current_context()),
            address=lambda facet, key: Inquiry(names={facet: (key,)}).address(root),
            largest=_LARGEST,
            most=_MOST,
        )
    )


@cached_per_revision
def overview(now: SiteContext) -> Overview:
    """What there is to tell, worked out once for a graph."""
    with search.asked(now.index) as answer:
        values = {each.facet.name: each.values for each in answer.counts(under_all=True)}
    return Overview(
        census=census(now.store, now.prefixes),
        examples=examples(now),
        anatomy=regions(values["anatomy"], parts=_PARTS),
        modality=regions(values["modality"], parts=_PARTS),
        values=values,
    )
