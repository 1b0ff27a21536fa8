"""A change leads from one state of a store to another, in whichever store it is applied."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, parse

from medkg.errors import QueryError
from medkg.evaluation.changes import Change, StoreContents, apply, combine, contents, difference

XSD = "http://www.w3.org/2001/XMLSchema#"

iris = st.sampled_from("abcd").map(lambda name: NamedNode(f"http://example.org/{name}"))
nodes = st.sampled_from(["b0", "x.y", "00ff", "c1a2e5af32cfad353d09c8eb8c2b50fd"]).map(BlankNode)
texts = st.text(st.characters(codec="utf-8")) | st.sampled_from(["\n", "\r\n", "\u2028", "\x00", '"', "\\", " .\n"])
numbers = st.sampled_from(["01", "1", "+1.00", "1e0", "-0", "2020-01-01T24:00:00", "P13M", "true"])
literals = (
    texts.map(Literal)
    | texts.map(lambda text: Literal(text, language="en-US"))
    | st.builds(
        lambda text, name: Literal(text, datatype=NamedNode(XSD + name)),
        numbers,
        st.sampled_from(["integer", "decimal", "double", "dateTime", "duration", "boolean"]),
    )
)
quads = st.builds(Quad, iris | nodes, iris, iris | nodes | literals, iris | st.just(DefaultGraph()))


def store_of(held: set[Quad], empty: set[NamedNode]) -> Store:
    store = Store()
    store.extend(held)
    for name in empty:
        store.add_graph(name)
    return store


def state(store: Store) -> tuple[set[bytes], frozenset[str]]:
    """All that a store holds, in no order."""
    found = contents(store)
    return set(found.nquads.splitlines()), found.graphs


@given(st.sets(quads), st.sets(iris), st.sets(quads), st.sets(iris))
def test_the_difference_of_two_stores_makes_one_of_the_other(
    held: set[Quad], empty: set[NamedNode], then: set[Quad], then_empty: set[NamedNode]
) -> None:
    before, after = store_of(held, empty), store_of(then, then_empty)
    apply(before, difference(contents(before), contents(after)))
    assert state(before) == state(after)


@given(st.lists(st.tuples(st.sets(quads, max_size=5), st.sets(iris, max_size=2)), min_size=1, max_size=5))
def test_several_changes_combined_come_to_the_same(states: list[tuple[set[Quad], set[NamedNode]]]) -> None:
    stores = [store_of(*each) for each in states]
    changes = [difference(contents(before), contents(after)) for before, after in pairwise(stores)]
    whole = combine(changes)
    apply(stores[0], whole)
    assert state(stores[0]) == state(stores[-1])
    assert not set(whole.removed.splitlines()) & set(whole.added.splitlines())


@given(st.sets(quads), st.sets(quads))
def test_no_line_is_both_removed_and_added(held: set[Quad], then: set[Quad]) -> None:
    change = difference(contents(store_of(held, set())), contents(store_of(then, set())))
    removed, added = change.removed.splitlines(), change.added.splitlines()
    assert not set(removed) & set(added)
    assert (removed, added) == (sorted(removed), sorted(added))


@given(st.lists(st.integers(0, 30), unique=True), st.data())
def test_lines_are_told_apart_in_any_order(numbers: list[int], data: st.DataObject) -> None:
    def written(some: list[int]) -> StoreContents:
        return StoreContents(nquads=b"".join(map(line, some)), graphs=frozenset())

    def line(number: int) -> bytes:
        return f'<a:s> <a:p> "{number}" .\n'.encode()

    others = data.draw(st.permutations([*numbers, 31]))[data.draw(st.integers(0, 3)) :]
    change = difference(written(numbers), written(others))
    assert set(change.removed.splitlines(True)) == set(map(line, numbers)) - set(map(line, others))
    assert set(change.added.splitlines(True)) == set(map(line, others)) - set(map(line, numbers))


def test_nothing_done_is_an_empty_change() -> None:
    store = store_of({Quad(BlankNode("a"), NamedNode("a:p"), Literal("x"))}, {NamedNode("a:g")})
    assert difference(contents(store), contents(store)) == Change()
    assert Change().is_empty


@pytest.mark.parametrize(
    "change",
    [
        Change(removed=b"<a:s> <a:p> 1 .\n"),
        Change(added=b"_:a <a:p> _:b .\n"),
        Change(dropped=("a:g",)),
        Change(created=("a:g",)),
    ],
)
def test_a_change_of_any_kind_is_not_empty(change: Change) -> None:
    assert not change.is_empty


def test_a_graph_that_loses_its_last_quad_stays_and_one_that_is_dropped_does_not() -> None:
    def emptied(end: Callable[[Store], None]) -> tuple[set[bytes], frozenset[str], Change]:
        trig = "<a:g> { <a:s> <a:p> 1 }"
        store, other = Store(), Store()
        store.load(trig, RdfFormat.TRIG)
        other.load(trig, RdfFormat.TRIG)
        before = contents(store)
        end(store)
        change = difference(before, contents(store))
        apply(other, change)
        return *state(other), change

    lines, graphs, change = emptied(lambda store: store.update("DELETE WHERE { GRAPH ?g { ?s ?p ?o } }"))
    assert not lines
    assert graphs == {"a:g"}
    assert not change.dropped
    lines, graphs, change = emptied(lambda store: store.update("DROP GRAPH <a:g>"))
    assert not lines
    assert not graphs
    assert change.dropped == ("a:g",)
    assert change.removed


def test_a_new_graph_is_named_only_where_no_quad_tells_of_it() -> None:
    empty = StoreContents(nquads=b"", graphs=frozenset())
    both = StoreContents(nquads=b'<a:s> <a:p> "1" <a:full> .\n', graphs=frozenset({"a:full", "a:empty"}))
    assert difference(empty, both).created == ("a:empty",)


def test_blank_nodes_keep_their_labels() -> None:
    store = Store()
    apply(store, Change(added=b"_:00ff <a:p> _:c1a2e5af32cfad353d09c8eb8c2b50fd .\n"))
    apply(store, Change(removed=b"_:00ff <a:p> _:c1a2e5af32cfad353d09c8eb8c2b50fd .\n", added=b"_:00ff <a:q> _:x .\n"))
    assert state(store)[0] == {b"_:00ff <a:q> _:x ."}


def test_what_could_not_be_read_again_makes_no_change() -> None:
    lang_string = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
    after = StoreContents(nquads=f'<a:s> <a:p> "x"^^<{lang_string}> .\n'.encode(), graphs=frozenset())
    with pytest.raises(QueryError, match="no document can hold"):
        difference(contents(Store()), after)


def test_triples_within_triples_have_a_bound() -> None:
    def nested(depth: int) -> StoreContents:
        term = "<<( <a:s> <a:p> " * depth + "<a:o>" + " )>>" * depth
        line = f"<a:s> <a:p> {term} .\n".encode()
        assert list(parse(line, RdfFormat.N_QUADS))
        return StoreContents(nquads=line, graphs=frozenset())

    assert difference(contents(Store()), nested(100)).added
    with pytest.raises(QueryError, match="triples within triples"):
        difference(contents(Store()), nested(300))
