"""Where everything stands in a picture: a box for each member of a family, a way for each tie."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from medkg.lineage.answers.family import Family, Tie
from medkg.lineage.pictures.layers import Columns, ordered
from medkg.lineage.wording import Names, called

MARGIN, HEIGHT = 16, 26
"""In pixels: the space around everything, the height of a box."""

_LETTER, _LABEL_LETTER, _ROW, _LEAST_GAP = 7, 6, 40, 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """Where a member stands, or a tie passes: the left and upper edge, and the width.

    `column` counts from the column of the dataset that was asked for.
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
    """Where the members and ties of a family stand."""
    columns, ways = ordered(family)
    texts = {each: called(each, names) for each in family.generations}
    gap = max([_LEAST_GAP, *(label_width(tie.label) + 40 for tie in family.ties)])
    boxes = _boxes(columns, texts, family.dataset, gap)
    return Layout(
        boxes={each: boxes[each] for each in texts},
        ways={tie: tuple(boxes[each] for each in way) for tie, way in ways.items()},
    )


def text_width(text: str) -> int:
    """How wide a text is about, in pixels; Chinese characters count twice."""
    return sum(_LETTER * (2 if unicodedata.east_asian_width(each) in "WF" else 1) for each in text)


def label_width(text: str) -> int:
    """How wide the label of a tie is about, in pixels."""
    return _LABEL_LETTER * len(text)


def _boxes(columns: Columns, texts: Mapping[str, str], dataset: str, gap: int) -> dict[str, Box]:
    tallest = max(map(len, columns))
    home = next(index for index, places in enumerate(columns) if dataset in places)
    boxes: dict[str, Box] = {}
    left = MARGIN
    for index, places in enumerate(columns):
        width = max(text_width(texts.get(each, "")) for each in places) + 2 * _LETTER
        top = MARGIN + (tallest - len(places)) * _ROW // 2
        for row, each in enumerate(places):
            text = texts.get(each, "")
            boxes[each] = Box(text=text, left=left, top=top + row * _ROW, width=width, column=index - home)
        left += width + gap
    return boxes
