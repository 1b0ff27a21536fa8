"""Rules on corrections and decisions.

A correction names a value that an entry states, and a new value that the field can hold. A decision settles one field
by a value that the field can hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from medkg.choices import did_you_mean
from medkg.curation.hints import quote
from medkg.curation.rules.rule import Rule, Violation, is_date
from medkg.curation.rules.values import address_note, address_problem, count_problem
from medkg.curation.rules.vocabularies import key_problem
from medkg.model.collection import Records
from medkg.model.entries import Entry
from medkg.model.facts import CONCEPTS, FIELDS, text
from medkg.model.records import Correction, Dataset, Decision

_CORRECTABLE = ("name", "section", *FIELDS)
_VOCABULARY_OF = {"licence": "licence"} | {
    name: declaration.vocabulary for name, declaration in FIELDS.items() if declaration.vocabulary
}
_COUNT = re.compile(r"(?P<value>\S+) +(?P<unit>\S+)(?: +(?P<role>\S+))?(?: +(?P<modality>\S+))?")
_EVENT = re.compile(r"(?P<venue>\S+)(?: (?P<year>[1-9][0-9]{3}))?")


class _CorrectionPlace(NamedTuple):
    slug: str
    field: str
    dataset: Dataset
    correction: Correction


def _corrections(records: Records) -> Iterator[_CorrectionPlace]:
    for slug, dataset in records.datasets.items():
        for index, correction in enumerate(dataset.corrections):
            yield _CorrectionPlace(slug, f"corrections[{index}]", dataset, correction)


def foreign_corrections(records: Records) -> Iterator[Violation]:
    """Corrections of entries that stand for another dataset."""
    for slug, field, dataset, correction in _corrections(records):
        if _is_foreign(dataset, correction) and ("datasets", slug) not in records.faulty:
            message = f"{correction.catalog}/{correction.key} is not among the entries of '{slug}'"
            yield Violation("datasets", slug, field, f"{message}; move the correction to the dataset it stands for")


def _is_foreign(dataset: Dataset, correction: Correction) -> bool:
    entries = {(standing.catalog, standing.key) for standing in (*dataset.entries, *dataset.mentions)}
    return (correction.catalog, correction.key) not in entries


def corrections_of_no_field(records: Records) -> Iterator[Violation]:
    """Corrections of a field that entries do not have."""
    for slug, field, _, correction in _corrections(records):
        if correction.field not in _CORRECTABLE:
            way_out = did_you_mean(correction.field, _CORRECTABLE) or f"; there are {', '.join(_CORRECTABLE)}"
            message = f"{quote(correction.field)} is no field of an entry that can be corrected{way_out}"
            yield Violation("datasets", slug, f"{field}.field", message)


def stale_corrections(records: Records) -> Iterator[Violation]:
    """Corrections of a value that the entry does not state."""
    entries = {(name, entry.key): entry for name, catalog in records.catalogs.items() for entry in catalog.entries}
    for slug, field, _, correction in _corrections(records):
        entry = entries.get((correction.catalog, correction.key))
        in_doubt = ("catalogs", correction.catalog) in records.faulty
        if entry is None or correction.stated is None or correction.field not in _CORRECTABLE or in_doubt:
            continue
        values = _stated_values(entry, correction.field)
        if correction.stated not in values:
            message = f"{quote(correction.stated)} is not what {correction.catalog}/{correction.key} states"
            states = f"its {correction.field}: {', '.join(map(quote, values)) or 'nothing'}"
            way_out = "write a value that it states, or leave the correction out"
            yield Violation("datasets", slug, f"{field}.stated", f"{message} ({states}); {way_out}")


def _stated_values(entry: Entry, field: str) -> tuple[str, ...]:
    """The values of an entry's field in the form of corrections."""
    value = getattr(entry, field)
    values = value if isinstance(value, tuple) else (value,)
    return tuple(text(item) for item in values if item is not None)


def repeated_corrections(records: Records) -> Iterator[Violation]:
    """Corrections that repeat an earlier one."""
    first: dict[tuple[str | None, ...], str] = {}
    for slug, field, dataset, correction in _corrections(records):
        content = (
            correction.catalog,
            correction.key,
            correction.defect,
            correction.field,
            correction.stated,
            correction.instead,
        )
        place = f"{field} of '{slug}'"
        earlier = place if _is_foreign(dataset, correction) else first.setdefault(content, place)
        if earlier != place:
            yield Violation("datasets", slug, field, f"says what {earlier} says; keep one")


def unknown_replacements(records: Records) -> Iterator[Violation]:
    """Corrections whose new value is in no vocabulary of the field."""
    for slug, field, _, correction in _corrections(records):
        for name, key in _vocabulary_keys(correction.field, correction.instead or ""):
            if problem := key_problem(records, name, key):
                yield Violation("datasets", slug, f"{field}.instead", problem)


def malformed_replacements(records: Records) -> Iterator[Violation]:
    """Corrections whose new value does not have the form of the field."""
    for slug, field, _, correction in _corrections(records):
        if correction.instead is not None and (problem := _value_problem(correction.field, correction.instead)):
            yield Violation("datasets", slug, f"{field}.instead", problem)


def escaped_replacements(records: Records) -> Iterator[Violation]:
    """Corrections whose new value is an address that is written otherwise in the graph."""
    for slug, field, _, correction in _corrections(records):
        if correction.field == "links" and (message := address_note(correction.instead or "")):
            yield Violation("datasets", slug, f"{field}.instead", message)


def _vocabulary_keys(field: str, value: str) -> Iterator[tuple[str, str]]:
    """The keys in a value in the form of corrections, each with its vocabulary."""
    if value and (name := _VOCABULARY_OF.get(field)):
        yield name, value
    if field == "events" and (event := _EVENT.fullmatch(value)):
        yield "venue", event["venue"]
    if field == "counts" and (count := _COUNT.fullmatch(value)):
        parts = {"unit": count["unit"], "count-role": count["role"], "modality": count["modality"]}
        yield from ((name, key) for name, key in parts.items() if key)


def _value_problem(field: str, value: str) -> str | None:
    """The reason why a field cannot hold a value in the form of corrections; None where it can."""
    if not value.strip():
        return "is blank; write what is right, or leave `instead` out"
    count, event = _COUNT.fullmatch(value), _EVENT.fullmatch(value)
    match field:
        case "links":
            return address_problem(value)
        case "counts" if count is None:
            return f"{quote(value)} must be a count such as `131 case`, `131 case train` or `131 case train ct`"
        case "counts" if count is not None:
            return count_problem(count["value"])
        case "label_categories":
            return count_problem(value)
        case "events" if event is None:
            return f"{quote(value)} must be a meeting and its year, such as `miccai 2022`"
        case "released" if not is_date(value):
            return f"{quote(value)} must be a date such as 2022, 2022-07 or 2022-07-15"
    return None


def malformed_decisions(records: Records) -> Iterator[Violation]:
    """Decisions whose value does not have the form of their field."""
    for slug, dataset in records.datasets.items():
        for index, decision in enumerate(dataset.decisions):
            problem = _decision_problem(decision)
            if problem:
                yield Violation("datasets", slug, f"decisions[{index}].value", problem)


def unknown_decision_terms(records: Records) -> Iterator[Violation]:
    """Decisions for a licence or a concept that its vocabulary lacks."""
    for slug, dataset in records.datasets.items():
        for index, decision in enumerate(dataset.decisions):
            is_concept = decision.field in CONCEPTS
            name = (
                FIELDS[decision.field].vocabulary if is_concept else "licence" if decision.field == "licence" else None
            )
            if name and (problem := key_problem(records, name, decision.value)):
                yield Violation("datasets", slug, f"decisions[{index}].value", problem)


def _decision_problem(decision: Decision) -> str | None:
    if decision.field in ("counts", "label_categories") and (problem := count_problem(decision.value)):
        return f"{problem}, for it settles {decision.field}"
    if decision.field != "counts" and any((decision.unit, decision.role, decision.modality)):
        return f"a decision on {decision.field} takes no unit, role or modality, which are those of counts"
    if decision.field == "counts" and decision.unit is None:
        return "a decision on counts needs its `unit`, such as case or image"
    if decision.field == "released" and not is_date(decision.value):
        return f"{quote(decision.value)} must be a date such as 2022, 2022-07 or 2022-07-15"
    return None


def rival_decisions(records: Records) -> Iterator[Violation]:
    """Decisions that settle the same as another of the dataset; each concept is settled by itself."""
    for slug, dataset in records.datasets.items():
        first: dict[tuple[str | None, ...], int] = {}
        for index, decision in enumerate(dataset.decisions):
            concept = decision.value if decision.field in CONCEPTS else None
            subject = (decision.field, concept, decision.unit, decision.role or "total", decision.modality)
            if first.setdefault(subject, index) != index:
                message = f"settles what decisions[{first[subject]}] settles; keep one"
                yield Violation("datasets", slug, f"decisions[{index}]", message)


RULES = (
    Rule("foreign-correction", "A correction is in the file of the dataset its entry stands for.", foreign_corrections),
    Rule("unknown-field", "A correction names a field of an entry.", corrections_of_no_field),
    Rule("stale-correction", "A correction names a value that its entry states.", stale_corrections),
    Rule("rival-decision", "One decision settles one thing.", repeated_corrections),
    Rule("unknown-term", "A correction's new value is a key of its field's vocabulary.", unknown_replacements),
    Rule("malformed-value", "A correction's new value has the form of its field.", malformed_replacements),
    Rule("malformed-decision", "A decision's value has the form of its field.", malformed_decisions),
    Rule("unknown-term", "What is decided on is a key of its field's vocabulary.", unknown_decision_terms),
    Rule("rival-decision", "One decision settles one thing.", rival_decisions),
)

NOTES = (Rule("escaped-address", "A web address is an IRI as it is written.", escaped_replacements),)
