"""Claims and verdicts for pages: the sentences of `medkg.lineage.texts` with links to their sources."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from urllib.parse import quote

from medkg.lineage.answers import Derivative, Family, Opening, Overlap, Relative, Verdict
from medkg.lineage.claims import Step
from medkg.lineage.register import Register
from medkg.lineage.texts import Citation, ClaimText
from medkg.site.context import SiteContext, lineage_views
from medkg.site.pages import addresses

_MOST_ADDRESS_CHARACTERS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLink:
    """The source of a claim in words and as an address; the basis is `catalog`, `literature` or `knowledge`."""

    text: str
    url: str | None
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedClaim:
    """A claim as a sentence, with links to the sources that state it."""

    sentence: str
    evidence: tuple[SourceLink, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineageLinks:
    """Links claims and datasets of a register; addresses on this site begin with `root`, which ends in a slash."""

    register: Register
    root: str
    challenges: Collection[str] = field(default=frozenset())

    def label(self, slug: str) -> str:
        """The label of a dataset or challenge edition."""
        return self.register.label(slug)

    def url(self, slug: str) -> str:
        """The page of a dataset or challenge edition."""
        return f"{self.root}{'challenge' if slug in self.challenges else 'dataset'}/{slug}"

    def editions(self, series: str) -> list[tuple[str, str]]:
        """The labels of the editions of a series with their pages; none of a dataset."""
        return [(self.label(slug), self.url(slug)) for slug in self.register.editions.get(series, ())]

    def path(self, steps: Iterable[Step]) -> tuple[LinkedClaim, ...]:
        """The claims of a path, each in its own direction."""
        return tuple(map(self.claim, steps))

    def claim(self, step: Step) -> LinkedClaim:
        """A claim in its own direction."""
        return self.with_links(self.register.texts.claim(step))

    def opening(self, opening: Opening) -> LinkedClaim:
        """The claim by which a dataset's provenance is open."""
        return self.with_links(self.register.texts.opening(opening))

    def with_links(self, claim: ClaimText) -> LinkedClaim:
        """The text of a claim with links to its sources."""
        return LinkedClaim(sentence=claim.sentence, evidence=tuple(map(self._source, claim.citations)))

    def _source(self, citation: Citation) -> SourceLink:
        """A source with the page of a catalogue's record, the address of a publication, or the page of a dataset."""
        evidence, url = citation.evidence, self.url(citation.dataset) if citation.dataset else None
        if evidence and evidence.catalog:
            url = f"{self.root}catalog/{evidence.catalog}/record/{quote(evidence.key or '')}"
        elif evidence:
            url = evidence.source
        return SourceLink(text=_short(citation.text), url=url, basis=citation.basis)


def _short(text: str) -> str:
    """The text of a source, a long address by its site and end.

    >>> _short("https://github.com/openmedlab/Awesome-Medical-Dataset/blob/main/resources/LiTS.md")
    'github.com/…/LiTS.md'
    """
    address = text.partition("//")[2].rstrip("/")
    if not text.startswith(("https://", "http://")) or len(address) <= _MOST_ADDRESS_CHARACTERS:
        return address or text
    return f"{address.partition('/')[0]}/…/{address.rpartition('/')[2][-_MOST_ADDRESS_CHARACTERS:]}"


def lineage_links(context: SiteContext) -> LineageLinks:
    """The links of the register that is served, to the site of the request."""
    return LineageLinks(
        register=context.register, root=addresses().root, challenges=lineage_views(context)["all"].images.challenges
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedVerdict:
    """Another dataset and the conclusion about it, with the claims that lead there and those of a denial."""

    slug: str
    label: str
    url: str
    grade: str
    conclusion: str
    path: tuple[LinkedClaim, ...] = ()
    denial: tuple[LinkedClaim, ...] = ()
    is_contradicted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedOverlap:
    """The overlap of a dataset with others; those of the same images stand by themselves."""

    same_images: tuple[LinkedVerdict, ...]
    definite: tuple[LinkedVerdict, ...]
    possible: tuple[LinkedVerdict, ...]
    patients: tuple[LinkedVerdict, ...]
    derivative: tuple[LinkedVerdict, ...]
    excluded: tuple[LinkedVerdict, ...]
    openings: tuple[LinkedClaim, ...]

    @property
    def slugs(self) -> set[str]:
        """The datasets with which images are shared, or may be."""
        return {verdict.slug for verdict in (*self.same_images, *self.definite, *self.possible)}


def linked_overlap(overlap: Overlap, links: LineageLinks) -> LinkedOverlap:
    """An overlap with links."""
    same = [verdict for verdict in overlap.verdicts if verdict.other in overlap.same_images]
    others = [verdict for verdict in overlap.verdicts if verdict.other not in overlap.same_images]
    return LinkedOverlap(
        same_images=_verdicts(same, links),
        definite=_verdicts([verdict for verdict in others if verdict.grade == "definite"], links),
        possible=_verdicts([verdict for verdict in others if verdict.grade == "possible"], links),
        patients=_verdicts(overlap.patients, links),
        derivative=tuple(
            _linked_answer(derivative, links.register.texts.derivative(derivative), links)
            for derivative in overlap.derivative
        ),
        excluded=_verdicts(overlap.excluded, links),
        openings=tuple(map(links.opening, overlap.openings)),
    )


def linked_verdict(verdict: Verdict, links: LineageLinks) -> LinkedVerdict:
    """A verdict with links."""
    return _linked_answer(verdict, links.register.texts.conclusion(verdict), links)


def _verdicts(verdicts: Iterable[Verdict], links: LineageLinks) -> tuple[LinkedVerdict, ...]:
    return tuple(linked_verdict(verdict, links) for verdict in verdicts)


def _linked_answer(answer: Verdict | Derivative, conclusion: str, links: LineageLinks) -> LinkedVerdict:
    return LinkedVerdict(
        slug=answer.other,
        label=links.label(answer.other),
        url=links.url(answer.other),
        grade=answer.grade,
        conclusion=conclusion,
        path=links.path(answer.path),
        denial=links.path(answer.denial) if isinstance(answer, Verdict) else (),
        is_contradicted=isinstance(answer, Verdict) and answer.is_contradicted,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedRelative:
    """A relative of a dataset: how many claims away, whether images are shared with it, and by which claims."""

    label: str
    url: str
    depth: int
    grade: str
    path: tuple[LinkedClaim, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilySide:
    """The relatives on one side of a dataset, the nearest first."""

    heading: str
    relatives: tuple[LinkedRelative, ...]

    @property
    def near(self) -> list[LinkedRelative]:
        """Those that one claim ties to the dataset."""
        return [relative for relative in self.relatives if relative.depth <= 1]


def family_sides(family: Family, links: LineageLinks) -> list[FamilySide]:
    """The sides of a family that are not empty."""
    return [
        FamilySide(heading=heading, relatives=tuple(_relative(relative, links) for relative in relatives))
        for heading, relatives in family.sides.items()
    ]


def _relative(relative: Relative, links: LineageLinks) -> LinkedRelative:
    return LinkedRelative(
        label=links.label(relative.dataset),
        url=links.url(relative.dataset),
        depth=relative.depth,
        grade=relative.grade,
        path=links.path(relative.path),
    )
