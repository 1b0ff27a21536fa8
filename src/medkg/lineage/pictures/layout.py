"""A layered layout: the members of a family in columns from left to right, ordered so that few ties cross.

Layers and order are found as Sugiyama does it (https://doi.org/10.1109/TSMC.1981.4308636), in its simplest form.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from medkg.lineage.answers.family import Family
from medkg.lineage.relations import Flow
from medkg.lineage.wording import Names, called

LETTER, ROW, HEIGHT, MARGIN = 7, 44, 26, 16
"""In pixels: how wide a letter is, how far rows are apart, how high a box is, the space around everything."""

_SWEEPS = 4
_LABEL_LETTER, _LEAST_GAP = 6, 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """Where a member stands: the left and upper edge, the width, and the columns to the dataset that was asked for."""

    text: str
    left: int
    top: int
    width: int
    column: int

    @property
    def right(self) -> int:
        """The right edge."""
        return self.left + self.width

    @property
    def middle(self) -> int:
        """The height at which ties begin and end."""
        return self.top + HEIGHT // 2


def layout(family: Family, names: Names) -> dict[str, Box]:
    """The box of each member of a family."""
    columns = _ordered(family)
    gap = max([_LEAST_GAP, *(label_width(tie.label) + 40 for tie in family.ties)])
    tallest = max(map(len, columns))
    home = next(index for index, members in enumerate(columns) if family.dataset in members)
    boxes: dict[str, Box] = {}
    left = MARGIN
    for index, members in enumerate(columns):
        width = max(text_width(called(each, names)) for each in members) + 2 * LETTER
        top = MARGIN + (tallest - len(members)) * ROW // 2
        for row, each in enumerate(members):
            text = called(each, names)
            boxes[each] = Box(text=text, left=left, top=top + row * ROW, width=width, column=index - home)
        left += width + gap
    return boxes


def text_width(text: str) -> int:
    """How wide a text is about, in pixels; Chinese characters count twice."""
    return sum(LETTER * (2 if unicodedata.east_asian_width(each) in "WF" else 1) for each in text)


def label_width(text: str) -> int:
    """How wide the label of a tie is about, in pixels."""
    return _LABEL_LETTER * len(text)


def _ordered(family: Family) -> list[list[str]]:
    """The members by column, each between those it is tied to: the barycentre heuristic, swept to and fro."""
    layers = _layers(family)
    columns = [[each for each in sorted(layers) if layers[each] == layer] for layer in sorted(set(layers.values()))]
    tied: dict[str, list[str]] = {}
    for tie in family.ties:
        tied.setdefault(tie.subject, []).append(tie.object)
        tied.setdefault(tie.object, []).append(tie.subject)
    for sweep in range(_SWEEPS):
        for column in columns if sweep % 2 == 0 else columns[::-1]:
            heights = {each: _height(row, members) for members in columns for row, each in enumerate(members)}
            column.sort(key=lambda each: _barycentre(each, tied, heights))
    return columns


def _layers(family: Family) -> dict[str, int]:
    """The generation of each member, moved on until images go from lower to higher; rings are left as they are."""
    layers = family.generations
    flows = [(each.object, each.subject) for each in family.ties if each.flow is Flow.HERE]
    flows += [(each.subject, each.object) for each in family.ties if each.flow is Flow.AWAY]
    for _ in layers:
        for giver, taker in flows:
            layers[taker] = max(layers[taker], layers[giver] + 1)
    return layers


def _height(row: int, members: Sequence[str]) -> float:
    """How far down a row is from the middle of its column."""
    return row - (len(members) - 1) / 2


def _barycentre(member: str, tied: Mapping[str, Sequence[str]], heights: Mapping[str, float]) -> float:
    others = [heights[each] for each in tied.get(member, ()) if each in heights]
    return sum(others) / len(others) if others else heights[member]
