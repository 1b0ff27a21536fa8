"""The leakage check: whether what is tested on was trained on, as `medkg leak` tells it, under an address to share.

Test sets that share no image with what was trained on, as far as is known: those most like it, and what to heed.
"""

from __future__ import annotations

import json
import shlex
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from flask import Blueprint, Response, render_template, request
from pyoxigraph import NamedNode
from werkzeug.exceptions import BadRequest

from medkg.errors import UnknownName
from medkg.evaluation import HTML
from medkg.http.negotiation import chosen
from medkg.http.query_parameters import given, takes
from medkg.lineage.answers import Candidate, Pair, Plain, leaks, safe
from medkg.lineage.explain import conclusion
from medkg.lineage.register import View
from medkg.site.claims import Teller, Told, teller
from medkg.site.context import (
    SiteContext,
    cached_per_revision,
    current_context,
    lineage_views,
    similarity_concepts,
    surroundings_finder,
)
from medkg.site.datasets import JSON
from medkg.site.leak_sets import MOST, MOST_NAMES, SIDES, Splits, Understood, side_of, understood
from medkg.site.pages import addresses, page, reply
from medkg.site.pairs import Cell, Comparer
from medkg.views import similarity
from medkg.views.graph_reader import GraphReader
from medkg.views.similarity import Similarity

_COMPARED = 60  # datasets that are most like one that was trained on
_KNOWN = 500  # datasets
_AT_ONCE = 24  # candidates to weigh before looking whether there are enough


@dataclass(frozen=True, slots=True, kw_only=True)
class Safer:
    """A candidate for a test: what it has in common with what was trained on, and what to heed."""

    slug: str
    label: str
    url: str
    common: tuple[str, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The first candidates without known shared images; why what was trained on rules none out, where it is open."""

    clear: tuple[Safer, ...]
    untold: tuple[tuple[str, tuple[Told, ...]], ...]


def choice(
    now: SiteContext, view: View, tells: Teller, trained: Sequence[str], *, without: Collection[str], most: int
) -> Choice:
    """What a model trained on some datasets may be tested on, among those that are like them."""
    likes = _likes(now, trained)
    candidates = (slug for slug in likes if slug not in without)
    found = safe(view, trained, islice(candidates, _AT_ONCE), find=surroundings_finder(now))
    clear = list(found.clear)
    while len(clear) < most and (some := list(islice(candidates, _AT_ONCE))):
        clear += safe(view, trained, some, find=surroundings_finder(now)).clear
    words = GraphReader(store=now.store, prefixes=now.prefixes)
    return Choice(
        clear=tuple(
            Safer(
                slug=each.dataset,
                label=tells.label(each.dataset),
                url=tells.url(each.dataset),
                common=tuple(words.label(NamedNode(iri)) for iri in likes[each.dataset].common),
                remarks=tuple(_remarks(each, tells)),
            )
            for each in clear[:most]
        ),
        untold=tuple(
            (tells.label(slug), tuple(map(tells.opening, openings))) for slug, openings in found.untold.items()
        ),
    )


@cached_per_revision
def _alike(now: SiteContext) -> Callable[[str], Sequence[Similarity]]:
    """What finds the datasets most like one, and knows those of the last few hundred that were asked for."""
    known = similarity_concepts(now)
    return lru_cache(maxsize=_KNOWN)(lambda slug: similarity.similar(known, slug, most=_COMPARED))


def _likes(now: SiteContext, trained: Sequence[str]) -> dict[str, Similarity]:
    """The datasets that are like one of those trained on, the likest first."""
    found = [each for slug in trained for each in _alike(now)(slug)]
    best: dict[str, Similarity] = {}
    for each in sorted(found, key=lambda like: (-like.score, -like.shared, like.slug)):
        if each.slug not in trained:
            best.setdefault(each.slug, each)
    return best


def _remarks(candidate: Candidate, tells: Teller) -> Iterator[str]:
    """What else is to be known before a candidate is taken."""
    for each in candidate.verdicts:
        if each.grade == "disjoint":
            yield conclusion(each, tells.register.labels)
        elif each.guard_reason:
            yield f"Beside {tells.label(each.subject)}, {each.guard_reason}."
    for each in candidate.patients:
        yield conclusion(each, tells.register.labels)
    for leak in candidate.derivative:
        yield f"Synthesised from {tells.label(leak.subject)}, or the other way round, though no image is shared by it."


leak = Blueprint("leak", __name__)

MOST_TOLD = 28
"""Pairs that a page tells in full; of more, each has an address of its own."""

_MOST_SAFE = 8
_TOO_MANY = f"At most {MOST} sets on a side, please; `medkg leak` takes any number."


@leak.get("/leak")
@takes("evidence", "format", repeatable=dict.fromkeys(SIDES, MOST_NAMES))
def check() -> Response:
    """The pairs of a training set and a test set that share images, and a form; 404 where a name is not understood."""
    form, media_type = chosen((HTML, JSON), given().get("format"), request.accept_mimetypes)
    now, splits = current_context(), Splits.read(given())
    asked = understood(splits, now)
    if form is JSON:
        pairs = _compared(_comparable(asked), now)
        found = Plain(lines=now.register.lines).leaks(pairs)
        response = reply(
            lambda: (json.dumps(found, ensure_ascii=False, indent=2) + "\n").encode(),
            media_type,
            identity=(now.version, asked.splits.address()),
        )
    elif not asked.is_wrong and asked.splits.parameters != _given():
        return _see(asked.splits)
    else:
        response = _page(asked, now)
    address = asked.splits.address(_root(), JSON.name)
    response.headers.add("Link", f'<{address}>; rel="alternate"; type="{JSON.media_type}"')
    return response


def _comparable(asked: Understood) -> Understood:
    """What is asked, if it can be compared; otherwise why not."""
    if asked.is_wrong:
        raise UnknownName("\n".join(each.message for side in SIDES for each in asked.mistakes[side]))
    if asked.is_too_much:
        raise BadRequest(_TOO_MANY)
    if not all(asked.splits.of(side) for side in SIDES):
        raise BadRequest("Name at least one dataset as train and one as test: /leak?train=…&test=…")
    return asked


def _compared(asked: Understood, now: SiteContext) -> list[Pair]:
    """The pairs of what is asked."""
    return leaks(
        lineage_views(now)[asked.splits.layer], asked.sides("train"), asked.sides("test"), find=surroundings_finder(now)
    )


def _page(asked: Understood, now: SiteContext) -> Response:
    """The page of what is asked; with nothing compared where it cannot be."""
    is_ready = not asked.is_wrong and not asked.is_too_much
    tells, splits = teller(now), asked.splits
    comparer = Comparer(lineage_views(now)[splits.layer], tells)
    pairs = _compared(asked, now) if is_ready else []
    rows = comparer.matrix(pairs)
    cells = [each for row in rows for each in row]
    groups = dict(_groups(cells))
    html = render_template(
        "leak/page.html",
        asked=asked,
        splits=splits,
        most=MOST,
        rows=rows,
        columns=[each.test for each in rows[0]] if rows else [],
        groups={heading: list(map(comparer.account, found)) for heading, found in groups.items()},
        shown={each.key for found in groups.values() for each in found},
        counts={grade: sum(each.grade == grade for each in cells) for grade in ("definite", "possible")},
        quiet=[each for each in cells if not each.is_told],
        alone=lambda pair: Splits(train=(pair.train.name,), test=(pair.test.name,), layer=splits.layer).address(
            _root()
        ),
        party=lambda name: comparer.party(side_of(name)),
        example=None if splits.train or splits.test else example(now).address(_root()),
        choice=_choice(asked, now, tells) if is_ready and splits.train else None,
        command=command(splits),
        safe_command=shlex.join(["medkg", "safe", "--test-for", *(each.dataset for each in asked.sides("train"))]),
        root=_root(),
        json=JSON.name,
    )
    if not is_ready:
        return Response(html, status=404 if asked.is_wrong else 400)
    return page(html)


def _groups(cells: Sequence[Cell]) -> Iterator[tuple[str, list[Cell]]]:
    """The pairs of which there is something to tell, by heading, the worst first; no more than a page takes."""
    grades = {
        "Leaks": "definite",
        "Possible leaks": "possible",
        "Stated to be disjoint": "disjoint",
        "None known, with something to heed": "none-known",
    }
    room = MOST_TOLD
    for heading, grade in grades.items():
        found = [each for each in cells if each.grade == grade and each.is_told]
        if found:
            yield heading, found[: max(room, 0)]
        room -= len(found)


def _choice(asked: Understood, now: SiteContext, tells: Teller) -> Choice:
    """Test sets that share nothing known with what is trained on, besides those that are asked for."""
    trained = list(dict.fromkeys(side.dataset for side in asked.sides("train")))
    tested = {side.dataset for side in asked.sides("test")}
    return choice(now, lineage_views(now)[asked.splits.layer], tells, trained, without=tested, most=_MOST_SAFE)


@cached_per_revision
def example(now: SiteContext) -> Splits:
    """A check worth looking at: what most others drew on as the test, and two of those others as training sets."""
    drawn = [each for each in now.register.claims if each.claim.relation == "derivedFrom" and each.claim.object]
    sources = Counter(each.claim.object for each in drawn).most_common(1)
    for source, _ in sources:
        takers = sorted({each.subject for each in drawn if each.claim.object == source and not each.is_challenge})
        return Splits(train=tuple(takers[:2]), test=(str(source),))
    return Splits()


def command(splits: Splits) -> str:
    """The command line that asks the same.

    >>> command(Splits(train=("lits:train", "ct-org"), test=("btcv",), layer="catalogs"))
    'medkg leak --train lits:train ct-org --test btcv --evidence catalogs'
    """
    words = [word for side in SIDES for word in (f"--{side}", *splits.of(side))]
    return shlex.join(["medkg", "leak", *words, *(["--evidence", "catalogs"] if splits.layer == "catalogs" else [])])


def _given() -> list[tuple[str, str]]:
    """The parameters of the address that was asked, but for the format."""
    return [(name, value) for name, value in request.args.items(multi=True) if name != "format"]


def _see(splits: Splits) -> Response:
    """The way to the one address of a check, of which a form makes many."""
    response = Response(status=302)
    response.headers["Location"] = splits.address(_root())
    response.vary.add("Accept")
    return response


def _root() -> str:
    return addresses().root
