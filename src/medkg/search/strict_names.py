"""The strict resolver of names for lineage: a name that may mean several datasets is refused with the candidates.

A search may guess, but a wrong dataset would get a wrong verdict.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from medkg.errors import UnknownName
from medkg.lineage.register import Register
from medkg.search.index import Index
from medkg.search.resolver import resolution
from medkg.search.results import similar_datasets

_MOST_CANDIDATES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class NameProblem:
    """A name of no dataset, or of several: why, and the slugs and labels of the candidates."""

    name: str
    message: str
    candidates: tuple[tuple[str, str], ...] = ()


def resolve_strictly(
    index: Index, register: Register, name: str, *, most_candidates: int = _MOST_CANDIDATES
) -> str | NameProblem:
    """The slug of the dataset that a name means, or the problem of the name with at most so many similar datasets."""
    try:
        resolved = resolution(index, name)
    except UnknownName as error:
        similar = similar_datasets(index, name, limit=most_candidates)
        return NameProblem(name=name, message=str(error), candidates=tuple(similar))
    others = namesakes(register, resolved.slug, resolved.name)
    if not others:
        return resolved.slug
    candidates = tuple((slug, register.label(slug)) for slug in (resolved.slug, *others))
    listed = ", ".join(f"{label} ({slug})" for slug, label in candidates)
    message = f"{name!r} may be any of {len(candidates)} datasets, say which by its slug: {listed}"
    return NameProblem(name=name, message=message, candidates=candidates)


def namesakes(register: Register, slug: str, name: str) -> list[str]:
    """The other datasets that a name may mean: none for a slug, and mostly none for a name.

    `ATLAS` may mean each of ATLAS (stroke) and ATLAS (liver); and ACDC, of the heart by MR, may be written for
    ACDC-LungHP, of the lung under the microscope. The name of a series means all of its editions.
    """
    if name in (slug, f"dataset:{slug}"):
        return []
    editions = register.editions.get(slug, ())
    challenges = {situated.subject for situated in register.claims if situated.is_challenge}
    others = sorted(register.labels.keys() - challenges - {slug, *editions})
    longer = [other for other in others if _is_beginning(name, register.labels[other])]
    return [other for other in longer if _is_bracketed(name, register.labels[other]) or _differ(register, slug, other)]


def _is_beginning(name: str, label: str) -> bool:
    """Whether a label is a name and more; task 10 is not task 1 and more."""
    return re.match(rf"{re.escape(name.strip())}(?:[\s(-]|(?<!\d)\d)", label, re.IGNORECASE) is not None


def _is_bracketed(name: str, label: str) -> bool:
    return label[len(name.strip()) :].lstrip().startswith("(")


def _differ(register: Register, one: str, other: str) -> bool:
    """Whether no modality is common to the sources of two datasets."""
    first, second = register.families.get(one), register.families.get(other)
    return bool(first and second and not first & second)
