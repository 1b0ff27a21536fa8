"""The family of a dataset: what it descends from, what descends from it, and the claims that tie them together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from medkg.lineage.ancestry import Relative, ancestors, descendants
from medkg.lineage.layers import Layer
from medkg.lineage.network import Network
from medkg.lineage.register import View
from medkg.lineage.relations import Bond, meaning
from medkg.lineage.verdicts import Step

Style = Literal["solid", "dashed", "dotted"]

_DOCUMENTARY = frozenset({Bond.SYNTHESIS, Bond.SUCCESSION})


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """All that is claimed of two members of a family in one direction.

    Images are shared for sure where a tie is solid, perhaps where it is dashed, and not by this tie where it is dotted.
    """

    source: str
    target: str
    relations: tuple[str, ...]
    style: Style

    @property
    def label(self) -> str:
        """The relations in words, hedged ones marked."""
        return ", ".join(self.relations)


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """A dataset with its ancestors and descendants, the nearest first, and their ties."""

    dataset: str
    evidence: Layer
    ancestors: tuple[Relative, ...]
    descendants: tuple[Relative, ...]
    ties: tuple[Tie, ...]

    @property
    def generations(self) -> dict[str, int]:
        """How far down each member stands from the dataset; ancestors stand above it, at negative numbers.

        A relative that nobody knows the direction of stands where it is found last, below.
        """
        found = {self.dataset: 0}
        for each in self.ancestors:
            found[each.dataset] = -each.depth
        for each in self.descendants:
            if each.is_directed or each.dataset not in found or not self._is_directed_up(each.dataset):
                found[each.dataset] = each.depth
        return found

    def _is_directed_up(self, dataset: str) -> bool:
        return any(each.dataset == dataset and each.is_directed for each in self.ancestors)


def family(view: View, dataset: str, *, up: bool = True, down: bool = True, depth: int | None = None) -> Family:
    """The family of a dataset as far up and down as `depth` claims."""
    above = ancestors(view.images, dataset, depth=depth, guard=view.guard) if up else []
    below = descendants(view.images, dataset, depth=depth, guard=view.guard) if down else []
    members = {dataset, *(each.dataset for each in (*above, *below))}
    return Family(
        dataset=dataset,
        evidence=view.layer,
        ancestors=tuple(above),
        descendants=tuple(below),
        ties=tuple(_ties(_claimed(view.images), members)),
    )


def _claimed(network: Network) -> Iterator[Step]:
    """Every claim of a network that ties two datasets, once each, in its own direction."""
    edges = (edge for bond, nodes in network.adjacency.items() for found in nodes.values() for edge in found if bond)
    steps = (step for edge in edges for step in edge.steps)
    twins = (step for found in network.twins.values() for step in found)
    yield from (step for step in (*steps, *twins) if not step.inverse and step.relation != "disjointWith")


def _ties(steps: Iterable[Step], members: set[str]) -> Iterator[Tie]:
    found: dict[tuple[str, str], list[Step]] = {}
    for step in steps:
        if set(step.ends) <= members:
            found.setdefault(step.ends, []).append(step)
    for (source, target), several in sorted(found.items()):
        relations = tuple(sorted({_relation(step) for step in several}))
        yield Tie(source=source, target=target, relations=relations, style=min(map(_style, several), key=_ORDER.index))


_ORDER: tuple[Style, ...] = ("solid", "dashed", "dotted")


def _relation(step: Step) -> str:
    return f"{step.relation} (hedged)" if step.claim.certainty == "hedged" else step.relation


def _style(step: Step) -> Style:
    means = meaning(step.claim)
    if means is None or means.bond in _DOCUMENTARY:
        return "dotted"
    return "dashed" if means.bond is Bond.PERHAPS else "solid"
