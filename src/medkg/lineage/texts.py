"""The sentences about lineage, each with its evidence: claims, conclusions, cautions and what would change a verdict.

The command line prints them and pages link them; no other module words a claim or a verdict.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from medkg.lineage.answers import Account, Derivative, Grade, Opening, Pair, SafetyCandidate, Side, Verdict
from medkg.lineage.claims import Layer, Step
from medkg.model.claims import IN_SERIES, Claim, Evidence

Names = Mapping[str, str]
"""The names of datasets and challenge editions, by slug; one that is missing is called by its slug."""

Lines = Mapping[tuple[str, str], int]
"""The line of an entry, by catalogue and key; one that is missing is cited by its key."""

LAYER_NAMES: Mapping[Layer, str] = MappingProxyType(
    {"catalogs": "what the catalogues alone claim", "all": "all claims"}
)

GRADE_NAMES: Mapping[Grade, str] = MappingProxyType(
    {"definite": "definite", "possible": "possible", "none-known": "none known", "disjoint": "stated disjoint"}
)

OTHER_LAYER: Mapping[Layer, Layer] = MappingProxyType({"all": "catalogs", "catalogs": "all"})
"""The layer that a verdict by one layer is compared with."""

_VERBS = MappingProxyType(
    {
        "sameImagesAs": "has the same images as",
        "subsetOf": "is contained in",
        "includesAllOf": "includes all of",
        "partOf": "is a part of",
        "derivedFrom": "is drawn from",
        "annotates": "gives new labels to images of",
        "expansionOf": "is a later and larger release of",
        "overlaps": "overlaps",
        "possiblyOverlaps": "might overlap",
        "usesImagesOf": "uses images of",
        "successorOf": "is a later edition than",
        "synthesizedFrom": "was synthesised by a model trained on",
        "disjointWith": "shares nothing with",
        IN_SERIES: "is an edition of",
    }
)
_EXTENTS = MappingProxyType({"derivedFrom": ("wholly", "in part"), "annotates": ("alone", "among others")})
_HEDGE = "perhaps, as it is said with reserve"


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """The source of a claim in words, with its evidence; without evidence it is the file of a dataset."""

    text: str
    evidence: Evidence | None = None
    dataset: str | None = None

    @property
    def basis(self) -> str:
        """The basis of the claim: `catalog`, `literature` or `knowledge`."""
        return self.evidence.basis if self.evidence else "knowledge"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimText:
    """A claim as a sentence without its full stop, with the sources that state it."""

    sentence: str
    citations: tuple[Citation, ...]

    @property
    def bracketed_sources(self) -> str:
        """The sources in square brackets."""
        return f"[{', '.join(citation.text for citation in self.citations)}]"

    @property
    def with_citations(self) -> str:
        """The claim with its sources in square brackets."""
        return f"{self.sentence}  {self.bracketed_sources}"

    @property
    def with_sources(self) -> str:
        """The claim and its sources as one sentence."""
        return (
            f"{self.sentence}, says {' and '.join(citation.text for citation in self.citations) or 'nobody on record'}."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Caution:
    """A reason for caution that is no shared image, with the claims it rests on."""

    sentence: str
    claims: tuple[ClaimText, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """Writes sentences with the names of datasets and the lines of entries; `series` are the slugs of series."""

    names: Names = field(default_factory=dict)
    lines: Lines = field(default_factory=dict)
    series: Collection[str] = ()

    def name(self, slug: str | None) -> str:
        """The name of a dataset or challenge edition, or that of a source without a name."""
        return self.names.get(slug, slug) if slug else "a source that is not named"

    def side(self, side: Side) -> str:
        """The name of a side of a pair, with its split, or marked as a series."""
        name = self.name(side.dataset) + (" (series)" if side.dataset in self.series else "")
        return f"{name} ({side.split} split)" if side.split else name

    def of_pair(self, pair: Pair) -> Texts:
        """The texts about a pair, whose sides are named with their splits."""
        sides = {side.dataset: self.side(side) for side in (pair.train, pair.test)}
        return replace(self, names={**self.names, **sides})

    def claim(self, step: Step) -> ClaimText:
        """A claim in its own direction.

        >>> evidence = Evidence(basis="catalog", catalog="linhandev", key="lits")
        >>> claim = Claim(relation="subsetOf", object="lits", extent="whole", split="train", evidence=(evidence,))
        >>> Texts(names={"3d-ircadb": "3D-IRCADb"}).claim(Step(source="3d-ircadb", claim=claim)).with_sources
        '3D-IRCADb is contained in lits (train split), says linhandev, entry lits.'
        """
        claim = step.claim
        split = f" ({claim.subject_split} split)" if claim.subject_split else ""
        sentence = (
            f"{self.name(step.source)}{split} {_VERBS[claim.relation]} {self.name(claim.object)}{_details(claim)}"
        )
        return ClaimText(sentence=sentence, citations=self._citations(step))

    def path(self, steps: Iterable[Step]) -> tuple[ClaimText, ...]:
        """The claims of a path, each in its own direction."""
        return tuple(map(self.claim, steps))

    def opening(self, opening: Opening) -> ClaimText:
        """The claim by which a dataset's provenance is open."""
        claim = self.claim(opening.claim)
        if not opening.is_inherited:
            return claim
        return replace(claim, sentence=f"by way of {self.name(opening.claim.source)}: {claim.sentence}")

    def open_provenance(self, slug: str, opening: Opening) -> str:
        """The sentence that the provenance of a dataset is open."""
        through = f", by way of {self.name(opening.claim.source)}" if opening.is_inherited else ""
        return f"The provenance of {self.name(slug)} is open{through}: not all of its sources are named."

    def _citations(self, step: Step) -> tuple[Citation, ...]:
        """The sources of a claim, once each; that a dataset is an edition of a series is a decision of medkg."""
        if step.relation == IN_SERIES:
            return (Citation(text="medkg", dataset=step.source),)
        by_text = {self._source(evidence): evidence for evidence in step.evidence}
        return tuple(Citation(text=text, evidence=evidence) for text, evidence in by_text.items())

    def _source(self, evidence: Evidence) -> str:
        """The place of a claim: a catalogue's line or entry, or the address of a publication."""
        if not evidence.catalog:
            return evidence.source or "a source"
        line = self.lines.get((evidence.catalog, evidence.key or ""))
        return f"{evidence.catalog}:{line}" if line else f"{evidence.catalog}, entry {evidence.key}"

    def conclusion(self, verdict: Verdict) -> str:
        """A verdict as a sentence or two, without its path."""
        both = f"{self.name(verdict.subject)} and {self.name(verdict.other)}"
        things = "images" if verdict.level == "acquisition" else "patients"
        reason, exclusion = self.reason(verdict), verdict.exclusion_reason
        match verdict.grade:
            case "definite":
                sentence = f"{both} share {things}{f', {reason}' if reason else ''}."
            case "possible":
                sentence = f"{both} may share {things}: {reason}."
            case "disjoint":
                sentence = f"{both} share no {things}, as is stated of them{f' ({exclusion})' if exclusion else ''}."
            case _:
                because = f" ({exclusion})" if exclusion else ""
                sentence = f"No shared {things} of {both} are known{because}; that is no proof that there are none."
        contradiction = " Something stated speaks against it; one of the two is wrong."
        return sentence + contradiction if verdict.is_contradicted else sentence

    def reason(self, verdict: Verdict) -> str:
        """The number shared, or the reason why a verdict is only possible; empty where there is nothing to say."""
        hub, unit = self.name(verdict.hub), f"(unit: {verdict.unit})"
        if verdict.grade == "definite":
            by_count = f" by the numbers each holds of {hub}" if verdict.mechanism == "count" else ""
            return f"at least {verdict.least:,} {unit}{by_count}" if verdict.least is not None else ""
        if verdict.grade != "possible":
            return ""
        reason = {
            "fork": f"both paths start at {hub}, and the two draws may coincide",
            "chain": f"images were handed on through {hub}, and it is not known which",
            "unknown-direction": f"both meet {hub}, and it is not known which way the images went",
            "hedge": "a claim on the path is itself made with reserve",
            "part": "a claim on the path is about a whole dataset or series, and it is not known which part is meant",
            "series": f"both are editions of {hub}, editions often keep cases, and nothing is recorded of these two",
        }[verdict.mechanism or "hedge"]
        if verdict.expected is None:
            return reason
        return f"{reason}; if they were random, about {verdict.expected:,.0f} would be expected {unit}"

    def changes(self, verdict: Verdict, collider: str | None) -> Iterator[str]:
        """The sentences of what would change a verdict; at `collider` the way between the two datasets is blocked."""
        hub = self.name(verdict.hub)
        match verdict.grade, verdict.mechanism:
            case "definite", _:
                yield "It falls if a claim on the path is corrected and no other path is left."
            case "possible", "hedge":
                yield "A source that says so without reserve would make it definite; one that denies it, disjoint."
            case "possible", "series":
                yield "A source that says which cases were kept would make it definite; one that denies it, disjoint."
            case "possible", mechanism:
                yield f"The lists of what each holds of {hub} would settle it."
                if mechanism == "unknown-direction":
                    yield f"If both gave their images to {hub}, this path would be no evidence."
            case "disjoint", _ if verdict.path:
                yield "It falls if the statement that they share nothing, or an inclusion on the path, is corrected."
            case "none-known", _ if collider:
                yield (
                    f"Both gave images to {self.name(collider)}, which brings them no closer to each other; "
                    "they might share some if one of them took its images from there."
                )
            case "none-known", _ if verdict.exclusion_reason:
                yield "A path of claims that proves it would make it definite, and call the modalities into question."
            case "none-known", _:
                yield "A claim that joins them, or joins what they share images with, would change it."

    def by_other_layer(self, account: Account) -> str:
        """The sentence that compares a verdict with the one by the claims of the other layer."""
        layer, verdict = LAYER_NAMES[OTHER_LAYER[account.evidence]], account.by_other_layer
        if verdict.grade == account.explanation.verdict.grade:
            return f"By {layer} the verdict is the same: {verdict.grade}."
        return f"By {layer} the verdict is another one: {self.conclusion(verdict)}"

    def derivative(self, leak: Derivative) -> str:
        """The sentence about a leak by synthesised images."""
        both = f"{self.name(leak.subject)} and {self.name(leak.other)}"
        return f"{both} share no image by it, but images of one were synthesised from the other's."

    def size(self, verdict: Verdict) -> str:
        """The number shared, where it is known or can be expected, in a few words."""
        if verdict.least is not None:
            return f"at least {verdict.least:,} ({verdict.unit})"
        return f"about {verdict.expected:,.0f} if random ({verdict.unit})" if verdict.expected is not None else ""

    def note(self, pair: Pair) -> str:
        """The remark on the splits of a pair as a sentence; empty where there is none."""
        return f"{pair.note[:1].upper()}{pair.note[1:]}." if pair.note else ""

    def cautions(self, pair: Pair) -> Iterator[Caution]:
        """The reasons for caution about a pair besides its verdict."""
        texts = self.of_pair(pair)
        if pair.patients:
            yield Caution(sentence=texts.conclusion(pair.patients), claims=self.path(pair.patients.path))
        if pair.derivative:
            yield Caution(sentence=texts.derivative(pair.derivative), claims=self.path(pair.derivative.path))
        for slug, openings in pair.openings.items() if pair.verdict.grade == "none-known" else ():
            claims = tuple(map(self.opening, openings))
            yield Caution(sentence=self.open_provenance(slug, openings[0]), claims=claims)

    def remarks(self, candidate: SafetyCandidate) -> Iterator[str]:
        """The sentences to be read before a candidate for a test is taken."""
        for verdict in candidate.verdicts:
            if verdict.grade == "disjoint":
                yield self.conclusion(verdict)
            elif verdict.exclusion_reason:
                yield f"Beside {self.name(verdict.subject)}, {verdict.exclusion_reason}."
        yield from map(self.conclusion, candidate.patients)
        yield from map(self.derivative, candidate.derivative)


def _details(claim: Claim) -> str:
    """The details of a claim in brackets, after a space; empty where it has none."""
    details = [f"{claim.split} split"] if claim.split else []
    if claim.extent and claim.relation in _EXTENTS:
        details.append(_EXTENTS[claim.relation][claim.extent != "whole"])
    if claim.cases is not None:
        details.append(f"{claim.cases:,} of unit {claim.unit}" if claim.unit else f"{claim.cases:,} cases")
    if claim.range:
        details.append(f"numbers {claim.range}")
    if claim.level == "patient":
        details.append("of patients")
    if claim.certainty == "hedged":
        details.append(_HEDGE)
    return f" ({', '.join(details)})" if details else ""
