"""A family as an SVG picture of its own: no script, no style sheet, nothing fetched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from html import escape

from medkg.lineage.answers.family import Family, Tie
from medkg.lineage.pictures.layout import HEIGHT, MARGIN, Box, label_width, layout, text_width
from medkg.lineage.wording import Names

_DASHES = {"solid": "", "dashed": ' stroke-dasharray="7 4"', "dotted": ' stroke-dasharray="1 4"'}
_LEGEND = (
    "An arrow is a claim, from the dataset it is about to the one it names; images came from the left.",
    "Solid: images are shared. Dashed: perhaps. Dotted: no image is shared by this claim.",
)
_LABEL = 'font-size="11" fill="#333" stroke="white" stroke-width="3" paint-order="stroke"'
_LINE, _LEGEND_LINE, _BOW = 12, 18, 40
_ARROW = (
    '<marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" '
    'orient="auto-start-reverse"><path d="M0 0L8 4L0 8z"/></marker>'
)


def svg(family: Family, names: Names) -> str:
    """The picture: members in boxes, a column a layer, a line for each tie."""
    boxes = layout(family, names)
    told = escape(f"Lineage of {boxes[family.dataset].text}")
    longest = max((label_width(tie.label) for tie in family.ties), default=0)
    width = max(*(box.right + _BOW + longest for box in boxes.values()), *map(text_width, _LEGEND)) + MARGIN
    bottom = max(box.top + HEIGHT for box in boxes.values()) + MARGIN + _LEGEND_LINE
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{bottom + len(_LEGEND) * _LEGEND_LINE}" '
        'role="img" font-family="sans-serif" font-size="12">',
        f"<title>{told}</title><defs>{_ARROW}</defs>",
        '<rect width="100%" height="100%" fill="white"/>',
        *(_line(tie, boxes) for tie in family.ties),
        *_labels(family, boxes),
        *(_box(box, each == family.dataset) for each, box in boxes.items()),
        *(
            f'<text x="{MARGIN}" y="{bottom + _LEGEND_LINE * row}">{escape(line)}</text>'
            for row, line in enumerate(_LEGEND)
        ),
        "</svg>",
    ]
    return "\n".join(parts)


def _box(box: Box, is_asked: bool) -> str:
    frame = f'<rect x="{box.left}" y="{box.top}" width="{box.width}" height="{HEIGHT}" rx="4" fill="white" '
    stroke = f'stroke="black" stroke-width="{2.5 if is_asked else 1}"/>'
    return f'{frame}{stroke}<text x="{box.left + box.width / 2}" y="{box.middle + 4}" text-anchor="middle">' + (
        f"{escape(box.text)}</text>"
    )


def _line(tie: Tie, boxes: Mapping[str, Box]) -> str:
    first, second = _ends(tie, boxes)
    style = f"{_DASHES[tie.style]}{_head(tie, boxes, first)}"
    return f'<path d="{_path(first, second)}" fill="none" stroke="black"{style}/>'


def _labels(family: Family, boxes: Mapping[str, Box]) -> Iterator[str]:
    """The label of each tie, those that would stand at one place below each other."""
    labelled: Counter[tuple[int, int]] = Counter()
    for tie in family.ties:
        x, y, anchor = _place(*_ends(tie, boxes))
        row = labelled[x, y]
        labelled[x, y] += 1
        yield f'<text x="{x}" y="{y - 4 + _LINE * row}" text-anchor="{anchor}" {_LABEL}>{escape(tie.label)}</text>'


def _ends(tie: Tie, boxes: Mapping[str, Box]) -> tuple[Box, Box]:
    """The boxes of a tie, from left to right and from above to below."""
    first, second = sorted((boxes[tie.subject], boxes[tie.object]), key=lambda box: (box.left, box.top))
    return first, second


def _path(first: Box, second: Box) -> str:
    """A curve between two boxes; one beside a column where both stand in it."""
    if first.left == second.left:
        bow = first.right + _BOW
        return (
            f"M{first.right} {first.middle}C{bow} {first.middle} {bow} {second.middle} {second.right} {second.middle}"
        )
    turn = (first.right + second.left) // 2
    return f"M{first.right} {first.middle}C{turn} {first.middle} {turn} {second.middle} {second.left} {second.middle}"


def _head(tie: Tie, boxes: Mapping[str, Box], first: Box) -> str:
    """The arrow at the end where the claim's object stands."""
    if tie.is_symmetric:
        return ""
    return f' marker-{"start" if boxes[tie.object] == first else "end"}="url(#arrow)"'


def _place(first: Box, second: Box) -> tuple[int, int, str]:
    """Where the label of a tie stands: at the box that is farther from the dataset asked for."""
    if first.left == second.left:
        return first.right + _BOW, (first.middle + second.middle) // 2, "start"
    if abs(first.column) > abs(second.column):
        return first.right + 10, first.middle, "start"
    return second.left - 10, second.middle, "end"
