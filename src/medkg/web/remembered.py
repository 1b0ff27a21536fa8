"""What pages work out once and then know, as long as the graph they answer from stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache, wraps
from typing import TypeVar

from medkg.errors import MedkgError
from medkg.graph import likeness
from medkg.graph.likeness import Concepts
from medkg.lineage.answers.surroundings import Find, surroundings
from medkg.lineage.layers import LAYERS, Layer
from medkg.lineage.register import View
from medkg.web.served import Served

Found = TypeVar("Found")

_FINDS: list[Callable[[Served], object]] = []
_READS: list[Callable[[Served], object]] = []

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

    _FINDS.append(found)
    return found


def read_once(read: Callable[[Served], Found]) -> Callable[[Served], Found]:
    """A function of what stands in files, whose answer holds for all states of the graph that follow, too."""
    name = f"{read.__module__}.{read.__qualname__}"

    @wraps(read)
    def found(now: Served) -> Found:
        if name not in now.files:
            now.files[name] = read(now)
        answer: Found = now.files[name]
        return answer

    _READS.append(found)
    return found


def read_all(now: Served) -> None:
    """Read all that is read once."""
    for read in _READS:
        with suppress(MedkgError, OSError):
            read(now)


def functions() -> Sequence[Callable[[Served], object]]:
    """All functions whose answers are remembered."""
    return _FINDS


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
