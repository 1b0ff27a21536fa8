"""Open provenance: datasets that drew on sources nobody names, which therefore can never be called safe.

A dataset's provenance is open if a claim about it names no source, or if its images may have come from a dataset
whose provenance is open: along a claim by which images came in, by inclusion either way unless they are known to
have gone out. An overlap of unknown direction opens nothing, nor does whatever was made of the dataset later. A series
is as open as any of its editions; an edition, by what is said of the series itself, and not by its siblings.

Derivative leaks: images synthesised by a model that was trained on another dataset's images.

No image is shared, and yet a test on the one of a model trained on the other is no test on unseen data.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

from medkg.lineage.network import Network
from medkg.lineage.paths import DEFINITE_PATH, DOWN, Automaton, Trail, beginning, ends, search, told
from medkg.lineage.relations import Bond, Flow
from medkg.lineage.verdicts import Derivative, Grade, Opening, Step

_INCLUSIONS = (Bond.CONTAINS, Bond.WITHIN)


def open_provenance(network: Network, slug: str) -> tuple[Opening, ...]:
    """Every claim by which a dataset's provenance is open, its own first, then the nearest it is inherited from."""
    found = [
        Opening(claim=claim, path=told(network, trail, slug, claim.source))
        for trail in _upstream(network, network.of(slug))
        for claim in network.openings.get(trail.end, ())
    ]
    return tuple(sorted(found, key=lambda opening: len(opening.path)))


def _upstream(network: Network, node: str) -> list[Trail]:
    """The shortest trail to every class that images may have come from, the class itself included."""
    seen, found = {node}, [beginning(node)]
    for trail in found:
        for longer in sorted(_into(network, trail), key=lambda longer: longer.end):
            if longer.end not in seen:
                seen.add(longer.end)
                found.append(longer)
    return found


def _into(network: Network, trail: Trail) -> Iterator[Trail]:
    """The trails one step further up to where images may have come from."""
    is_from_edition = bool(trail.edges and trail.edges[-1].series)
    for bond in (*_INCLUSIONS, Bond.MEETS):
        for edge in network.edges(trail.end, bond):
            came_in = edge.flow is Flow.HERE or (edge.flow is Flow.UNKNOWN and bond in _INCLUSIONS)
            if not is_from_edition if edge.series else came_in:
                yield trail.along(edge, trail.state)


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
    """The datasets that hold images synthesised from a dataset's own, or that its own were synthesised from.

    Either end may be a dataset that shares images for sure with the one that the synthesis is claimed of.
    """
    node = network.of(slug)
    trails = search(network, [beginning(node)], DERIVATIVE_PATH)
    found = []
    for end, trail in ends(trails, _SYNTHESISED, _AND_UP).items():
        for other in network.datasets(end) if end != node else ():
            path = told(network, trail, slug, other)
            found.append(Derivative(subject=slug, other=other, grade=_grade(path), path=path))
    return sorted(found, key=lambda each: (each.grade, len(each.path), each.other))


def _grade(path: tuple[Step, ...]) -> Grade:
    """Definite, unless the synthesis itself is hedged."""
    return "possible" if any(step.claim.certainty == "hedged" for step in path) else "definite"
