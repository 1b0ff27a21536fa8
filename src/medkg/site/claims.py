"""Lineage as pages tell it: the sentences of `medkg.lineage.wording`, each with links to those who say so.

What a dataset shares, as its page tells it: the answer of `medkg overlap`, in the sentences of `medkg explain`.

A family as its pages tell it: the relatives, by the side of the dataset on which they stand.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import quote

from medkg.lineage.ancestry import Relative
from medkg.lineage.answers import Family, Overlap
from medkg.lineage.explain import conclusion
from medkg.lineage.register import Register
from medkg.lineage.verdicts import Derivative, Opening, Step, Verdict
from medkg.lineage.wording import called, cited, statement, witnesses
from medkg.model.claims import IN_SERIES, Evidence
from medkg.site.context import SiteContext, lineage_views
from medkg.site.pages import addresses

_LONG = 40  # characters of an address


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """Where something is stated, in words and as an address; the basis (`catalog`, `literature`, or `knowledge`)."""

    text: str
    url: str | None
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A claim as a sentence, with those who state it."""

    sentence: str
    evidence: tuple[Cited, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """Tells what a register holds; addresses on this site begin with `root`, which ends in a slash."""

    register: Register
    root: str
    challenges: Collection[str] = field(default=frozenset())

    def label(self, slug: str | None) -> str:
        """What a dataset or challenge edition is called."""
        return called(slug, self.register.labels)

    def url(self, slug: str) -> str:
        """The page of a dataset or challenge edition."""
        return f"{self.root}{'challenge' if slug in self.challenges else 'dataset'}/{slug}"

    def editions(self, series: str) -> list[tuple[str, str]]:
        """The editions of a series with their pages; none of a dataset."""
        return [(self.label(slug), self.url(slug)) for slug in self.register.editions.get(series, ())]

    def path(self, steps: Iterable[Step]) -> tuple[Told, ...]:
        """The claims of a path, each in its own direction."""
        return tuple(map(self.told, steps))

    def told(self, step: Step) -> Told:
        """A claim in its own direction."""
        evidence = self.evidence(step.evidence)
        if step.relation == IN_SERIES:
            evidence = (Cited(text=witnesses(step)[0], url=self.url(step.source), basis="knowledge"),)
        return Told(sentence=statement(step, self.register.labels), evidence=evidence)

    def opening(self, opening: Opening) -> Told:
        """Why a dataset's provenance is open."""
        told = self.told(opening.claim)
        if not opening.is_inherited:
            return told
        return Told(sentence=f"by way of {self.label(opening.claim.source)}: {told.sentence}", evidence=told.evidence)

    def evidence(self, evidence: Iterable[Evidence]) -> tuple[Cited, ...]:
        """Who states a claim, once each."""
        found = {cited(each, self.register.lines): each for each in evidence}
        return tuple(
            Cited(text=_short(text), url=self._address(each), basis=each.basis) for text, each in found.items()
        )

    def _address(self, evidence: Evidence) -> str | None:
        """The page of a catalogue's record, or the address of a publication."""
        if evidence.catalog:
            return f"{self.root}catalog/{evidence.catalog}/record/{quote(evidence.key or '')}"
        return evidence.source


def _short(text: str) -> str:
    """Who says so, a long address by its site and end.

    >>> _short("https://github.com/openmedlab/Awesome-Medical-Dataset/blob/main/resources/LiTS.md")
    'github.com/…/LiTS.md'
    """
    address = text.partition("//")[2].rstrip("/")
    if not text.startswith(("https://", "http://")) or len(address) <= _LONG:
        return address or text
    return f"{address.partition('/')[0]}/…/{address.rpartition('/')[2][-_LONG:]}"


def teller(now: SiteContext) -> Teller:
    """One that tells what the graph that is served holds, to the site that is asked."""
    return Teller(register=now.register, root=addresses().root, challenges=lineage_views(now)["all"].images.challenges)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharing:
    """Another dataset and what is concluded of it, with the claims that lead there and those that speak against it."""

    slug: str
    label: str
    url: str
    grade: str
    conclusion: str
    path: tuple[Told, ...] = ()
    against: tuple[Told, ...] = ()
    is_contradicted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """All that a dataset shares with others, or may share, and what is no shared image."""

    same_images: tuple[Sharing, ...]
    definite: tuple[Sharing, ...]
    possible: tuple[Sharing, ...]
    patients: tuple[Sharing, ...]
    derivative: tuple[Sharing, ...]
    excluded: tuple[Sharing, ...]
    openings: tuple[Told, ...]

    @property
    def slugs(self) -> set[str]:
        """The datasets with which images are shared, or may be."""
        return {each.slug for each in (*self.same_images, *self.definite, *self.possible)}


def shared(found: Overlap, teller: Teller) -> Shared:
    """An overlap as a page tells it; those of the very same images stand by themselves."""
    same = [each for each in found.verdicts if each.other in found.same_images]
    others = [each for each in found.verdicts if each.other not in found.same_images]
    return Shared(
        same_images=_verdicts(same, teller),
        definite=_verdicts([each for each in others if each.grade == "definite"], teller),
        possible=_verdicts([each for each in others if each.grade == "possible"], teller),
        patients=_verdicts(found.patients, teller),
        derivative=tuple(_derivative(each, teller) for each in found.derivative),
        excluded=_verdicts(found.excluded, teller),
        openings=tuple(map(teller.opening, found.openings)),
    )


def sharing(verdict: Verdict, teller: Teller) -> Sharing:
    """A verdict as a page tells it."""
    return Sharing(
        slug=verdict.other,
        label=teller.label(verdict.other),
        url=teller.url(verdict.other),
        grade=verdict.grade,
        conclusion=conclusion(verdict, teller.register.labels),
        path=teller.path(verdict.path),
        against=teller.path(verdict.exclusion),
        is_contradicted=verdict.is_contradicted,
    )


def _verdicts(verdicts: Iterable[Verdict], teller: Teller) -> tuple[Sharing, ...]:
    return tuple(sharing(each, teller) for each in verdicts)


def _derivative(found: Derivative, teller: Teller) -> Sharing:
    both = f"{teller.label(found.subject)} and {teller.label(found.other)}"
    return Sharing(
        slug=found.other,
        label=teller.label(found.other),
        url=teller.url(found.other),
        grade=found.grade,
        conclusion=f"{both} share no image by it, but images of one were synthesised from the other's.",
        path=teller.path(found.path),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A relative of the dataset asked for: how many claims away, whether images are shared with it, by which claims."""

    label: str
    url: str
    depth: int
    grade: str
    path: tuple[Told, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """The relatives on one side of a dataset, the nearest first."""

    heading: str
    relations: tuple[Relation, ...]

    @property
    def near(self) -> list[Relation]:
        """Those that one claim ties to the dataset."""
        return [each for each in self.relations if each.depth <= 1]


def kin(family: Family, teller: Teller) -> list[Side]:
    """The sides of a family that are not empty, as the tree of `medkg lineage` has them."""
    return [
        Side(heading=heading, relations=tuple(_relation(each, teller) for each in found))
        for heading, found in _sides(family)
        if found
    ]


def _sides(family: Family) -> Iterator[tuple[str, list[Relative]]]:
    both = (*family.ancestors, *family.descendants)
    yield "Same images", _once(each for each in both if not each.depth)
    yield "Images came from", [each for each in family.ancestors if each.depth and each.is_directed]
    yield "Images went into", [each for each in family.descendants if each.depth and each.is_directed]
    yield "Shared, unknown which way", _once(each for each in both if not each.is_directed)


def _once(relatives: Iterable[Relative]) -> list[Relative]:
    return list({each.dataset: each for each in relatives}.values())


def _relation(relative: Relative, teller: Teller) -> Relation:
    return Relation(
        label=teller.label(relative.dataset),
        url=teller.url(relative.dataset),
        depth=relative.depth,
        grade=relative.grade,
        path=teller.path(relative.path),
    )
