"""The relatives of a dataset: its ancestors and descendants, their family, and the claims that tie them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace

from medkg.lineage.answers import CERTAINTIES, Certainty, Family, Relative, Tie
from medkg.lineage.claims import Layer, Step, claims_in_layer
from medkg.lineage.inference import neighbourhood, verdict_from
from medkg.lineage.network import Network
from medkg.lineage.paths import Trail, initial_trail, steps_of
from medkg.lineage.register import ExclusionRule, Register, View, no_exclusion
from medkg.lineage.relations import Bond, Flow, extent_relation
from medkg.model.claims import IN_SERIES, Claim

ClaimsByPair = Mapping[tuple[str, str], tuple[Step, ...]]
"""The claims that tie two datasets by sharing or descent, by subject and object."""

_TYING_BONDS = (Bond.CONTAINS, Bond.WITHIN, Bond.MEETS, Bond.PERHAPS, Bond.SYNTHESIS, Bond.SUCCESSION)
_DOCUMENTARY_BONDS = frozenset({Bond.SYNTHESIS, Bond.SUCCESSION})
_GRADE_ORDER = ("definite", "possible", "documentary")


def ancestors(
    network: Network, slug: str, *, depth: int | None = None, exclude: ExclusionRule = no_exclusion
) -> list[Relative]:
    """The datasets that a dataset descends from, the nearest first, up to `depth` claims away."""
    return _relatives(network, slug, Flow.HERE, depth, exclude)


def descendants(
    network: Network, slug: str, *, depth: int | None = None, exclude: ExclusionRule = no_exclusion
) -> list[Relative]:
    """The datasets that descend from a dataset, the nearest first, up to `depth` claims away."""
    return _relatives(network, slug, Flow.AWAY, depth, exclude)


def _relatives(network: Network, slug: str, flow: Flow, depth: int | None, exclude: ExclusionRule) -> list[Relative]:
    if depth is not None and depth < 1:
        raise ValueError(f"depth is a number of claims from 1 up, not {depth}")
    near = neighbourhood(network, network.class_of(slug))
    relatives = []
    for trail in _directed_trails(network, network.class_of(slug), flow, depth):
        for other in network.members.get(trail.end, ()):
            if other != slug:
                grade = verdict_from(network, near, slug, other, exclude).grade
                relatives.append(
                    Relative(
                        dataset=other,
                        depth=len(trail.edges),
                        grade=grade if grade in ("definite", "possible") else "documentary",
                        path=steps_of(network, trail, slug, other),
                        is_directed=not trail.edges or trail.edges[-1].flow is not Flow.UNKNOWN,
                    )
                )
    return sorted(relatives, key=lambda relative: (relative.depth, relative.dataset))


def _directed_trails(network: Network, node: str, flow: Flow, depth: int | None) -> list[Trail]:
    """The shortest directed trail to every class in a direction, then one undirected claim from any of them."""
    by_end = {node: initial_trail(node)}
    queue = [by_end[node]]
    for trail in queue:
        for longer in _longer_trails(network, trail, flow) if len(trail.edges) != depth else ():
            if longer.end not in by_end:
                by_end[longer.end] = longer
                queue.append(longer)
    for trail in queue:
        for longer in _longer_trails(network, trail, Flow.UNKNOWN) if len(trail.edges) != depth else ():
            by_end.setdefault(longer.end, longer)
    return list(by_end.values())


def _longer_trails(network: Network, trail: Trail, flow: Flow) -> list[Trail]:
    """The trails one claim longer whose images, or whose edition, went a given way, by the other end.

    That an edition belongs to a series is no claim of descent.
    """
    edges = (edge for bond in _TYING_BONDS for edge in network.edges(trail.end, bond) if edge.flow is flow)
    longer = [trail.then(edge, "") for edge in edges if edge.steps[0].relation != IN_SERIES]
    return sorted(longer, key=lambda trail: trail.end)


def family(view: View, dataset: str, *, up: bool = True, down: bool = True, depth: int | None = None) -> Family:
    """The family of a dataset up to `depth` claims away."""
    above = ancestors(view.images, dataset, depth=depth, exclude=view.exclude) if up else []
    below = descendants(view.images, dataset, depth=depth, exclude=view.exclude) if down else []
    members = {view.images.require(dataset), *(relative.dataset for relative in (*above, *below))}
    return Family(
        dataset=dataset,
        evidence=view.layer,
        ancestors=tuple(above),
        descendants=tuple(below),
        ties=tuple(_ties(view.images, members)),
    )


def nearest_members(family: Family, most: int) -> tuple[Family, int]:
    """The family with at most so many members, the dataset itself among them, and the number left out.

    The members that are fewest claims away stay, of these the surest, of these the first by name.
    """
    relatives = sorted(family.relatives.values(), key=_order)
    if len(relatives) < most:
        return family, 0
    members = {family.dataset, *(relative.dataset for relative in relatives[: most - 1])}
    shown = replace(
        family,
        ancestors=tuple(relative for relative in family.ancestors if relative.dataset in members),
        descendants=tuple(relative for relative in family.descendants if relative.dataset in members),
        ties=tuple(tie for tie in family.ties if {tie.subject, tie.object} <= members),
    )
    return shown, len(relatives) + 1 - len(members)


def _order(relative: Relative) -> tuple[int, int, str]:
    return relative.depth, _GRADE_ORDER.index(relative.grade), relative.dataset


def _ties(network: Network, members: set[str]) -> Iterator[Tie]:
    by_ends: dict[tuple[str, str], list[tuple[Step, Flow]]] = {}
    for step, flow in _directed_steps(network):
        if not step.inverse and step.relation != IN_SERIES and set(step.ends) <= members:
            by_ends.setdefault(step.ends, []).append((step, flow))
    for (subject, other), steps in sorted(by_ends.items()):
        flows = {flow for _, flow in steps} - {Flow.UNKNOWN}
        yield Tie(
            subject=subject,
            object=other,
            relations=tuple(sorted({_relation(step) for step, _ in steps})),
            certainty=min((certainty(step.claim) for step, _ in steps), key=CERTAINTIES.index),
            flow=flows.pop() if len(flows) == 1 else Flow.UNKNOWN,
        )


def _directed_steps(network: Network) -> Iterator[tuple[Step, Flow]]:
    """Every claim of a network that ties two datasets, in its own direction and with its flow."""
    edges = (edge for by_node in network.adjacency.values() for edges in by_node.values() for edge in edges)
    yield from ((step, edge.flow) for edge in edges if edge.bond is not Bond.DISJOINT for step in edge.steps)
    yield from ((step, Flow.UNKNOWN) for steps in network.twins.values() for step in steps)


def _relation(step: Step) -> str:
    return f"{step.relation} (hedged)" if step.claim.certainty == "hedged" else step.relation


def certainty(claim: Claim) -> Certainty:
    """Whether a claim states that images are shared, hedges it, or is documentary: it says nothing of images."""
    relation = extent_relation(claim)
    if relation is None or relation.bond in _DOCUMENTARY_BONDS:
        return "documentary"
    return "hedged" if relation.bond is Bond.PERHAPS else "stated"


def claims_by_pair(register: Register, layer: Layer) -> ClaimsByPair:
    """The claims on images that take part in a layer; denials and claims without a named source tie nothing."""
    by_pair: dict[tuple[str, str], list[Step]] = defaultdict(list)
    for situated in claims_in_layer(register.claims, layer, "acquisition"):
        if situated.claim.object and situated.claim.relation != "disjointWith":
            by_pair[situated.subject, situated.claim.object].append(situated.step)
    return {ends: tuple(steps) for ends, steps in by_pair.items()}
