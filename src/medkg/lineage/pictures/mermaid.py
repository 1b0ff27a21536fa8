"""A family in Mermaid's language (https://mermaid.js.org/syntax/flowchart.html), which many Markdown pages draw."""

from __future__ import annotations

from collections.abc import Mapping

from medkg.lineage.answers.family import Family, Tie
from medkg.lineage.wording import Names, called

_LINES = {"solid": ("-->", "---"), "dashed": ("-.->", "-.-"), "dotted": ("-.->", "-.-")}
"""How a claim is drawn that is made of one dataset about the other, and one that says the same of both."""

_DOTS = "stroke-dasharray:1 4"


def mermaid(family: Family, names: Names) -> str:
    """The family as a flow chart: each arrow a claim, from its subject to its object."""
    keys = {each: f"d{index}" for index, each in enumerate(family.generations)}
    nodes = (f'  {key}["{_escaped(called(each, names))}"]' for each, key in keys.items())
    ties = (_tie(each, keys) for each in family.ties)
    dotted = ",".join(str(index) for index, each in enumerate(family.ties) if each.style == "dotted")
    styles = [
        f"  style {keys[family.dataset]} stroke-width:3px",
        *([f"  linkStyle {dotted} {_DOTS}"] if dotted else []),
    ]
    return "\n".join(["flowchart RL", *nodes, *ties, *styles])


def _tie(tie: Tie, keys: Mapping[str, str]) -> str:
    line = _LINES[tie.style][tie.is_symmetric]
    return f"  {keys[tie.subject]} {line}|{_escaped(tie.label)}| {keys[tie.object]}"


def _escaped(text: str) -> str:
    """A text within quotes, by entity codes as Mermaid writes them."""
    return text.replace("#", "#35;").replace('"', "#quot;").replace("|", "#124;")
