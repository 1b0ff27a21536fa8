"""What we believe of a dataset, by what its catalogue entries state and what its file corrects and decides.

A field of many values is the union of what is stated, less the recorded defects, plus what is right instead. A field
of one value, and a count of one unit, role and modality, is believed where all who state it agree or a decision
settles it; otherwise it is disputed and absent. A decision on a field of many values adds a concept no entry states.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from medkg.model.agreement import agreed_value, without_rounded_values
from medkg.model.entries import Count, Entry, Link
from medkg.model.facts import CONCEPTS, FIELDS, SHARED_ROLES, Fact, Facts, Slot, facts, read, slot, text, totals
from medkg.model.records import Correction, Dataset, Decision

Entries = Mapping[tuple[str, str], Entry]
"""Entries by catalogue id and key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """The facts believed of a dataset, and the slots for which catalogues differ and nothing is decided."""

    facts: Facts
    disputed: tuple[Slot, ...] = ()


def belief(dataset: Dataset, entries: Entries) -> Belief:
    """What we believe of a dataset, by the entries that stand for it."""
    believed: dict[str, dict[Fact, None]] = defaultdict(dict)
    stated: dict[Slot, list[Fact]] = defaultdict(list)
    for entry, corrections in entries_of(dataset, entries):
        for field, values in apply_corrections(facts(entry), corrections).items():
            for value in _with_totals(values):
                place = slot(field, value)
                if place is None or place.role in SHARED_ROLES:
                    believed[field][value] = None
                else:
                    stated[place].append(value)
    for decision in dataset.decisions:
        if decision.field in CONCEPTS:
            believed[decision.field][decision.value] = None
    decisions = {_slot(decision): decision for decision in dataset.decisions if decision.field not in CONCEPTS}
    disputed = []
    for place in sorted({*stated, *decisions}, key=repr):
        chosen = _decided_value(decisions[place]) if place in decisions else agreed_value(stated[place])
        if chosen is None:
            disputed.append(place)
        else:
            believed[place.field][chosen] = None
    believed["links"] = _distinct(believed["links"])
    believed["counts"] = without_rounded_values(believed["counts"])
    return Belief(facts={field: tuple(values) for field, values in believed.items() if values}, disputed=(*disputed,))


def entries_of(dataset: Dataset, entries: Entries) -> Iterator[tuple[Entry, tuple[Correction, ...]]]:
    """The entries that stand for a dataset, each with the corrections of it."""
    for standing in dataset.entries:
        reference = (standing.catalog, standing.key)
        corrections = (
            correction for correction in dataset.corrections if (correction.catalog, correction.key) == reference
        )
        yield entries[reference], tuple(corrections)


def apply_corrections(stated: Facts, corrections: Iterable[Correction]) -> Facts:
    """The facts less those that a correction calls wrong, plus what it puts instead."""
    kept = dict(stated)
    for correction in corrections:
        field = correction.field
        wrong = [fact for fact in kept.get(field, ()) if text(fact) == correction.stated]
        right = _replacement(correction, wrong)
        kept[field] = (*(fact for fact in kept.get(field, ()) if fact not in wrong), *right)
    return {field: values for field, values in kept.items() if values}


def disputed_properties(disputed: Iterable[Slot], total_property: Mapping[str, str]) -> list[str]:
    """The properties, as CURIEs, that are disputed: a unit's total where its total is, else the field's own."""
    return list(dict.fromkeys(_property(place, total_property) for place in disputed))


def _property(place: Slot, total_property: Mapping[str, str]) -> str:
    plain = total_property.get(place.unit or "") if place.role == "total" and place.modality is None else None
    declared = plain or FIELDS[place.field].property
    assert declared is not None  # a field with slots has a property
    return declared


def _with_totals(values: tuple[Fact, ...]) -> Iterable[Fact]:
    """The values of a field in an entry; counts behind the totals that they make up."""
    return dict.fromkeys((*totals(values).values(), *values))


def _distinct(links: Iterable[Fact]) -> dict[Fact, None]:
    """The links that lead to different pages; of two that differ in scheme or a last slash alone, the first."""
    kept: dict[tuple[str, str], Fact] = {}
    for link in links:
        if isinstance(link, Link):
            kept.setdefault((link.role, re.sub(r"^https?://|/$", "", link.url)), link)
    return dict.fromkeys(kept.values())


def _slot(decision: Decision) -> Slot:
    role = decision.role or "total" if decision.field == "counts" else None
    return Slot(decision.field, decision.unit, role, decision.modality)


def _decided_value(decision: Decision) -> Fact:
    """The value a decision settles on."""
    if decision.unit is None:
        return read(decision.field, decision.value)
    role = decision.role or "total"
    return Count(value=int(decision.value), unit=decision.unit, role=role, modality=decision.modality)


def _replacement(correction: Correction, wrong: list[Fact]) -> tuple[Fact, ...]:
    """The value that a correction puts in place of the wrong one: a link in its role, a count rounded as it was."""
    if correction.instead is None or correction.field not in FIELDS:
        return ()
    right = read(correction.field, correction.instead)
    match right, wrong:
        case Link(), [Link(role=role), *_]:
            return (replace(right, role=role),)
        case Count(), _:
            rounded = {count.value for count in wrong if isinstance(count, Count) and count.approximate}
            return (replace(right, approximate=right.value in rounded),)
    return (right,)
