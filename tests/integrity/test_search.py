"""The search index says what the graph says: each choice finds the datasets that its SPARQL finds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

import pytest
from pyoxigraph import NamedNode, QuerySolutions

from medkg import search
from medkg.evaluation import evaluate
from medkg.search import FacetValue
from tests import real

CHOICES: tuple[Mapping[str, Sequence[str]], ...] = (
    {"anatomy": ("liver", "brain")},
    {"anatomy": ("abdomen",), "modality": ("ct", "mr")},
    {"year": ("2015-2019", "2023", "unknown")},
    {"year": ("-2012",), "task": ("segmentation",)},
    {"cases": ("100-250", "10000-")},
    {"cases": ("unknown", "0-9")},
    {"licence": ("commercial-use", "unknown")},
    {"licence": ("attribution", "non-commercial"), "catalog": ("openmedlab", "linhandev")},
    {"lineage": ("open", "none-known"), "modality": ("radiography",)},
    {"lineage": ("definite", "possible", "any"), "year": ("2019",), "cases": ("unknown", "100-")},
)


def indexed(text: str, names: Mapping[str, Sequence[str]]) -> set[str]:
    """The slugs of what the index finds."""
    with search.find(real.context().index, text, names) as answer:
        return {card.slug for card, _ in answer.cards()}


def graphed(text: str, names: Mapping[str, Sequence[str]], found: Sequence[str] | None = None) -> set[str]:
    """The slugs of what the query finds that stands for a search, as any endpoint would answer it."""
    results = evaluate(real.store(), search.sparql(text, names, found, real.context().prefixes))
    assert isinstance(results, QuerySolutions)
    nodes = [solution["dataset"] for solution in results]
    return {node.value.rpartition("/")[2] for node in nodes if isinstance(node, NamedNode)}


def flat(values: Iterable[FacetValue]) -> Iterable[FacetValue]:
    for each in values:
        yield each
        yield from flat(each.narrower)


@pytest.mark.parametrize("facet", [each.name for each in search.FACETS])
def test_every_value_of_a_facet_is_that_of_the_graph(facet: str) -> None:
    with search.find(real.context().index) as answer:
        (values,) = (each.values for each in answer.counts() if each.facet.name == facet)
    counts = {each.key: each.count for each in flat(values)}
    assert counts
    for key, count in counts.items():
        found = graphed("", {facet: (key,)})
        assert (key, found) == (key, indexed("", {facet: (key,)}))
        assert len(found) == count


@pytest.mark.parametrize("names", CHOICES, ids=str)
def test_choices_together_are_those_of_the_graph(names: Mapping[str, Sequence[str]]) -> None:
    found = indexed("", names)
    assert found
    assert graphed("", names) == found


@pytest.mark.parametrize("facets", [*combinations([each.name for each in search.FACETS], 2)], ids=str)
def test_any_two_facets_meet_in_the_graph_as_in_the_index(facets: tuple[str, str]) -> None:
    with search.find(real.context().index) as answer:
        first = {each.facet.name: [value.key for value in each.values][:2] for each in answer.counts()}
    names = {facet: tuple(first[facet]) for facet in facets}
    assert graphed("", names) == indexed("", names)


def test_all_datasets_are_those_of_the_graph() -> None:
    assert graphed("", {}) == indexed("", {})


@pytest.mark.parametrize("text", ["LiTS", "肝脏 CT", "brast 2021", "liver # } \n DROP"])
def test_what_a_text_finds_is_listed_in_the_query(text: str) -> None:
    names = {"modality": ("ct",)}
    assert graphed(text, names, sorted(indexed(text, {}))) == indexed(text, names)


def test_a_query_without_the_words_says_so() -> None:
    query = search.sparql("segmentation", {"anatomy": ("liver",)}, None, real.context().prefixes)
    assert "left out: the words “segmentation”" in query
    assert graphed("segmentation", {"anatomy": ("liver",)}) == indexed("", {"anatomy": ("liver",)})
