"""The updates of journals as entries that can be compared, and written into another journal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from medkg.graph.patches import Patch, checkpoint, written


class Entry(NamedTuple):
    """What there is to know of an update to tell whether another journal has it: the state after it, and its digest."""

    state: str
    sha256: str
    is_checkpoint: bool


def entries(patches: Iterable[Patch]) -> list[Entry]:
    """An entry for each update."""
    return [Entry(patch.mark.state, patch.sha256, patch.is_checkpoint) for patch in patches]


def alike(ours: list[Entry], theirs: list[Entry]) -> tuple[int, int]:
    """How many entries of each are of the updates with which both begin."""
    places = {each.state: place for place, each in enumerate(ours, start=1)}
    common = ((places[each.state], place) for place, each in enumerate(theirs, start=1) if each.state in places)
    return max(common, default=(0, 0))


def texts(name: str, patches: Iterable[Patch]) -> Iterator[bytes]:
    """Updates as the journal with a name has them, less their last lines; only the first can be a checkpoint there."""
    number = 0
    for patch in patches:
        if patch.is_checkpoint and not number:
            number = patch.number
            yield checkpoint(name, patch.mark.state, patch)
        else:
            number += 1
            yield written(name, Patch(number=number, body=patch.rows))
