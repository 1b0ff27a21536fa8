"""Which dataset somebody means by a name, where a wrong one would get a wrong verdict; else what comes near it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from medkg.errors import UnknownName
from medkg.graph import search
from medkg.lineage.answers.namesakes import namesakes
from medkg.lineage.register import Register
from medkg.lineage.wording import called

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
