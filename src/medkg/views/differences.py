"""Where a catalogue differs from the others that list the same dataset: the field, its value, theirs, and the lines.

Values differ where neither is the other, nor wider or narrower: who says MR does not contradict who says T1-weighted
MR. A rounded number agrees with one that it may be rounded from, a year with any day in it. What one catalogue leaves
out, another does not contradict by saying it.

Where what is stated of a dataset and what we believe part: each value side by side, with what decided on it.

Datasets side by side: for each fact the values that we believe, and what is in dispute.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal as OneOf

from pyoxigraph import DefaultGraph, NamedNode

from medkg.choices import require_known
from medkg.model import prefixes as iris
from medkg.model.facts import FIELDS, SINGLE
from medkg.model.papers import paper_iri
from medkg.views import lookup
from medkg.views.concepts import Closure, wider
from medkg.views.dossier import Dossier, Judgement, Leads, place
from medkg.views.sourced_facts import FACTS, Fact, Value
from medkg.views.wording import Graph, Term, Wording

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


_SPELT_FREELY = frozenset({"dcterms:title", "dcterms:alternative"})
"""Names, which catalogues write as they like."""

_ADDRESSES = frozenset({"dcat:landingPage"})
"""Of two addresses that differ in a last slash one is believed, and nobody disagrees."""

_FIELD_OF = {each.property: field for field, each in FIELDS.items() if each.property} | {
    "dcterms:title": "name",
    "dcterms:license": "licence",
    "medkg:licenceText": "licence",
}
"""The field that a correction names, by the property of its value; all other properties are of links."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """A value with the judgements on it; one that is `rounded` is a less exact form of what is believed."""

    value: Value
    judgements: tuple[Judgement, ...]
    is_rounded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """A fact whose values differ, those we believe first."""

    fact: Fact
    values: tuple[Weighed, ...]


def disagreements(dossier: Dossier, leads: Leads) -> list[Disagreement]:
    """The facts on which catalogues differ from each other or from what we believe, in the order of showing."""
    found = (Disagreement(fact=fact, values=tuple(_weighed(fact, dossier, leads))) for fact in dossier.facts)
    return [each for each in found if each.fact.is_disputed or any(map(_is_at_odds, each.values))]


def _is_at_odds(weighed: Weighed) -> bool:
    return bool(weighed.judgements) or weighed.is_rounded


def _weighed(fact: Fact, dossier: Dossier, leads: Leads) -> Iterator[Weighed]:
    for value in fact.values:
        form = leads.of(fact.property, value.text).form
        judgements = (*_corrections(fact, value, form, dossier), *_decisions(fact, form, dossier))
        is_plain = not (value.is_believed or judgements or fact.is_disputed)
        yield Weighed(
            value=value,
            judgements=judgements,
            is_rounded=is_plain and fact.property not in _SPELT_FREELY | _ADDRESSES,
        )


def _corrections(fact: Fact, value: Value, form: str, dossier: Dossier) -> Iterator[Judgement]:
    """The corrections of a value: of those who state it wrongly, and of those in whose place we put it."""
    for each in dossier.corrections:
        if each.field == _FIELD_OF.get(fact.property, "links"):
            is_wrong = each.place in value.corrected and _is(each.stated, form)
            if is_wrong or (value.is_believed and _is(each.instead, form)):
                yield each


def _is(written: str | None, form: str) -> bool:
    """Whether a value is the one that a correction writes."""
    return written is not None and paper_iri(written) == paper_iri(form)


def _decisions(fact: Fact, form: str, dossier: Dossier) -> list[Judgement]:
    """The decision that chose a value, or another one in its place."""
    slots = _slots(fact.property, form)
    return [each for each in dossier.decisions if _plain(each.field) in slots]


def _slots(property_: str, form: str) -> Collection[str]:
    """How a decision names the field of a value."""
    if property_ == "medkg:count":
        return {_plain(f"counts {form.partition(' ')[2]}")}
    return {_FIELD_OF[property_]} if _FIELD_OF.get(property_) in SINGLE else set()


def _plain(field: str | None) -> str:
    """A field as decisions name it, less `total`, which may be written or not."""
    return " ".join(word for word in (field or "").split() if word != "total")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A fact of several datasets, in their order; None for a dataset of which nothing is said on it."""

    name: str
    curie: str
    facts: tuple[Fact | None, ...]

    @property
    def is_the_same(self) -> bool:
        """Whether all are believed to have the same values."""
        return len({frozenset(each.text for each in fact.values if each.is_believed) for fact in self._said}) == 1

    @property
    def _said(self) -> list[Fact]:
        empty = Fact(name=self.name, property=self.curie, is_disputed=False, values=())
        return [fact or empty for fact in self.facts]


def compared(dossiers: Sequence[Dossier], *, without: Collection[str] = ()) -> list[Row]:
    """The facts of which at least one dataset has a value that we believe, or a dispute, in the order of showing.

    `without` are the CURIEs of facts to leave out; `UnknownName` for what is none.
    """
    for curie in without:
        require_known(curie, FACTS, kind="fact")
    known = [{fact.property: fact for fact in each.facts if _is_shown(fact)} for each in dossiers]
    return [
        Row(name=name, curie=curie, facts=tuple(facts.get(curie) for facts in known))
        for curie, name in FACTS.items()
        if curie not in without and any(curie in facts for facts in known)
    ]


def _is_shown(fact: Fact) -> bool:
    return fact.is_disputed or any(value.is_believed for value in fact.values)
