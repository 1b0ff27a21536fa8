"""Statistics of a graph: numbers of things and of catalogue cells, and the IRIs of everything that has a page."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import DefaultGraph, NamedNode, QuerySolutions, Store

from medkg.catalogs.report import reading_report
from medkg.evaluation import evaluate
from medkg.model import prefixes as iris
from medkg.model.collection import Records
from medkg.model.entries import Catalog
from medkg.model.prefixes import BASE, Prefixes
from medkg.model.vocabularies import Vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogStatistics:
    """The size of one catalogue, and of the part that was not parsed; `share` is in percent of its cells."""

    catalog: str
    entries: int
    datasets: int
    unread: int
    cells: int
    not_understood: int
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class VocabularyStatistics:
    """One vocabulary: its concepts, and the texts of catalogues that are deliberately none of them."""

    vocabulary: str
    concepts: int
    exceptions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """The size of a snapshot; `merged` datasets stand in several catalogues, `triples` are those we believe."""

    catalogs: tuple[CatalogStatistics, ...]
    vocabularies: tuple[VocabularyStatistics, ...]
    entries: int
    datasets: int
    merged: int
    series: int
    challenges: int
    papers: int
    corrections: int
    decisions: int
    disputed: int
    triples: int
    quads: int
    graphs: int


def statistics(store: Store, records: Records, prefixes: Prefixes) -> Statistics:
    """The statistics of a store; the cells, unread lines and exceptions are counted in the records."""
    tally = _Tally(store=store, prefixes=prefixes)
    lists: dict[str, list[str]] = defaultdict(list)
    for dataset, record in tally.pairs("foaf:isPrimaryTopicOf"):
        lists[tally.catalog_of[record]].append(dataset)
    listed = Counter(dataset for datasets in lists.values() for dataset in set(datasets))
    return Statistics(
        catalogs=tuple(
            _catalog_statistics(name, tally.entries[name], lists[name], records) for name in sorted(tally.entries)
        ),
        vocabularies=tuple(
            _scheme(tally, name, vocabulary) for name, vocabulary in sorted(records.vocabularies.items())
        ),
        entries=tally.entries.total(),
        datasets=tally.number("dcat:Dataset"),
        merged=sum(number > 1 for number in listed.values()),
        series=tally.number("dcat:DatasetSeries"),
        challenges=tally.number("medkg:Challenge"),
        papers=tally.number("schema:ScholarlyArticle"),
        corrections=tally.number("medkg:Correction"),
        decisions=tally.number("medkg:Decision"),
        disputed=len({dataset for dataset, _ in tally.pairs("medkg:disputedProperty")}),
        triples=sum(1 for _ in store.quads_for_pattern(None, None, None, DefaultGraph())),
        quads=len(store),
        graphs=sum(1 for _ in store.named_graphs()) + 1,
    )


@dataclass(frozen=True, kw_only=True)
class _Tally:
    """Counts statements of the default graph."""

    store: Store
    prefixes: Prefixes

    def pairs(self, curie: str) -> list[tuple[str, str]]:
        """The IRIs that a property joins."""
        quads = self.store.quads_for_pattern(None, self.prefixes.expand(curie), None, DefaultGraph())
        terms = ((quad.subject, quad.object) for quad in quads)
        return [(a.value, b.value) for a, b in terms if isinstance(a, NamedNode) and isinstance(b, NamedNode)]

    def number(self, kind: str) -> int:
        """How many things are of a class."""
        return len(self._of("rdf:type", self.prefixes.expand(kind)))

    def concepts(self, vocabulary: str) -> int:
        """How many concepts a vocabulary has."""
        return len(self._of("skos:inScheme", iris.scheme(vocabulary)))

    @cached_property
    def catalog_of(self) -> Mapping[str, str]:
        """The id of each record's catalogue, by the record's IRI."""
        start = iris.catalog("").value
        return {record: catalog.removeprefix(start) for catalog, record in self.pairs("dcat:record")}

    @cached_property
    def entries(self) -> Counter[str]:
        """How many records each catalogue has."""
        return Counter(self.catalog_of.values())

    def _of(self, curie: str, object_: NamedNode) -> set[object]:
        quads = self.store.quads_for_pattern(None, self.prefixes.expand(curie), object_, DefaultGraph())
        return {quad.subject for quad in quads}


def _catalog_statistics(name: str, entries: int, datasets: Collection[str], records: Records) -> CatalogStatistics:
    catalog = records.catalogs.get(name) or Catalog(title=name)
    parsed = reading_report(catalog)
    return CatalogStatistics(
        catalog=name,
        entries=entries,
        datasets=len(set(datasets)),
        unread=len(catalog.unread),
        cells=parsed.cells,
        not_understood=len(parsed.not_understood),
        share=round(parsed.share, 2),
    )


def _scheme(tally: _Tally, name: str, vocabulary: Vocabulary) -> VocabularyStatistics:
    return VocabularyStatistics(vocabulary=name, concepts=tally.concepts(name), exceptions=len(vocabulary.exclusions))


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphTotals:
    """The numbers of things, and of statements in all graphs."""

    datasets: int
    entries: int
    catalogs: int
    claims: int
    papers: int
    challenges: int
    statements: int


def graph_totals(store: Store, prefixes: Prefixes) -> GraphTotals:
    """The numbers of things in a store."""
    number = _Tally(store=store, prefixes=prefixes).number
    return GraphTotals(
        datasets=number("dcat:Dataset"),
        entries=number("dcat:CatalogRecord"),
        catalogs=number("dcat:Catalog"),
        claims=number("medkg:LineageClaim"),
        papers=number("schema:ScholarlyArticle"),
        challenges=number("medkg:Challenge"),
        statements=len(store),
    )


_OURS = f"""
SELECT DISTINCT ?thing {{
  ?thing a ?class
  FILTER(STRSTARTS(STR(?thing), "{BASE}") && !CONTAINS(STR(?thing), "#"))
}}
"""
_PAPERS = "SELECT DISTINCT ?thing { ?thing a schema:ScholarlyArticle }"


def own_iris(store: Store, prefixes: Prefixes) -> list[str]:
    """The sorted IRIs of all things of ours that have a page."""
    return _iris(store, _OURS, prefixes)


def paper_iris(store: Store, prefixes: Prefixes) -> list[str]:
    """The sorted IRIs of all papers, which are not ours."""
    return _iris(store, _PAPERS, prefixes)


def _iris(store: Store, query: str, prefixes: Prefixes) -> list[str]:
    solutions = evaluate(store, query, prefixes=prefixes)
    assert isinstance(solutions, QuerySolutions)  # a SELECT
    nodes = (solution[0] for solution in solutions)
    return sorted(node.value for node in nodes if isinstance(node, NamedNode))
