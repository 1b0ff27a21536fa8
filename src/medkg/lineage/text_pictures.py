"""A family as a tree of text: for each side of the dataset its relatives, each under the one it is reached by.

A family in Graphviz's language (https://graphviz.org/doc/info/lang.html), for those who have it to draw.

A family in Mermaid's language (https://mermaid.js.org/syntax/flowchart.html), which many Markdown pages draw.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from medkg.lineage.ancestry import Relative
from medkg.lineage.answers.family import Family, Tie
from medkg.lineage.relations import Flow
from medkg.lineage.verdicts import Step
from medkg.lineage.wording import Lines, Names, called, statement, witnesses


@dataclass(slots=True, kw_only=True)
class Branch:
    """A relative in the tree with the claim that leads to it, and what lies behind it."""

    relative: Relative | None = None
    step: Step | None = None
    branches: dict[str, Branch] = field(default_factory=dict)


def tree(family: Family, names: Names, lines: Lines) -> Iterator[str]:
    """The lines of the tree: what images came from, what they went into, and what shares them in no known direction."""
    yield called(family.dataset, names)
    sides = [(heading, found) for heading, found in _sides(family) if found]
    for heading, found in sides:
        yield f"{heading}:"
        yield from _drawn(_grown(found), names, lines, "")
    if not sides:
        yield "no relatives are known"


def _sides(family: Family) -> list[tuple[str, list[Relative]]]:
    both = (*family.ancestors, *family.descendants)
    beside = {each.dataset: each for each in both if not each.is_directed}
    return [
        ("same images", list({each.dataset: each for each in both if not each.depth}.values())),
        ("from", [each for each in family.ancestors if each.depth and each.is_directed]),
        ("to", [each for each in family.descendants if each.depth and each.is_directed]),
        ("shared, unknown which way", list(beside.values())),
    ]


def _grown(relatives: Iterable[Relative]) -> Branch:
    """The relatives as one tree: each stands behind those its path leads through."""
    root = Branch()
    for relative in relatives:
        here = root
        for step in relative.path:
            here = here.branches.setdefault(step.ends[1], Branch(step=step))
        here.relative = relative
    return root


def _drawn(branch: Branch, names: Names, lines: Lines, indent: str) -> Iterator[str]:
    for index, (dataset, each) in enumerate(branch.branches.items()):
        is_last = index == len(branch.branches) - 1
        yield f"{indent}{'└── ' if is_last else '├── '}{_told(dataset, each, names, lines)}"
        yield from _drawn(each, names, lines, indent + ("    " if is_last else "│   "))


def _told(dataset: str, branch: Branch, names: Names, lines: Lines) -> str:
    assert branch.step is not None
    grade = f", {branch.relative.grade}" if branch.relative else ""
    said = f"{statement(branch.step, names)}  [{', '.join(witnesses(branch.step, lines))}]"
    return f"{called(dataset, names)}{grade}: {said}"


def dot(family: Family, names: Names) -> str:
    """The family as a graph: each arrow a claim, from its subject to its object; images came from the left."""
    nodes = (
        f"  {_quoted(each)} [label={_quoted(called(each, names))}{', penwidth=2' if each == family.dataset else ''}];"
        for each in family.generations
    )
    return "\n".join(
        ["digraph lineage {", "  rankdir=LR;", "  node [shape=box];", *nodes, *map(_dot_tie, family.ties), "}"]
    )


def _dot_tie(tie: Tie) -> str:
    """An edge that is ranked the way images went, with its arrow at the claim's object."""
    ends = (tie.subject, tie.object) if tie.flow is Flow.AWAY else (tie.object, tie.subject)
    direction = "none" if tie.is_symmetric else "forward" if tie.flow is Flow.AWAY else "back"
    attributes = f"label={_quoted(tie.label)}, style={tie.style}, dir={direction}"
    return f"  {_quoted(ends[0])} -> {_quoted(ends[1])} [{attributes}];"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


_LINES = {"solid": ("-->", "---"), "dashed": ("-.->", "-.-"), "dotted": ("-.->", "-.-")}
"""How a claim is drawn that is made of one dataset about the other, and one that says the same of both."""

_DOTS = "stroke-dasharray:1 4"


def mermaid(family: Family, names: Names) -> str:
    """The family as a flow chart: each arrow a claim, from its subject to its object."""
    keys = {each: f"d{index}" for index, each in enumerate(family.generations)}
    nodes = (f'  {key}["{_escaped(called(each, names))}"]' for each, key in keys.items())
    ties = (_mermaid_tie(each, keys) for each in family.ties)
    dotted = ",".join(str(index) for index, each in enumerate(family.ties) if each.style == "dotted")
    styles = [
        f"  style {keys[family.dataset]} stroke-width:3px",
        *([f"  linkStyle {dotted} {_DOTS}"] if dotted else []),
    ]
    return "\n".join(["flowchart RL", *nodes, *ties, *styles])


def _mermaid_tie(tie: Tie, keys: Mapping[str, str]) -> str:
    line = _LINES[tie.style][tie.is_symmetric]
    return f"  {keys[tie.subject]} {line}|{_escaped(tie.label)}| {keys[tie.object]}"


def _escaped(text: str) -> str:
    """A text within quotes, by entity codes as Mermaid writes them."""
    return text.replace("#", "#35;").replace('"', "#quot;").replace("|", "#124;")
