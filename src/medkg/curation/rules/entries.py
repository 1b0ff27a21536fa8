"""Rules on catalogue entries and references to them: each entry stands for exactly one dataset."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from medkg.choices import did_you_mean
from medkg.curation.rules.rule import Rule, Violation, is_date
from medkg.model.claims import Claim
from medkg.model.collection import Kind, Records
from medkg.model.entries import Entry
from medkg.model.records import EntryMatch


class EntryReference(NamedTuple):
    """A place in a dataset's or challenge's file that names an entry."""

    kind: Kind
    name: str
    field: str
    catalog: str
    key: str


def entry_references(records: Records) -> Iterator[EntryReference]:
    """All places that name an entry."""
    for slug, dataset in records.datasets.items():
        for field in ("entries", "mentions", "corrections"):
            for index, item in enumerate(getattr(dataset, field)):
                yield EntryReference("datasets", slug, f"{field}[{index}]", item.catalog, item.key)
        yield from _evidence_references("datasets", slug, dataset.claims)
    for slug, challenge in records.challenges.items():
        for index, standing in enumerate(challenge.entries):
            yield EntryReference("challenges", slug, f"entries[{index}]", standing.catalog, standing.key)
        yield from _evidence_references("challenges", slug, challenge.claims)


def _evidence_references(kind: Kind, name: str, claims: tuple[Claim, ...]) -> Iterator[EntryReference]:
    """The entries in the evidence of a file's claims."""
    for index, claim in enumerate(claims):
        for place, evidence in enumerate(claim.evidence):
            if evidence.catalog and evidence.key:
                yield EntryReference(kind, name, f"claims[{index}].evidence[{place}]", evidence.catalog, evidence.key)


def unknown_catalogs(records: Records) -> Iterator[Violation]:
    """References to an unknown catalogue."""
    for kind, name, field, catalog, _ in entry_references(records):
        if catalog not in records.catalogs and ("catalogs", catalog) not in records.faulty:
            way_out = did_you_mean(catalog, records.catalogs) or f"; there are {', '.join(records.catalogs) or 'none'}"
            yield Violation(kind, name, f"{field}.catalog", f"there is no catalogue '{catalog}'{way_out}")


def dangling_entries(records: Records) -> Iterator[Violation]:
    """References to an entry that its catalogue does not have."""
    keys = {name: {entry.key for entry in catalog.entries} for name, catalog in records.catalogs.items()}
    for kind, name, field, catalog, key in entry_references(records):
        in_doubt = ("catalogs", catalog) in records.faulty
        if catalog in keys and key not in keys[catalog] and not in_doubt:
            way_out = did_you_mean(key, keys[catalog]) or f"; its keys are in data/catalogs/{catalog}.yaml"
            yield Violation(kind, name, f"{field}.key", f"catalogue {catalog} has no entry '{key}'{way_out}")


def empty_catalogs(records: Records) -> Iterator[Violation]:
    """Catalogues without entries."""
    for name, catalog in records.catalogs.items():
        if not catalog.entries and ("catalogs", name) not in records.faulty:
            message = f"lists no entries, and is not in the graph until `medkg import {name} FILE` has read some"
            yield Violation("catalogs", name, "", message)


def repeated_keys(records: Records) -> Iterator[Violation]:
    """Entries with the key of an earlier entry of the same catalogue."""
    for name, catalog in records.catalogs.items():
        first: dict[str, Entry] = {}
        for index, entry in enumerate(catalog.entries):
            other = first.setdefault(entry.key, entry)
            if other is not entry:
                message = f"'{entry.key}' is the key of another entry too (source line {other.line})"
                way_out = f"end one of them with an ordinal, as in {entry.key}-2"
                yield Violation("catalogs", name, f"entries[{index}].key", f"{message}; {way_out}")


def repeated_standings(records: Records) -> Iterator[Violation]:
    """Entries that stand for two datasets, or twice for one."""
    first: dict[tuple[str, str], str] = {}
    for slug, dataset in sorted(records.datasets.items()):
        for index, standing in enumerate(dataset.entries):
            entry = (standing.catalog, standing.key)
            holder = first.setdefault(entry, f"{slug}[{index}]")
            if holder != f"{slug}[{index}]":
                yield Violation(
                    "datasets", slug, f"entries[{index}]", _rivalry_message(standing, holder.partition("[")[0], slug)
                )


def _rivalry_message(standing: EntryMatch, holder: str, slug: str) -> str:
    if holder == slug:
        return f"{standing.catalog}/{standing.key} stands here twice; keep one"
    way_out = "leave it to one, or, if it stands for both, to their series, and put it under `mentions` here"
    return f"{standing.catalog}/{standing.key} stands for dataset '{holder}' already; {way_out}"


def unresolved_entries(records: Records) -> Iterator[Violation]:
    """Entries that stand for no dataset; a dataset's file that cannot be read may claim any of them."""
    if any(kind == "datasets" for kind, _ in records.faulty):
        return
    claimed = {
        (standing.catalog, standing.key) for dataset in records.datasets.values() for standing in dataset.entries
    }
    for name, catalog in records.catalogs.items():
        for index, entry in enumerate(catalog.entries):
            if (name, entry.key) not in claimed:
                message = f"{name}/{entry.key} (source line {entry.line}) stands for no dataset"
                way_out = "name it under `entries` of one in data/datasets/; `medkg reconcile` proposes candidates"
                yield Violation("catalogs", name, f"entries[{index}].key", f"{message}; {way_out}")


def impossible_dates(records: Records) -> Iterator[Violation]:
    """Release dates that are not in the calendar."""
    for name, catalog in records.catalogs.items():
        for index, entry in enumerate(catalog.entries):
            if entry.released and not is_date(entry.released):
                message = f"no calendar has the date {entry.released}; leave out the part that is wrong"
                yield Violation("catalogs", name, f"entries[{index}].released", message)


RULES = (
    Rule("unknown-catalog", "A reference names a catalogue that is there.", unknown_catalogs),
    Rule("dangling-entry", "A reference names an entry that its catalogue has.", dangling_entries),
    Rule("duplicate-entry-key", "An entry's key is its own in its catalogue.", repeated_keys),
    Rule("entry-claimed-twice", "An entry stands for one dataset only.", repeated_standings),
    Rule("unresolved-entry", "An entry stands for a dataset.", unresolved_entries),
    Rule("impossible-date", "A date is one that a calendar has.", impossible_dates),
)

NOTES = (Rule("empty-catalog", "A catalogue lists entries.", empty_catalogs),)
