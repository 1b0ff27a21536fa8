"""A family for the graph that browsers draw: its members and ties as JSON, each tie with its claims in sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from medkg.lineage.ancestry import Relative
from medkg.lineage.answers import Family, Tie
from medkg.lineage.answers.claimed import Claimed
from medkg.lineage.relations import Flow
from medkg.lineage.verdicts import Grade, Step
from medkg.web.telling import Cited, Teller

Json = dict[str, Any]

CERTAINTY: Mapping[str, str] = {"solid": "stated", "dashed": "hedged", "dotted": "documentary"}
"""How sure a tie is, by the style of its line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standpoint:
    """The dataset that members of another one's family are seen from: its own family, and the grade of any dataset."""

    family: Family
    grade: Callable[[str], Grade]

    def json(self, slugs: Iterable[str]) -> dict[str, Json]:
        """How each of some datasets stands to the one; it has a generation where it is an ancestor or descendant."""
        known, generations = _relatives(self.family), self.family.generations
        return {slug: self._standing(slug, known.get(slug), generations.get(slug)) for slug in slugs}

    def _standing(self, slug: str, relative: Relative | None, generation: int | None) -> Json:
        grade = None if slug == self.family.dataset else relative.grade if relative else self.grade(slug)
        return {"grade": grade, "generation": generation, "directed": relative.is_directed if relative else True}


@dataclass(frozen=True, slots=True, kw_only=True)
class Elements:
    """Writes families out; `chinese` gives the Chinese name of a member, where it has one."""

    teller: Teller
    claimed: Claimed
    chinese: Callable[[str], str | None]

    def json(self, family: Family, left_out: int, standpoint: Standpoint | None = None) -> Json:
        """A family with its members and ties; `left_out` members are not among them.

        Members are graded towards the dataset of the family and, where one is given, as seen from a standpoint.
        """
        seen = {"towards": standpoint.family.dataset} if standpoint else {}
        return {
            "dataset": family.dataset,
            "evidence": family.evidence,
            "left_out": left_out,
            **seen,
            "nodes": list(self._nodes(family, standpoint)),
            "edges": [self._edge(tie) for tie in family.ties],
        }

    def _nodes(self, family: Family, standpoint: Standpoint | None) -> Iterator[Json]:
        known, seen = _relatives(family), standpoint.json(family.generations) if standpoint else {}
        for slug, generation in family.generations.items():
            relative = known.get(slug)
            yield {
                "id": slug,
                "label": self.teller.label(slug),
                "label_zh": self.chinese(slug),
                "kind": "challenge" if slug in self.teller.challenges else "dataset",
                "generation": generation,
                "grade": relative.grade if relative else None,
                "directed": relative.is_directed if relative else True,
                "url": self.teller.url(slug),
                **({"towards": seen[slug]} if slug in seen else {}),
            }

    def _edge(self, tie: Tie) -> Json:
        came_from, went_to = (tie.object, tie.subject) if tie.flow is Flow.HERE else (tie.subject, tie.object)
        claims = self.claimed.get((tie.subject, tie.object), ())
        return {
            "id": f"{tie.subject}|{tie.object}",
            "subject": tie.subject,
            "object": tie.object,
            "source": came_from,
            "target": went_to,
            "symmetric": tie.is_symmetric,
            "directed": tie.flow is not Flow.UNKNOWN,
            "relations": list(tie.relations),
            "relation": tie.label,
            "style": tie.style,
            "certainty": CERTAINTY[tie.style],
            "basis": sorted({evidence.basis for claim in claims for evidence in claim.evidence}),
            "claims": [self._claim(claim) for claim in claims],
        }

    def _claim(self, step: Step) -> Json:
        told = self.teller.told(step)
        return {
            "relation": step.relation,
            "sentence": told.sentence,
            "certainty": step.claim.certainty,
            "cases": step.claim.cases,
            "unit": step.claim.unit,
            "evidence": [_cited(each) for each in told.evidence],
        }


def _relatives(family: Family) -> dict[str, Relative]:
    return {each.dataset: each for each in (*family.ancestors, *family.descendants)}


def _cited(cited: Cited) -> Json:
    return {"text": cited.text, "url": cited.url, "basis": cited.basis}
