"""Terms of use: the licences of a dataset, and what each allows, asks for and forbids."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import NamedNode

from medkg.graph.leads import chinese
from medkg.graph.wording import Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Something a licence allows, asks for or forbids."""

    iri: str
    label: str
    label_zh: str | None
    definition: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """A known licence with its conditions; `matches` are its names elsewhere, such as that of SPDX."""

    iri: str
    label: str
    label_zh: str | None
    matches: tuple[str, ...]
    conditions: tuple[Condition, ...]


def licences(words: Wording, dataset: NamedNode) -> list[Licence]:
    """The licences under which we believe a dataset to be given out."""
    found = (each for each in words.objects(dataset, "dcterms:license") if isinstance(each, NamedNode))
    return [licence(words, each) for each in sorted(found, key=lambda each: each.value)]


def licence(words: Wording, node: NamedNode) -> Licence:
    """What is known of a licence."""
    matches = (each.value for each in words.objects(node, "skos:exactMatch") if isinstance(each, NamedNode))
    conditions = (each for each in words.objects(node, "medkg:licenceCondition") if isinstance(each, NamedNode))
    return Licence(
        iri=node.value,
        label=words.label(node),
        label_zh=chinese(words, node),
        matches=tuple(sorted(matches)),
        conditions=tuple(sorted((_condition(words, each) for each in conditions), key=_by_definition)),
    )


def _condition(words: Wording, node: NamedNode) -> Condition:
    return Condition(
        iri=node.value,
        label=words.label(node),
        label_zh=chinese(words, node),
        definition=words.literal(node, "skos:definition"),
    )


def _by_definition(condition: Condition) -> tuple[str, str]:
    """Those of one kind together, for a definition begins with `Allowed`, `Asked for` or `Forbidden`."""
    return (condition.definition or "").partition(":")[0], condition.label
