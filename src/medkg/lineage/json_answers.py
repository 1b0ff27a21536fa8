"""Answers as JSON holds them: datasets by slug, every path with the claims in their own direction and who says them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from medkg.lineage.ancestry import Relative
from medkg.lineage.answers.family import Family, Tie
from medkg.lineage.answers.leak import Candidate, Pair, Safety
from medkg.lineage.answers.overlap import Overlap
from medkg.lineage.answers.pair import OTHER, Account
from medkg.lineage.verdicts import Derivative, Opening, Step, Verdict
from medkg.lineage.wording import Lines
from medkg.model.claims import Evidence
from medkg.model.papers import paper_iri

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """Writes answers out; `lines` tells on which line of its catalogue an entry stands."""

    lines: Lines

    def overlap(self, found: Overlap) -> Json:
        """All that a dataset overlaps."""
        return {
            "dataset": found.dataset,
            "evidence": found.evidence,
            "editions": list(found.editions),
            "same_images": list(found.same_images),
            "verdicts": [self.verdict(each) for each in found.verdicts],
            "derivative": [self.derivative(each) for each in found.derivative],
            "patients": [self.verdict(each) for each in found.patients],
            "excluded": [{"dataset": each.other, "reason": each.guard_reason} for each in found.excluded],
            "open_provenance": bool(found.openings),
            "openings": [self.opening(each) for each in found.openings],
        }

    def leaks(self, pairs: Iterable[Pair]) -> Json:
        """The matrix of training and test sets."""
        return {"pairs": [self._pair(each) for each in pairs]}

    def safety(self, found: Safety) -> Json:
        """The candidates for a test, by what is known of them."""
        return {
            "test_for": list(found.test_for),
            "evidence": found.evidence,
            "no_known_shared_images": [self._candidate(each) for each in found.clear],
            "open_provenance": [self._candidate(each) for each in found.open],
            "sharing": [self._candidate(each) for each in found.sharing],
            "trained_on_open_provenance": {
                slug: [self.opening(each) for each in openings] for slug, openings in found.untold.items()
            },
        }

    def account(self, found: Account) -> Json:
        """Two datasets told in full."""
        said = found.explanation
        return {
            "subject": said.verdict.subject,
            **self.verdict(said.verdict),
            "evidence": found.evidence,
            "conclusion": said.conclusion,
            "reasons": list(said.reasons),
            "changes": list(said.changes),
            "caveats": list(said.caveats),
            "other_paths": [self.verdict(each) for each in said.others],
            "patients": self.verdict(found.patients) if found.patients else None,
            "derivative": self.derivative(found.derivative) if found.derivative else None,
            "editions": [{"subject": each.subject, **self.verdict(each)} for each in found.editions],
            "open_provenance": sorted(found.openings),
            "by_evidence": {found.evidence: said.verdict.grade, OTHER[found.evidence]: found.elsewhere.grade},
        }

    def family(self, found: Family) -> Json:
        """Ancestors and descendants, and their ties."""
        return {
            "dataset": found.dataset,
            "evidence": found.evidence,
            "ancestors": [self._relative(each) for each in found.ancestors],
            "descendants": [self._relative(each) for each in found.descendants],
            "ties": [self._tie(each) for each in found.ties],
        }

    def verdict(self, found: Verdict) -> Json:
        """A verdict with its path; numbers and reasons are null where nothing is known."""
        return {
            "dataset": found.other,
            "grade": found.grade,
            "path": self.path(found.path),
            "mechanism": found.mechanism,
            "hub": found.hub,
            "least": found.least,
            "expected": None if found.expected is None else round(found.expected, 1),
            "unit": found.unit,
            "guard": found.guard_reason,
            "contradicted": found.is_contradicted,
            "exclusion": self.path(found.exclusion),
        }

    def derivative(self, found: Derivative) -> Json:
        """A leak by synthesised images."""
        return {"dataset": found.other, "grade": found.grade, "path": self.path(found.path)}

    def opening(self, found: Opening) -> Json:
        """A source that nobody names, with the path along which images came from there."""
        return {"claim": self.step(found.claim), "path": self.path(found.path)}

    def path(self, steps: Iterable[Step]) -> list[Json]:
        """The claims of a path in the order they are walked."""
        return [self.step(each) for each in steps]

    def step(self, step: Step) -> Json:
        """A claim in its own direction, and whether it is walked backwards."""
        return {
            "from": step.source,
            "relation": step.relation,
            "to": step.target,
            "inverse": step.inverse,
            "evidence": [self._evidence(each) for each in step.evidence],
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
            "open_provenance": list(pair.open),
            "note": pair.note,
            "editions": [self._pair(each) for each in pair.editions],
        }

    def _candidate(self, found: Candidate) -> Json:
        return {
            "dataset": found.dataset,
            "grade": found.worst.grade,
            "verdicts": [{"trained_on": each.subject, **self.verdict(each)} for each in found.verdicts],
            "openings": [self.opening(each) for each in found.openings],
            "patients": [{"trained_on": each.subject, **self.verdict(each)} for each in found.patients],
            "derivative": [{"trained_on": each.subject, **self.derivative(each)} for each in found.derivative],
        }

    def _relative(self, found: Relative) -> Json:
        return {
            "dataset": found.dataset,
            "depth": found.depth,
            "grade": found.grade,
            "directed": found.is_directed,
            "path": self.path(found.path),
        }

    def _tie(self, found: Tie) -> Json:
        return {
            "from": found.subject,
            "relations": list(found.relations),
            "to": found.object,
            "certainty": "documentary"
            if found.style == "dotted"
            else "hedged"
            if found.style == "dashed"
            else "stated",
        }
