"""The ontology as somebody looks it up: each of our terms with what it means, what it refines, and how it is used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import DefaultGraph, Literal, NamedNode, QuerySolutions, Store

from medkg.evaluation import evaluate
from medkg.evaluation.description import IS_DEFINED_BY
from medkg.graph.ontology import TERMS, supers
from medkg.graph.terms import RDF_TYPE
from medkg.graph.wording import Wording
from medkg.model.prefixes import Prefixes

KINDS: Mapping[str, str] = {
    "owl:Class": "class",
    "owl:ObjectProperty": "property whose values are things",
    "owl:DatatypeProperty": "property whose values are texts, numbers or dates",
    "rdf:Property": "property whose values are things or texts",
}
"""The kinds of terms, with what they are called."""

MATCHES: Mapping[str, str] = {
    "skos:exactMatch": "the same as",
    "skos:closeMatch": "nearly the same as",
    "skos:broadMatch": "narrower than",
    "skos:narrowMatch": "wider than",
    "skos:relatedMatch": "related to",
}
"""What the mappings to other vocabularies say."""

_USES = """
SELECT ?term (COUNT(*) AS ?uses) {
  { ?thing ?term ?value } UNION { ?thing a ?term }
  FILTER(STRSTARTS(STR(?term), "%s"))
}
GROUP BY ?term
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
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
    terms: tuple[Term, ...]


def ontology(store: Store, prefixes: Prefixes, node: NamedNode) -> Ontology:
    """The ontology with an IRI, as a graph holds it."""
    words = Wording(store=store, prefixes=prefixes)
    creator = words.address(node, "dcterms:creator")
    return Ontology(
        iri=node.value,
        title=words.literal(node, "dcterms:title") or node.value,
        title_zh=_chinese(words, node, "dcterms:title"),
        description=words.literal(node, "dcterms:description"),
        version=words.literal(node, "owl:versionInfo"),
        licence=words.address(node, "dcterms:license"),
        creator=words.literal(NamedNode(creator), "foaf:name") if creator else None,
        terms=tuple(sorted(_terms(words, node), key=lambda each: each.name.lower())),
    )


def _terms(words: Wording, node: NamedNode) -> Iterator[Term]:
    defined = [quad.subject for quad in words.store.quads_for_pattern(None, IS_DEFINED_BY, node, DefaultGraph())]
    named = [each for each in defined if isinstance(each, NamedNode)]
    triples = [q.triple for each in named for q in words.store.quads_for_pattern(each, None, None, DefaultGraph())]
    follows, uses = supers(triples), _uses(words)
    for each in named:
        kind = next((curie for curie in KINDS if words.prefixes.expand(curie) in _kinds(words, each)), None)
        if kind is not None:
            yield _term(words, each, kind, tuple(sorted(iri.value for iri in follows.get(each, ()))), uses)


def _term(words: Wording, node: NamedNode, kind: str, follows: tuple[str, ...], uses: Mapping[str, int]) -> Term:
    inverse = {*_iris(words, node, "owl:inverseOf"), *(each.value for each in words.subjects("owl:inverseOf", node))}
    return Term(
        iri=node.value,
        kind=kind,
        label=words.literal(node, "rdfs:label") or words.prefixes.compact(node.value),
        label_zh=_chinese(words, node, "rdfs:label"),
        definition=words.literal(node, "skos:definition") or "",
        comment=words.literal(node, "rdfs:comment"),
        wider=_iris(words, node, "rdfs:subPropertyOf", "rdfs:subClassOf"),
        follows=follows,
        domains=_ends(words, node, "rdfs:domain", "schema:domainIncludes"),
        ranges=_ends(words, node, "rdfs:range", "schema:rangeIncludes"),
        inverse=tuple(sorted(inverse)),
        is_symmetric=words.prefixes.expand("owl:SymmetricProperty") in _kinds(words, node),
        matches=tuple((said, iri) for curie, said in MATCHES.items() for iri in _iris(words, node, curie)),
        replaced_by=words.address(node, "dcterms:isReplacedBy"),
        is_deprecated=words.literal(node, "owl:deprecated") == "true",
        uses=uses.get(node.value, 0),
    )


def _uses(words: Wording) -> dict[str, int]:
    """How often the default graph uses each of our terms."""
    found = evaluate(words.store, _USES % TERMS, prefixes=words.prefixes)
    assert isinstance(found, QuerySolutions)  # a SELECT
    pairs = ((row[0], row[1]) for row in found)
    return {term.value: int(n.value) for term, n in pairs if isinstance(term, NamedNode) and isinstance(n, Literal)}


def _kinds(words: Wording, node: NamedNode) -> set[object]:
    return {quad.object for quad in words.store.quads_for_pattern(node, RDF_TYPE, None, DefaultGraph())}


def _ends(words: Wording, node: NamedNode, exact: str, including: str) -> tuple[str, ...]:
    """The classes at one end of a property: those it names as its kinds, where nothing follows from the other."""
    return _iris(words, node, including) or _iris(words, node, exact)


def _iris(words: Wording, node: NamedNode, *curies: str) -> tuple[str, ...]:
    found = (each for curie in curies for each in words.objects(node, curie))
    return tuple(sorted(each.value for each in found if isinstance(each, NamedNode)))


def _chinese(words: Wording, node: NamedNode, curie: str) -> str | None:
    """The Chinese text of a property."""
    texts = [each for each in words.objects(node, curie) if isinstance(each, Literal) and each.language == "zh"]
    return texts[0].value if texts else None
