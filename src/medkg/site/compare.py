"""The comparison of datasets side by side: their facts, and for every two of them whether they share images."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template

from medkg.http.query_parameters import limit_number, query_arguments, takes
from medkg.lineage.provenance import open_provenance
from medkg.model import prefixes as iris
from medkg.search.resolver import NameProblem, resolve_strictly
from medkg.site.claims import LineageLinks, LinkedClaim, LinkedVerdict, lineage_links, linked_verdict
from medkg.site.context import SiteContext, current_context, lineage_views, surroundings_finder
from medkg.site.leak_sets import example
from medkg.site.pages import addresses, page
from medkg.views.concepts import licences_of
from medkg.views.dataset_profile import DatasetProfile, profile
from medkg.views.differences import compare_profiles

compare = Blueprint("compare", __name__)

MIN_DATASETS, MAX_DATASETS = 2, 6
"""The numbers of datasets that are compared."""

MOST_NAMES = 2 * MAX_DATASETS
"""The number of names that are looked up, for several may mean one dataset, and others none."""

_MOST_CANDIDATES = 5
_LONGEST_NAME_CHARACTERS = 200
_OMITTED_PROPERTIES = frozenset(
    {"dcterms:title", "medkg:challengeName", "medkg:licenceText", "medkg:licencePage", "medkg:relatedProject"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedPair:
    """Two of the datasets, and the verdicts on their images, and on their patients where that is surer."""

    first: str
    second: str
    images: LinkedVerdict
    patients: LinkedVerdict | None


@compare.get("/compare")
@takes(repeatable={"d": MOST_NAMES})
def side_by_side() -> Response:
    """The datasets side by side, and a form to add others; 404 where a name is wrong, 400 where there are too many."""
    context, names = current_context(), list(_names(query_arguments().getlist("d")))
    limit_number(len(names), MOST_NAMES, "names")
    slugs, problems = _resolve(names, context)
    too_many = len(slugs) > MAX_DATASETS
    profiles = [profile(context.store, slug, context.prefixes) for slug in slugs[:MAX_DATASETS]]
    links, reader = lineage_links(context), context.reader
    shown = profiles if len(profiles) >= MIN_DATASETS else []
    response = page(
        render_template(
            "compare/page.html",
            profiles=profiles,
            names=names,
            problems=problems,
            too_many=too_many,
            rows=compare_profiles(shown, without=_OMITTED_PROPERTIES),
            licences=[licences_of(reader, iris.dataset(dataset.slug)) for dataset in shown],
            pairs=list(_pairs(shown, context, links)),
            openings=dict(_openings(shown, context, links)),
            without=lambda slug: _address([other for other in slugs if other != slug]),
            example=None if names else _example(context),
            instead=lambda wrong, right: _address([right if name == wrong else name for name in names]),
            addresses=addresses(),
            most=MAX_DATASETS,
        )
    )
    if response.status_code == 200 and (problems or too_many):
        response.status_code = 404 if problems else 400
    return response


def _names(fields: Iterable[str]) -> Iterator[str]:
    """The names in a request, one a field or several between commas, once each."""
    parts = (part.strip()[:_LONGEST_NAME_CHARACTERS] for field in fields for part in field.split(","))
    yield from dict.fromkeys(part for part in parts if part)


def _resolve(names: Sequence[str], context: SiteContext) -> tuple[list[str], list[NameProblem]]:
    """The datasets that names mean, once each, and the problems of names that mean none or several."""
    slugs: dict[str, None] = {}
    problems = []
    for name in names:
        resolved = resolve_strictly(context.index, context.register, name, most_candidates=_MOST_CANDIDATES)
        if isinstance(resolved, NameProblem):
            # the candidates stand below the message as links
            message = resolved.message.partition(";")[0].partition(", say which")[0]
            problems.append(replace(resolved, message=f"{message[0].upper()}{message[1:]}."))
        else:
            slugs[resolved] = None
    return list(slugs), problems


def _pairs(profiles: Sequence[DatasetProfile], context: SiteContext, links: LineageLinks) -> Iterator[ComparedPair]:
    """Every two of the datasets, in their order."""
    view, find = lineage_views(context)["all"], surroundings_finder(context)
    for one, other in combinations(profiles, 2):
        near = find(view, one.slug)
        patients = near.patients(other.slug)
        yield ComparedPair(
            first=one.label,
            second=other.label,
            images=linked_verdict(near.verdict(other.slug), links),
            patients=linked_verdict(patients, links) if patients else None,
        )


def _example(context: SiteContext) -> str | None:
    """The address of an example: a dataset that others drew on, beside two of them."""
    sets = example(context)
    return _address([*sets.test, *sets.train]) if sets.test and sets.train else None


def _openings(
    profiles: Iterable[DatasetProfile], context: SiteContext, links: LineageLinks
) -> Iterator[tuple[str, list[LinkedClaim]]]:
    """For each dataset of open provenance the sentence that says so, and the claims by which it is open."""
    for shown in profiles:
        if openings := open_provenance(lineage_views(context)["all"].images, shown.slug):
            yield context.register.texts.open_provenance(shown.slug, openings[0]), list(map(links.opening, openings))


def _address(names: Iterable[str]) -> str:
    query = urlencode([("d", name) for name in names])
    return addresses().at(f"/compare{'?' if query else ''}{query}")
