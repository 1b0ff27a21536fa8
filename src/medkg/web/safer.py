"""Test sets that share no image with what was trained on, as far as is known: those most like it, and what to heed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from pyoxigraph import NamedNode

from medkg.graph import likeness
from medkg.graph.likeness import Like
from medkg.graph.wording import Wording
from medkg.lineage.answers import Candidate, safe
from medkg.lineage.explain import conclusion
from medkg.lineage.register import View
from medkg.web.remembered import around, concepts, remembered
from medkg.web.served import Served
from medkg.web.telling import Teller, Told

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
    now: Served, view: View, tells: Teller, trained: Sequence[str], *, without: Collection[str], most: int
) -> Choice:
    """What a model trained on some datasets may be tested on, among those that are like them."""
    likes = _likes(now, trained)
    candidates = (slug for slug in likes if slug not in without)
    found = safe(view, trained, islice(candidates, _AT_ONCE), find=around(now))
    clear = list(found.clear)
    while len(clear) < most and (some := list(islice(candidates, _AT_ONCE))):
        clear += safe(view, trained, some, find=around(now)).clear
    words = Wording(store=now.store, prefixes=now.prefixes)
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


@remembered
def _alike(now: Served) -> Callable[[str], Sequence[Like]]:
    """What finds the datasets most like one, and knows those of the last few hundred that were asked for."""
    known = concepts(now)
    return lru_cache(maxsize=_KNOWN)(lambda slug: likeness.alike(known, slug, most=_COMPARED))


def _likes(now: Served, trained: Sequence[str]) -> dict[str, Like]:
    """The datasets that are like one of those trained on, the likest first."""
    found = [each for slug in trained for each in _alike(now)(slug)]
    best: dict[str, Like] = {}
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
