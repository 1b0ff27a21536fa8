"""A family as a self-contained SVG picture, with its layout: nothing is fetched or executed.

A viewer without style sheets shows the picture on white. Where members have addresses, their boxes are links.

Columns and their order follow Sugiyama (https://doi.org/10.1109/TSMC.1981.4308636) in the simplest form: a tie across
several columns takes a place of its own in each of them, and columns are sorted by barycentres.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from types import MappingProxyType

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


Links = Mapping[str, str]
"""The addresses of members, by slug."""

NO_LINKS: Links = MappingProxyType({})

STYLE = """
a:hover text, a:focus text { text-decoration: underline; }
@media (prefers-color-scheme: dark) {
  .paper, .box { fill: #14171b; }
  .box, .tie { stroke: #b9c2cc; }
  .head { fill: #b9c2cc; }
  text { fill: #e8ebee; }
  .label { fill: #c3cad2; stroke: #14171b; }
}
"""
"""The style sheet, by itself, so that a security policy can name it by its digest."""

_DASHES = {"stated": "", "hedged": ' stroke-dasharray="7 4"', "documentary": ' stroke-dasharray="1 4"'}
_LEGEND = (
    "An arrow is a claim, from the dataset it is about to the one it names; images came from the left.",
    "Solid: images are shared. Dashed: perhaps. Dotted: no image is shared by this claim.",
)
_LABEL = 'class="label" font-size="11" fill="#333" stroke="white" stroke-width="3" paint-order="stroke"'
_LINE, _LEGEND_LINE, _BOW = 12, 18, 40
_ARROW = (
    '<marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" '
    'orient="auto-start-reverse"><path class="head" d="M0 0L8 4L0 8z"/></marker>'
)


def svg(family: Family, names: Names, links: Links = NO_LINKS, left_out: int = 0) -> str:
    """The picture: members in boxes, images going from left to right, a line for each tie.

    `left_out` is the number of members that the picture does not show and says so.
    """
    placed = layout(family, names)
    boxes = placed.boxes
    bottom = max(box.top + HEIGHT for box in (*boxes.values(), *(box for way in placed.ways.values() for box in way)))
    legend = bottom + MARGIN + _LEGEND_LINE
    lines = (*_LEGEND, *([f"Not shown: {left_out:,} more, further away."] if left_out else []))
    width, height = _width(placed), legend + len(lines) * _LEGEND_LINE
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'role="{"group" if links else "img"}" aria-labelledby="title description" '
        'font-family="sans-serif" font-size="12">',
        f'<title id="title">{escape(f"Lineage of {boxes[family.dataset].text}")}</title>',
        f'<desc id="description">{escape(_description(family, placed))}</desc>',
        f"<style>{STYLE}</style><defs>{_ARROW}</defs>",
        '<rect class="paper" width="100%" height="100%" fill="white"/>',
        *(_line(tie, placed) for tie in family.ties),
        *_labels(placed),
        *(_link(_box(box, slug == family.dataset), links.get(slug)) for slug, box in boxes.items()),
        *_legend(lines, legend),
        "</svg>",
    ]
    return "\n".join(parts)


def _description(family: Family, placed: Layout) -> str:
    """The picture in words: every tie as a claim."""
    texts = {slug: box.text for slug, box in placed.boxes.items()}
    claims = (f"{texts[tie.subject]} {tie.label} {texts[tie.object]}" for tie in family.ties)
    return f"{len(texts)} datasets. {'; '.join(claims)}."


def _link(shape: str, address: str | None) -> str:
    """A shape as a link that leaves whatever frame the picture stands in."""
    return f'<a href="{escape(address)}" target="_top">{shape}</a>' if address else shape


def _width(placed: Layout) -> int:
    right = max(box.right for box in placed.boxes.values())
    beside = [_BOW + label_width(tie.label) for tie in placed.ways if _is_beside(tie, placed)]
    return max(right + max(beside, default=0), *map(text_width, _LEGEND)) + MARGIN


def _legend(lines: tuple[str, ...], top: int) -> Iterator[str]:
    for row, line in enumerate(lines):
        yield f'<text x="{MARGIN}" y="{top + _LEGEND_LINE * row}">{escape(line)}</text>'


def _box(box: Box, is_asked: bool) -> str:
    frame = f'<rect class="box" x="{box.left}" y="{box.top}" width="{box.width}" height="{HEIGHT}" rx="4" fill="white"'
    stroke = f'stroke="black" stroke-width="{2.5 if is_asked else 1}"/>'
    text = f'<text x="{box.left + box.width / 2}" y="{box.middle + 4}" text-anchor="middle">{escape(box.text)}</text>'
    return f"{frame} {stroke}{text}"


def _line(tie: Tie, placed: Layout) -> str:
    """The line of a tie, with an arrow at the end where the claim's object stands."""
    first, second = _ends(tie, placed)
    arrow = ""
    if not tie.is_symmetric:
        arrow = f' marker-{"start" if placed.boxes[tie.object] == first else "end"}="url(#arrow)"'
    path = _beside(first, second) if _is_beside(tie, placed) else _through((first, *placed.ways[tie], second))
    return f'<path class="tie" d="{path}" fill="none" stroke="black"{_DASHES[tie.certainty]}{arrow}/>'


def _beside(first: Box, second: Box) -> str:
    """A bow beside the column in which both boxes stand."""
    bow = first.right + _BOW
    return f"M{first.right} {first.middle}C{bow} {first.middle} {bow} {second.middle} {second.right} {second.middle}"


def _through(places: tuple[Box, ...]) -> str:
    """A curve from box to box, level wherever it passes a column."""
    parts = [f"M{places[0].right} {places[0].middle}"]
    for one, other in pairwise(places):
        turn = (one.right + other.left) // 2
        parts.append(f"C{turn} {one.middle} {turn} {other.middle} {other.left} {other.middle}")
        if other != places[-1]:
            parts.append(f"H{other.right}")
    return "".join(parts)


def _labels(placed: Layout) -> Iterator[str]:
    """The label of each tie, those that would stand at one place below each other."""
    labelled: Counter[tuple[int, int]] = Counter()
    for tie in placed.ways:
        x, y, anchor = _place(tie, placed)
        row = labelled[x, y]
        labelled[x, y] += 1
        yield f'<text x="{x}" y="{y - 4 + _LINE * row}" text-anchor="{anchor}" {_LABEL}>{escape(tie.label)}</text>'


def _place(tie: Tie, placed: Layout) -> tuple[int, int, str]:
    """The place of a tie's label: where it alone passes, else at the box farther from the dataset of the family."""
    first, second = _ends(tie, placed)
    if placed.ways[tie]:
        alone = placed.ways[tie][len(placed.ways[tie]) // 2]
        return alone.left + alone.width // 2, alone.middle, "middle"
    if _is_beside(tie, placed):
        return first.right + _BOW, (first.middle + second.middle) // 2, "start"
    if abs(first.column) > abs(second.column):
        return first.right + 10, first.middle, "start"
    return second.left - 10, second.middle, "end"


def _is_beside(tie: Tie, placed: Layout) -> bool:
    return placed.boxes[tie.subject].column == placed.boxes[tie.object].column


def _ends(tie: Tie, placed: Layout) -> tuple[Box, Box]:
    """The boxes of a tie, from left to right and from above to below."""
    boxes = (placed.boxes[tie.subject], placed.boxes[tie.object])
    first, second = sorted(boxes, key=lambda box: (box.left, box.top))
    return first, second
