"""The family of a dataset: what it descends from, what descends from it, and the claims that tie them together.

A family cut down to its nearest members, for pictures that would hold too many.

What is claimed of each two datasets, claim by claim: what a tie of a family sums up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from medkg.lineage.ancestry import Relative, ancestors, descendants
from medkg.lineage.layers import Layer, selected
from medkg.lineage.network import Network
from medkg.lineage.register import Register, View
from medkg.lineage.relations import Bond, Flow, meaning
from medkg.lineage.verdicts import Step
from medkg.model.claims import IN_SERIES, SYMMETRIC

Style = Literal["solid", "dashed", "dotted"]

_DOCUMENTARY = frozenset({Bond.SYNTHESIS, Bond.SUCCESSION})


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """All that is claimed of two members of a family with the same one as subject.

    Images are shared for sure where a tie is solid, perhaps where it is dashed, and not by this tie where it is
    dotted. `flow` tells which way images went, or which of two editions came first, seen from the subject.
    """

    subject: str
    object: str
    relations: tuple[str, ...]
    style: Style
    flow: Flow

    @property
    def label(self) -> str:
        """The relations, hedged ones marked."""
        return ", ".join(self.relations)

    @property
    def is_symmetric(self) -> bool:
        """Whether the same is said of both."""
        return {relation.partition(" ")[0] for relation in self.relations} <= SYMMETRIC


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
        """How far down each member stands from the dataset; what images came from stands above, at negative numbers.

        Where nobody says which of two had the images first, the other one stands below.
        """
        placed = [(each, -each.depth) for each in self.ancestors] + [(each, each.depth) for each in self.descendants]
        placed.sort(key=lambda place: place[0].is_directed)  # of several places the last one holds
        return {self.dataset: 0, **{each.dataset: generation for each, generation in placed}}


def family(view: View, dataset: str, *, up: bool = True, down: bool = True, depth: int | None = None) -> Family:
    """The family of a dataset as far up and down as `depth` claims."""
    above = ancestors(view.images, dataset, depth=depth, guard=view.guard) if up else []
    below = descendants(view.images, dataset, depth=depth, guard=view.guard) if down else []
    members = {view.images.known(dataset), *(each.dataset for each in (*above, *below))}
    return Family(
        dataset=dataset,
        evidence=view.layer,
        ancestors=tuple(above),
        descendants=tuple(below),
        ties=tuple(_ties(view.images, members)),
    )


def _edges(network: Network) -> Iterator[tuple[Step, Flow]]:
    """Every claim of a network that ties two datasets, in its own direction and with its flow, once each."""
    edges = (edge for nodes in network.adjacency.values() for found in nodes.values() for edge in found)
    yield from ((step, edge.flow) for edge in edges if edge.bond is not Bond.DISJOINT for step in edge.steps)
    yield from ((step, Flow.UNKNOWN) for found in network.twins.values() for step in found)


def _ties(network: Network, members: set[str]) -> Iterator[Tie]:
    found: dict[tuple[str, str], list[tuple[Step, Flow]]] = {}
    for step, flow in _edges(network):
        if not step.inverse and step.relation != IN_SERIES and set(step.ends) <= members:
            found.setdefault(step.ends, []).append((step, flow))
    for (subject, other), several in sorted(found.items()):
        flows = {flow for _, flow in several} - {Flow.UNKNOWN}
        yield Tie(
            subject=subject,
            object=other,
            relations=tuple(sorted({_relation(step) for step, _ in several})),
            style=min((_style(step) for step, _ in several), key=_SUREST.index),
            flow=flows.pop() if len(flows) == 1 else Flow.UNKNOWN,
        )


_SUREST: tuple[Style, ...] = ("solid", "dashed", "dotted")


def _relation(step: Step) -> str:
    return f"{step.relation} (hedged)" if step.claim.certainty == "hedged" else step.relation


def _style(step: Step) -> Style:
    means = meaning(step.claim)
    if means is None or means.bond in _DOCUMENTARY:
        return "dotted"
    return "dashed" if means.bond is Bond.PERHAPS else "solid"


_GRADES = ("definite", "possible", "documentary")


def nearest(family: Family, most: int) -> tuple[Family, int]:
    """The family with as many members as may be, the dataset itself among them, and how many are left out.

    Those fewest claims away are kept, of these the surest, of these the first by name.
    """
    found = sorted({each.dataset: each for each in (*family.ancestors, *family.descendants)}.values(), key=_order)
    kept = {family.dataset, *(each.dataset for each in found[: most - 1])}
    if len(found) < most:
        return family, 0
    shown = replace(
        family,
        ancestors=tuple(each for each in family.ancestors if each.dataset in kept),
        descendants=tuple(each for each in family.descendants if each.dataset in kept),
        ties=tuple(tie for tie in family.ties if {tie.subject, tie.object} <= kept),
    )
    return shown, len(found) + 1 - len(kept)


def _order(relative: Relative) -> tuple[int, int, str]:
    return relative.depth, _GRADES.index(relative.grade), relative.dataset


Claimed = Mapping[tuple[str, str], tuple[Step, ...]]
"""The claims that tie two datasets by sharing or descent, by subject and object."""


def claimed(register: Register, layer: Layer) -> Claimed:
    """The claims on images that take part in a layer; denials and sources without a name tie nothing."""
    found: dict[tuple[str, str], list[Step]] = defaultdict(list)
    for each in selected(register.claims, layer, "acquisition"):
        if each.claim.object and each.claim.relation != "disjointWith":
            found[each.subject, each.claim.object].append(Step(source=each.subject, claim=each.claim))
    return {ends: tuple(steps) for ends, steps in found.items()}
