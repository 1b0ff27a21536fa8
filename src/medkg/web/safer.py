"""Test sets that share no image with what was trained on, as far as is known: those most like it, and what to heed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from medkg.graph import likeness
from medkg.graph.likeness import Concepts, Like
from medkg.graph.wording import Wording
from medkg.lineage.answers import Candidate, safe
from medkg.lineage.explain import conclusion
from medkg.lineage.register import View
from medkg.web.remembered import remembered
from medkg.web.served import Served
from medkg.web.telling import Teller, Told

_COMPARED = 60  # datasets that are most like one that was trained on


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
    likes = _likes(concepts(now), trained)
    found = safe(view, trained, [slug for slug in likes if slug not in without])
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
            for each in found.clear[:most]
        ),
        untold=tuple(
            (tells.label(slug), tuple(map(tells.opening, openings))) for slug, openings in found.untold.items()
        ),
    )


@remembered
def concepts(now: Served) -> Concepts:
    """The concepts by which datasets are alike."""
    return likeness.concepts(now.store, now.prefixes)


def _likes(known: Concepts, trained: Sequence[str]) -> dict[str, Like]:
    """The datasets that are like one of those trained on, the likest first."""
    found = [each for slug in trained for each in likeness.alike(known, slug, most=_COMPARED)]
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
