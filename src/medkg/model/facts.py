"""Facts about a dataset by field, as an entry states them and as beliefs hold them, and the text that writes each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from medkg.model.entries import Count, Entry, Event, Licence, Link
from medkg.model.fields import Declaration, declarations

Fact = str | int | Count | Event | Licence | Link
Facts = Mapping[str, tuple[Fact, ...]]

_ABOUT_THE_RECORD = frozenset({"key", "line", "section", "name", "repairs", "not_understood"})

FIELDS: Mapping[str, Declaration] = {
    field.name: declaration for field, declaration in declarations(Entry) if field.name not in _ABOUT_THE_RECORD
}
"""The fields of an entry that speak of the dataset, with their declarations, in order."""

SINGLE = tuple(name for name, declaration in FIELDS.items() if declaration.is_single)
"""The fields that have one value at most; a count has one for each unit, role and modality."""

CONCEPTS = tuple(name for name, declaration in FIELDS.items() if declaration.vocabulary and declaration.is_list)
"""The fields that have any number of values, each a concept."""

SETTLED_BY_DECISION = ("counts", *SINGLE, *CONCEPTS)
"""The fields on which a decision may settle a value."""

LINK_PROPERTIES: Mapping[str, str] = {
    role: curie for _, declaration in declarations(Link) for role, (curie, _) in declaration.by_value.items()
}
"""The property that states a link, by its role."""

SHARED_ROLES = frozenset({"class", "subset"})
"""Roles that several counts of one dataset play at once, so that two values do not contradict each other."""

_PARTITIONS = (frozenset({"train", "validation", "test"}), *(frozenset({role}) for role in sorted(SHARED_ROLES)))


class Slot(NamedTuple):
    """A place for one value: a field and, for a count, its unit, role and modality."""

    field: str
    unit: str | None = None
    role: str | None = None
    modality: str | None = None

    @property
    def names(self) -> frozenset[str]:
        """The texts by which a decision in the graph may name the slot: the role `total` need not be written.

        >>> sorted(Slot("counts", "case", "total").names)
        ['counts case', 'counts case total']
        """
        roles = {self.role, None} if self.role == "total" else {self.role}
        return frozenset(" ".join(filter(None, (self.field, self.unit, role, self.modality))) for role in roles)


def facts(entry: Entry) -> Facts:
    """The facts of an entry by field, fields without a value left out."""
    held = ((name, getattr(entry, name)) for name in FIELDS)
    return {name: value if isinstance(value, tuple) else (value,) for name, value in held if value not in (None, ())}


def slot(field: str, fact: Fact) -> Slot | None:
    """The slot of a fact; None of a field that has any number of values."""
    if isinstance(fact, Count):
        return Slot(field, fact.unit, fact.role, fact.modality)
    return Slot(field) if field in SINGLE else None


def text(fact: Fact) -> str:
    """A fact as corrections write it: `131 case train`, a link's address, `miccai 2022`, a key."""
    match fact:
        case Count():
            share = (fact.role,) if fact.role != "total" or fact.modality else ()
            return " ".join((str(fact.value), fact.unit, *share, *([fact.modality] if fact.modality else [])))
        case Event():
            return f"{fact.venue} {fact.year}" if fact.year else fact.venue
        case Link():
            return fact.url
        case Licence():
            return fact.key or fact.text
        case _:
            return str(fact)


def read(field: str, written: str) -> Fact:
    """The fact of a field that a text writes, as corrections and decisions do; the inverse of `text`.

    A link is read as one to the homepage, a licence as one with this key.

    >>> read("counts", "40 case test ct")
    Count(value=40, unit='case', role='test', modality='ct', approximate=False)
    """
    value_type = FIELDS[field].value_type
    if value_type is Count:
        value, unit, *share = written.split()
        role, modality = share[0] if share else "total", share[1] if len(share) > 1 else None
        return Count(value=int(value), unit=unit, role=role, modality=modality)
    if value_type is Event:
        venue, _, year = written.partition(" ")
        return Event(venue=venue, year=int(year) if year else None)
    if value_type is Link:
        return Link(role="homepage", url=written)
    if value_type is Licence:
        return Licence(text=written, key=written)
    return int(written) if value_type is int else written


def counts_of_role(counts: Iterable[Fact], role: str = "total") -> dict[str, Count]:
    """The count of each unit that is stated for a role and for all modalities."""
    return {
        count.unit: count
        for count in counts
        if isinstance(count, Count) and (count.role, count.modality) == (role, None)
    }


def totals(counts: Iterable[Fact]) -> dict[str, Count]:
    """The plain total of each unit: the one stated, else the sum of shares that make up a whole.

    Train, validation and test make a whole, as do classes, as do subsets; a single share makes none,
    and nothing is summed across modalities.
    """
    shares: dict[tuple[str, frozenset[str]], list[Count]] = defaultdict(list)
    stated: dict[str, Count] = {}
    for count in counts:
        if not isinstance(count, Count) or count.modality is not None:
            continue
        if count.role == "total":
            stated.setdefault(count.unit, count)
        for partition in _PARTITIONS:
            if count.role in partition:
                shares[count.unit, partition].append(count)
    for (unit, _), parts in shares.items():
        if len(parts) > 1 and unit not in stated:
            is_approximate = any(part.approximate for part in parts)
            stated[unit] = Count(value=sum(part.value for part in parts), unit=unit, approximate=is_approximate)
    return stated
