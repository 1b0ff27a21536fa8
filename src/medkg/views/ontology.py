"""The terms of the ontology: definition, what follows from each, how often it is used, and an example of its use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, QuerySolutions, Store

from medkg.evaluation import evaluate
from medkg.evaluation.query import IS_DEFINED_BY
from medkg.model.prefixes import BASE, TERMS, Prefixes
from medkg.rdf.ontology import supers
from medkg.rdf.terms import RDF_TYPE
from medkg.views.graph_reader import GraphReader, Term
from medkg.views.typed_values import typed_value

KINDS: Mapping[str, str] = {
    "owl:Class": "class",
    "owl:ObjectProperty": "property whose values are things",
    "owl:DatatypeProperty": "property whose values are texts, numbers or dates",
    "rdf:Property": "property whose values are things or texts",
}
"""The labels of the kinds of terms."""

MATCHES: Mapping[str, str] = {
    "skos:exactMatch": "the same as",
    "skos:closeMatch": "nearly the same as",
    "skos:broadMatch": "narrower than",
    "skos:narrowMatch": "wider than",
    "skos:relatedMatch": "related to",
}
"""The labels of mappings to other vocabularies."""

_USES = """
SELECT ?term (COUNT(*) AS ?uses) {
  { ?thing ?term ?value } UNION { ?thing a ?term }
  FILTER(STRSTARTS(STR(?term), "%s"))
}
GROUP BY ?term
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class OntologyTerm:
    """One class or property.

    Whatever else it names are IRIs. `follows` are all classes and properties that a statement made with it implies,
    `wider` those among them that it refines itself; `matches` are mappings with what they say.
    """

    iri: str
    kind: str
    label: str
    label_zh: str | None
    definition: str
    comment: str | None
    wider: tuple[str, ...]
    follows: tuple[str, ...]
    domains: tuple[str, ...]
    ranges: tuple[str, ...]
    inverse: tuple[str, ...]
    is_symmetric: bool
    matches: tuple[tuple[str, str], ...]
    replaced_by: str | None
    is_deprecated: bool
    uses: int

    @property
    def name(self) -> str:
        """Its name without the namespace, which is its anchor too."""
        return self.iri.removeprefix(TERMS)

    @property
    def is_class(self) -> bool:
        """Whether it is a class, and else a property."""
        return self.kind == "owl:Class"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ontology:
    """The ontology's own description, and its terms by name."""

    iri: str
    title: str
    title_zh: str | None
    description: str | None
    version: str | None
    licence: str | None
    creator: str | None
    terms: tuple[OntologyTerm, ...]


def ontology(store: Store, prefixes: Prefixes, node: NamedNode) -> Ontology:
    """The ontology with an IRI, as a graph holds it."""
    reader = GraphReader(store=store, prefixes=prefixes)
    creator = reader.address(node, "dcterms:creator")
    return Ontology(
        iri=node.value,
        title=reader.literal(node, "dcterms:title") or node.value,
        title_zh=_chinese(reader, node, "dcterms:title"),
        description=reader.literal(node, "dcterms:description"),
        version=reader.literal(node, "owl:versionInfo"),
        licence=reader.address(node, "dcterms:license"),
        creator=reader.literal(NamedNode(creator), "foaf:name") if creator else None,
        terms=tuple(sorted(_terms(reader, node), key=lambda term: term.name.lower())),
    )


def _terms(reader: GraphReader, node: NamedNode) -> Iterator[OntologyTerm]:
    defined = [quad.subject for quad in reader.store.quads_for_pattern(None, IS_DEFINED_BY, node, DefaultGraph())]
    terms = [node for node in defined if isinstance(node, NamedNode)]
    triples = [q.triple for term in terms for q in reader.store.quads_for_pattern(term, None, None, DefaultGraph())]
    follows, uses = supers(triples), _uses(reader)
    for term in terms:
        kind = next((curie for curie in KINDS if reader.prefixes.expand(curie) in _kinds(reader, term)), None)
        if kind is not None:
            yield _term(reader, term, kind, tuple(sorted(iri.value for iri in follows.get(term, ()))), uses)


def _term(
    reader: GraphReader, node: NamedNode, kind: str, follows: tuple[str, ...], uses: Mapping[str, int]
) -> OntologyTerm:
    inverse = {
        *_iris(reader, node, "owl:inverseOf"),
        *(property_.value for property_ in reader.subjects("owl:inverseOf", node)),
    }
    return OntologyTerm(
        iri=node.value,
        kind=kind,
        label=reader.literal(node, "rdfs:label") or reader.prefixes.compact(node.value),
        label_zh=_chinese(reader, node, "rdfs:label"),
        definition=reader.literal(node, "skos:definition") or "",
        comment=reader.literal(node, "rdfs:comment"),
        wider=_iris(reader, node, "rdfs:subPropertyOf", "rdfs:subClassOf"),
        follows=follows,
        domains=_ends(reader, node, "rdfs:domain", "schema:domainIncludes"),
        ranges=_ends(reader, node, "rdfs:range", "schema:rangeIncludes"),
        inverse=tuple(sorted(inverse)),
        is_symmetric=reader.prefixes.expand("owl:SymmetricProperty") in _kinds(reader, node),
        matches=tuple((label, iri) for curie, label in MATCHES.items() for iri in _iris(reader, node, curie)),
        replaced_by=reader.address(node, "dcterms:isReplacedBy"),
        is_deprecated=reader.literal(node, "owl:deprecated") == "true",
        uses=uses.get(node.value, 0),
    )


def _uses(reader: GraphReader) -> dict[str, int]:
    """How often the default graph uses each of our terms."""
    solutions = evaluate(reader.store, _USES % TERMS, prefixes=reader.prefixes)
    assert isinstance(solutions, QuerySolutions)  # a SELECT
    pairs = ((solution[0], solution[1]) for solution in solutions)
    return {term.value: int(n.value) for term, n in pairs if isinstance(term, NamedNode) and isinstance(n, Literal)}


def _kinds(reader: GraphReader, node: NamedNode) -> set[object]:
    return {quad.object for quad in reader.store.quads_for_pattern(node, RDF_TYPE, None, DefaultGraph())}


def _ends(reader: GraphReader, node: NamedNode, exact: str, including: str) -> tuple[str, ...]:
    """The classes at one end of a property: those it names as its kinds, where nothing follows from the other."""
    return _iris(reader, node, including) or _iris(reader, node, exact)


def _iris(reader: GraphReader, node: NamedNode, *curies: str) -> tuple[str, ...]:
    return tuple(value.value for value in reader.nodes(node, *curies))


def _chinese(reader: GraphReader, node: NamedNode, curie: str) -> str | None:
    """The Chinese text of a property."""
    return next((text.value for text in reader.literals(node, curie) if text.language == "zh"), None)


_MOST_CANDIDATES = 2_000  # statements of one property among which the example is chosen


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageExample:
    """A statement in words; `subject` and `object` are IRIs, the latter None where it is a text or number."""

    subject: str
    subject_text: str
    object: str | None
    object_text: str


class UsageExamples:
    """Finds examples in a store, of the things with most statements, so that one thing serves for many terms."""

    def __init__(self, store: Store, prefixes: Prefixes) -> None:
        self._reader = GraphReader(store=store, prefixes=prefixes)
        self._weights: Counter[str] = Counter()

    def of_property(self, iri: str) -> UsageExample | None:
        """A statement with a property; None where there is none."""
        return self._best(self._reader.store.quads_for_pattern(None, NamedNode(iri), None, DefaultGraph()))

    def of_class(self, iri: str) -> UsageExample | None:
        """A thing of a class; None where there is none."""
        return self._best(self._reader.store.quads_for_pattern(None, RDF_TYPE, NamedNode(iri), DefaultGraph()))

    def _best(self, quads: Iterator[Quad]) -> UsageExample | None:
        statements = [(quad.subject, quad.object) for quad in islice(quads, _MOST_CANDIDATES)]
        named = [(subject, value) for subject, value in statements if isinstance(subject, NamedNode)]
        if not named:
            return None
        subject, value = min(named, key=lambda pair: (-self._weight(pair[0]), pair[0].value, str(pair[1])))
        text = self._text(subject)
        return UsageExample(
            subject=subject.value,
            subject_text=text,
            object=value.value if isinstance(value, NamedNode) else None,
            object_text=self._text(value).removeprefix(f"{text}: "),  # a part of the subject
        )

    def _weight(self, node: NamedNode) -> int:
        """The number of statements on a thing, for a part on the whole."""
        whole = node.value.partition("#")[0]
        if whole not in self._weights:
            quads = self._reader.store.quads_for_pattern(NamedNode(whole), None, None, DefaultGraph())
            self._weights[whole] = sum(1 for _ in quads)
        return self._weights[whole]

    def _text(self, term: Term) -> str:
        """A term in words: a claim as a sentence, a part of a thing with the name of the whole."""
        if not isinstance(term, NamedNode) or not term.value.startswith(BASE):
            return typed_value(self._reader, term).text
        if term.value.startswith(TERMS):
            return self._reader.prefixes.compact(term.value)
        if claimed := self._claim(term):
            return claimed
        whole, _, part = term.value.partition("#")
        text = typed_value(self._reader, term).text
        return f"{self._reader.label(NamedNode(whole))}: {part if text == term.value else text}" if part else text

    def _claim(self, node: NamedNode) -> str | None:
        """A claim as a sentence; None for any other node."""
        ends = [self._reader.address(node, f"rdf:{name}") for name in ("subject", "predicate", "object")]
        if ends[0] is None or ends[1] is None:
            return None
        subject, relation, object_ = (
            self._reader.label(NamedNode(end)) if end else "a source not named" for end in ends
        )
        return f"{subject} {relation} {object_}"
