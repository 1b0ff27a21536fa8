"""The layout of a picture of a family: a box for each member, a way for each tie, images going to the right.

Columns and their order follow Sugiyama (https://doi.org/10.1109/TSMC.1981.4308636) in the simplest form: a tie across
several columns takes a place of its own in each of them, and columns are sorted by barycentres.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from medkg.lineage.answers import Family, Tie
from medkg.lineage.relations import Flow
from medkg.lineage.texts import Names

Columns = list[list[str]]

_SWEEPS = 8


def column_order(family: Family) -> tuple[Columns, dict[Tie, list[str]]]:
    """The columns, and for each tie the places it leads through between its ends, from left to right."""
    layers = _compact(_layers(family))
    ways = {tie: _way(index, tie, layers) for index, tie in enumerate(family.ties)}
    columns: Columns = [[] for _ in set(layers.values())]
    for place in sorted(layers):
        columns[layers[place]].append(place)
    for tie, way in ways.items():
        for layer, place in enumerate(way, min(layers[tie.subject], layers[tie.object]) + 1):
            columns[layer].append(place)
    _sort(columns, _neighbours(ways, layers))
    return columns, ways


def _layers(family: Family) -> dict[str, int]:
    """The generation of each member, moved on until images go from lower to higher; rings are left as they are."""
    layers = family.generations
    flows = [(tie.object, tie.subject) for tie in family.ties if tie.flow is Flow.HERE]
    flows += [(tie.subject, tie.object) for tie in family.ties if tie.flow is Flow.AWAY]
    for _ in layers:
        for giver, taker in flows:
            layers[taker] = max(layers[taker], layers[giver] + 1)
    return layers


def _compact(layers: Mapping[str, int]) -> dict[str, int]:
    """The layers counted from 0, without gaps."""
    numbers = {layer: index for index, layer in enumerate(sorted(set(layers.values())))}
    return {place: numbers[layer] for place, layer in layers.items()}


def _way(index: int, tie: Tie, layers: Mapping[str, int]) -> list[str]:
    first, last = sorted((layers[tie.subject], layers[tie.object]))
    return [f"{index}:{layer}" for layer in range(first + 1, last)]  # no slug has a colon


def _neighbours(ways: Mapping[Tie, Sequence[str]], layers: Mapping[str, int]) -> dict[str, list[str]]:
    neighbours: dict[str, list[str]] = {}
    for tie, way in ways.items():
        first, last = sorted((tie.subject, tie.object), key=lambda place: layers[place])
        for one, other in pairwise((first, *way, last)):
            neighbours.setdefault(one, []).append(other)
            neighbours.setdefault(other, []).append(one)
    return neighbours


def _sort(columns: Columns, neighbours: Mapping[str, Sequence[str]]) -> None:
    """Bring each place between those it is tied to, to and fro over the columns."""
    for sweep in range(_SWEEPS):
        for column in columns if sweep % 2 == 0 else columns[::-1]:
            heights = {place: row - (len(places) - 1) / 2 for places in columns for row, place in enumerate(places)}
            column.sort(key=lambda place: _barycentre(place, neighbours, heights))


def _barycentre(place: str, neighbours: Mapping[str, Sequence[str]], heights: Mapping[str, float]) -> float:
    others = [heights[neighbour] for neighbour in neighbours.get(place, ())]
    return sum(others) / len(others) if others else heights[place]


MARGIN, HEIGHT = 16, 26
"""In pixels: the space around everything, the height of a box."""

_LETTER, _LABEL_LETTER, _ROW, _LEAST_GAP = 7, 6, 40, 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """The place of a member, or of a tie that passes: the left and upper edge, and the width.

    `column` counts from the column of the dataset of the family.
    """

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
        """The height at which ties begin, pass and end."""
        return self.top + HEIGHT // 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The box of each member, and the boxes without text that each tie passes through, from left to right."""

    boxes: Mapping[str, Box]
    ways: Mapping[Tie, tuple[Box, ...]]


def layout(family: Family, names: Names) -> Layout:
    """The layout of a family."""
    columns, ways = column_order(family)
    texts = {slug: names.get(slug, slug) for slug in family.generations}
    gap = max([_LEAST_GAP, *(label_width(tie.label) + 40 for tie in family.ties)])
    boxes = _boxes(columns, texts, family.dataset, gap)
    return Layout(
        boxes={place: boxes[place] for place in texts},
        ways={tie: tuple(boxes[place] for place in way) for tie, way in ways.items()},
    )


def text_width(text: str) -> int:
    """The approximate width of a text in pixels; Chinese characters count twice."""
    return sum(_LETTER * (2 if unicodedata.east_asian_width(character) in "WF" else 1) for character in text)


def label_width(text: str) -> int:
    """The approximate width of the label of a tie in pixels."""
    return _LABEL_LETTER * len(text)


def _boxes(columns: Columns, texts: Mapping[str, str], dataset: str, gap: int) -> dict[str, Box]:
    tallest = max(map(len, columns))
    home = next(index for index, places in enumerate(columns) if dataset in places)
    boxes: dict[str, Box] = {}
    left = MARGIN
    for index, places in enumerate(columns):
        width = max(text_width(texts.get(place, "")) for place in places) + 2 * _LETTER
        top = MARGIN + (tallest - len(places)) * _ROW // 2
        for row, place in enumerate(places):
            text = texts.get(place, "")
            boxes[place] = Box(text=text, left=left, top=top + row * _ROW, width=width, column=index - home)
        left += width + gap
    return boxes
