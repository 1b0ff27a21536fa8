"""A family as text: a tree for terminals, and a flow chart in Mermaid (https://mermaid.js.org/syntax/flowchart.html)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from medkg.lineage.answers import Family, Relative, Tie
from medkg.lineage.claims import Step
from medkg.lineage.texts import Names, Texts

_MERMAID_LINES = {"stated": ("-->", "---"), "hedged": ("-.->", "-.-"), "documentary": ("-.->", "-.-")}
"""The line of a tie by its certainty: with an arrow from subject to object, and without where it is symmetric."""

_MERMAID_DOTS = "stroke-dasharray:1 4"


@dataclass(slots=True, kw_only=True)
class TreeBranch:
    """A relative in the tree with the claim that leads to it, and the branches behind it."""

    relative: Relative | None = None
    step: Step | None = None
    branches: dict[str, TreeBranch] = field(default_factory=dict)


def tree(family: Family, texts: Texts) -> Iterator[str]:
    """The lines of the tree: for each side of the dataset its relatives, each under the one it is reached by."""
    yield texts.name(family.dataset)
    for heading, relatives in family.sides.items():
        yield f"{heading}:"
        yield from _tree_lines(_tree(relatives), texts, "")
    if not family.sides:
        yield "No relatives are known."


def _tree(relatives: Iterable[Relative]) -> TreeBranch:
    """The relatives as one tree: each stands behind those its path leads through."""
    root = TreeBranch()
    for relative in relatives:
        branch = root
        for step in relative.path:
            branch = branch.branches.setdefault(step.ends[1], TreeBranch(step=step))
        branch.relative = relative
    return root


def _tree_lines(parent: TreeBranch, texts: Texts, indent: str) -> Iterator[str]:
    for number, (dataset, branch) in enumerate(parent.branches.items(), 1):
        is_last = number == len(parent.branches)
        yield f"{indent}{'└── ' if is_last else '├── '}{_tree_line(dataset, branch, texts)}"
        yield from _tree_lines(branch, texts, indent + ("    " if is_last else "│   "))


def _tree_line(dataset: str, branch: TreeBranch, texts: Texts) -> str:
    assert branch.step is not None
    grade = f", {branch.relative.grade}" if branch.relative else ""
    return f"{texts.name(dataset)}{grade}: {texts.claim(branch.step).with_citations}"


def mermaid(family: Family, names: Names) -> str:
    """The family as a flow chart: each arrow a claim, from its subject to its object."""
    keys = {slug: f"d{index}" for index, slug in enumerate(family.generations)}
    nodes = (f'  {key}["{_escape_mermaid(names.get(slug, slug))}"]' for slug, key in keys.items())
    ties = (_mermaid_tie(tie, keys) for tie in family.ties)
    dotted = ",".join(str(index) for index, tie in enumerate(family.ties) if tie.certainty == "documentary")
    styles = [
        f"  style {keys[family.dataset]} stroke-width:3px",
        *([f"  linkStyle {dotted} {_MERMAID_DOTS}"] if dotted else []),
    ]
    return "\n".join(["flowchart RL", *nodes, *ties, *styles])


def _mermaid_tie(tie: Tie, keys: Mapping[str, str]) -> str:
    line = _MERMAID_LINES[tie.certainty][tie.is_symmetric]
    return f"  {keys[tie.subject]} {line}|{_escape_mermaid(tie.label)}| {keys[tie.object]}"


def _escape_mermaid(text: str) -> str:
    """A text within quotes, with the entity codes of Mermaid."""
    return text.replace("#", "#35;").replace('"', "#quot;").replace("|", "#124;")
