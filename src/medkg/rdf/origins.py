"""The origin of a node of the graph: the file and the field of the record that it was made of."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from medkg.choices import did_you_mean
from medkg.errors import Fault
from medkg.lineage.claims import SituatedClaim
from medkg.model.claims import Claim
from medkg.model.collection import Kind, Records
from medkg.model.entries import Catalog, Entry
from medkg.model.fields import declarations
from medkg.model.prefixes import BASE
from medkg.model.records import Challenge, Correction, Dataset, EntryMatch
from medkg.model.vocabularies import Concept, Vocabulary
from medkg.rdf.lineage import claim_iri

Origin = tuple[Kind, str, str]

# The field behind a node that has no file and no entry of its own, by the first word of its fragment.
_PARTS = {
    "count": "counts",
    "event": "events",
    "download": "links",
    "decision": "decisions",
    "maintainer": "maintainer",
}


def fault(origin: Origin, message: str, code: str, records: Records) -> Fault:
    """A fault at the place a node came from."""
    kind, name, path = origin
    place = records.where(kind, name)
    field, line = place.of(path)
    return Fault(file=place.file, field=field, line=line, message=message, code=code)


def origins(iri: str, field: str, records: Records) -> list[Origin]:
    """Every field that a node's statement may have come from; none for a node that is not ours.

    `field` is the name of the field, which may be that of another kind of record: a dataset's modality
    stands in the entries of catalogues, and a record's reason in a dataset's file.
    """
    path, _, fragment = iri.removeprefix(BASE).partition("#") if iri.startswith(BASE) else ("", "", "")
    part = fragment.partition("-")[0]
    match path.split("/"):
        case ["dataset", slug]:
            return list(_of_dataset(slug, _PARTS.get(part, field), records))
        case ["challenge", slug]:
            return [("challenges", slug, _own(Challenge, _PARTS.get(part, field)))]
        case ["catalog", name, "record", key]:
            return list(_of_record(name, key, part, field, records))
        case ["claim", _]:
            return list(_of_claim(iri, field, records))
        case ["catalog", name]:
            return [("catalogs", name, _own(Catalog, _PARTS.get(part, field)))]
        case [name, *key] if name in records.vocabularies:
            return [("vocabularies", name, _in_vocabulary(records.vocabularies[name], key, field))]
    return []


def _of_dataset(slug: str, field: str, records: Records) -> Iterator[Origin]:
    """The dataset's own field, or that of the entries that stand for it and have it."""
    dataset = records.datasets.get(slug)
    is_in_entries = False
    if dataset and _own(Entry, field) and not _own(Dataset, field):
        for standing in dataset.entries:
            for index, entry in _entries(standing.catalog, standing.key, records):
                if getattr(entry, field):
                    is_in_entries = True
                    yield "catalogs", standing.catalog, f"entries[{index}].{field}"
    if not is_in_entries:
        yield "datasets", slug, _own(Dataset, field)


def _of_record(name: str, key: str, part: str, field: str, records: Records) -> Iterator[Origin]:
    """The entry's field, or the dataset's correction of it or match with it."""
    group, member = ("corrections", Correction) if part == "defect" else ("entries", EntryMatch)
    curated = part == "defect" or field == "entries" or not _own(Entry, field)
    paths = [
        (slug, f"{group}[{index}]")
        for slug, dataset in records.datasets.items()
        for index, item in enumerate(getattr(dataset, group))
        if curated and (item.catalog, item.key) == (name, key)
    ]
    yield from (("datasets", slug, _within(path, _own(member, field))) for slug, path in paths)
    if not paths:
        for index, _ in _entries(name, key, records):
            yield "catalogs", name, _within(f"entries[{index}]", _own(Entry, field))


def _of_claim(iri: str, field: str, records: Records) -> Iterator[Origin]:
    """The claim in every file that makes it, and its field."""
    claim_files: tuple[tuple[Kind, Mapping[str, Dataset | Challenge]], ...] = (
        ("datasets", records.datasets),
        ("challenges", records.challenges),
    )
    for kind, files in claim_files:
        for slug, record in files.items():
            for index, claim in enumerate(record.claims):
                situated = SituatedClaim(subject=slug, claim=claim, is_challenge=kind == "challenges")
                if claim_iri(situated).value == iri:
                    yield kind, slug, _within(f"claims[{index}]", _own(Claim, field))


def _in_vocabulary(vocabulary: Vocabulary, key: Sequence[str], field: str) -> str:
    for index, concept in enumerate(vocabulary.concepts):
        if [concept.key] == list(key):
            return _within(f"concepts[{index}]", _own(Concept, field))
    return _own(Vocabulary, field)


def _entries(catalog: str, key: str, records: Records) -> Iterator[tuple[int, Entry]]:
    """The entry of a catalogue with its index, as often as its key recurs."""
    if catalog in records.catalogs:
        yield from ((i, entry) for i, entry in enumerate(records.catalogs[catalog].entries) if entry.key == key)


def _own(record: type[Any], field: str) -> str:
    """The field's name where the kind of record has it, otherwise nothing."""
    return field if any(declared_field.name == field for declared_field, _ in declarations(record)) else ""


def _within(path: str, field: str) -> str:
    return re.sub(r"\.$", "", f"{path}.{field}")


def unknown_prefixes(records: Records, prefixes: Collection[str]) -> Iterator[Fault]:
    """A fault for each exact match whose prefix is not in the prefix map."""
    for name, vocabulary in records.vocabularies.items():
        for index, concept in enumerate(vocabulary.concepts):
            for place, curie in enumerate(concept.exact):
                prefix = curie.partition(":")[0]
                if prefix not in prefixes:
                    way_out = did_you_mean(prefix, prefixes) or "; add it to ontology/prefixes.yaml"
                    message = f"'{prefix}' is no prefix of ontology/prefixes.yaml{way_out}"
                    origin: Origin = ("vocabularies", name, f"concepts[{index}].exact[{place}]")
                    yield fault(origin, message, "malformed-value", records)


def refuse_unknown_prefixes(records: Records, prefixes: Collection[str]) -> None:
    """Raise the faults of unknown prefixes as one ExceptionGroup, where there are any."""
    faults = list(unknown_prefixes(records, prefixes))
    if faults:
        raise ExceptionGroup("CURIEs with prefixes that are not in ontology/prefixes.yaml", faults)
