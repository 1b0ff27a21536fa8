"""Rules on corrections and decisions: they speak of what the entries hold, in a form that can be used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from medkg.curation.hints import brief, did_you_mean
from medkg.curation.read import Records
from medkg.curation.rules.dates import is_date
from medkg.curation.rules.rule import Finding, Rule
from medkg.curation.terms import no_key
from medkg.model.entries import Entry
from medkg.model.facts import CONCEPTS, FIELDS, text
from medkg.model.records import Correction, Dataset, Decision

_CORRECTABLE = ("name", "section", *FIELDS)


class _Place(NamedTuple):
    slug: str
    field: str
    dataset: Dataset
    correction: Correction


def _corrections(records: Records) -> Iterator[_Place]:
    for slug, dataset in records.datasets.items():
        for index, correction in enumerate(dataset.corrections):
            yield _Place(slug, f"corrections[{index}]", dataset, correction)


def foreign_corrections(records: Records) -> Iterator[Finding]:
    """Corrections of entries that stand for another dataset."""
    for slug, field, dataset, correction in _corrections(records):
        held = {(each.catalog, each.key) for each in (*dataset.entries, *dataset.mentions)}
        if (correction.catalog, correction.key) not in held and ("datasets", slug) not in records.faulty:
            message = f"{correction.catalog}/{correction.key} is not among the entries of '{slug}'"
            yield Finding("datasets", slug, field, f"{message}; move the correction to the dataset it stands for")


def corrections_of_no_field(records: Records) -> Iterator[Finding]:
    """Corrections of a field that entries do not have."""
    for slug, field, _, correction in _corrections(records):
        if correction.field not in _CORRECTABLE:
            way_out = did_you_mean(correction.field, _CORRECTABLE) or f"; there are {', '.join(_CORRECTABLE)}"
            message = f"{brief(correction.field)} is no field of an entry that can be corrected{way_out}"
            yield Finding("datasets", slug, f"{field}.field", message)


def stale_corrections(records: Records) -> Iterator[Finding]:
    """Corrections of a value that the entry does not state, or no longer."""
    entries = {(name, entry.key): entry for name, catalog in records.catalogs.items() for entry in catalog.entries}
    for slug, field, _, correction in _corrections(records):
        entry = entries.get((correction.catalog, correction.key))
        in_doubt = ("catalogs", correction.catalog) in records.faulty
        if entry is None or correction.stated is None or correction.field not in _CORRECTABLE or in_doubt:
            continue
        held = _stated(entry, correction.field)
        if correction.stated not in held:
            message = f"{brief(correction.stated)} is not what {correction.catalog}/{correction.key} states"
            states = f"its {correction.field}: {', '.join(map(brief, held)) or 'nothing'}"
            way_out = "write a value that it states, or leave the correction out"
            yield Finding("datasets", slug, f"{field}.stated", f"{message} ({states}); {way_out}")


def _stated(entry: Entry, field: str) -> tuple[str, ...]:
    """The values of an entry's field as corrections write them."""
    value = getattr(entry, field)
    values = value if isinstance(value, tuple) else (value,)
    return tuple(text(each) for each in values if each is not None)


def unknown_replacements(records: Records) -> Iterator[Finding]:
    """Corrections whose `instead` is no key of the vocabulary of their field."""
    for slug, field, _, correction in _corrections(records):
        name = FIELDS[correction.field].vocabulary if correction.field in FIELDS else None
        vocabulary = records.vocabularies.get(name or "")
        if name is None or vocabulary is None or correction.instead is None or ("vocabularies", name) in records.faulty:
            continue
        if correction.instead not in vocabulary.by_key:
            yield Finding("datasets", slug, f"{field}.instead", no_key(name, vocabulary, correction.instead))


def unusable_decisions(records: Records) -> Iterator[Finding]:
    """Decisions whose value has not the form of the field they settle."""
    for slug, dataset in records.datasets.items():
        for index, decision in enumerate(dataset.decisions):
            problem = _problem(decision)
            if problem:
                yield Finding("datasets", slug, f"decisions[{index}].value", problem)


def _problem(decision: Decision) -> str | None:
    if decision.field in ("counts", "label_categories") and not re.fullmatch(r"\d+", decision.value, re.ASCII):
        return f"{brief(decision.value)} must be a number in digits, for it settles {decision.field}"
    if decision.field == "counts" and decision.unit is None:
        return "a decision on counts needs its `unit`, such as case or image"
    if decision.field == "released" and not is_date(decision.value):
        return f"{brief(decision.value)} must be a date such as 2022, 2022-07 or 2022-07-15"
    return None


def unknown_decided_concepts(records: Records) -> Iterator[Finding]:
    """Decisions on a concept that is no key of the vocabulary of their field."""
    for slug, dataset in records.datasets.items():
        for index, decision in enumerate(dataset.decisions):
            name = FIELDS[decision.field].vocabulary if decision.field in CONCEPTS else None
            vocabulary = records.vocabularies.get(name or "")
            if name is None or vocabulary is None or ("vocabularies", name) in records.faulty:
                continue
            if decision.value not in vocabulary.by_key:
                yield Finding("datasets", slug, f"decisions[{index}].value", no_key(name, vocabulary, decision.value))


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
    Rule("foreign-correction", "A correction is in the file of the dataset its entry stands for.", foreign_corrections),
    Rule("unknown-field", "A correction names a field of an entry.", corrections_of_no_field),
    Rule("stale-correction", "A correction names a value that its entry states.", stale_corrections),
    Rule("unknown-term", "A correction's new value is a key of its field's vocabulary.", unknown_replacements),
    Rule("malformed-decision", "A decision's value has the form of its field.", unusable_decisions),
    Rule("unknown-term", "A decision on a concept is a key of its field's vocabulary.", unknown_decided_concepts),
    Rule("rival-decision", "One decision settles one thing.", rival_decisions),
)
