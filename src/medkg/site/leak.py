"""The leakage check: pairs of training and test sets that share images, and test sets that are not known to share any.

A check has an address to share; the verdicts are those of `medkg leak`.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from flask import Blueprint, Response, render_template, request
from pyoxigraph import NamedNode
from werkzeug.exceptions import BadRequest

from medkg.errors import UnknownName
from medkg.evaluation import HTML
from medkg.evaluation.formats import PLAIN_JSON
from medkg.http.negotiation import select_format
from medkg.http.query_parameters import query_arguments, takes
from medkg.lineage.answers import Pair
from medkg.lineage.json_answers import JsonWriter
from medkg.lineage.leakage import leaks, safe
from medkg.lineage.register import View
from medkg.lineage.texts import LAYER_NAMES
from medkg.site.claims import LineageLinks, LinkedClaim, lineage_links
from medkg.site.context import (
    SiteContext,
    cached_per_revision,
    current_context,
    lineage_views,
    similarity_concepts,
    surroundings_finder,
)
from medkg.site.leak_sets import (
    MOST_NAMES,
    MOST_SETS,
    SIDES,
    ResolvedSets,
    TrainTestSets,
    example,
    resolve_sets,
    side_of,
)
from medkg.site.pages import addresses, page, reply
from medkg.site.pairs import MatrixCell, PairReporter
from medkg.views import similarity
from medkg.views.similarity import Similarity

_MOST_SIMILAR_DATASETS = 60
"""Datasets most similar to one that was trained on that are candidates."""

_MOST_CACHED_SIMILARITIES = 500
_CANDIDATES_AT_ONCE = 24
"""Candidates that are weighed before it is checked whether there are enough."""

_MOST_CANDIDATES_SHOWN = 8

MOST_REPORTS = 28
"""Pairs that a page reports in full; each further pair has a page of its own."""

_TOO_MANY = f"At most {MOST_SETS} sets on a side, please; `medkg leak` takes any number."

_GROUPS = {
    "Leaks": "definite",
    "Possible leaks": "possible",
    "Stated to be disjoint": "disjoint",
    "None known, with cautions": "none-known",
}
"""The headings of reports, with the grades of their pairs."""

leak = Blueprint("leak", __name__)


@leak.get("/leak")
@takes("evidence", "format", repeatable=dict.fromkeys(SIDES, MOST_NAMES), media_types=("text/html", "application/json"))
def check() -> Response:
    """The pairs of training and test sets with their verdicts, and a form; 404 where a name means no one dataset."""
    form, media_type = select_format(
        (HTML, PLAIN_JSON), query_arguments().get("format"), request.headers.get("accept", "")
    )
    context = current_context()
    resolved = resolve_sets(TrainTestSets.read(query_arguments()), context)
    if form is PLAIN_JSON:
        answer = JsonWriter(lines=context.register.lines).leaks(_pairs(_comparable(resolved), context))
        response = reply(
            lambda: (json.dumps(answer, ensure_ascii=False, indent=2) + "\n").encode(),
            media_type,
            identity=(context.version, resolved.sets.address()),
        )
    elif not resolved.has_problems and resolved.sets.parameters != _request_parameters():
        return _redirect(resolved.sets)
    else:
        response = _page(resolved, context)
    address = resolved.sets.address(_root(), PLAIN_JSON.name)
    response.headers.add("Link", f'<{address}>; rel="alternate"; type="{PLAIN_JSON.media_type}"')
    return response


def _comparable(resolved: ResolvedSets) -> ResolvedSets:
    """The sets of a request where they can be compared; otherwise an error with the reason."""
    if resolved.has_problems:
        raise UnknownName("\n".join(problem.message for side in SIDES for problem in resolved.problems[side]))
    if resolved.is_too_large:
        raise BadRequest(_TOO_MANY)
    if not all(resolved.sets.of(side) for side in SIDES):
        raise BadRequest("Name at least one dataset as train and one as test: /leak?train=…&test=…")
    return resolved


def _pairs(resolved: ResolvedSets, context: SiteContext) -> list[Pair]:
    """The pairs of a request."""
    view = lineage_views(context)[resolved.sets.layer]
    return leaks(view, resolved.sides("train"), resolved.sides("test"), find=surroundings_finder(context))


def _page(resolved: ResolvedSets, context: SiteContext) -> Response:
    """The page of a request; nothing is compared where that is impossible."""
    is_comparable = not resolved.has_problems and not resolved.is_too_large
    links, sets = lineage_links(context), resolved.sets
    reporter = PairReporter(lineage_views(context)[sets.layer], links)
    rows = reporter.matrix(_pairs(resolved, context) if is_comparable else [])
    cells = [cell for row in rows for cell in row]
    groups = dict(_groups(cells))
    html = render_template(
        "leak/page.html",
        resolved=resolved,
        sets=sets,
        layer_name=LAYER_NAMES[sets.layer],
        most=MOST_SETS,
        rows=rows,
        columns=[cell.test for cell in rows[0]] if rows else [],
        groups={heading: list(map(reporter.report, members)) for heading, members in groups.items()},
        reported={cell.key for members in groups.values() for cell in members},
        counts={grade: sum(cell.grade == grade for cell in cells) for grade in ("definite", "possible")},
        unreported=[cell for cell in cells if not cell.has_report],
        address_of=lambda cell: TrainTestSets(
            train=(cell.train.name,), test=(cell.test.name,), layer=sets.layer
        ).address(_root()),
        member=lambda name: reporter.member(side_of(name)),
        example=None if sets.train or sets.test else example(context).address(_root()),
        candidates=_candidates(resolved, context, links) if is_comparable and sets.train else None,
        command=command(sets),
        safe_command=shlex.join(["medkg", "safe", "--test-for", *(side.dataset for side in resolved.sides("train"))]),
        root=_root(),
        json=PLAIN_JSON.name,
    )
    if not is_comparable:
        return Response(html, status=404 if resolved.has_problems else 400)
    return page(html)


def _groups(cells: Sequence[MatrixCell]) -> Iterator[tuple[str, list[MatrixCell]]]:
    """The pairs with reports by heading, the worst first, and no more than a page shows."""
    room = MOST_REPORTS
    for heading, grade in _GROUPS.items():
        members = [cell for cell in cells if cell.grade == grade and cell.has_report]
        if members:
            yield heading, members[: max(room, 0)]
        room -= len(members)


def command(sets: TrainTestSets) -> str:
    """The command line of a check.

    >>> command(TrainTestSets(train=("lits:train", "ct-org"), test=("btcv",), layer="catalogs"))
    'medkg leak --train lits:train ct-org --test btcv --evidence catalogs'
    """
    arguments = [word for side in SIDES for word in (f"--{side}", *sets.of(side))]
    return shlex.join(["medkg", "leak", *arguments, *(["--evidence", "catalogs"] if sets.layer == "catalogs" else [])])


def _request_parameters() -> list[tuple[str, str]]:
    """The parameters of the request, without the format."""
    return [(name, value) for name, value in request.args.items(multi=True) if name != "format"]


def _redirect(sets: TrainTestSets) -> Response:
    """A redirect to the one address of a check; a form makes many."""
    response = Response(status=302)
    response.headers["Location"] = sets.address(_root())
    response.vary.add("Accept")
    return response


def _root() -> str:
    return addresses().root


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedCandidate:
    """A candidate for a test: the concepts it has in common with a training set, and the remarks to be read."""

    slug: str
    label: str
    url: str
    common: tuple[str, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarCandidates:
    """The first candidates without known shared images, and the open sources of training sets that rule none out."""

    clear: tuple[LinkedCandidate, ...]
    trained_openings: tuple[tuple[str, tuple[LinkedClaim, ...]], ...]


def _candidates(resolved: ResolvedSets, context: SiteContext, links: LineageLinks) -> SimilarCandidates:
    """The test sets for the training sets of a request, besides its own, among the datasets that are like them."""
    trained = list(dict.fromkeys(side.dataset for side in resolved.sides("train")))
    tested = {side.dataset for side in resolved.sides("test")}
    return similar_candidates(context, lineage_views(context)[resolved.sets.layer], links, trained, without=tested)


def similar_candidates(
    context: SiteContext, view: View, links: LineageLinks, trained: Sequence[str], *, without: Collection[str]
) -> SimilarCandidates:
    """The datasets that a model trained on some may be tested on, the most similar ones first."""
    likes = _likes(context, trained)
    slugs = (slug for slug in likes if slug not in without)
    safety = safe(view, trained, islice(slugs, _CANDIDATES_AT_ONCE), find=surroundings_finder(context))
    clear = list(safety.clear)
    while len(clear) < _MOST_CANDIDATES_SHOWN and (batch := list(islice(slugs, _CANDIDATES_AT_ONCE))):
        clear += safe(view, trained, batch, find=surroundings_finder(context)).clear
    reader, texts = context.reader, context.register.texts
    return SimilarCandidates(
        clear=tuple(
            LinkedCandidate(
                slug=candidate.dataset,
                label=links.label(candidate.dataset),
                url=links.url(candidate.dataset),
                common=tuple(reader.label(NamedNode(iri)) for iri in likes[candidate.dataset].common),
                remarks=tuple(texts.remarks(candidate)),
            )
            for candidate in clear[:_MOST_CANDIDATES_SHOWN]
        ),
        trained_openings=tuple(
            (texts.open_provenance(slug, openings[0]), tuple(map(links.opening, openings)))
            for slug, openings in safety.trained_openings.items()
        ),
    )


def _likes(context: SiteContext, trained: Sequence[str]) -> dict[str, Similarity]:
    """The datasets that are like one of those trained on, the most similar first."""
    likes = [like for slug in trained for like in _similar_datasets(context)(slug)]
    best: dict[str, Similarity] = {}
    for like in sorted(likes, key=lambda like: (-like.score, -like.shared, like.slug)):
        if like.slug not in trained:
            best.setdefault(like.slug, like)
    return best


@cached_per_revision
def _similar_datasets(context: SiteContext) -> Callable[[str], Sequence[Similarity]]:
    """The function that finds the datasets most similar to one, with a cache of its last results."""
    known = similarity_concepts(context)
    return lru_cache(maxsize=_MOST_CACHED_SIMILARITIES)(
        lambda slug: similarity.similar(known, slug, most=_MOST_SIMILAR_DATASETS)
    )
