"""Derivative leaks: images synthesised by a model that was trained on another dataset's images.

No image is shared, and yet a test on the one of a model trained on the other is no test on unseen data.
"""

from __future__ import annotations

from types import MappingProxyType

from medkg.lineage.network import Network
from medkg.lineage.relations import Bond
from medkg.lineage.search import DEFINITE_PATH, DOWN, Automaton, beginning, ends, search, told
from medkg.lineage.verdicts import Derivative, Grade, Step

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
