"""Open provenance, of datasets that drew on sources without a name, and derivative leaks by synthesised images.

A dataset's provenance is open if a claim about it names no source, or if its images may have come from a dataset of
open provenance: along a claim by which images came in, by inclusion either way unless they are known to have gone out.
An overlap of unknown direction opens nothing, nor does a dataset made of it later. A series is open if an edition is;
an edition by claims on the series itself, and not by its siblings. A derivative leak shares no image; yet a test on
images synthesised by a model that was trained on the training set is no test on unseen data.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

from medkg.lineage.answers import Derivative, Grade, Opening
from medkg.lineage.claims import Step
from medkg.lineage.network import Network
from medkg.lineage.paths import (
    DEFINITE_PATH,
    DOWN,
    Automaton,
    Trail,
    first_trails,
    initial_trail,
    shortest_trails,
    steps_of,
)
from medkg.lineage.relations import Bond, Flow

_INCLUSIONS = (Bond.CONTAINS, Bond.WITHIN)


def open_provenance(network: Network, slug: str) -> tuple[Opening, ...]:
    """Every claim by which a dataset's provenance is open, its own first, then the nearest it is inherited from."""
    openings = [
        Opening(claim=claim, path=steps_of(network, trail, slug, claim.source))
        for trail in _upstream(network, network.class_of(slug))
        for claim in network.openings.get(trail.end, ())
    ]
    return tuple(sorted(openings, key=lambda opening: len(opening.path)))


def _upstream(network: Network, node: str) -> list[Trail]:
    """The shortest trail to every class that images may have come from, the class itself included."""
    seen, queue = {node}, [initial_trail(node)]
    for trail in queue:
        for longer in sorted(_into(network, trail), key=lambda longer: longer.end):
            if longer.end not in seen:
                seen.add(longer.end)
                queue.append(longer)
    return queue


def _into(network: Network, trail: Trail) -> Iterator[Trail]:
    """The trails one step further up to where images may have come from."""
    is_from_edition = bool(trail.edges and trail.edges[-1].series)
    for bond in (*_INCLUSIONS, Bond.MEETS):
        for edge in network.edges(trail.end, bond):
            came_in = edge.flow is Flow.HERE or (edge.flow is Flow.UNKNOWN and bond in _INCLUSIONS)
            if not is_from_edition if edge.series else came_in:
                yield trail.then(edge, trail.state)


_SYNTHESISED, _AND_UP = "synthesised", "synthesised, up"

DERIVATIVE_PATH: Automaton = MappingProxyType(
    {
        **{state: (*follows, (Bond.SYNTHESIS, _SYNTHESISED)) for state, follows in DEFINITE_PATH.items()},
        _SYNTHESISED: tuple((bond, _SYNTHESISED if to == DOWN else _AND_UP) for bond, to in DEFINITE_PATH[DOWN]),
        _AND_UP: ((Bond.WITHIN, _AND_UP),),
    }
)
"""Two definite paths with one synthesis between them, walked either way."""


def derivatives(network: Network, slug: str) -> list[Derivative]:
    """The datasets whose images were synthesised from those of a dataset, or the other way round.

    Either end may be a dataset that surely shares images with the one that the claim of synthesis is about.
    """
    node = network.class_of(slug)
    trails = shortest_trails(network, [initial_trail(node)], DERIVATIVE_PATH)
    leaks = []
    for end, trail in first_trails(trails, _SYNTHESISED, _AND_UP).items():
        for other in network.datasets(end) if end != node else ():
            path = steps_of(network, trail, slug, other)
            leaks.append(Derivative(subject=slug, other=other, grade=_grade(path), path=path))
    return sorted(leaks, key=lambda leak: (leak.grade, len(leak.path), leak.other))


def _grade(path: tuple[Step, ...]) -> Grade:
    """Definite, unless the synthesis itself is hedged."""
    return "possible" if any(step.claim.certainty == "hedged" for step in path) else "definite"
