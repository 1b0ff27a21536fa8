"""The home page: a search box, the size of the graph, example questions, and links by body part, modality and task."""

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
from medkg.lineage.leakage import overlap
from medkg.queries import Names
from medkg.search import Card, FacetValue, Region, regions
from medkg.site.context import SiteContext, cached_per_revision, current_context, lineage_views
from medkg.site.dataset_search import DatasetSearch
from medkg.site.pages import addresses, page
from medkg.site.stored_queries import stored_queries
from medkg.views.statistics import GraphTotals, graph_totals

EXAMPLE_DATASET = "lits"
"""The dataset of the question about shared images; if it shares none, the most listed dataset that does."""

EXAMPLE_SEARCH = {"anatomy": ("liver",), "modality": ("ct",)}
EXAMPLE_QUERY = "count-disagreements"
"""The stored query for numbers on which catalogues differ."""

ANSWERS_PER_EXAMPLE = 5
PARTS_PER_REGION = 6
REGIONS_WITH_PARTS = 8
TASKS_SHOWN = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleQuestion:
    """A question with its first answers (label, address, remark), and the address and link text of all answers."""

    question: str
    number: int
    noun: str
    answers: tuple[tuple[str, str, str], ...]
    href: str
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The content of the home page that depends on the graph."""

    totals: GraphTotals
    examples: Sequence[ExampleQuestion]
    anatomy: Sequence[Region]
    modality: Sequence[Region]
    values: Mapping[str, Sequence[FacetValue]]


home = Blueprint("home", __name__)


@home.get("/")
def home_page() -> Response:
    """The home page."""
    root = addresses().root
    return page(
        render_template(
            "home.html",
            known=overview(current_context()),
            address=lambda facet, key: DatasetSearch(names={facet: (key,)}).address(root),
            largest=REGIONS_WITH_PARTS,
            most=TASKS_SHOWN,
        )
    )


@cached_per_revision
def overview(context: SiteContext) -> Overview:
    """The content of the home page for a graph."""
    with search.find(context.index) as answer:
        values = {counts.facet.name: counts.values for counts in answer.counts(under_all=True)}
    return Overview(
        totals=graph_totals(context.store, context.prefixes),
        examples=[*_shared_images(context), *_search_hits(context), *_differing_counts(context)],
        anatomy=regions(values["anatomy"], parts=PARTS_PER_REGION),
        modality=regions(values["modality"], parts=PARTS_PER_REGION),
        values=values,
    )


def _shared_images(context: SiteContext) -> Iterator[ExampleQuestion]:
    """The question about datasets that share images with one."""
    labels, view = context.register.labels, lineage_views(context)["all"]
    with search.find(context.index, "", {"lineage": ("definite",)}) as answer:
        most_listed = [card.slug for card, _ in answer.cards(most=1)]
    for slug in (EXAMPLE_DATASET, *most_listed):
        verdicts = [verdict for verdict in overlap(view, slug).verdicts if verdict.grade in ("definite", "possible")]
        if verdicts and slug in labels:
            first = ((verdict.other, verdict.grade) for verdict in verdicts[:ANSWERS_PER_EXAMPLE])
            yield ExampleQuestion(
                question=f"Which datasets share images with {labels[slug]}?",
                number=len(verdicts),
                noun="dataset",
                answers=tuple((labels.get(other, other), f"/dataset/{other}", grade) for other, grade in first),
                href=f"/dataset/{slug}/lineage",
                link="all of them, with the evidence",
            )
            return


def _search_hits(context: SiteContext) -> Iterator[ExampleQuestion]:
    """The question about datasets of a body part in a modality."""
    with suppress(UnknownName), search.find(context.index, "", EXAMPLE_SEARCH) as answer:
        labels = {facet: choices[0].label for facet, choices in answer.choices.items()}
        if answer.total:
            yield ExampleQuestion(
                question=f"Which datasets show the {labels['anatomy']} in {labels['modality'].lower()}?",
                number=answer.total,
                noun="dataset",
                answers=tuple(
                    (card.label, f"/dataset/{card.slug}", _size(card))
                    for card, _ in answer.cards(most=ANSWERS_PER_EXAMPLE)
                ),
                href=DatasetSearch(names=EXAMPLE_SEARCH).address(),
                link="all of them",
            )


def _size(card: Card) -> str:
    return "" if card.cases is None else f"{'about ' if card.is_rounded else ''}{card.cases:,} cases"


def _differing_counts(context: SiteContext) -> Iterator[ExampleQuestion]:
    """The question about numbers on which catalogues differ."""
    query = stored_queries(context).get(EXAMPLE_QUERY)
    if query is None:
        return
    results = evaluate(context.store, query.with_values({}, Names(context.store)), prefixes=context.prefixes)
    assert isinstance(results, QuerySolutions)  # a SELECT
    rows = [{variable.value: row[variable].value for variable in results.variables} for row in results]
    by_dataset = {dataset: list(group) for dataset, group in groupby(rows, key=lambda row: row["dataset"])}
    if by_dataset:
        yield ExampleQuestion(
            question=query.question,
            number=len(by_dataset),
            noun="dataset",
            answers=tuple(_stated_counts(iri, group) for iri, group in islice(by_dataset.items(), ANSWERS_PER_EXAMPLE)),
            href=f"/query/{EXAMPLE_QUERY}",
            link="all of them with lines, as SPARQL",
        )


def _stated_counts(iri: str, rows: Sequence[Mapping[str, str]]) -> tuple[str, str, str]:
    """The label and address of a dataset with the count that each catalogue states."""
    counts = (f"{int(row['count']):,} by {row['catalog'].rpartition('/')[2]}" for row in rows)
    return rows[0]["title"], f"/dataset/{iri.rpartition('/')[2]}", ", ".join(counts)
