"""Claims with their subjects, the layers and levels of claims, and claims as steps of a path."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal, get_args

from medkg.choices import require_choice
from medkg.model.claims import RELATIONS, Claim, Evidence, statements

Layer = Literal["catalogs", "all"]
Level = Literal["acquisition", "patient"]

LAYERS: tuple[Layer, ...] = get_args(Layer)
LEVELS: tuple[Level, ...] = get_args(Level)


@dataclass(frozen=True, slots=True, kw_only=True)
class SituatedClaim:
    """A claim with its subject: the dataset or, where `is_challenge`, the challenge edition whose file it stands in.

    No slug is that of a dataset and of a challenge edition.
    """

    subject: str
    claim: Claim
    is_challenge: bool = False

    @property
    def statements(self) -> frozenset[str]:
        """The texts by which `refines` and `corrects` may name the claim."""
        return statements(self.subject, self.claim.relation, self.claim.object)

    @property
    def step(self) -> Step:
        """The claim as a step of a path, in its own direction."""
        return Step(source=self.subject, claim=self.claim)

    @property
    def supersedes(self) -> frozenset[str]:
        """The statements it refines or corrects."""
        return frozenset(self.claim.refines) | frozenset(self.claim.corrects)


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
        """The evidence of the claim."""
        return self.claim.evidence

    @property
    def ends(self) -> tuple[str, str]:
        """The datasets it is walked from and to."""
        target = self.claim.object or ""
        return (target, self.source) if self.inverse else (self.source, target)

    def reverse(self) -> Step:
        """The same claim walked the other way."""
        return Step(source=self.source, claim=self.claim, inverse=not self.inverse)


def claims_in_layer(claims: Iterable[SituatedClaim], layer: Layer, level: Level) -> Iterator[SituatedClaim]:
    """The claims that take part in a layer at a level, in an order that depends on their content alone.

    `UnknownName` for a layer or level that does not exist.
    """
    require_choice(layer, LAYERS, kind="layer of claims")
    require_choice(level, LEVELS, kind="level of claims")
    ordered = sorted(claims, key=_order)
    of_layer = _of_catalogs(ordered) if layer == "catalogs" else _current(ordered)
    return (situated for situated in of_layer if _holds_at(situated.claim, level))


def _order(situated: SituatedClaim) -> tuple[str, str, int, str]:
    """A sort key that gives claims the same order however they are given."""
    claim = situated.claim
    return situated.subject, claim.object or "", RELATIONS.index(claim.relation), repr(claim)


def _of_catalogs(claims: Iterable[SituatedClaim]) -> Iterator[SituatedClaim]:
    """The claims a catalogue states, with the evidence of catalogues alone."""
    for situated in claims:
        evidence = tuple(item for item in situated.claim.evidence if item.basis == "catalog")
        if evidence:
            yield replace(situated, claim=replace(situated.claim, evidence=evidence))


def _current(claims: list[SituatedClaim]) -> Iterator[SituatedClaim]:
    """The claims that no other one refines or corrects.

    A claim that makes its own statement more precise (`a derivedFrom b`, now with a count) names itself and stays.
    """
    superseded = frozenset[str]().union(*(situated.supersedes for situated in claims))
    for situated in claims:
        if not situated.statements & superseded - situated.supersedes:
            yield situated


def _holds_at(claim: Claim, level: Level) -> bool:
    """Whether a claim holds of images, or of patients.

    Datasets that share a scan share its patient, so that a claim on images holds of patients too. A denial goes the
    other way: datasets without a common patient have no common image.
    """
    if claim.relation == "disjointWith":
        return claim.level == "patient" or level == "acquisition"
    return claim.level == "acquisition" or level == "patient"
