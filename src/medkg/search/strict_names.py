"""Which dataset somebody means by a name, where a wrong one would get a wrong verdict; else what comes near it.

Names that mean more than one dataset to those who write them, though one dataset bears them.

A wrong dataset would get a wrong verdict, so that lineage is stricter about names than a search.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from medkg import search
from medkg.errors import UnknownName
from medkg.lineage.register import Register
from medkg.lineage.wording import called


def namesakes(register: Register, slug: str, name: str) -> list[str]:
    """Other datasets that somebody who writes a name may mean: none for a slug, and mostly none for a name.

    `ATLAS` may mean each of ATLAS (stroke) and ATLAS (liver); and ACDC, of the heart by MR, may be written for
    ACDC-LungHP, of the lung under the microscope. The name of a series means all of its editions.
    """
    if name in (slug, f"dataset:{slug}"):
        return []
    editions = register.editions.get(slug, ())
    challenges = {each.subject for each in register.claims if each.is_challenge}
    others = sorted(register.labels.keys() - challenges - {slug, *editions})
    longer = [other for other in others if _goes_on(name, register.labels[other])]
    return [other for other in longer if _is_bracketed(name, register.labels[other]) or _differ(register, slug, other)]


def _goes_on(name: str, label: str) -> bool:
    """Whether a label is a name and more; task 10 is not task 1 and more."""
    return re.match(rf"{re.escape(name.strip())}(?:[\s(-]|(?<!\d)\d)", label, re.IGNORECASE) is not None


def _is_bracketed(name: str, label: str) -> bool:
    return label[len(name.strip()) :].lstrip().startswith("(")


def _differ(register: Register, one: str, other: str) -> bool:
    """Whether no modality is common to the sources of two datasets."""
    first, second = register.families.get(one), register.families.get(other)
    return bool(first and second and not first & second)


_MOST_NEAR = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """A name that means no dataset, or may mean several: why, and the slugs and labels of what comes near."""

    name: str
    message: str
    near: tuple[tuple[str, str], ...] = ()


def meaning(index: search.Index, register: Register, name: str, *, most_near: int = _MOST_NEAR) -> str | Mistake:
    """The slug of the dataset that goes by a name, or what is wrong with the name and at most so many near it."""
    try:
        found = search.resolution(index, name)
    except UnknownName as mistake:
        return Mistake(name=name, message=str(mistake), near=tuple(search.nearest(index, name, limit=most_near)))
    others = namesakes(register, found.slug, found.name)
    if not others:
        return found.slug
    near_by = tuple((each, called(each, register.labels)) for each in (found.slug, *others))
    several = ", ".join(f"{label} ({each})" for each, label in near_by)
    message = f"{name!r} may be any of {len(near_by)} datasets, say which by its slug: {several}"
    return Mistake(name=name, message=message, near=near_by)


def meanings(index: search.Index, register: Register, names: Iterable[str]) -> dict[str, str | Mistake]:
    """What each of some names means."""
    return {name: meaning(index, register, name) for name in dict.fromkeys(names)}
