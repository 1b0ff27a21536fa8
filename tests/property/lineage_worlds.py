"""Claims that hypothesis makes up: any at all, or only those that are true of a world of sets.

A world gives each dataset a set of acquisitions and each acquisition its patient; in it every claim is true or false.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import permutations

from hypothesis import strategies as st

from medkg.lineage import Bond, Level, SituatedClaim, extent_relation
from medkg.model.claims import RELATIONS, Claim, Evidence

EVIDENCE = (Evidence(basis="catalog", catalog="some-catalogue", key="entry"),)
SLUGS = "abcdefg"
POOLS = ("scan", "patient")
"""What is counted in a world: acquisitions, and people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The acquisitions of each dataset and the patient of each acquisition."""

    extents: Mapping[str, frozenset[int]]
    patients: tuple[int, ...]
    tested: frozenset[int] = frozenset()

    def of(self, slug: str, level: Level, split: str | None = None) -> frozenset[int]:
        """The acquisitions of a dataset or of a split of it, or their patients; those `tested` are the test split."""
        extent = self.extents[slug]
        if split:
            extent = extent & self.tested if split == "test" else extent - self.tested
        return extent if level == "acquisition" else frozenset(self.patients[each] for each in extent)

    @property
    def sizes(self) -> dict[str, dict[str, int]]:
        """How many scans and patients each dataset has, and how many scans each of its splits."""
        sizes = {
            slug: {"scan": len(self.of(slug, "acquisition")), "patient": len(self.of(slug, "patient"))}
            for slug in self.extents
        }
        splits = {
            f"{slug}:{split}": {"scan": len(self.of(slug, "acquisition", split))}
            for slug in self.extents
            for split in ("train", "test")
        }
        return sizes | splits

    def shared(self, one: str, other: str, level: Level, *splits: str | None) -> int:
        """How many acquisitions or patients two datasets, or splits of them, have in common."""
        own, others = splits or (None, None)
        return len(self.of(one, level, own) & self.of(other, level, others))

    def satisfies(self, situated: SituatedClaim) -> bool:
        """Whether a claim is true."""
        claim = situated.claim
        found = extent_relation(replace(claim, split=None, subject_split=None))
        assert claim.object is not None
        level: Level = "patient" if claim.level == "patient" else "acquisition"
        one = self.of(situated.subject, level, claim.subject_split)
        other = self.of(claim.object, level, claim.split)
        match found.bond if found else None:
            case Bond.SAME:
                return one == other
            case Bond.WITHIN:
                return one <= other
            case Bond.CONTAINS:
                return one >= other
            case Bond.MEETS:
                return bool(one & other)
            case Bond.DISJOINT:
                return not one & other
            case _:
                return True


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Worlds of up to five datasets and six acquisitions, none of them empty."""
    acquisitions = st.frozensets(st.integers(0, 5), min_size=1)
    return World(
        extents={slug: draw(acquisitions) for slug in SLUGS[: draw(st.integers(2, 5))]},
        patients=tuple(draw(st.lists(st.integers(0, 5), min_size=6, max_size=6))),
    )


@st.composite
def divided_worlds(draw: st.DrawFn) -> World:
    """Worlds in which each dataset has a train and a test split, neither empty, and the first is a series of two."""
    world = draw(worlds().filter(lambda each: len(each.extents) > 2))
    tested = draw(st.frozensets(st.integers(0, 5), min_size=1, max_size=5))
    trained = frozenset(range(6)) - tested
    extents = {
        slug: extent | {min(tested), min(trained)} if draw(st.booleans()) else extent | {max(tested), max(trained)}
        for slug, extent in world.extents.items()
    }
    series, *editions = list(SLUGS[:3])
    extents[series] = extents[editions[0]] | extents[editions[1]]
    return replace(world, extents=extents, tested=tested)


def claims(slugs: Iterable[str] = SLUGS, relations: Iterable[str] = RELATIONS) -> st.SearchStrategy[SituatedClaim]:
    """Any claim between two different datasets."""
    return st.builds(
        _claim,
        st.sampled_from(list(permutations(slugs, 2))),
        st.sampled_from(list(relations)),
        st.sampled_from([None, "whole", "part"]),
        st.sampled_from(["stated", "stated", "stated", "hedged"]),
        st.sampled_from(["acquisition", "acquisition", "patient"]),
    )


@st.composite
def true_claims_on_splits(draw: st.DrawFn, world: World) -> list[SituatedClaim]:
    """Claims that are true of a world, some of them about splits."""
    splits = st.sampled_from([None, None, "train", "test"])
    found = []
    for each in draw(st.lists(claims(world.extents), min_size=1, max_size=20)):
        claim = replace(each.claim, split=draw(splits), subject_split=draw(splits), level="acquisition")
        shared = len(
            world.of(each.subject, "acquisition", claim.subject_split)
            & world.of(str(claim.object), "acquisition", claim.split)
        )
        counted = replace(claim, cases=shared, unit="scan") if shared and draw(st.booleans()) else claim
        situated = replace(each, claim=counted)
        if claim.object is not None and world.satisfies(situated):
            found.append(situated)
    return found


def networks(relations: Iterable[str] = RELATIONS) -> st.SearchStrategy[list[SituatedClaim]]:
    """A handful of any claims."""
    return st.lists(claims(relations=relations), min_size=2, max_size=14)


@st.composite
def true_claims(draw: st.DrawFn, world: World) -> list[SituatedClaim]:
    """Claims that are true of a world, some with the number of scans or patients they speak of."""
    every = draw(st.lists(claims(world.extents), min_size=1, max_size=30))
    found = []
    for each in every:
        if world.satisfies(each) and each.claim.object is not None:
            counted = draw(st.sampled_from([None, *POOLS]))
            level: Level = "patient" if counted == "patient" else "acquisition"
            cases = world.shared(each.subject, each.claim.object, level)
            if counted and cases and each.claim.level == "acquisition":
                each = _counted(each, cases, counted)
            found.append(each)
    return found


def _claim(ends: tuple[str, str], relation: str, extent: str | None, certainty: str, level: str) -> SituatedClaim:
    claim = Claim(relation=relation, object=ends[1], extent=extent, certainty=certainty, level=level, evidence=EVIDENCE)
    return SituatedClaim(subject=ends[0], claim=claim)


def _counted(situated: SituatedClaim, cases: int, unit: str) -> SituatedClaim:
    claim = situated.claim
    counted = Claim(
        relation=claim.relation,
        object=claim.object,
        extent=claim.extent,
        certainty=claim.certainty,
        cases=cases,
        unit=unit,
        evidence=claim.evidence,
    )
    return SituatedClaim(subject=situated.subject, claim=counted)
