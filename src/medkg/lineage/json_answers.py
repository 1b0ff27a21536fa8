"""Answers as JSON: datasets by slug, and every path as claims in their own direction with their evidence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from medkg.lineage.answers import (
    Account,
    Derivative,
    Family,
    Opening,
    Overlap,
    Pair,
    Relative,
    Safety,
    SafetyCandidate,
    Tie,
    Verdict,
)
from medkg.lineage.claims import Step
from medkg.lineage.texts import OTHER_LAYER, Lines
from medkg.model.claims import Evidence
from medkg.model.papers import paper_iri

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonWriter:
    """Makes answers into JSON values; `lines` has the line of an entry, by catalogue and key."""

    lines: Lines

    def overlap(self, overlap: Overlap) -> Json:
        """All that a dataset overlaps."""
        return {
            "dataset": overlap.dataset,
            "evidence": overlap.evidence,
            "editions": list(overlap.editions),
            "same_images": list(overlap.same_images),
            "verdicts": [self.verdict(verdict) for verdict in overlap.verdicts],
            "derivative": [self.derivative(derivative) for derivative in overlap.derivative],
            "patients": [self.verdict(verdict) for verdict in overlap.patients],
            "excluded": [
                {"dataset": verdict.other, "reason": verdict.exclusion_reason} for verdict in overlap.excluded
            ],
            "open_provenance": bool(overlap.openings),
            "openings": [self.opening(opening) for opening in overlap.openings],
        }

    def leaks(self, pairs: Iterable[Pair]) -> Json:
        """The matrix of training and test sets."""
        return {"pairs": [self._pair(pair) for pair in pairs]}

    def safety(self, safety: Safety) -> Json:
        """The candidates for a test, in three groups."""
        return {
            "test_for": list(safety.test_for),
            "evidence": safety.evidence,
            "no_known_shared_images": [self._candidate(candidate) for candidate in safety.clear],
            "open_provenance": [self._candidate(candidate) for candidate in safety.open],
            "sharing": [self._candidate(candidate) for candidate in safety.sharing],
            "trained_on_open_provenance": {
                slug: [self.opening(opening) for opening in openings]
                for slug, openings in safety.trained_openings.items()
            },
        }

    def account(self, account: Account) -> Json:
        """Two datasets steps_of in full."""
        explanation = account.explanation
        return {
            "subject": explanation.verdict.subject,
            **self.verdict(explanation.verdict),
            "evidence": account.evidence,
            "conclusion": explanation.conclusion,
            "reasons": list(explanation.reasons),
            "changes": list(explanation.changes),
            "caveats": list(explanation.caveats),
            "other_paths": [self.verdict(verdict) for verdict in explanation.others],
            "patients": self.verdict(account.patients) if account.patients else None,
            "derivative": self.derivative(account.derivative) if account.derivative else None,
            "editions": [{"subject": verdict.subject, **self.verdict(verdict)} for verdict in account.editions],
            "open_provenance": sorted(account.openings),
            "by_evidence": {
                account.evidence: explanation.verdict.grade,
                OTHER_LAYER[account.evidence]: account.by_other_layer.grade,
            },
        }

    def family(self, family: Family) -> Json:
        """Ancestors and descendants, and their ties."""
        return {
            "dataset": family.dataset,
            "evidence": family.evidence,
            "ancestors": [self._relative(relative) for relative in family.ancestors],
            "descendants": [self._relative(relative) for relative in family.descendants],
            "ties": [self._tie(tie) for tie in family.ties],
        }

    def verdict(self, verdict: Verdict) -> Json:
        """A verdict with its path; numbers and reasons are null where nothing is known."""
        return {
            "dataset": verdict.other,
            "grade": verdict.grade,
            "path": self.path(verdict.path),
            "mechanism": verdict.mechanism,
            "hub": verdict.hub,
            "least": verdict.least,
            "expected": None if verdict.expected is None else round(verdict.expected, 1),
            "unit": verdict.unit,
            "guard": verdict.exclusion_reason,
            "contradicted": verdict.is_contradicted,
            "exclusion": self.path(verdict.denial),
        }

    def derivative(self, leak: Derivative) -> Json:
        """A leak by synthesised images."""
        return {"dataset": leak.other, "grade": leak.grade, "path": self.path(leak.path)}

    def opening(self, opening: Opening) -> Json:
        """A source without a name, with the path along which images came from there."""
        return {"claim": self.step(opening.claim), "path": self.path(opening.path)}

    def path(self, steps: Iterable[Step]) -> list[Json]:
        """The claims of a path in the order they are walked."""
        return [self.step(step) for step in steps]

    def step(self, step: Step) -> Json:
        """A claim in its own direction, and whether it is walked backwards."""
        return {
            "from": step.source,
            "relation": step.relation,
            "to": step.target,
            "inverse": step.inverse,
            "evidence": [self._evidence(evidence) for evidence in step.evidence],
        }

    def _evidence(self, evidence: Evidence) -> Json:
        if evidence.catalog:
            line = self.lines.get((evidence.catalog, evidence.key or ""))
            return {"basis": evidence.basis, "catalog": evidence.catalog, "key": evidence.key, "line": line}
        return {"basis": evidence.basis, "iri": paper_iri(evidence.source) if evidence.source else None}

    def _pair(self, pair: Pair) -> Json:
        return {
            "train": pair.train.dataset,
            "test": pair.test.dataset,
            "train_split": pair.train.split,
            "test_split": pair.test.split,
            **{name: value for name, value in self.verdict(pair.verdict).items() if name != "dataset"},
            "patients": self.verdict(pair.patients) if pair.patients else None,
            "derivative": self.derivative(pair.derivative) if pair.derivative else None,
            "open_provenance": list(pair.openings),
            "note": pair.note,
            "editions": [self._pair(edition) for edition in pair.editions],
        }

    def _candidate(self, candidate: SafetyCandidate) -> Json:
        return {
            "dataset": candidate.dataset,
            "grade": candidate.worst.grade,
            "verdicts": [{"trained_on": verdict.subject, **self.verdict(verdict)} for verdict in candidate.verdicts],
            "openings": [self.opening(opening) for opening in candidate.openings],
            "patients": [{"trained_on": verdict.subject, **self.verdict(verdict)} for verdict in candidate.patients],
            "derivative": [
                {"trained_on": derivative.subject, **self.derivative(derivative)} for derivative in candidate.derivative
            ],
        }

    def _relative(self, relative: Relative) -> Json:
        return {
            "dataset": relative.dataset,
            "depth": relative.depth,
            "grade": relative.grade,
            "directed": relative.is_directed,
            "path": self.path(relative.path),
        }

    def _tie(self, tie: Tie) -> Json:
        return {
            "from": tie.subject,
            "relations": list(tie.relations),
            "to": tie.object,
            "certainty": tie.certainty,
        }
