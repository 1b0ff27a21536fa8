"""Which claims take part: those of one layer (catalogues alone, or all) at one level (images or patients)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal, get_args

from medkg.choices import require_known
from medkg.model.claims import RELATIONS, Claim, statements

Layer = Literal["catalogs", "all"]
Level = Literal["acquisition", "patient"]

LAYERS: tuple[Layer, ...] = get_args(Layer)
LEVELS: tuple[Level, ...] = get_args(Level)


@dataclass(frozen=True, slots=True, kw_only=True)
class SituatedClaim:
    """A claim with its subject: the dataset or, where `is_challenge`, the challenge edition whose file it stands in.

    Datasets and challenge editions are told apart by their slugs: no slug is both.
    """

    subject: str
    claim: Claim
    is_challenge: bool = False

    @property
    def statements(self) -> frozenset[str]:
        """The claim as `refines` and `corrects` may name it."""
        return statements(self.subject, self.claim.relation, self.claim.object)

    @property
    def supersedes(self) -> frozenset[str]:
        """The statements it refines or corrects."""
        return frozenset(self.claim.refines) | frozenset(self.claim.corrects)


def selected(claims: Iterable[SituatedClaim], layer: Layer, level: Level) -> Iterator[SituatedClaim]:
    """The claims that take part in a layer at a level, in an order that is not theirs but their content's.

    `UnknownName` for a layer or level that does not exist.
    """
    require_known(layer, LAYERS, kind="layer of claims")
    require_known(level, LEVELS, kind="level of claims")
    given = sorted(claims, key=_order)
    found = _catalogued(given) if layer == "catalogs" else _current(given)
    return (each for each in found if _holds_at(each.claim, level))


def _order(situated: SituatedClaim) -> tuple[str, str, int, str]:
    """A key under which claims have one order only, however they were given."""
    claim = situated.claim
    return situated.subject, claim.object or "", RELATIONS.index(claim.relation), repr(claim)


def _catalogued(claims: Iterable[SituatedClaim]) -> Iterator[SituatedClaim]:
    """The claims a catalogue states, with the evidence of catalogues alone."""
    for each in claims:
        evidence = tuple(item for item in each.claim.evidence if item.basis == "catalog")
        if evidence:
            yield replace(each, claim=replace(each.claim, evidence=evidence))


def _current(claims: list[SituatedClaim]) -> Iterator[SituatedClaim]:
    """The claims that no other one refines or corrects.

    A claim that makes its own statement more precise (`a derivedFrom b`, now with a count) names itself and stays.
    """
    superseded = frozenset[str]().union(*(each.supersedes for each in claims))
    for each in claims:
        if not each.statements & superseded - each.supersedes:
            yield each


def _holds_at(claim: Claim, level: Level) -> bool:
    """Whether a claim holds of images, or of patients.

    Who shares a scan shares its patient; therefore what is stated of images holds of patients too. Not sharing
    goes the other way: sets without a common patient have no common image.
    """
    if claim.relation == "disjointWith":
        return claim.level == "patient" or level == "acquisition"
    return claim.level == "acquisition" or level == "patient"
