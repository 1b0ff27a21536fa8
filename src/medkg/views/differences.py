"""Where values differ: a record's from other records, records' from what we believe, datasets' side by side.

Values differ where they do not agree and neither is wider or narrower than the other: MR does not contradict
T1-weighted MR. A value that one catalogue leaves out contradicts nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal as OneOf

from pyoxigraph import DefaultGraph, NamedNode

from medkg.choices import require_choice
from medkg.model import prefixes as iris
from medkg.model.agreement import agree
from medkg.model.fact_properties import FACTS
from medkg.model.facts import CONCEPTS, FIELDS, SINGLE, Fact, Slot, slot, totals
from medkg.views import graph_reader
from medkg.views.concepts import Closure, wider
from medkg.views.dataset_profile import DatasetProfile, Judgement
from medkg.views.graph_reader import Graph, GraphReader
from medkg.views.sourced_facts import NARROWER, SourcedFact, SourcedValue, is_decided, is_written
from medkg.views.typed_values import TypedValue, count_value, typed_values

Kind = OneOf["other", "more", "less"]

_IMPLYING = {narrower for properties in NARROWER.values() for narrower in properties}
_COMPARED = {name: curie for name in (*CONCEPTS, *SINGLE, "counts") if (curie := FIELDS[name].property)}
_DATASETS = iris.dataset("").value


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherRecord:
    """A record of another catalogue with the values it states, by place."""

    place: str
    iri: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogDifference:
    """A field on which an entry and others differ: each has a value that the other has not, or one has more.

    `own` and those of `theirs` are the values that the other side has nothing like; `believed` is what we hold.
    """

    line: int
    entry: str
    iri: str
    slug: str
    label: str
    field: str
    kind: Kind
    own: tuple[str, ...]
    theirs: tuple[OtherRecord, ...]
    believed: tuple[str, ...]


def catalog_differences(reader: GraphReader, catalog_id: str) -> list[CatalogDifference]:
    """Where the entries of a catalogue differ from others, in the order of its lines."""
    node = graph_reader.catalog(reader.store, catalog_id)
    comparison = _RecordComparison(reader=reader, wider=wider(reader.store, reader.prefixes))
    differences = [item for record in reader.nodes(node, "dcat:record") for item in comparison.of_record(record)]
    order = [declaration.label for declaration in FIELDS.values()]
    return sorted(differences, key=lambda item: (item.line, item.iri, order.index(item.field), item.kind, item.own))


@dataclass(frozen=True, slots=True, kw_only=True)
class _RecordComparison:
    """Compares the values that records state; `known` holds those of each graph and dataset that was read."""

    reader: GraphReader
    wider: Closure
    known: dict[tuple[Graph, NamedNode], Mapping[Slot, list[TypedValue]]] = field(default_factory=dict)

    def of_record(self, record: NamedNode) -> Iterator[CatalogDifference]:
        for dataset in self.reader.nodes(record, "foaf:primaryTopic"):
            others = [other for other in self.reader.subjects("foaf:primaryTopic", dataset) if other != record]
            if others:
                yield from self._between(record, others, dataset)

    def _between(
        self, record: NamedNode, others: Sequence[NamedNode], dataset: NamedNode
    ) -> Iterator[CatalogDifference]:
        believed = self._stated_values(DefaultGraph(), dataset)
        for place, values in self._stated_values(record, dataset).items():
            sides: dict[Kind, list[tuple[NamedNode, list[TypedValue], list[TypedValue]]]] = defaultdict(list)
            for other in others:
                own, theirs = self._apart(values, self._stated_values(other, dataset).get(place, []))
                if own or theirs:
                    kind: Kind = "other" if own and theirs else "more" if own else "less"
                    sides[kind].append((other, own, theirs))
            for kind, others_apart in sides.items():
                yield CatalogDifference(
                    line=int(self.reader.literal(record, "medkg:sourceLine") or 0),
                    entry=self.reader.literal(record, "rdfs:label") or "",
                    iri=record.value,
                    slug=dataset.value.removeprefix(_DATASETS),
                    label=self.reader.label(dataset),
                    field=FIELDS[place.field].label or "",
                    kind=kind,
                    own=_texts(value for _, own, _ in others_apart for value in own),
                    theirs=tuple(
                        OtherRecord(place=self.reader.place(other), iri=other.value, values=_texts(theirs))
                        for other, _, theirs in others_apart
                    ),
                    believed=_texts(believed.get(place, [])),
                )

    def _apart(self, own: list[TypedValue], others: list[TypedValue]) -> tuple[list[TypedValue], list[TypedValue]]:
        """The values on either side that have none like them on the other; none where a side states nothing."""
        if not own or not others:
            return [], []
        return (
            [value for value in own if not any(self._agree(value, other) for other in others)],
            [value for value in others if not any(self._agree(value, other) for other in own)],
        )

    def _agree(self, one: TypedValue, other: TypedValue) -> bool:
        return agree(one.fact, other.fact) or self._is_wider(one, other) or self._is_wider(other, one)

    def _is_wider(self, one: TypedValue, other: TypedValue) -> bool:
        return one.iri is not None and one.iri in self.wider.get(other.iri or "", ())

    def _stated_values(self, graph: Graph, dataset: NamedNode) -> Mapping[Slot, list[TypedValue]]:
        """The values that a graph states of a dataset, by slot; a field of any number of values is one slot."""
        if (graph, dataset) not in self.known:
            self.known[graph, dataset] = self._read(graph, dataset)
        return self.known[graph, dataset]

    def _read(self, graph: Graph, dataset: NamedNode) -> Mapping[Slot, list[TypedValue]]:
        """The values as they are in the store, with the totals that the shares of a record make up."""
        stated: dict[Slot, list[TypedValue]] = defaultdict(list)
        for name, curie in _COMPARED.items():
            if curie not in _IMPLYING:
                for value in typed_values(self.reader, dataset, curie, graph):
                    stated[slot(name, value.fact) or Slot(name)].append(value)
        if isinstance(graph, NamedNode):
            counts = [value.fact for values in stated.values() for value in values]
            for unit, total in totals(counts).items():
                stated.setdefault(Slot("counts", unit, "total"), [count_value(self.reader, total)])
        return stated


def _texts(values: Iterable[TypedValue]) -> tuple[str, ...]:
    return tuple(sorted({value.text for value in values}))


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedValue:
    """A value with the judgements on it, and whether it is a less exact form of one that we believe."""

    value: SourcedValue
    judgements: tuple[Judgement, ...]
    is_rounded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """A fact whose values differ, those we believe first."""

    fact: SourcedFact
    values: tuple[JudgedValue, ...]


def disagreements(profile: DatasetProfile) -> list[Disagreement]:
    """The facts on which catalogues differ from each other or from what we believe, in the order of showing."""
    disagreements = (Disagreement(fact=fact, values=tuple(_judged_values(fact, profile))) for fact in profile.facts)
    return [item for item in disagreements if item.fact.is_disputed or any(map(_is_at_odds, item.values))]


def _is_at_odds(judged: JudgedValue) -> bool:
    return bool(judged.judgements) or judged.is_rounded


def _judged_values(fact: SourcedFact, profile: DatasetProfile) -> Iterator[JudgedValue]:
    for value in fact.values:
        judgements = (*_corrections(fact, value, profile), *_decisions(fact, value, profile))
        is_plain = not (value.is_believed or judgements or fact.is_disputed)
        is_rounded = is_plain and any(agree(value.fact, believed) for believed in _believed_facts(fact))
        yield JudgedValue(value=value, judgements=judgements, is_rounded=is_rounded)


def _corrections(fact: SourcedFact, value: SourcedValue, profile: DatasetProfile) -> Iterator[Judgement]:
    """The corrections of a value: of the records that state it wrongly, and of those in whose place we put it."""
    for correction in profile.corrections:
        if correction.field == FACTS[fact.property].field:
            is_wrong = correction.place in value.corrected and is_written(value.fact, correction.stated)
            if is_wrong or (value.is_believed and is_written(value.fact, correction.instead)):
                yield correction


def _decisions(fact: SourcedFact, value: SourcedValue, profile: DatasetProfile) -> list[Judgement]:
    """The decision that chose a value, or another one in its place."""
    return [
        decision
        for decision in profile.decisions
        if decision.field and is_decided(fact.property, value.fact, {decision.field})
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedFact:
    """A fact of several datasets, in their order; None for a dataset without it."""

    name: str
    curie: str
    facts: tuple[SourcedFact | None, ...]

    @property
    def is_the_same(self) -> bool:
        """Whether all are believed to have the same values."""
        return len({frozenset(_believed_facts(fact)) for fact in self.facts}) == 1


def compare_profiles(profiles: Sequence[DatasetProfile], *, without: Collection[str] = ()) -> list[ComparedFact]:
    """The facts of which at least one dataset has a value that we believe, or a dispute, in the order of showing.

    `without` are the CURIEs of facts to leave out; `UnknownName` for one that is none.
    """
    for curie in without:
        require_choice(curie, FACTS, kind="fact")
    shown = [
        {fact.property: fact for fact in profile.facts if fact.is_disputed or any(_believed_facts(fact))}
        for profile in profiles
    ]
    return [
        ComparedFact(name=declared.label, curie=curie, facts=tuple(facts.get(curie) for facts in shown))
        for curie, declared in FACTS.items()
        if curie not in without and any(curie in facts for facts in shown)
    ]


def _believed_facts(fact: SourcedFact | None) -> Iterator[Fact]:
    """The values we believe."""
    return (value.fact for value in fact.values if value.is_believed) if fact else iter(())
