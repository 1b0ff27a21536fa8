"""Catalogues: their entries by line, the datasets that each stands for, and the corrections of entries."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import DefaultGraph, Literal, NamedNode

from medkg.model import prefixes as iris
from medkg.views import graph_reader
from medkg.views.graph_reader import GraphReader

_DATASETS = iris.dataset("").value


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedDataset:
    """A dataset that an entry stands for, or mentions among others."""

    slug: str
    label: str
    is_mention: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EntrySummary:
    """An entry of a catalogue, with the repairs of its shape and the number of cells that were not parsed."""

    iri: str
    line: int
    name: str
    section: str
    datasets: tuple[ListedDataset, ...]
    defects: int
    repairs: tuple[str, ...]
    unread: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """A correction of an entry: the value it states, the right one, and the reason."""

    line: int
    entry: str
    iri: str
    kind: str
    field: str
    stated: str | None
    instead: str | None
    reason: str
    basis: str
    source: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogSummary:
    """A catalogue, its entries and their defects in the order of lines."""

    id: str
    iri: str
    title: str
    maintainer: str | None
    repository: str | None
    licence: tuple[str, str] | None
    languages: tuple[str, ...]
    note: str | None
    digest: str | None
    entries: tuple[EntrySummary, ...]
    defects: tuple[Defect, ...]

    @property
    def datasets(self) -> int:
        """How many datasets its entries stand for."""
        return len({dataset.slug for entry in self.entries for dataset in entry.datasets if not dataset.is_mention})

    @property
    def repeated_datasets(self) -> Mapping[tuple[str, str], list[EntrySummary]]:
        """The datasets that several entries stand for, by slug and label."""
        entries_of: dict[tuple[str, str], list[EntrySummary]] = defaultdict(list)
        for entry in self.entries:
            for dataset in entry.datasets:
                if not dataset.is_mention:
                    entries_of[dataset.slug, dataset.label].append(entry)
        return {dataset: entries for dataset, entries in entries_of.items() if len(entries) > 1}

    @property
    def defect_kinds(self) -> list[tuple[str, int]]:
        """The kinds of defects with their numbers, the most frequent first."""
        return Counter(defect.kind for defect in self.defects).most_common()

    @property
    def repaired_entries(self) -> list[EntrySummary]:
        """The entries whose shape was repaired, or of which a cell was not parsed."""
        return [entry for entry in self.entries if entry.repairs or entry.unread]


def catalog_ids(reader: GraphReader) -> list[str]:
    """The ids of all catalogues."""
    catalogs = reader.subjects("rdf:type", reader.prefixes.expand("dcat:Catalog"))
    return [catalog.value.removeprefix(iris.catalog("").value) for catalog in catalogs]


def catalog_summary(reader: GraphReader, catalog_id: str) -> CatalogSummary:
    """A catalogue with all that it lists; `UnknownName` where there is none with this id."""
    node = graph_reader.catalog(reader.store, catalog_id)
    records = reader.nodes(node, "dcat:record")
    entries = sorted((entry_summary(reader, record) for record in records), key=lambda entry: (entry.line, entry.iri))
    publisher = reader.address(node, "dcterms:publisher")
    licence = reader.address(node, "dcterms:license")
    return CatalogSummary(
        id=catalog_id,
        iri=node.value,
        title=reader.literal(node, "dcterms:title") or catalog_id,
        maintainer=reader.literal(NamedNode(publisher), "foaf:name") if publisher else None,
        repository=reader.address(node, "foaf:homepage"),
        licence=(reader.label(NamedNode(licence)), licence) if licence else None,
        languages=tuple(language.value for language in reader.literals(node, "dcterms:language")),
        note=reader.literal(node, "rdfs:comment"),
        digest=reader.literal(node, "medkg:sourceDigest"),
        entries=tuple(entries),
        defects=tuple(defect for entry in entries if entry.defects for defect in entry_defects(reader, entry)),
    )


def entry_summary(reader: GraphReader, record: NamedNode) -> EntrySummary:
    """An entry by its record."""
    values = _values(reader, record)
    standing, mentioned = values.get("foaf:primaryTopic", []), values.get("foaf:topic", [])
    return EntrySummary(
        iri=record.value,
        line=int(_first(values, "medkg:sourceLine") or 0),
        name=_first(values, "rdfs:label") or record.value,
        section=_first(values, "medkg:section") or "",
        datasets=(
            *_listed_datasets(reader, standing, is_mention=False),
            *_listed_datasets(reader, [dataset for dataset in mentioned if dataset not in standing], is_mention=True),
        ),
        defects=len(values.get("dqv:hasQualityAnnotation", ())),
        repairs=tuple(values.get("medkg:repair", ())),
        unread=int(_first(values, "medkg:notUnderstoodCount") or 0),
    )


def _values(reader: GraphReader, subject: NamedNode) -> dict[str, list[str]]:
    """The values of a subject's properties, by CURIE, in order."""
    unsorted: dict[str, list[str]] = defaultdict(list)
    for quad in reader.store.quads_for_pattern(subject, None, None, DefaultGraph()):
        if isinstance(quad.object, NamedNode | Literal):
            unsorted[reader.prefixes.compact(quad.predicate.value)].append(quad.object.value)
    return {curie: sorted(values) for curie, values in unsorted.items()}


def _first(values: Mapping[str, list[str]], curie: str) -> str | None:
    return next(iter(values.get(curie, ())), None)


def _listed_datasets(reader: GraphReader, datasets: Iterable[str], *, is_mention: bool) -> Iterator[ListedDataset]:
    for iri in datasets:
        slug, label = iri.removeprefix(_DATASETS), reader.label(NamedNode(iri))
        yield ListedDataset(slug=slug, label=label, is_mention=is_mention)


def entry_defects(reader: GraphReader, entry: EntrySummary) -> Iterator[Defect]:
    """The corrections of an entry, in the order of their IRIs."""
    for node in reader.nodes(NamedNode(entry.iri), "dqv:hasQualityAnnotation"):
        kind = reader.address(node, "medkg:defect")
        yield Defect(
            line=entry.line,
            entry=entry.name,
            iri=entry.iri,
            kind=reader.label(NamedNode(kind)) if kind else "",
            field=reader.literal(node, "medkg:field") or "",
            stated=reader.literal(node, "medkg:stated"),
            instead=reader.literal(node, "medkg:instead"),
            reason=reader.literal(node, "rdfs:comment") or "",
            basis=reader.literal(node, "medkg:basis") or "",
            source=reader.address(node, "dcterms:source"),
        )
