"""One statement of the graph for a term, as an example of its use: of the thing of which most is said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from pyoxigraph import DefaultGraph, NamedNode, Quad, Store

from medkg.graph.ontology import TERMS
from medkg.graph.terms import RDF_TYPE
from medkg.graph.wording import Term, Wording
from medkg.model.prefixes import BASE, Prefixes

_LOOKED_AT = 2_000  # statements of one property; beyond, any is as good as the next


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """A statement in words; `subject` and `object` are IRIs, the latter None where it is a text or number."""

    subject: str
    subject_text: str
    object: str | None
    object_text: str


class Instances:
    """Finds examples in a store; what most is said of comes first, so that one thing is the example of many terms."""

    def __init__(self, store: Store, prefixes: Prefixes) -> None:
        self._words = Wording(store=store, prefixes=prefixes)
        self._weights: Counter[str] = Counter()

    def of_property(self, iri: str) -> Instance | None:
        """A statement with a property; None where there is none."""
        return self._best(self._words.store.quads_for_pattern(None, NamedNode(iri), None, DefaultGraph()))

    def of_class(self, iri: str) -> Instance | None:
        """A thing of a class; None where there is none."""
        return self._best(self._words.store.quads_for_pattern(None, RDF_TYPE, NamedNode(iri), DefaultGraph()))

    def _best(self, quads: Iterator[Quad]) -> Instance | None:
        found = [(quad.subject, quad.object) for quad in islice(quads, _LOOKED_AT)]
        named = [(each, value) for each, value in found if isinstance(each, NamedNode)]
        if not named:
            return None
        subject, value = min(named, key=lambda pair: (-self._weight(pair[0]), pair[0].value, str(pair[1])))
        text = self._text(subject)
        return Instance(
            subject=subject.value,
            subject_text=text,
            object=value.value if isinstance(value, NamedNode) else None,
            object_text=self._text(value).removeprefix(f"{text}: "),  # a part of the subject
        )

    def _weight(self, node: NamedNode) -> int:
        """How much is said of a thing, that of a part being what is said of the whole."""
        whole = node.value.partition("#")[0]
        if whole not in self._weights:
            said = self._words.store.quads_for_pattern(NamedNode(whole), None, None, DefaultGraph())
            self._weights[whole] = sum(1 for _ in said)
        return self._weights[whole]

    def _text(self, term: Term) -> str:
        """A term in words: a claim as a sentence, a part of a thing with the name of the whole."""
        if not isinstance(term, NamedNode) or not term.value.startswith(BASE):
            return self._words.worded(term, DefaultGraph()).text
        if term.value.startswith(TERMS):
            return self._words.prefixes.compact(term.value)
        if claimed := self._claim(term):
            return claimed
        whole, _, part = term.value.partition("#")
        text = self._words.worded(term, DefaultGraph()).text
        return f"{self._words.label(NamedNode(whole))}: {part if text == term.value else text}" if part else text

    def _claim(self, node: NamedNode) -> str | None:
        """A claim as a sentence; None of what is no claim."""
        ends = [self._words.address(node, f"rdf:{name}") for name in ("subject", "predicate", "object")]
        if ends[0] is None or ends[1] is None:
            return None
        subject, relation, object_ = (
            self._words.label(NamedNode(each)) if each else "a source not named" for each in ends
        )
        return f"{subject} {relation} {object_}"
