"""The ways out of a search that finds nothing: what to drop, and what else its text may have meant."""

from __future__ import annotations

from dataclasses import dataclass

from medkg.graph.search.asking import Answer
from medkg.graph.search.choosing import Choice, allowed
from medkg.model.names import key

_MOST = 5
_LIKE = 60  # percent of likeness from which a name may have been meant


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """A part of a search that can be dropped, a choice of a facet or else the text, and how many that finds."""

    facet: str | None
    choice: Choice | None
    count: int


def drops(answer: Answer) -> list[Drop]:
    """Each single part of a search without which it finds something, that which finds the most first."""
    found = [Drop(facet=None, choice=None, count=allowed(answer.chosen, answer.everything).bit_count())]
    for facet, choices in answer.chosen.items():
        for each in choices:
            rest = {**answer.chosen, facet: tuple(other for other in choices if other != each)}
            left = {name: several for name, several in rest.items() if several}
            count = allowed(left, answer.matched).bit_count()
            found.append(Drop(facet=facet, choice=each, count=count))
    telling = [each for each in found if each.count and (each.facet or (answer.match and answer.chosen))]
    return sorted(telling, key=lambda each: -each.count)


def meant(answer: Answer) -> list[str]:
    """The labels of datasets and concepts that the text of a search comes near to, nearest first."""
    from rapidfuzz import fuzz, process  # only a mistake needs it

    if answer.match is None:
        return []
    rows = answer.connection.execute(
        "SELECT label FROM dataset UNION ALL SELECT label FROM value WHERE is_searched AND length(members)"
    )
    labels = {key(label): label for (label,) in rows}
    near = process.extract(key(answer.match.text), list(labels), scorer=fuzz.ratio, limit=_MOST, score_cutoff=_LIKE)
    return [labels[each] for each, _, _ in near]
