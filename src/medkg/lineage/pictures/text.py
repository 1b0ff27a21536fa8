"""A family as a tree of text: for each side of the dataset its relatives, each under the one it is reached by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from medkg.lineage.ancestry import Relative
from medkg.lineage.answers.family import Family
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
