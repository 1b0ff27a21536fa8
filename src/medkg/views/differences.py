"""Where a catalogue differs from the others that list the same dataset: the field, its value, theirs, and the lines.

Values differ where neither is the other, nor wider or narrower: who says MR does not contradict who says T1-weighted
MR. A rounded number agrees with one that it may be rounded from, a year with any day in it. What one catalogue leaves
out, another does not contradict by saying it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal as OneOf

from pyoxigraph import DefaultGraph, NamedNode

from medkg.graph import lookup
from medkg.graph.hierarchy import Closure, wider
from medkg.graph.leads import place
from medkg.graph.testimony import FACTS
from medkg.graph.wording import Graph, Term, Wording
from medkg.model import prefixes as iris

Kind = OneOf["other", "more", "less"]

_SETS = (
    "medkg:modality",
    "medkg:dimensionality",
    "medkg:anatomy",
    "medkg:finding",
    "medkg:task",
    "medkg:fileFormat",
    "medkg:labelFormat",
    "medkg:accessCondition",
)
_SINGLE = ("medkg:labelCategoryCount", "dcterms:issued", "dcterms:license")
_COUNT = "medkg:count"
_DATASETS = iris.dataset("").value


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A value in words, and what it is compared by: an IRI, a text or a number, which may be rounded."""

    text: str
    value: str
    is_rounded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Theirs:
    """What another catalogue states, by its record."""

    place: str
    iri: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Divergence:
    """A field on which an entry and others differ: each has what the other has not, or one has more.

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
    theirs: tuple[Theirs, ...]
    believed: tuple[str, ...]


def divergences(words: Wording, catalog_id: str) -> list[Divergence]:
    """Where the entries of a catalogue differ from others, in the order of its lines."""
    node = lookup.catalog(words.store, catalog_id)
    reader = _Reader(words=words, wider=wider(words.store, words.prefixes), totals=_totals(words))
    records = (each for each in words.objects(node, "dcat:record") if isinstance(each, NamedNode))
    found = [each for record in records for each in reader.of_record(record)]
    order = list(FACTS.values())
    return sorted(found, key=lambda each: (each.line, each.iri, order.index(each.field), each.kind, each.own))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """Compares what records state."""

    words: Wording
    wider: Closure
    totals: Mapping[str, str]
    known: dict[tuple[Graph, NamedNode], Mapping[tuple[str, str], list[Said]]] = field(default_factory=dict)

    def of_record(self, record: NamedNode) -> Iterator[Divergence]:
        for dataset in self.words.objects(record, "foaf:primaryTopic"):
            if isinstance(dataset, NamedNode):
                others = [each for each in self.words.subjects("foaf:primaryTopic", dataset) if each != record]
                if others:
                    yield from self._between(record, others, dataset)

    def _between(self, record: NamedNode, others: Sequence[NamedNode], dataset: NamedNode) -> Iterator[Divergence]:
        own, believed = self._stated(record, dataset), self._stated(DefaultGraph(), dataset)
        for slot, values in own.items():
            sides: dict[Kind, list[tuple[NamedNode, list[Said], list[Said]]]] = defaultdict(list)
            for other in others:
                mine, theirs = self._apart(values, self._stated(other, dataset).get(slot, []))
                if mine or theirs:
                    kind: Kind = "other" if mine and theirs else "more" if mine else "less"
                    sides[kind].append((other, mine, theirs))
            for kind, found in sides.items():
                yield Divergence(
                    line=int(self.words.literal(record, "medkg:sourceLine") or 0),
                    entry=self.words.literal(record, "rdfs:label") or "",
                    iri=record.value,
                    slug=dataset.value.removeprefix(_DATASETS),
                    label=self.words.label(dataset),
                    field=FACTS[slot[0]],
                    kind=kind,
                    own=_texts(each for _, mine, _ in found for each in mine),
                    theirs=tuple(
                        Theirs(place=place(self.words, other), iri=other.value, values=_texts(theirs))
                        for other, _, theirs in found
                    ),
                    believed=_texts(believed.get(slot, [])),
                )

    def _apart(self, own: list[Said], others: list[Said]) -> tuple[list[Said], list[Said]]:
        """The values on either side that have none like them on the other; none where a side is silent."""
        if not own or not others:
            return [], []
        mine = [each for each in own if not any(self._agree(each, other) for other in others)]
        theirs = [each for each in others if not any(self._agree(each, other) for other in own)]
        return mine, theirs

    def _agree(self, one: Said, other: Said) -> bool:
        if one.value == other.value or one.value in self.wider.get(other.value, ()):
            return True
        if other.value in self.wider.get(one.value, ()):
            return True
        return _is_rounded_from(one, other) or _is_rounded_from(other, one) or _is_within(one.value, other.value)

    def _stated(self, graph: Graph, dataset: NamedNode) -> Mapping[tuple[str, str], list[Said]]:
        """What a graph states of a dataset, by property and, for counts, by what is counted."""
        if (graph, dataset) not in self.known:
            self.known[graph, dataset] = self._read(graph, dataset)
        return self.known[graph, dataset]

    def _read(self, graph: Graph, dataset: NamedNode) -> Mapping[tuple[str, str], list[Said]]:
        found: dict[tuple[str, str], list[Said]] = defaultdict(list)
        for curie in (*_SETS, *_SINGLE, _COUNT):
            for term in self.words.objects(dataset, curie, graph):
                slot, said = self._said(curie, term, graph)
                found[curie, slot].append(said)
        for unit, property_ in self.totals.items():
            if (_COUNT, unit) not in found and (total := self.words.literal(dataset, property_, graph)):
                found[_COUNT, unit].append(Said(text=f"{int(total):,} in all, of unit {unit}", value=total))
        return found

    def _said(self, curie: str, term: Term, graph: Graph) -> tuple[str, Said]:
        worded = self.words.worded(term, graph)
        if curie != _COUNT:
            return "", Said(text=worded.text, value=getattr(term, "value", worded.text))
        number, _, slot = worded.form.partition(" ")  # `131 case train`, `201 case`
        return slot, Said(text=worded.text, value=number, is_rounded=worded.text.startswith("~"))


def _totals(words: Wording) -> dict[str, str]:
    """The property that states a plain total, by the key of its unit; shares may make up one that nobody writes."""
    quads = words.store.quads_for_pattern(None, words.prefixes.expand("medkg:totalProperty"), None, DefaultGraph())
    named = ((quad.subject, quad.object) for quad in quads)
    return {
        unit.value.rpartition("/")[2]: words.prefixes.compact(property_.value)
        for unit, property_ in named
        if isinstance(unit, NamedNode) and isinstance(property_, NamedNode)
    }


def _texts(said: Iterator[Said] | list[Said]) -> tuple[str, ...]:
    return tuple(sorted({each.text for each in said}))


def _is_rounded_from(rounded: Said, exact: Said) -> bool:
    if not (rounded.is_rounded and rounded.value.isdecimal() and exact.value.isdecimal()):
        return False
    unit = int(10 ** (len(rounded.value) - len(rounded.value.rstrip("0"))))
    return abs(int(rounded.value) - int(exact.value)) <= unit


def _is_within(one: str, other: str) -> bool:
    """Whether of two dates one is the other more exactly."""
    return "-" in one + other and one[:4].isdecimal() and (one.startswith(f"{other}-") or other.startswith(f"{one}-"))
