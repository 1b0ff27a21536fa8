"""The values that answer questions about lineage: verdicts with their paths, pairs, candidates, families, explanations.

Each step of a path is a claim and hence has its evidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from medkg.choices import require_choice
from medkg.lineage.claims import Layer, Level, Step
from medkg.lineage.relations import Flow
from medkg.model.claims import SPLITS, SYMMETRIC

Grade = Literal["definite", "possible", "none-known", "disjoint"]
GRADES: tuple[Grade, ...] = get_args(Grade)
"""The grades, in the order in which they speak against a test."""

SHARING = GRADES[:2]
"""The grades of sharing, the surest first."""

Mechanism = Literal["fork", "chain", "unknown-direction", "hedge", "count", "part", "series"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The grade at which two datasets share images (or, at that `level`, patients), and the reasons.

    `path` leads from subject to other; of a `disjoint` verdict it is the path of the denial. `hub` is where a possible
    path breaks, or the pool of a count. `least` is the least number shared, `expected` the number that random draws
    would share; both count `unit`. `exclusion_reason` (of modality) and `denial` (a path) speak against sharing; where
    the grade is definite all the same, the verdict `is_contradicted`.
    """

    subject: str
    other: str
    grade: Grade
    path: tuple[Step, ...] = ()
    mechanism: Mechanism | None = None
    hub: str | None = None
    least: int | None = None
    expected: float | None = None
    unit: str | None = None
    exclusion_reason: str | None = None
    denial: tuple[Step, ...] = ()
    level: Level = "acquisition"

    @property
    def is_contradicted(self) -> bool:
        """Whether claims state that images are shared, and a claim or the modalities speak against it."""
        return self.grade == "definite" and bool(self.denial or self.exclusion_reason)

    @property
    def distance(self) -> int:
        """The number of claims on the path, `sameImagesAs` not counted."""
        return distance(self.path)

    @property
    def is_direct(self) -> bool:
        """Whether the path is one claim, datasets of the same images taken as one."""
        return self.distance == 1

    @property
    def rank(self) -> int:
        """The place of the grade in `GRADES`."""
        return GRADES.index(self.grade)


def distance(path: tuple[Step, ...]) -> int:
    """The number of claims on a path, `sameImagesAs` not counted."""
    return sum(step.relation != "sameImagesAs" for step in path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivative:
    """A leak that shares no image: on its path, a dataset was synthesised by a model trained on another."""

    subject: str
    other: str
    grade: Grade
    path: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A source that is not named: the claim states it of its subject, and images came from there along the path."""

    claim: Step
    path: tuple[Step, ...] = ()

    @property
    def is_inherited(self) -> bool:
        """Whether the claim is about another dataset that images came from."""
        return bool(self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """The datasets that share images with one, or may do so.

    `same_images` are those of the same images, `patients` the verdicts on patients that are surer than those on images,
    `derivative` the leaks by synthesised images, `openings` the sources without a name, and `excluded` the datasets
    that a path leads to and whose modality excludes it. `editions` are those of a series: a dataset that shares images
    with one of them shares images with the series.
    """

    dataset: str
    evidence: Layer
    same_images: tuple[str, ...]
    verdicts: tuple[Verdict, ...]
    derivative: tuple[Derivative, ...]
    patients: tuple[Verdict, ...]
    excluded: tuple[Verdict, ...]
    openings: tuple[Opening, ...]
    editions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A dataset that is trained or tested on, or one split of it; `UnknownName` for a split that does not exist."""

    dataset: str
    split: str | None = None

    def __post_init__(self) -> None:
        """Refuse a split that does not exist."""
        if self.split is not None:
            require_choice(self.split, SPLITS, kind="split")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A training set and a test set with the verdict on their images.

    `patients` is there where the verdict on patients is surer, `derivative` where the images of one were synthesised
    from the other's; `openings` has those of the two with sources without a name; `note` is a remark on splits.
    Where one of the two is a series, `editions` has the pairs of editions, the surest first, and the verdict is the
    surest.
    """

    train: Side
    test: Side
    verdict: Verdict
    patients: Verdict | None = None
    derivative: Derivative | None = None
    openings: Mapping[str, tuple[Opening, ...]] = field(default_factory=dict, hash=False)
    note: str | None = None
    editions: tuple[Pair, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetyCandidate:
    """A dataset to test on, with the verdict on it and each dataset that was trained on.

    `openings` are sources of its images without a name; `patients` and `derivative` are reasons for caution that are no
    shared images.
    """

    dataset: str
    verdicts: tuple[Verdict, ...]
    openings: tuple[Opening, ...] = ()
    patients: tuple[Verdict, ...] = ()
    derivative: tuple[Derivative, ...] = ()

    @property
    def worst(self) -> Verdict:
        """The verdict that speaks most against it."""
        return min(self.verdicts, key=lambda verdict: verdict.rank)


@dataclass(frozen=True, slots=True, kw_only=True)
class Safety:
    """Candidates for a test: those without known shared images, those of them of open provenance, those that share.

    `trained_openings` are the open sources of the datasets trained on: where there are any, no candidate is ruled out.
    """

    test_for: tuple[str, ...]
    evidence: Layer
    clear: tuple[SafetyCandidate, ...]
    open: tuple[SafetyCandidate, ...]
    sharing: tuple[SafetyCandidate, ...]
    trained_openings: Mapping[str, tuple[Opening, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The verdict on two datasets in sentences.

    `others` are the verdicts of further paths that have no claim's pair of datasets in common with each other or the
    first one; they are there on request.
    """

    verdict: Verdict
    conclusion: str
    reasons: tuple[str, ...]
    changes: tuple[str, ...]
    caveats: tuple[str, ...] = ()
    others: tuple[Verdict, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The verdict on two datasets, explained, by the claims of one layer.

    `by_other_layer` is the verdict by the claims of the other layer. `patients` is there where the verdict on patients
    is surer, `derivative` where images were synthesised, `openings` for each dataset with sources without a name.
    Where one of the two is a series, `editions` has the verdict on each of its editions, the surest first.
    """

    evidence: Layer
    explanation: Explanation
    by_other_layer: Verdict
    patients: Verdict | None = None
    derivative: Derivative | None = None
    openings: Mapping[str, tuple[Opening, ...]] = field(default_factory=dict, hash=False)
    editions: tuple[Verdict, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Relative:
    """An ancestor or descendant of a dataset, with the claims that lead there.

    `depth` counts those claims, `sameImagesAs` not among them. `grade` says whether images are shared with it
    (definite or possible) or the tie is documentary only. Where `is_directed` is false, images are shared by the last
    claim and it is unknown which of the two had them first; such a relative is listed on both sides, without those
    behind it.
    """

    dataset: str
    depth: int
    grade: Literal["definite", "possible", "documentary"]
    path: tuple[Step, ...]
    is_directed: bool = True


Certainty = Literal["stated", "hedged", "documentary"]
CERTAINTIES: tuple[Certainty, ...] = get_args(Certainty)
"""Whether a claim states that images are shared, hedges it, or says nothing of images; the surest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """All claims about two members of a family with the same one as subject, with the surest of their certainties.

    `flow` says which way images went, or which of two editions came first, seen from the subject.
    """

    subject: str
    object: str
    relations: tuple[str, ...]
    certainty: Certainty
    flow: Flow

    @property
    def label(self) -> str:
        """The relations, hedged ones marked."""
        return ", ".join(self.relations)

    @property
    def is_symmetric(self) -> bool:
        """Whether every relation is symmetric."""
        return {relation.partition(" ")[0] for relation in self.relations} <= SYMMETRIC


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """A dataset with its ancestors and descendants, the nearest first, and their ties."""

    dataset: str
    evidence: Layer
    ancestors: tuple[Relative, ...]
    descendants: tuple[Relative, ...]
    ties: tuple[Tie, ...]

    @property
    def relatives(self) -> dict[str, Relative]:
        """Every relative by its slug; one on both sides as a descendant."""
        return _by_slug((*self.ancestors, *self.descendants))

    @property
    def sides(self) -> dict[str, list[Relative]]:
        """The relatives by the side of the dataset on which they stand, sides without any left out."""
        both = (*self.ancestors, *self.descendants)
        sides = {
            "Same images": _by_slug(member for member in both if not member.depth),
            "Images came from": _by_slug(member for member in self.ancestors if member.depth and member.is_directed),
            "Images went into": _by_slug(member for member in self.descendants if member.depth and member.is_directed),
            "Images shared, direction unknown": _by_slug(member for member in both if not member.is_directed),
        }
        return {heading: list(relatives.values()) for heading, relatives in sides.items() if relatives}

    @property
    def generations(self) -> dict[str, int]:
        """The generation of each member, counted down from the dataset; ancestors have negative numbers.

        Where it is unknown which of two had the images first, the other one stands below.
        """
        places = [(member, -member.depth) for member in self.ancestors] + [
            (member, member.depth) for member in self.descendants
        ]
        places.sort(key=lambda place: place[0].is_directed)  # of several places the last one counts
        return {self.dataset: 0, **{relative.dataset: generation for relative, generation in places}}


def _by_slug(relatives: Iterable[Relative]) -> dict[str, Relative]:
    return {member.dataset: member for member in relatives}
