"""The home page: one search box, how much there is, what can be asked, and ways in by body part, modality, task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, render_template

from medkg.graph import search
from medkg.graph.census import Census, census
from medkg.graph.search import Counted, Region, regions
from medkg.web.addresses import addresses
from medkg.web.answers import page
from medkg.web.examples import Answered, examples
from medkg.web.inquiry import Inquiry
from medkg.web.remembered import remembered
from medkg.web.served import Served, served

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
            known=overview(served()),
            address=lambda facet, key: Inquiry(names={facet: (key,)}).address(root),
            largest=_LARGEST,
            most=_MOST,
        )
    )


@remembered
def overview(now: Served) -> Overview:
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
