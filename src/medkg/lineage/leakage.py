"""The questions about leakage: the overlap of a dataset, pairs of training and test sets, and safe test sets.

The surroundings of a dataset are found once for all datasets that are compared with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal, TypeVar, get_args

from medkg.choices import require_choice
from medkg.lineage.answers import SHARING, Derivative, Overlap, Pair, Safety, SafetyCandidate, Side, Verdict, distance
from medkg.lineage.inference import (
    Neighbourhood,
    is_surer,
    neighbourhood,
    patients,
    verdict,
    verdict_from,
    verdict_on_splits,
    verdicts,
)
from medkg.lineage.network import with_splits
from medkg.lineage.provenance import derivatives, open_provenance
from medkg.lineage.register import View, no_exclusion

GradeFilter = Literal["definite", "possible", "all"]

_Graded = TypeVar("_Graded", Verdict, Derivative)

_SPLIT_SYNONYMS = {"training": "train", "val": "validation", "testing": "test"}
_SPLIT_SUFFIX = re.compile(
    r"(?P<name>.+):(?P<split>train|training|validation|val|test|testing)", re.IGNORECASE | re.DOTALL
)


def overlap(view: View, dataset: str, *, grade: GradeFilter = "all", direct: bool = False) -> Overlap:
    """The datasets that a dataset shares images with, of one grade or both; `direct` leaves those of a single claim.

    Datasets of the same images count as one: a claim about one of them is a direct claim about the others.
    `UnknownName` for a dataset or a grade that does not exist.
    """
    require_choice(grade, get_args(GradeFilter), kind="grade of sharing")

    def matching(results: Iterable[_Graded]) -> tuple[_Graded, ...]:
        return tuple(
            result
            for result in results
            if grade in (result.grade, "all") and (not direct or distance(result.path) == 1)
        )

    return Overlap(
        dataset=dataset,
        evidence=view.layer,
        same_images=tuple(slug for slug in view.images.datasets(view.images.class_of(dataset)) if slug != dataset),
        verdicts=matching(verdicts(view.images, dataset, exclude=view.exclude)),
        derivative=matching(derivatives(view.images, dataset)),
        patients=matching(patients(view.images, view.people, dataset, exclude=view.exclude)),
        excluded=tuple(_excluded_verdicts(view, dataset)),
        openings=open_provenance(view.images, dataset),
        editions=view.editions.get(dataset, ()),
    )


def _excluded_verdicts(view: View, dataset: str) -> Iterator[Verdict]:
    """The verdicts that would be possible, were it not for the modality."""
    for candidate in verdicts(view.images, dataset):
        if candidate.grade == "possible" and view.exclude(dataset, candidate.other):
            yield verdict(view.images, dataset, candidate.other, exclude=view.exclude)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """The neighbourhoods of a dataset by images and by patients, and its derivative leaks by the other dataset."""

    view: View
    dataset: str
    images: Neighbourhood
    people: Neighbourhood
    derivative: Mapping[str, Derivative]

    def verdict(self, other: str) -> Verdict:
        """The verdict on images of the dataset and another one."""
        return verdict_from(self.view.images, self.images, self.dataset, other, self.view.exclude)

    def patients(self, other: str) -> Verdict | None:
        """The verdict on patients where it is surer than that on images.

        The exclusion by modality is of images alone: a patient who had a CT may have had an MR as well.
        """
        people = verdict_from(self.view.people, self.people, self.dataset, other, no_exclusion)
        return people if is_surer(people, self.verdict(other)) else None


FindSurroundings = Callable[[View, str], Surroundings]
"""A function like `surroundings`, which may cache its results."""


def surroundings(view: View, dataset: str) -> Surroundings:
    """The surroundings of a dataset in one layer."""
    return Surroundings(
        view=view,
        dataset=dataset,
        images=neighbourhood(view.images, view.images.class_of(dataset)),
        people=neighbourhood(view.people, view.people.class_of(dataset)),
        derivative={derivative.other: derivative for derivative in derivatives(view.images, dataset)},
    )


def split_of_name(name: str) -> tuple[str, str | None]:
    """A dataset's name and the split that is written behind it.

    >>> split_of_name("LiTS:train"), split_of_name("dataset:lits")
    (('LiTS', 'train'), ('dataset:lits', None))
    """
    match = _SPLIT_SUFFIX.fullmatch(name)
    if match is None:
        return name, None
    split = match["split"].lower()
    return match["name"], _SPLIT_SYNONYMS.get(split, split)


def leaks(
    view: View, train: Sequence[Side], test: Sequence[Side], *, find: FindSurroundings = surroundings
) -> list[Pair]:
    """Every training set paired with every test set, in the order given; a series as all of its editions.

    `UnknownName` for a dataset that does not exist.
    """
    for side in (*train, *test):
        view.images.require(side.dataset)
    sides = [member for side in (*train, *test) for member in (side, *_editions(view, side))]
    comparison = _Comparison(view, find, {(side.dataset, side.split) for side in sides if side.split})
    return [comparison.pair(one, other) for one in train for other in test]


def _editions(view: View, side: Side) -> list[Side]:
    """The editions of a series, each with the split of the series; nothing where the side is a dataset."""
    return [replace(side, dataset=slug) for slug in view.editions.get(side.dataset, ())]


class _Comparison:
    """Compares sides, some of which are splits; the surroundings of each dataset are found once."""

    def __init__(self, view: View, find: FindSurroundings, parts: Collection[tuple[str, str]]) -> None:
        self._view = view
        self._surroundings = cache(lambda slug: find(view, slug))
        self._openings = cache(lambda slug: open_provenance(view.images, slug))
        self._images, self._people = (with_splits(network, parts) for network in (view.images, view.people))

    def pair(self, train: Side, test: Side) -> Pair:
        """A pair of datasets, splits or series."""
        whole, ends = self._pair_of_datasets(train, test), [_editions(self._view, side) for side in (train, test)]
        if train == test or not any(ends):
            return whole
        pairs = [self._pair_of_datasets(one, other) for one in ends[0] or [train] for other in ends[1] or [test]]
        surest = sorted(pairs, key=_rank)
        if train.dataset == test.dataset:  # that two splits of a dataset are disjoint says nothing of a series
            return replace(surest[0], train=train, test=test, editions=tuple(surest))
        return replace(whole, verdict=min(whole, *surest, key=_rank).verdict, editions=tuple(surest))

    def _pair_of_datasets(self, train: Side, test: Side) -> Pair:
        """A pair without regard to editions."""
        if train.dataset == test.dataset:
            return _pair_with_itself(train, test)
        near: Surroundings = self._surroundings(train.dataset)
        if train.split or test.split:
            images, people = self._verdicts_on_splits(near, train, test)
        else:
            images, people = near.verdict(test.dataset), near.patients(test.dataset)
        openings = {side.dataset: self._openings(side.dataset) for side in (train, test)}
        return Pair(
            train=train,
            test=test,
            verdict=images,
            patients=people,
            derivative=near.derivative.get(test.dataset),
            openings={slug: sources for slug, sources in openings.items() if sources},
            note=_note(images, train, test),
        )

    def _verdicts_on_splits(self, near: Surroundings, train: Side, test: Side) -> tuple[Verdict, Verdict | None]:
        """The verdict on images, and that on patients where it is surer.

        Where nothing is known of two datasets, nothing is known of their splits; this saves a long search.
        """
        whole = near.verdict(test.dataset)
        if whole.grade == "none-known" and near.patients(test.dataset) is None:
            return whole, None
        parts = (train.dataset, train.split), (test.dataset, test.split)
        images = verdict_on_splits(self._view.images, self._images, *parts, self._view.exclude)
        people = verdict_on_splits(self._view.people, self._people, *parts, no_exclusion)
        return images, people if is_surer(people, images) else None


def _rank(pair: Pair) -> int:
    return pair.verdict.rank


def _pair_with_itself(train: Side, test: Side) -> Pair:
    """A dataset paired with itself: a leak, unless it is with another split."""
    is_disjoint = train.split is not None and test.split is not None and train.split != test.split
    disjoint = "two splits of one dataset, taken to be disjoint as its makers divide it"
    return Pair(
        train=train,
        test=test,
        verdict=Verdict(subject=train.dataset, other=test.dataset, grade="none-known" if is_disjoint else "definite"),
        note=disjoint if is_disjoint else "the same dataset",
    )


def _note(verdict: Verdict, train: Side, test: Side) -> str | None:
    """The remark that no claim says which split it is about, where that is so."""
    is_undecided = verdict.mechanism == "part" and any(side.split for side in (train, test))
    return "said of the whole dataset: no claim tells which split is meant" if is_undecided else None


def safe(
    view: View, test_for: Sequence[str], candidates: Iterable[str], *, find: FindSurroundings = surroundings
) -> Safety:
    """The candidates that a model trained on some datasets may be tested on, as far as is known.

    A series is no candidate: its editions are.
    """
    trained = [find(view, slug) for slug in test_for]
    datasets = (slug for slug in candidates if slug not in view.editions and slug not in test_for)
    weighed = [_candidate(view, trained, slug) for slug in datasets]
    unrelated = [candidate for candidate in weighed if candidate.worst.grade not in SHARING]
    openings = {slug: open_provenance(view.images, slug) for slug in test_for}
    return Safety(
        test_for=tuple(test_for),
        evidence=view.layer,
        clear=tuple(candidate for candidate in unrelated if not candidate.openings),
        open=tuple(candidate for candidate in unrelated if candidate.openings),
        sharing=tuple(candidate for candidate in weighed if candidate.worst.grade in SHARING),
        trained_openings={slug: sources for slug, sources in openings.items() if sources},
    )


def _candidate(view: View, trained: Sequence[Surroundings], dataset: str) -> SafetyCandidate:
    return SafetyCandidate(
        dataset=dataset,
        verdicts=tuple(surroundings.verdict(dataset) for surroundings in trained),
        openings=open_provenance(view.images, dataset),
        patients=tuple(people for surroundings in trained if (people := surroundings.patients(dataset))),
        derivative=tuple(
            surroundings.derivative[dataset] for surroundings in trained if dataset in surroundings.derivative
        ),
    )
