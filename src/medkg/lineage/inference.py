"""Verdicts on datasets: the one place that weighs what speaks for sharing images and against it."""

from __future__ import annotations

from collections.abc import Callable

from medkg.lineage.amounts import expected, least
from medkg.lineage.breaks import break_of, mechanism
from medkg.lineage.network import Network
from medkg.lineage.relations import Bond
from medkg.lineage.search import Trail, told
from medkg.lineage.survey import Survey, survey
from medkg.lineage.verdicts import Grade, Step, Verdict

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
    """The verdict on two datasets; where a split is named, claims about another split of that dataset are left out.

    A claim that names no split speaks of the dataset, and then so does the verdict. Two splits of one dataset are
    disjoint by being splits; their patients need not be.
    """
    if subject == other and subject_split and other_split and subject_split != other_split:
        grade: Grade = "disjoint" if network.level == "acquisition" else "none-known"
        reason = f"{subject_split} and {other_split} are splits of one dataset"
        return Verdict(subject=subject, other=other, grade=grade, guard_reason=reason, level=network.level)
    for slug, split in ((subject, subject_split), (other, other_split)):
        network = narrowed(network, slug, split) if split else network
    return weigh(network, survey(network, network.of(subject)), subject, other, guard)


def verdicts(
    network: Network, subject: str, *, guard: Guard = no_guard, surveyed: Survey | None = None
) -> list[Verdict]:
    """The verdict on every dataset that shares images with one or may do so, the surest and nearest first.

    `surveyed` is what was found around the class of the one, where somebody has looked already.
    """
    found = survey(network, network.of(subject)) if surveyed is None else surveyed
    others = [slug for node in (*found.definite, *found.possible) for slug in network.datasets(node) if slug != subject]
    weighed = (weigh(network, found, subject, other, guard) for other in others)
    return sorted(
        (each for each in weighed if each.grade in ("definite", "possible")),
        key=lambda each: (each.grade, each.distance, each.other),
    )


def weigh(network: Network, found: Survey, subject: str, other: str, guard: Guard) -> Verdict:
    """The verdict on two datasets, given what was found around the class of the first.

    A definite path beats every exclusion; a possible one yields to what its makers state and to the guard.
    """
    end = network.of(other)
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


def patients(
    images: Network, people: Network, subject: str, *, guard: Guard = no_guard, surveyed: Survey | None = None
) -> list[Verdict]:
    """The verdicts on patients that say more than those on images do, from the networks of the two levels.

    The guard holds for images alone: who had a CT may have had an MR as well. `surveyed` is what was found around the
    class of the subject among the images, where somebody has looked already.
    """
    ranks = {"definite": 0, "possible": 1}
    known = {each.other: ranks[each.grade] for each in verdicts(images, subject, guard=guard, surveyed=surveyed)}
    return [each for each in verdicts(people, subject) if ranks[each.grade] < known.get(each.other, len(ranks))]


def narrowed(network: Network, slug: str, split: str) -> Network:
    """The network without the claims whose object is a dataset and that speak of another split of it."""
    return network.where(lambda step: step.target != slug or step.claim.split in (None, split))


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
