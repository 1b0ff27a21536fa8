"""What we believe of a dataset, out of what its catalogue entries state.

A field of many values is the union of what is stated, less the recorded defects, plus what is right
instead. A field of one value, and a count of one unit, role and modality, is believed where all who
state it agree or a decision in the dataset's file settles it; otherwise it is disputed and absent.
A decision on a field of many values adds a concept that no entry states.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from medkg.model.collection import Records
from medkg.model.entries import Count, Entry, Event, Licence, Link
from medkg.model.facts import CONCEPTS, SINGLE, Fact, Facts, facts, text, totals
from medkg.model.records import Correction, Dataset, Decision

Slot = tuple[str, str | None, str | None, str | None]
"""A place for one value: a field and, for counts, unit, role and modality."""

_SHARED_ROLES = frozenset({"class", "subset"})
"""Roles that several counts of one dataset play at once, so that two values are no dispute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """The facts believed of a dataset, and the places where catalogues differ and nothing is decided."""

    facts: Facts
    disputed: tuple[Slot, ...] = ()


def belief(dataset: Dataset, records: Records) -> Belief:
    """What we believe of a dataset, by the entries that stand for it."""
    found: dict[str, dict[Fact, None]] = defaultdict(dict)
    slots: dict[Slot, list[Fact]] = defaultdict(list)
    for entry, corrections in entries(dataset, records):
        for field, values in corrected(facts(entry), corrections).items():
            if field in SINGLE:
                slots[field, None, None, None].extend(values)
            elif field == "counts":
                for count in _counts(values):
                    if count.role in _SHARED_ROLES:
                        found["counts"][count] = None
                    else:
                        slots["counts", count.unit, count.role, count.modality].append(count)
            else:
                found[field].update(dict.fromkeys(values))
    found["links"] = distinct(found["links"])
    disputed = []
    for decision in dataset.decisions:
        if decision.field in CONCEPTS:
            found[decision.field][decision.value] = None
    decisions = {_slot(decision): decision for decision in dataset.decisions if decision.field not in CONCEPTS}
    for slot in sorted({*slots, *decisions}, key=repr):
        value = _decided(decisions[slot]) if slot in decisions else agreed(slots[slot])
        if value is None:
            disputed.append(slot)
        else:
            found[slot[0]][value] = None
    found["counts"] = exact(found["counts"])
    return Belief(facts={field: tuple(values) for field, values in found.items() if values}, disputed=tuple(disputed))


def entries(dataset: Dataset, records: Records) -> Iterable[tuple[Entry, tuple[Correction, ...]]]:
    """The entries that stand for a dataset, each with the corrections made to it."""
    for standing in dataset.entries:
        entry = records.entries[standing.catalog, standing.key]
        made = (each for each in dataset.corrections if (each.catalog, each.key) == (standing.catalog, standing.key))
        yield entry, tuple(made)


def corrected(stated: Facts, corrections: tuple[Correction, ...]) -> Facts:
    """The facts less those that a correction calls wrong, plus what it puts instead."""
    kept = dict(stated)
    for correction in corrections:
        field = correction.field
        wrong = [fact for fact in kept.get(field, ()) if text(fact) == correction.stated]
        right = (_instead(correction, wrong),) if correction.instead is not None else ()
        if field in stated or right:
            rest = (fact for fact in kept.get(field, ()) if fact not in wrong)
            kept[field] = (*rest, *(fact for fact in right if fact is not None))
    return {field: values for field, values in kept.items() if values}


def distinct(links: Iterable[Fact]) -> dict[Fact, None]:
    """The links that lead to different places; of two that differ in scheme or a last slash alone, the first."""
    kept: dict[tuple[str, str], Fact] = {}
    for link in links:
        if isinstance(link, Link):
            kept.setdefault((link.role, re.sub(r"^https?://|/$", "", link.url)), link)
    return dict.fromkeys(kept.values())


def exact(counts: Iterable[Fact]) -> dict[Fact, None]:
    """The counts less the rounded ones of which another is the same number, said to be exact."""
    found = dict.fromkeys(counts)
    precise = {each for each in found if isinstance(each, Count) and not each.approximate}
    return {
        each: None
        for each in found
        if not (isinstance(each, Count) and each.approximate and replace(each, approximate=False) in precise)
    }


def agreed(stated: list[Fact]) -> Fact | None:
    """The value on which all statements agree, the most precise form of it; None where they differ.

    A rounded number agrees with any number it may be rounded from, a year with any day in it.
    """
    if not stated:
        return None
    best = max(stated, key=_precision)
    return best if all(_agrees(each, best) for each in stated) else None


def _counts(values: Iterable[Fact]) -> Iterable[Count]:
    """The counts of an entry, with the total that its shares make up."""
    counts = tuple(value for value in values if isinstance(value, Count))
    return dict.fromkeys((*totals(counts).values(), *counts))


def _precision(fact: Fact) -> tuple[int, str]:
    match fact:
        case Count():
            return (0 if fact.approximate else 1, "")
        case Licence():
            return (1 if fact.key else 0, "")
        case _:
            return (len(str(fact)), str(fact))


def _agrees(stated: Fact, best: Fact) -> bool:
    if isinstance(stated, Count) and isinstance(best, Count):
        if stated.approximate:
            unit: int = 10 ** (len(str(stated.value)) - len(str(stated.value).rstrip("0")))
            return abs(stated.value - best.value) <= unit
        return stated.value == best.value
    if isinstance(stated, Licence) and isinstance(best, Licence):
        return stated.key == best.key if best.key else stated.text == best.text
    if isinstance(stated, str) and isinstance(best, str):
        return best.casefold().startswith(stated.casefold())
    return stated == best


def _slot(decision: Decision) -> Slot:
    role = decision.role or "total" if decision.field == "counts" else None
    return decision.field, decision.unit, role, decision.modality


def _decided(decision: Decision) -> Fact:
    """The value a decision settles on."""
    match decision.field:
        case "counts":
            assert decision.unit is not None
            return Count(
                value=int(decision.value), unit=decision.unit, role=decision.role or "total", modality=decision.modality
            )
        case "label_categories":
            return int(decision.value)
        case "licence":
            return Licence(text=decision.value, key=decision.value)
        case _:
            return decision.value


def _instead(correction: Correction, wrong: list[Fact]) -> Fact | None:
    """What a correction puts in place of the wrong fact, in the form of the field."""
    value = correction.instead or ""
    match correction.field:
        case "links":
            role = wrong[0].role if wrong and isinstance(wrong[0], Link) else "homepage"
            return Link(role=role, url=value)
        case "counts":
            right = count(value)
            rounded = any(isinstance(each, Count) and each.approximate and each.value == right.value for each in wrong)
            return replace(right, approximate=rounded)
        case "events":
            venue, _, year = value.partition(" ")
            return Event(venue=venue, year=int(year) if year else None)
        case "label_categories":
            return int(value)
        case "licence":
            return Licence(text=value, key=value)
        case "name" | "section":
            return None
        case _:
            return value


def count(written: str) -> Count:
    """The count a correction writes: `131 case train ct`, the total where no role is given."""
    value, unit, *rest = written.split()
    return Count(
        value=int(value), unit=unit, role=rest[0] if rest else "total", modality=rest[1] if len(rest) > 1 else None
    )


def slots_by_property(disputed: Iterable[Slot], total_property: Mapping[str, str]) -> list[str]:
    """The properties, as CURIEs, that are disputed: a unit's total where its total is, else the field's own."""
    own = {"released": "dcterms:issued", "licence": "dcterms:license"}
    found = []
    for field, unit, role, modality in disputed:
        if field == "counts":
            plain = total_property.get(unit or "") if role == "total" and modality is None else None
            found.append(plain or "medkg:count")
        else:
            found.append(own.get(field, "medkg:labelCategoryCount"))
    return list(dict.fromkeys(found))
