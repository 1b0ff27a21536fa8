"""Datasets side by side: what is known of each, and for every two of them whether they share images."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template

from medkg.http.query_parameters import given, refuse_many, takes
from medkg.lineage.provenance import open_provenance
from medkg.model import prefixes as iris
from medkg.search.dataset_names import Mistake, meaning
from medkg.site.claims import Sharing, Teller, Told, sharing, teller
from medkg.site.context import SiteContext, current_context, lineage_views, surroundings_finder
from medkg.site.leak import example
from medkg.site.pages import addresses, page
from medkg.views.concepts import licences_of
from medkg.views.dataset_profile import DatasetProfile, profile
from medkg.views.differences import compared
from medkg.views.graph_reader import GraphReader

compare = Blueprint("compare", __name__)

FEWEST, MOST = 2, 6
"""How many datasets are compared."""

MOST_NAMES = 2 * MOST
"""How many names are looked up, for several may mean one dataset, and others none."""

_MOST_NEAR = 5
_LONGEST = 200  # characters of a name
_LEFT_OUT = frozenset(
    {"dcterms:title", "medkg:challengeName", "medkg:licenceText", "medkg:licencePage", "medkg:relatedProject"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two of the datasets, and what is known of their sharing images, and people."""

    first: str
    second: str
    images: Sharing
    patients: Sharing | None


@compare.get("/compare")
@takes(repeatable={"d": MOST_NAMES})
def side_by_side() -> Response:
    """The datasets asked for, and a form to ask for others; 404 where a name is wrong, 400 where there are too many."""
    now, names = current_context(), list(_names(given().getlist("d")))
    refuse_many(len(names), MOST_NAMES, "names")
    slugs, mistakes = _resolved(names, now)
    too_many = len(slugs) > MOST
    profiles = [profile(now.store, slug, now.prefixes) for slug in slugs[:MOST]]
    tells, words = teller(now), GraphReader(store=now.store, prefixes=now.prefixes)
    shown = profiles if len(profiles) >= FEWEST else []
    response = page(
        render_template(
            "compare/page.html",
            profiles=profiles,
            names=names,
            mistakes=mistakes,
            too_many=too_many,
            rows=compared(shown, without=_LEFT_OUT),
            licences=[licences_of(words, iris.dataset(each.slug)) for each in shown],
            pairs=list(_pairs(shown, now, tells)),
            openings=dict(_openings(shown, now, tells)),
            without=lambda slug: _address([each for each in slugs if each != slug]),
            example=None if names else _example(now),
            instead=lambda wrong, right: _address([right if each == wrong else each for each in names]),
            addresses=addresses(),
            most=MOST,
        )
    )
    if response.status_code == 200 and (mistakes or too_many):
        response.status_code = 404 if mistakes else 400
    return response


def _names(given: Iterable[str]) -> Iterator[str]:
    """The names that a request gives, one a field or several between commas, once each."""
    parts = (part.strip()[:_LONGEST] for each in given for part in each.split(","))
    yield from dict.fromkeys(part for part in parts if part)


def _resolved(names: Sequence[str], now: SiteContext) -> tuple[list[str], list[Mistake]]:
    """The datasets that names mean, once each, and the names that mean none or several."""
    slugs: dict[str, None] = {}
    mistakes = []
    for name in names:
        found = meaning(now.index, now.register, name, most_near=_MOST_NEAR)
        if isinstance(found, Mistake):
            # what may be meant instead stands below it as links
            message = found.message.partition(";")[0].partition(", say which")[0]
            mistakes.append(replace(found, message=f"{message[0].upper()}{message[1:]}."))
        else:
            slugs[found] = None
    return list(slugs), mistakes


def _pairs(profiles: Sequence[DatasetProfile], now: SiteContext, tells: Teller) -> Iterator[Pair]:
    """Every two of the datasets, in their order."""
    view = lineage_views(now)["all"]
    find = surroundings_finder(now)
    for one, other in combinations(profiles, 2):
        known = find(view, one.slug)
        patients = known.patients(other.slug)
        yield Pair(
            first=one.label,
            second=other.label,
            images=sharing(known.verdict(other.slug), tells),
            patients=sharing(patients, tells) if patients else None,
        )


def _example(now: SiteContext) -> str | None:
    """The address of a comparison worth looking at: a dataset that others drew on, beside two of them."""
    found = example(now)
    return _address([*found.test, *found.train]) if found.test and found.train else None


def _openings(profiles: Iterable[DatasetProfile], now: SiteContext, tells: Teller) -> Iterator[tuple[str, list[Told]]]:
    """Why the provenance of a dataset is open, for those of which it is."""
    for each in profiles:
        if found := open_provenance(lineage_views(now)["all"].images, each.slug):
            yield each.label, list(map(tells.opening, found))


def _address(names: Iterable[str]) -> str:
    query = urlencode([("d", name) for name in names])
    return addresses().at(f"/compare{'?' if query else ''}{query}")
