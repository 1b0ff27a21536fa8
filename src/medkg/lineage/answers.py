"""What is said of two datasets: a verdict with its path, each step a claim and hence its evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from medkg.lineage.layers import Level
from medkg.model.claims import Claim, Evidence

Grade = Literal["definite", "possible", "none-known", "disjoint"]
GRADES: tuple[Grade, ...] = get_args(Grade)
"""The grades, that which speaks most against a test first."""

SHARING = GRADES[:2]
"""The grades that speak for sharing, the surest first."""

Mechanism = Literal["fork", "chain", "unknown-direction", "hedge", "count", "part", "series"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One claim on a path, walked from subject to object or, where `inverse`, from object to subject."""

    source: str
    claim: Claim
    inverse: bool = False

    @property
    def relation(self) -> str:
        """The relation as it is claimed."""
        return self.claim.relation

    @property
    def target(self) -> str | None:
        """The object as it is claimed; None where the source is unnamed."""
        return self.claim.object

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """Who states the claim."""
        return self.claim.evidence

    @property
    def ends(self) -> tuple[str, str]:
        """The datasets it is walked from and to."""
        there = self.claim.object or ""
        return (there, self.source) if self.inverse else (self.source, there)

    def back(self) -> Step:
        """The same claim walked the other way."""
        return Step(source=self.source, claim=self.claim, inverse=not self.inverse)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How surely two datasets share images (or, at that `level`, patients), and why.

    `path` leads from subject to other; of a `disjoint` verdict it is the path of the exclusion. `hub` is where a
    possible path breaks, or the pool of a count. `least` is the least number shared, `expected` the number that
    random draws would share; both count `unit`. `guard_reason` and `exclusion` (a path) tell what speaks against
    sharing; where the grade is definite all the same, the verdict `is_contradicted`.
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
    guard_reason: str | None = None
    exclusion: tuple[Step, ...] = ()
    level: Level = "acquisition"

    @property
    def is_contradicted(self) -> bool:
        """Whether the images are shared by what is stated, and something stated speaks against it."""
        return self.grade == "definite" and bool(self.exclusion or self.guard_reason)

    @property
    def distance(self) -> int:
        """The number of claims on the path, `sameImagesAs` not counted."""
        return sum(1 for step in self.path if step.relation != "sameImagesAs")

    @property
    def is_direct(self) -> bool:
        """Whether one claim says it, datasets of the same images taken as one."""
        return self.distance == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivative:
    """A leak that shares no image: on its path, a dataset was synthesised by a model trained on another."""

    subject: str
    other: str
    grade: Grade
    path: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A source that is not named: the claim says so of its subject, and images came from there along the path."""

    claim: Step
    path: tuple[Step, ...] = ()

    @property
    def is_inherited(self) -> bool:
        """Whether the claim is made of another dataset that images came from."""
        return bool(self.path)
