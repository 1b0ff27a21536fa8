"""Rules on decisions: each settles one thing, by a value in the form of its field."""

from __future__ import annotations

from collections.abc import Iterator

from medkg.curation.hints import brief
from medkg.curation.read import Records
from medkg.curation.rules.dates import is_date
from medkg.curation.rules.rule import Finding, Rule
from medkg.curation.rules.values import count_problem
from medkg.curation.rules.vocabularies import key_problem
from medkg.model.facts import CONCEPTS, FIELDS
from medkg.model.records import Decision


def unusable_decisions(records: Records) -> Iterator[Finding]:
    """Decisions whose value has not the form of the field they settle."""
    for slug, dataset in records.datasets.items():
        for index, decision in enumerate(dataset.decisions):
            problem = _problem(decision)
            if problem:
                yield Finding("datasets", slug, f"decisions[{index}].value", problem)


def unknown_terms(records: Records) -> Iterator[Finding]:
    """Decisions for a licence or a concept that its vocabulary lacks."""
    for slug, dataset in records.datasets.items():
        for index, decision in enumerate(dataset.decisions):
            is_concept = decision.field in CONCEPTS
            name = (
                FIELDS[decision.field].vocabulary if is_concept else "licence" if decision.field == "licence" else None
            )
            if name and (problem := key_problem(records, name, decision.value)):
                yield Finding("datasets", slug, f"decisions[{index}].value", problem)


def _problem(decision: Decision) -> str | None:
    if decision.field in ("counts", "label_categories") and (problem := count_problem(decision.value)):
        return f"{problem}, for it settles {decision.field}"
    if decision.field != "counts" and any((decision.unit, decision.role, decision.modality)):
        return f"a decision on {decision.field} takes no unit, role or modality, which are those of counts"
    if decision.field == "counts" and decision.unit is None:
        return "a decision on counts needs its `unit`, such as case or image"
    if decision.field == "released" and not is_date(decision.value):
        return f"{brief(decision.value)} must be a date such as 2022, 2022-07 or 2022-07-15"
    return None


def rival_decisions(records: Records) -> Iterator[Finding]:
    """Decisions on what another of the same dataset settles; each concept is a thing of its own."""
    for slug, dataset in records.datasets.items():
        first: dict[tuple[str | None, ...], int] = {}
        for index, each in enumerate(dataset.decisions):
            concept = each.value if each.field in CONCEPTS else None
            subject = (each.field, concept, each.unit, each.role or "total", each.modality)
            if first.setdefault(subject, index) != index:
                message = f"settles what decisions[{first[subject]}] settles; keep one"
                yield Finding("datasets", slug, f"decisions[{index}]", message)


RULES = (
    Rule("malformed-decision", "A decision's value has the form of its field.", unusable_decisions),
    Rule("unknown-term", "What is decided on is a key of its field's vocabulary.", unknown_terms),
    Rule("rival-decision", "One decision settles one thing.", rival_decisions),
)
