"""A family in Graphviz's language (https://graphviz.org/doc/info/lang.html), for those who have it to draw."""

from __future__ import annotations

from medkg.lineage.answers.family import Family, Tie
from medkg.lineage.relations import Flow
from medkg.lineage.wording import Names, called


def dot(family: Family, names: Names) -> str:
    """The family as a graph: each arrow a claim, from its subject to its object; images came from the left."""
    nodes = (
        f"  {_quoted(each)} [label={_quoted(called(each, names))}{', penwidth=2' if each == family.dataset else ''}];"
        for each in family.generations
    )
    return "\n".join(
        ["digraph lineage {", "  rankdir=LR;", "  node [shape=box];", *nodes, *map(_tie, family.ties), "}"]
    )


def _tie(tie: Tie) -> str:
    """An edge that is ranked the way images went, with its arrow at the claim's object."""
    ends = (tie.subject, tie.object) if tie.flow is Flow.AWAY else (tie.object, tie.subject)
    direction = "none" if tie.is_symmetric else "forward" if tie.flow is Flow.AWAY else "back"
    attributes = f"label={_quoted(tie.label)}, style={tie.style}, dir={direction}"
    return f"  {_quoted(ends[0])} -> {_quoted(ends[1])} [{attributes}];"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
