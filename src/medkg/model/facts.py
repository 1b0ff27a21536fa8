"""What an entry states about its dataset, as facts by field: the common currency of beliefs and statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from medkg.model.entries import Count, Entry, Event, Licence, Link
from medkg.model.fields import Declaration, declarations

Fact = str | int | Count | Event | Licence | Link
Facts = Mapping[str, tuple[Fact, ...]]

_ABOUT_THE_RECORD = frozenset({"key", "line", "section", "name", "repairs", "not_understood"})

FIELDS: Mapping[str, Declaration] = {
    field.name: declaration for field, declaration in declarations(Entry) if field.name not in _ABOUT_THE_RECORD
}
"""The fields of an entry that speak of the dataset, with their declarations, in order."""

SINGLE = ("label_categories", "licence", "released")
"""The fields that have one value at most; a count has one a unit, role and modality."""

CONCEPTS = tuple(name for name, declaration in FIELDS.items() if declaration.vocabulary)
"""The fields that have any number of values, each a concept."""

_PARTITIONS = (frozenset({"train", "validation", "test"}), frozenset({"class"}), frozenset({"subset"}))


def facts(entry: Entry) -> Facts:
    """The facts of an entry by field, fields without a value left out."""
    found: dict[str, tuple[Fact, ...]] = {}
    for name in FIELDS:
        value = getattr(entry, name)
        if value not in (None, ()):
            found[name] = value if isinstance(value, tuple) else (value,)
    return found


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


def whole(counts: tuple[Count, ...], role: str = "total") -> dict[str, Count]:
    """The total of each unit that is there as such, or the one share of a role, in all modalities."""
    return {count.unit: count for count in counts if count.role == role and count.modality is None}


def totals(counts: tuple[Count, ...]) -> dict[str, Count]:
    """The plain total of each unit: the one stated, else the sum of shares that make up a whole.

    Train, validation and test make a whole, as do classes, as do subsets; a single share makes none,
    and nothing is summed across modalities.
    """
    shares: dict[tuple[str, frozenset[str]], list[Count]] = defaultdict(list)
    found: dict[str, Count] = {}
    for count in counts:
        if count.modality is not None:
            continue
        if count.role == "total":
            found.setdefault(count.unit, count)
        for partition in _PARTITIONS:
            if count.role in partition:
                shares[count.unit, partition].append(count)
    for (unit, _), parts in shares.items():
        if len(parts) > 1 and unit not in found:
            is_approximate = any(part.approximate for part in parts)
            found[unit] = Count(value=sum(part.value for part in parts), unit=unit, approximate=is_approximate)
    return found
