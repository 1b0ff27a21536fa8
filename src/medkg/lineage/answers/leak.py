"""Whether what is tested on was trained on: the verdict on each pair of a training set and a test set."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from medkg.lineage.derivatives import derivatives
from medkg.lineage.inference import patients, verdict
from medkg.lineage.register import View
from medkg.lineage.verdicts import Derivative, Step, Verdict

_SPLITS = {"training": "train", "val": "validation", "testing": "test"}
_NAMED = re.compile(r"(?P<name>.+):(?P<split>train|training|validation|val|test|testing)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A dataset that is trained or tested on, or one split of it."""

    dataset: str
    split: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A training set and a test set with the verdict on their images.

    `patients` is there where the verdict on patients says more, `derivative` where the images of one were synthesised
    from the other's; `note` tells what the verdict leaves open about splits.
    """

    train: Side
    test: Side
    verdict: Verdict
    patients: Verdict | None = None
    derivative: Derivative | None = None
    note: str | None = None


def named_split(name: str) -> tuple[str, str | None]:
    """A dataset's name and the split that is written behind it.

    >>> named_split("LiTS:train"), named_split("dataset:lits")
    (('LiTS', 'train'), ('dataset:lits', None))
    """
    found = _NAMED.fullmatch(name)
    if found is None:
        return name, None
    split = found["split"].lower()
    return found["name"], _SPLITS.get(split, split)


def leaks(view: View, train: Sequence[Side], test: Sequence[Side]) -> list[Pair]:
    """Every training set paired with every test set, in the order given."""
    return [_pair(view, one, other) for one in train for other in test]


def _pair(view: View, train: Side, test: Side) -> Pair:
    if train.dataset == test.dataset:
        return _same(train, test)
    found = verdict(
        view.images,
        train.dataset,
        test.dataset,
        guard=view.guard,
        subject_split=train.split,
        other_split=test.split,
    )
    people = patients(view.images, view.people, train.dataset, guard=view.guard)
    synthesised = derivatives(view.images, train.dataset)
    return Pair(
        train=train,
        test=test,
        verdict=found,
        patients=next((each for each in people if each.other == test.dataset), None),
        derivative=next((each for each in synthesised if each.other == test.dataset), None),
        note=_note(found, train, test),
    )


def _same(train: Side, test: Side) -> Pair:
    """A dataset paired with itself: a leak, unless it is with another split."""
    apart = train.split is not None and test.split is not None and train.split != test.split
    return Pair(
        train=train,
        test=test,
        verdict=Verdict(subject=train.dataset, other=test.dataset, grade="none-known" if apart else "definite"),
        note="two splits of one dataset, taken to be disjoint as its makers divide it" if apart else "the same dataset",
    )


def _note(found: Verdict, train: Side, test: Side) -> str | None:
    """A word on splits that are named and that no claim tells apart."""
    if found.grade not in ("definite", "possible"):
        return None
    untold = [side for side in (train, test) if side.split and not any(_speaks_of(step, side) for step in found.path)]
    return "no claim on the path tells the splits apart: said of whole datasets" if untold else None


def _speaks_of(step: Step, side: Side) -> bool:
    return step.target == side.dataset and step.claim.split == side.split
