"""Whether what is tested on was trained on: the verdict on each pair of a training set and a test set."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from medkg.lineage.answers.surroundings import Find, Surroundings, surroundings
from medkg.lineage.inference import verdict
from medkg.lineage.provenance import open_provenance
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
    from the other's; `open` names those of the two that have sources nobody names; `note` has a word on splits.
    """

    train: Side
    test: Side
    verdict: Verdict
    patients: Verdict | None = None
    derivative: Derivative | None = None
    open: tuple[str, ...] = ()
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


def leaks(view: View, train: Sequence[Side], test: Sequence[Side], *, find: Find = surroundings) -> list[Pair]:
    """Every training set paired with every test set, in the order given."""
    around = {slug: find(view, slug) for slug in dict.fromkeys(each.dataset for each in train)}
    datasets = dict.fromkeys(each.dataset for each in (*train, *test))
    unnamed = {slug for slug in datasets if open_provenance(view.images, slug)}
    return [_pair(around[one.dataset], one, other, unnamed) for one in train for other in test]


def _pair(around: Surroundings, train: Side, test: Side, unnamed: Collection[str]) -> Pair:
    """A pair, given what is around the first and which datasets have sources nobody names."""
    if train.dataset == test.dataset:
        return _same(train, test)
    found = _of_splits(around.view, train, test) if train.split or test.split else around.verdict(test.dataset)
    return Pair(
        train=train,
        test=test,
        verdict=found,
        patients=around.patients.get(test.dataset),
        derivative=around.derivative.get(test.dataset),
        open=tuple(each.dataset for each in (train, test) if each.dataset in unnamed),
        note=_note(found, train, test),
    )


def _of_splits(view: View, train: Side, test: Side) -> Verdict:
    return verdict(
        view.images,
        train.dataset,
        test.dataset,
        guard=view.guard,
        subject_split=train.split,
        other_split=test.split,
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
