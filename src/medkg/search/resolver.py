"""The resolver of names: the one dataset that a name means, by any alias, case or edition.

A search may guess, but a wrong dataset would get a wrong verdict: the strict resolver of lineage refuses a name that
may mean several datasets, with the candidates.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from medkg.errors import UnknownName
from medkg.lineage.register import Register
from medkg.model.names import fold_accents, key
from medkg.model.prefixes import BASE
from medkg.search.index import Index, connect
from medkg.search.name_forms import ALIAS, LABEL, SLUG, TITLE, WRITTEN
from medkg.search.name_lookup import EditionLookup, NamedDataset, lookup
from medkg.search.results import similar_datasets

_MOST_LISTED_CANDIDATES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """The dataset that a name means, and the name of it within the text that was written."""

    slug: str
    name: str


def resolve(index: Index, name: str) -> str:
    """The slug of the dataset with a name; of the series where the name is a series' own.

    A slug or label decides, exactly written before case and hyphens aside, before any other name. `UnknownName` where
    two are left that a name could mean, or none, or an edition that the graph does not have, with the candidates.
    """
    return resolution(index, name).slug


def resolution(index: Index, name: str) -> Resolution:
    """The dataset that `resolve` gives, with the name of it that was written."""
    text = name.strip().removeprefix(f"{BASE}dataset/").removeprefix("dataset:")
    with connect(index) as connection:
        named = lookup(connection, text)
    if named.editions:
        return Resolution(slug=_of_edition(text, named.editions), name=text)
    for slugs in _ever_looser(named.names, text, named.form):
        if len(slugs) == 1:
            (slug,) = slugs
            return Resolution(slug=slug, name=_name_within(slug, text, named.names))
        if slugs:
            break
    raise UnknownName(_ambiguous(text, named.names) if named.names else _unknown(index, text))


def _name_within(slug: str, text: str, rows: Sequence[NamedDataset]) -> str:
    """The name of a dataset within a text: all of the text, or the name among words that name nothing."""
    own = [row.text for row in rows if row.slug == slug and row.standing > SLUG]
    return text if not own or any(key(name) == key(text) for name in own) else own[0]


def _of_edition(name: str, lookup: EditionLookup) -> str:
    """The slug of the dataset that is an edition."""
    if not lookup.matches:
        raise UnknownName(f"{lookup.absence}; it has {_candidate_list(lookup.known)}")
    best = [row for row in lookup.matches if row.standing == lookup.matches[0].standing]
    if len({row.slug for row in best}) > 1:
        raise UnknownName(_ambiguous(name, best))
    return best[0].slug


def _ever_looser(rows: Sequence[NamedDataset], text: str, form: str) -> Iterator[set[str]]:
    """The slugs that a name means, by ever looser readings of it."""
    for standing in (SLUG, LABEL):
        yield {row.slug for row in rows if row.standing == standing and row.text == text}
    for standing in (LABEL, SLUG):
        yield {row.slug for row in rows if row.standing == standing and fold_accents(row.text) == form}
    for standing in (LABEL, ALIAS, WRITTEN, TITLE):
        yield {row.slug for row in rows if row.standing <= standing}
    yield {row.slug for row in rows}


def _ambiguous(name: str, choices: Sequence[NamedDataset]) -> str:
    number = len({choice.slug for choice in choices})
    return f"{name!r} may be any of {number} datasets, say which: {_candidate_list(choices)}"


def _candidate_list(choices: Iterable[NamedDataset]) -> str:
    shown = dict.fromkeys(f"{choice.slug} ({choice.label})" for choice in choices)
    return ", ".join([*shown][:_MOST_LISTED_CANDIDATES])


def _unknown(index: Index, name: str) -> str:
    near = [f"{slug} ({label})" for slug, label in similar_datasets(index, name, limit=3)]
    return f"no dataset is called {name!r}" + (f"; did you mean {' or '.join(near)}?" if near else "")


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
