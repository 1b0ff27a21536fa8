"""Verdicts on datasets: the one place that weighs what speaks for sharing images and against it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from medkg.lineage.amounts import expected, least
from medkg.lineage.breaks import break_of, mechanism
from medkg.lineage.network import Network, with_splits
from medkg.lineage.relations import Bond
from medkg.lineage.search import Trail, told
from medkg.lineage.survey import Survey, survey
from medkg.lineage.verdicts import SHARING, Grade, Step, Verdict

Part = tuple[str, str | None]
"""A dataset, or a split of it."""

Guard = Callable[[str, str], str | None]
"""Why two datasets cannot possibly share images; None where nothing is known against it."""


def no_guard(first: str, second: str) -> str | None:
    """Nothing against any two datasets."""
    return None


def verdict(
    network: Network,
    subject: str,
    other: str,
    *,
    guard: Guard = no_guard,
    subject_split: str | None = None,
    other_split: str | None = None,
) -> Verdict:
    """The verdict on two datasets, or on a split of one or both.

    Two splits of one dataset are disjoint by being splits; their patients need not be. Else see `verdict_on_splits`.
    """
    parts = [(slug, split) for slug, split in ((subject, subject_split), (other, other_split)) if split]
    divided = with_splits(network, parts)
    if subject == other and subject_split and other_split and subject_split != other_split:
        grade: Grade = "disjoint" if network.level == "acquisition" else "none-known"
        reason = f"{subject_split} and {other_split} are splits of one dataset"
        return Verdict(subject=subject, other=other, grade=grade, guard_reason=reason, level=network.level)
    if parts:
        return verdict_on_splits(network, divided, (subject, subject_split), (other, other_split), guard)
    return weigh(network, survey(network, network.of(subject)), subject, other, guard)


def verdict_on_splits(network: Network, divided: Network, subject: Part, other: Part, guard: Guard) -> Verdict:
    """The verdict on two datasets, or splits of them, given the network and the same `with_splits`.

    A claim that names another split says nothing of the one that is asked for. A claim that names none is about the
    whole dataset: definite for the split where it covers the whole, or by counting; else the split may be meant.
    """
    found = weigh(divided, survey(divided, divided.of(*subject)), subject[0], other[0], guard, other[1])
    if found.grade in ("definite", "disjoint"):
        return found
    wholes = narrowed(narrowed(network, *subject), *other)
    whole = weigh(wholes, survey(wholes, wholes.of(subject[0])), subject[0], other[0], guard)
    if whole.grade != "definite":
        return replace(whole, expected=None, unit=None)
    hub = subject[0] if subject[1] else other[0]
    return replace(whole, grade="possible", mechanism="part", hub=hub, least=None, unit=None, exclusion=())


def narrowed(network: Network, slug: str, split: str | None) -> Network:
    """The network without the claims that speak of another split of a dataset, or of a series, than is asked for."""
    slugs = {slug, *network.editions.get(slug, ())}

    def is_kept(step: Step) -> bool:
        named = ((step.source, step.claim.subject_split), (step.target, step.claim.split))
        return all(end not in slugs or part in (None, split) for end, part in named)

    return network.where(is_kept) if split else network


def verdicts(network: Network, subject: str, *, guard: Guard = no_guard) -> list[Verdict]:
    """The verdict on every dataset that shares images with one or may do so, the surest and nearest first."""
    found = survey(network, network.of(subject))
    others = [slug for node in (*found.definite, *found.possible) for slug in network.datasets(node) if slug != subject]
    weighed = (weigh(network, found, subject, other, guard) for other in others)
    return sorted(
        (each for each in weighed if each.grade in SHARING),
        key=lambda each: (each.grade, each.distance, each.other),
    )


def weigh(
    network: Network, found: Survey, subject: str, other: str, guard: Guard, other_split: str | None = None
) -> Verdict:
    """The verdict on two datasets, given what was found around the class of the first, or of a split of it.

    A definite path beats every exclusion; a possible one yields to what its makers state and to the guard.
    """
    end = network.of(other, other_split)
    reason = guard(subject, other) if network.level == "acquisition" else None
    against = told(network, found.disjoint[end], subject, other) if end in found.disjoint else ()
    if end in found.definite:
        return _definite(network, found.definite[end], subject, other, reason, against)
    if against:
        return Verdict(
            subject=subject, other=other, grade="disjoint", path=against, guard_reason=reason, level=network.level
        )
    if end in found.possible and not reason:
        return _possible(network, found.possible[end], subject, other)
    return Verdict(subject=subject, other=other, grade="none-known", guard_reason=reason, level=network.level)


def patients(images: Network, people: Network, subject: str, *, guard: Guard = no_guard) -> list[Verdict]:
    """The verdicts on patients that say more than those on images do, from the networks of the two levels.

    The guard holds for images alone: who had a CT may have had an MR as well.
    """
    around = survey(images, images.of(subject))
    found = verdicts(people, subject)
    return [each for each in found if says_more(each, weigh(images, around, subject, each.other, guard))]


def says_more(people: Verdict, images: Verdict) -> bool:
    """Whether a verdict on patients is a surer one of sharing than the verdict on images of the same two datasets."""
    return people.grade in SHARING and images.grade not in SHARING[: SHARING.index(people.grade) + 1]


def _definite(
    network: Network, trail: Trail, subject: str, other: str, reason: str | None, against: tuple[Step, ...]
) -> Verdict:
    counted = next((edge for edge in trail.edges if edge.bond is Bond.COUNTED), None)
    number, unit = least(network, trail) or (None, None)
    return Verdict(
        subject=subject,
        other=other,
        grade="definite",
        path=told(network, trail, subject, other),
        mechanism="count" if counted else None,
        hub=counted.pool if counted else None,
        least=number,
        unit=unit,
        guard_reason=reason,
        exclusion=against,
        level=network.level,
    )


def _possible(network: Network, trail: Trail, subject: str, other: str) -> Verdict:
    found = break_of(trail)
    number, unit = expected(network, trail, subject, other) or (None, None)
    return Verdict(
        subject=subject,
        other=other,
        grade="possible",
        path=told(network, trail, subject, other),
        mechanism=mechanism(*found) if found else "hedge",
        hub=found[0].end if found else None,
        expected=number,
        unit=unit,
        level=network.level,
    )
