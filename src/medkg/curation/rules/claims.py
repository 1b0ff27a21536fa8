"""Rules on lineage claims: subject, object and extent make sense, evidence is given, a claim is made once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from medkg.choices import did_you_mean
from medkg.curation.hints import quote
from medkg.curation.rules.datasets import is_missing, missing_dataset
from medkg.curation.rules.rule import Rule, Violation, cycles
from medkg.model.claims import OPENING, WITH_EXTENT, Claim, Evidence, statements
from medkg.model.collection import Kind, Records

_PART_RELATIONS = frozenset({"partOf", "subsetOf"})
_WHOLE_RELATIONS = frozenset({"includesAllOf", "expansionOf"})
_PART_RELATIONS_IF_WHOLE = frozenset({"derivedFrom", "annotates"})


class ClaimPlace(NamedTuple):
    """A claim with the file that makes it, and its field there."""

    kind: Kind
    subject: str
    field: str
    claim: Claim

    @property
    def statements(self) -> frozenset[str]:
        """The claim as `refines` and `corrects` of others name it."""
        return statements(self.subject, self.claim.relation, self.claim.object)

    @property
    def supersedes(self) -> frozenset[str]:
        """The claims it refines or corrects."""
        return frozenset((*self.claim.refines, *self.claim.corrects))

    def violation(self, field: str, message: str) -> Violation:
        """A violation at a field of the claim, or at the claim itself."""
        return Violation(self.kind, self.subject, f"{self.field}.{field}" if field else self.field, message)


def claim_places(records: Records) -> Iterator[ClaimPlace]:
    """The claims of all files."""
    for slug, dataset in records.datasets.items():
        for index, claim in enumerate(dataset.claims):
            yield ClaimPlace("datasets", slug, f"claims[{index}]", claim)
    for slug, challenge in records.challenges.items():
        for index, claim in enumerate(challenge.claims):
            yield ClaimPlace("challenges", slug, f"claims[{index}]", claim)


def dangling_objects(records: Records) -> Iterator[Violation]:
    """Claims whose object is a dataset without a file."""
    for place in claim_places(records):
        if place.claim.object is not None and is_missing(records, place.claim.object):
            yield place.violation("object", missing_dataset(records, place.claim.object))


def claims_without_object(records: Records) -> Iterator[Violation]:
    """Claims without an object, of a relation that needs one."""
    for place in claim_places(records):
        if place.claim.object is None and place.claim.relation not in OPENING:
            message = (
                f"{place.claim.relation} needs an object; an unnamed source goes with {', '.join(sorted(OPENING))}"
            )
            yield place.violation("relation", message)


def claims_of_themselves(records: Records) -> Iterator[Violation]:
    """Claims of a dataset about itself."""
    for place in claim_places(records):
        if place.kind == "datasets" and place.claim.object == place.subject:
            yield place.violation(
                "object", f"is '{place.subject}' itself; name the other dataset, or leave the claim out"
            )


def misplaced_relations(records: Records) -> Iterator[Violation]:
    """Relations with a subject that cannot have them."""
    for place in claim_places(records):
        if place.kind == "challenges" and place.claim.relation != "usesImagesOf":
            message = "a challenge uses the images of a dataset; write usesImagesOf, or claim it of its dataset"
            yield place.violation("relation", message)
        if place.kind == "datasets" and place.claim.relation == "usesImagesOf":
            dataset = records.datasets[place.subject]
            if not (dataset.series or dataset.version) and ("datasets", place.subject) not in records.faulty:
                way_out = "write derivedFrom, or give it its `series` or `version`"
                yield place.violation(
                    "relation", f"'{place.subject}' is no edition, which alone uses images; {way_out}"
                )


def needless_extents(records: Records) -> Iterator[Violation]:
    """Extents of claims whose relation implies the extent."""
    for place in claim_places(records):
        if place.claim.extent and place.claim.relation not in WITH_EXTENT:
            message = f"{place.claim.relation} takes no extent, which is for {', '.join(sorted(WITH_EXTENT))}"
            yield place.violation("extent", f"{message}; leave it out, or choose the relation that is meant")


def claims_without_evidence(records: Records) -> Iterator[Violation]:
    """Claims without evidence, and evidence without its source."""
    for place in claim_places(records):
        if not place.claim.evidence and (place.kind, place.subject) not in records.faulty:
            yield place.violation("evidence", "is missing; name the entry or paper that states the claim")
        for index, evidence in enumerate(place.claim.evidence):
            if problem := _evidence_problem(evidence):
                yield place.violation(f"evidence[{index}]", problem)


def _evidence_problem(evidence: Evidence) -> str | None:
    if evidence.basis == "catalog" and not (evidence.catalog and evidence.key):
        return "rests on a catalogue and needs the `catalog` and `key` of the entry that states it"
    if evidence.basis == "literature" and not evidence.source:
        return "rests on literature and needs the `source` that states it, an address"
    return None


def dangling_claims(records: Records) -> Iterator[Violation]:
    """Refined or corrected claims that no file makes, or that are the refining claim itself."""
    makers: dict[str, list[ClaimPlace]] = defaultdict(list)
    for place in claim_places(records):
        for statement in place.statements:
            makers[statement].append(place)
    for place in claim_places(records):
        for field in ("refines", "corrects"):
            for index, statement in enumerate(getattr(place.claim, field)):
                if problem := _dangling_problem(records, statement, place, makers):
                    yield place.violation(f"{field}[{index}]", problem)


def _dangling_problem(
    records: Records, statement: str, by: ClaimPlace, makers: dict[str, list[ClaimPlace]]
) -> str | None:
    claims = makers.get(statement, [])
    if claims == [by]:
        return f"{quote(statement)} is this very claim; leave it out"
    subject, _, target = statement.split()
    in_doubt = any((kind, slug) in records.faulty for kind in ("datasets", "challenges") for slug in (subject, target))
    if claims or in_doubt:
        return None
    way_out = did_you_mean(statement, makers) or "; write it as `subject relation object`, as its own file does"
    return f"no file claims {quote(statement)}{way_out}"


def repeated_claims(records: Records) -> Iterator[Violation]:
    """Claims that repeat an earlier one of the same file."""
    first: dict[tuple[object, ...], str] = {}
    for place in claim_places(records):
        claim = place.claim
        statement = (
            claim.relation,
            claim.object,
            claim.extent,
            claim.certainty,
            claim.split,
            claim.subject_split,
            claim.level,
        )
        earlier = first.setdefault((place.kind, place.subject, *statement), place.field)
        if earlier != place.field:
            yield place.violation("", f"says what {earlier} says; make one of the two, with the evidence of both")


def inclusion_cycles(records: Records) -> Iterator[Violation]:
    """Datasets that are, over some steps, a part of themselves."""
    superseded = frozenset[str]().union(*(place.supersedes for place in claim_places(records)))
    steps: dict[tuple[str, str], ClaimPlace] = {}
    for place in claim_places(records):
        if not place.statements & (superseded - place.supersedes):
            steps.update((step, place) for step in _part_and_whole(place))
    wholes: dict[str, list[str]] = defaultdict(list)
    for part, whole in steps:
        wholes[part].append(whole)
    for path in cycles(wholes):
        way_out = "leave out the step that is not true, or say sameImagesAs"
        yield steps[path[0], path[1]].violation("", f"leads in a circle: {' → '.join(path)}; {way_out}")


def _part_and_whole(place: ClaimPlace) -> Iterator[tuple[str, str]]:
    """The part and the whole of a claim of inclusion that is not hedged."""
    claim = place.claim
    if claim.object is None or claim.object == place.subject or claim.certainty == "hedged":
        return
    if claim.relation in _PART_RELATIONS or (claim.relation in _PART_RELATIONS_IF_WHOLE and claim.extent == "whole"):
        yield place.subject, claim.object
    elif claim.relation in _WHOLE_RELATIONS:
        yield claim.object, place.subject


def shared_slugs(records: Records) -> Iterator[Violation]:
    """Challenges with the slug of a dataset."""
    for slug in sorted(records.challenges.keys() & records.datasets.keys()):
        message = f"'{slug}' is a dataset too, so that a claim does not tell which is meant"
        yield Violation(
            "challenges", slug, "", f"{message}; give the challenge a slug of its own, such as {slug}-challenge"
        )


RULES = (
    Rule("dangling-dataset", "A dataset that is pointed to is there.", dangling_objects),
    Rule(
        "claim-without-object",
        "A claim without an object is of images that came from an unnamed source.",
        claims_without_object,
    ),
    Rule("claim-of-itself", "A claim is about another dataset.", claims_of_themselves),
    Rule(
        "relation-out-of-place",
        "Challenges and editions use images; only datasets have other relations.",
        misplaced_relations,
    ),
    Rule("needless-extent", "An extent stands where the relation leaves it open.", needless_extents),
    Rule("claim-without-evidence", "Somebody states a claim: an entry or a paper.", claims_without_evidence),
    Rule("dangling-claim", "A claim that is refined or corrected is another that some file makes.", dangling_claims),
    Rule("claim-twice", "A file makes a claim once, with all the evidence.", repeated_claims),
    Rule("cycle", "No dataset is a part, an edition or a replacement of itself.", inclusion_cycles),
    Rule("ambiguous-slug", "A slug is that of a dataset or of a challenge.", shared_slugs),
)
