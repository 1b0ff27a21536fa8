"""The ways out of a search that finds nothing: what to drop, and what else its text may have meant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from medkg.graph.search.asking import Answer, asked
from medkg.graph.search.choosing import Choice, allowed
from medkg.graph.search.lookup import lookup
from medkg.graph.search.reading import Index
from medkg.model.names import key

_Choice = TypeVar("_Choice")

_MOST = 5
_LIKE = 60  # percent of likeness from which a name may have been meant
_COMPARED = 5000  # datasets, those in most catalogues, whose labels are compared


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """A part of a search that can be dropped, all that is chosen of a facet or else the text, and what that finds."""

    facet: str | None
    choices: tuple[Choice, ...]
    count: int


def drops(answer: Answer) -> list[Drop]:
    """The parts of a search without which, one at a time, it finds something; what finds the most first."""
    found = [
        Drop(facet=facet, choices=choices, count=allowed(answer.chosen, answer.matched, but=facet).bit_count())
        for facet, choices in answer.chosen.items()
    ]
    if answer.match and answer.chosen:
        found.append(Drop(facet=None, choices=(), count=allowed(answer.chosen, answer.everything).bit_count()))
    return sorted((each for each in found if each.count), key=lambda each: -each.count)


def meant(answer: Answer) -> list[str]:
    """The labels of datasets and concepts that the text of a search comes near to, nearest first."""
    if answer.match is None:
        return []
    rows = answer.connection.execute(
        "SELECT label FROM value WHERE is_searched AND length(members)"
        " UNION ALL SELECT label FROM dataset WHERE id < ?",
        [_COMPARED],
    )
    return _like(answer.match.text, {label.casefold(): label for (label,) in rows}, _MOST)


def nearest(index: Index, name: str, *, limit: int) -> list[tuple[str, str]]:
    """The slugs and labels of datasets that come near to a name: what a search finds, else labels that are like it.

    Of a name whose edition is missing that is all of the name.
    """
    with asked(index, name) as answer:
        if (named := lookup(answer.connection, name)).absence:
            return [(each.slug, each.label) for each in named.datasets]
        if found := [(hit.slug, hit.label) for hit in answer.hits(limit)] if key(name) else []:
            return found
        rows = answer.connection.execute("SELECT slug, label FROM dataset WHERE id < ?", [_COMPARED])
        return _like(name, {label.casefold(): (slug, label) for slug, label in rows}, limit)


def _like(text: str, choices: Mapping[str, _Choice], limit: int) -> list[_Choice]:
    """What is meant by those folded texts that are like a text, the likest first."""
    from rapidfuzz import fuzz, process  # only a mistake needs it

    near = process.extract(text.casefold(), list(choices), scorer=fuzz.ratio, limit=limit, score_cutoff=_LIKE)
    return [choices[each] for each, _, _ in near]
