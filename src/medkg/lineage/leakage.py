"""Whether what is tested on was trained on: the verdict on each pair of a training set and a test set.

Which datasets are known to share nothing with those a model was trained on; silence is never called proof.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from medkg.choices import require_known
from medkg.lineage.answers.overlap import Find, Surroundings, surroundings
from medkg.lineage.inference import no_guard, says_more, verdict_on_splits
from medkg.lineage.layers import Layer
from medkg.lineage.network import with_splits
from medkg.lineage.provenance import open_provenance
from medkg.lineage.register import View
from medkg.lineage.verdicts import GRADES, SHARING, Derivative, Opening, Verdict
from medkg.model.claims import SPLITS

_SPLITS = {"training": "train", "val": "validation", "testing": "test"}
_NAMED = re.compile(r"(?P<name>.+):(?P<split>train|training|validation|val|test|testing)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A dataset that is trained or tested on, or one split of it; `UnknownName` for a split that does not exist."""

    dataset: str
    split: str | None = None

    def __post_init__(self) -> None:
        """Refuse a split that does not exist."""
        if self.split is not None:
            require_known(self.split, SPLITS, kind="split")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A training set and a test set with the verdict on their images.

    `patients` is there where the verdict on patients says more, `derivative` where the images of one were synthesised
    from the other's; `open` names those of the two that have sources nobody names; `note` has a word on splits. Where
    one of the two is a series, `editions` has the pairs of editions, the surest first, and the verdict is the surest.
    """

    train: Side
    test: Side
    verdict: Verdict
    patients: Verdict | None = None
    derivative: Derivative | None = None
    open: tuple[str, ...] = ()
    note: str | None = None
    editions: tuple[Pair, ...] = ()


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
    """Every training set paired with every test set, in the order given; a series as all of its editions.

    `UnknownName` for a dataset that does not exist.
    """
    for side in (*train, *test):
        view.images.known(side.dataset)
    sides = [member for side in (*train, *test) for member in (side, *_editions(view, side))]
    comparison = _Comparison(view, find, {(side.dataset, side.split) for side in sides if side.split})
    return [comparison.pair(one, other) for one in train for other in test]


def _editions(view: View, side: Side) -> list[Side]:
    """The editions of a series, each with the split that is named of the series; nothing where it is a dataset."""
    return [replace(side, dataset=slug) for slug in view.editions.get(side.dataset, ())]


class _Comparison:
    """Compares sides, of which some are splits, and finds what is around each dataset once."""

    def __init__(self, view: View, find: Find, parts: Collection[tuple[str, str]]) -> None:
        self._view = view
        self._around = cache(lambda slug: find(view, slug))
        self._is_open = cache(lambda slug: bool(open_provenance(view.images, slug)))
        self._images, self._people = (with_splits(each, parts) for each in (view.images, view.people))

    def pair(self, train: Side, test: Side) -> Pair:
        """A pair of datasets, splits or series."""
        whole, ends = self._compared(train, test), [_editions(self._view, side) for side in (train, test)]
        if train == test or not any(ends):
            return whole
        pairs = [self._compared(one, other) for one in ends[0] or [train] for other in ends[1] or [test]]
        surest = sorted(pairs, key=_rank)
        if train.dataset == test.dataset:  # what tells two splits of a dataset apart says nothing of a series
            return replace(surest[0], train=train, test=test, editions=tuple(surest))
        return replace(whole, verdict=min(whole, *surest, key=_rank).verdict, editions=tuple(surest))

    def _compared(self, train: Side, test: Side) -> Pair:
        """A pair, with no look at editions."""
        if train.dataset == test.dataset:
            return _same(train, test)
        around: Surroundings = self._around(train.dataset)
        if train.split or test.split:
            images, people = self._on_splits(around, train, test)
        else:
            images, people = around.verdict(test.dataset), around.patients(test.dataset)
        return Pair(
            train=train,
            test=test,
            verdict=images,
            patients=people,
            derivative=around.derivative.get(test.dataset),
            open=tuple(each.dataset for each in (train, test) if self._is_open(each.dataset)),
            note=_note(images, train, test),
        )

    def _on_splits(self, around: Surroundings, train: Side, test: Side) -> tuple[Verdict, Verdict | None]:
        """The verdict on images, and that on patients where it says more.

        Where nothing is known of two datasets, nothing is of their splits, which would take long to find out.
        """
        whole = around.verdict(test.dataset)
        if whole.grade == "none-known" and around.patients(test.dataset) is None:
            return whole, None
        parts = (train.dataset, train.split), (test.dataset, test.split)
        images = verdict_on_splits(self._view.images, self._images, *parts, self._view.guard)
        people = verdict_on_splits(self._view.people, self._people, *parts, no_guard)
        return images, people if says_more(people, images) else None


def _rank(pair: Pair) -> int:
    return GRADES.index(pair.verdict.grade)


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
    """A word on a split of which the claims leave it open whether they mean it."""
    is_untold = found.mechanism == "part" and any(side.split for side in (train, test))
    return "said of the whole dataset: no claim tells which split is meant" if is_untold else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A dataset to test on, with the verdict on it and each dataset that was trained on.

    `openings` are sources of its images that nobody names; `patients` and `derivative` tell of what is no shared
    image and a reason for caution all the same.
    """

    dataset: str
    verdicts: tuple[Verdict, ...]
    openings: tuple[Opening, ...] = ()
    patients: tuple[Verdict, ...] = ()
    derivative: tuple[Derivative, ...] = ()

    @property
    def worst(self) -> Verdict:
        """The verdict that speaks most against it."""
        return min(self.verdicts, key=lambda each: GRADES.index(each.grade))


@dataclass(frozen=True, slots=True, kw_only=True)
class Safety:
    """Candidates for a test: those without known shared images, those of open provenance among them, those that share.

    `untold` are the open sources of the datasets trained on: where there are any, no candidate can be ruled out.
    """

    test_for: tuple[str, ...]
    evidence: Layer
    clear: tuple[Candidate, ...]
    open: tuple[Candidate, ...]
    sharing: tuple[Candidate, ...]
    untold: Mapping[str, tuple[Opening, ...]]


def safe(view: View, test_for: Sequence[str], candidates: Iterable[str], *, find: Find = surroundings) -> Safety:
    """What candidates a model trained on some datasets may be tested on, by all that is known.

    A series is no candidate: its editions are.
    """
    trained = [find(view, each) for each in test_for]
    datasets = (each for each in candidates if each not in view.editions and each not in test_for)
    found = [_candidate(view, trained, each) for each in datasets]
    apart = [each for each in found if each.worst.grade not in SHARING]
    untold = {each: open_provenance(view.images, each) for each in test_for}
    return Safety(
        test_for=tuple(test_for),
        evidence=view.layer,
        clear=tuple(each for each in apart if not each.openings),
        open=tuple(each for each in apart if each.openings),
        sharing=tuple(each for each in found if each not in apart),
        untold={each: openings for each, openings in untold.items() if openings},
    )


def _candidate(view: View, trained: Sequence[Surroundings], dataset: str) -> Candidate:
    return Candidate(
        dataset=dataset,
        verdicts=tuple(each.verdict(dataset) for each in trained),
        openings=open_provenance(view.images, dataset),
        patients=tuple(found for each in trained if (found := each.patients(dataset))),
        derivative=tuple(each.derivative[dataset] for each in trained if dataset in each.derivative),
    )
