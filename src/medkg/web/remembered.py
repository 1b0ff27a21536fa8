"""What pages work out once and then know, as long as the graph they answer from stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache, wraps
from typing import TypeVar

from medkg.graph import likeness
from medkg.graph.likeness import Concepts
from medkg.lineage.answers.surroundings import Find, surroundings
from medkg.lineage.layers import LAYERS, Layer
from medkg.lineage.register import View
from medkg.web.served import Served

Found = TypeVar("Found")

_AROUND = 500  # datasets


def remembered(find: Callable[[Served], Found]) -> Callable[[Served], Found]:
    """A function whose answer is kept with what it was asked of, which an update or a new snapshot replaces.

    Two threads that ask at once may both work it out, and either answer is kept.
    """
    name = f"{find.__module__}.{find.__qualname__}"

    @wraps(find)
    def found(now: Served) -> Found:
        kept = vars(now)
        if name not in kept:
            kept[name] = find(now)
        answer: Found = kept[name]
        return answer

    return found


@remembered
def views(now: Served) -> Mapping[Layer, View]:
    """The register of lineage as each layer shows it."""
    return {layer: now.register.view(layer) for layer in LAYERS}


@remembered
def concepts(now: Served) -> Concepts:
    """The concepts by which datasets are alike."""
    return likeness.concepts(now.store, now.prefixes)


@remembered
def around(now: Served) -> Find:
    """What finds the surroundings of a dataset, and knows those of the last few hundred that were asked for."""
    return lru_cache(maxsize=_AROUND)(surroundings)
