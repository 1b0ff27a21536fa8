"""Rules on catalogue entries and on what refers to them: every entry stands for exactly one dataset."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from medkg.choices import did_you_mean
from medkg.curation.rules.rule import Finding, Rule, is_date
from medkg.model.claims import Claim
from medkg.model.collection import Kind, Records
from medkg.model.entries import Entry
from medkg.model.records import EntryMatch


class Reference(NamedTuple):
    """A place in a dataset's or challenge's file that names an entry."""

    kind: Kind
    name: str
    field: str
    catalog: str
    key: str


def references(records: Records) -> Iterator[Reference]:
    """Every place that names an entry."""
    for slug, dataset in records.datasets.items():
        for field in ("entries", "mentions", "corrections"):
            for index, each in enumerate(getattr(dataset, field)):
                yield Reference("datasets", slug, f"{field}[{index}]", each.catalog, each.key)
        yield from _evidence("datasets", slug, dataset.claims)
    for slug, challenge in records.challenges.items():
        for index, each in enumerate(challenge.entries):
            yield Reference("challenges", slug, f"entries[{index}]", each.catalog, each.key)
        yield from _evidence("challenges", slug, challenge.claims)


def _evidence(kind: Kind, name: str, claims: tuple[Claim, ...]) -> Iterator[Reference]:
    """The entries that a file's claims rest on."""
    for index, claim in enumerate(claims):
        for place, each in enumerate(claim.evidence):
            if each.catalog and each.key:
                yield Reference(kind, name, f"claims[{index}].evidence[{place}]", each.catalog, each.key)


def unknown_catalogs(records: Records) -> Iterator[Finding]:
    """References to a catalogue that is not there."""
    for kind, name, field, catalog, _ in references(records):
        if catalog not in records.catalogs and ("catalogs", catalog) not in records.faulty:
            known = did_you_mean(catalog, records.catalogs) or f"; there are {', '.join(records.catalogs) or 'none'}"
            yield Finding(kind, name, f"{field}.catalog", f"there is no catalogue '{catalog}'{known}")


def dangling_entries(records: Records) -> Iterator[Finding]:
    """References to an entry that its catalogue does not have."""
    keys = {name: {entry.key for entry in catalog.entries} for name, catalog in records.catalogs.items()}
    for kind, name, field, catalog, key in references(records):
        in_doubt = ("catalogs", catalog) in records.faulty
        if catalog in keys and key not in keys[catalog] and not in_doubt:
            way_out = did_you_mean(key, keys[catalog]) or f"; its keys are in data/catalogs/{catalog}.yaml"
            yield Finding(kind, name, f"{field}.key", f"catalogue {catalog} has no entry '{key}'{way_out}")


def empty_catalogs(records: Records) -> Iterator[Finding]:
    """Catalogues that list nothing yet."""
    for name, catalog in records.catalogs.items():
        if not catalog.entries and ("catalogs", name) not in records.faulty:
            message = f"lists no entries, and is not in the graph until `medkg import {name} FILE` has read some"
            yield Finding("catalogs", name, "", message)


def repeated_keys(records: Records) -> Iterator[Finding]:
    """Entries of a catalogue whose key another has before them."""
    for name, catalog in records.catalogs.items():
        first: dict[str, Entry] = {}
        for index, entry in enumerate(catalog.entries):
            other = first.setdefault(entry.key, entry)
            if other is not entry:
                message = f"'{entry.key}' is the key of another entry too (source line {other.line})"
                way_out = f"end one of them with an ordinal, as in {entry.key}-2"
                yield Finding("catalogs", name, f"entries[{index}].key", f"{message}; {way_out}")


def rival_claims(records: Records) -> Iterator[Finding]:
    """Entries that are said to stand for a dataset when they are said so already."""
    first: dict[tuple[str, str], str] = {}
    for slug, dataset in sorted(records.datasets.items()):
        for index, standing in enumerate(dataset.entries):
            entry = (standing.catalog, standing.key)
            holder = first.setdefault(entry, f"{slug}[{index}]")
            if holder != f"{slug}[{index}]":
                yield Finding("datasets", slug, f"entries[{index}]", _rivalry(standing, holder.partition("[")[0], slug))


def _rivalry(standing: EntryMatch, holder: str, slug: str) -> str:
    if holder == slug:
        return f"{standing.catalog}/{standing.key} stands here twice; keep one"
    way_out = "leave it to one, or, if it stands for both, to their series, and put it under `mentions` here"
    return f"{standing.catalog}/{standing.key} stands for dataset '{holder}' already; {way_out}"


def unresolved(records: Records) -> Iterator[Finding]:
    """Entries that stand for no dataset; a dataset's file that cannot be read may claim any of them."""
    if any(kind == "datasets" for kind, _ in records.faulty):
        return
    claimed = {(each.catalog, each.key) for dataset in records.datasets.values() for each in dataset.entries}
    for name, catalog in records.catalogs.items():
        for index, entry in enumerate(catalog.entries):
            if (name, entry.key) not in claimed:
                message = f"{name}/{entry.key} (source line {entry.line}) stands for no dataset"
                way_out = "name it under `entries` of one in data/datasets/; `medkg reconcile` proposes candidates"
                yield Finding("catalogs", name, f"entries[{index}].key", f"{message}; {way_out}")


def impossible_dates(records: Records) -> Iterator[Finding]:
    """Release dates of the right form that no calendar has."""
    for name, catalog in records.catalogs.items():
        for index, entry in enumerate(catalog.entries):
            if entry.released and not is_date(entry.released):
                message = f"no calendar has the date {entry.released}; leave out the part that is wrong"
                yield Finding("catalogs", name, f"entries[{index}].released", message)


RULES = (
    Rule("unknown-catalog", "A reference names a catalogue that is there.", unknown_catalogs),
    Rule("dangling-entry", "A reference names an entry that its catalogue has.", dangling_entries),
    Rule("duplicate-entry-key", "An entry's key is its own in its catalogue.", repeated_keys),
    Rule("entry-claimed-twice", "An entry stands for one dataset only.", rival_claims),
    Rule("unresolved-entry", "An entry stands for a dataset.", unresolved),
    Rule("impossible-date", "A date is one that a calendar has.", impossible_dates),
)

NOTES = (Rule("empty-catalog", "A catalogue lists entries.", empty_catalogs),)
