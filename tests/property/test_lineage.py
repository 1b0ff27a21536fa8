"""Invariants of lineage: what is concluded is true, nothing more could be, and no accident of order matters."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise, permutations, product

from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode, Quad, Store

from medkg.lineage import (
    Bond,
    Flow,
    Level,
    Network,
    SituatedClaim,
    build_network,
    extent_relation,
    hubs,
    pairs_around,
    possible_pairs,
    reversed_bond,
    sharing_pairs,
    verdict,
    verdicts,
)
from tests.property.lineage_worlds import (
    SLUGS,
    World,
    claims,
    divided_worlds,
    networks,
    true_claims,
    true_claims_on_splits,
    worlds,
)

LEVELS: tuple[Level, Level] = ("acquisition", "patient")
Walked = tuple[str, Bond, Flow]


@given(st.data(), worlds())
@settings(max_examples=300)
def test_what_is_concluded_is_true_in_every_world_that_satisfies_the_claims(data: st.DataObject, world: World) -> None:
    stated = data.draw(true_claims(world))
    for level in LEVELS:
        found = build_network(stated, level=level, sizes=world.sizes)
        for one, other in permutations(world.extents, 2):
            weighed = verdict(found, one, other)
            if weighed.grade == "definite":
                assert world.shared(one, other, level)
            if weighed.grade == "disjoint":
                assert not world.shared(one, other, level)
            if weighed.least is not None:
                assert weighed.least <= world.shared(
                    one, other, "patient" if weighed.unit == "patient" else "acquisition"
                )
            assert not weighed.is_contradicted


@given(st.data(), divided_worlds())
@settings(max_examples=150, deadline=None)
def test_what_is_concluded_of_splits_and_series_is_true_in_every_world(data: st.DataObject, world: World) -> None:
    stated = data.draw(true_claims_on_splits(world))
    series, *editions = list(SLUGS[:3])
    found = build_network(stated, sizes=world.sizes, editions={series: tuple(editions)})
    pairs = permutations(product(world.extents, (None, "train", "test")), 2)
    told = {
        ((one, own), (other, others)): verdict(found, one, other, subject_split=own, other_split=others)
        for (one, own), (other, others) in pairs
        if one != other
    }
    for ((one, own), (other, others)), weighed in told.items():
        shared = world.shared(one, other, "acquisition", own, others)
        assert shared or weighed.grade != "definite"
        assert not shared or weighed.grade != "disjoint"
        assert (weighed.least or 0) <= shared
        assert told[(other, others), (one, own)].grade == weighed.grade


@given(st.data(), divided_worlds())
@settings(deadline=None)
def test_no_split_is_told_as_a_stranger_where_the_wholes_are_known_to_meet_and_no_claim_names_a_split(
    data: st.DataObject, world: World
) -> None:
    stated = data.draw(true_claims(world))
    found = build_network(stated, sizes=world.sizes)
    for one, other in permutations(world.extents, 2):
        if verdict(found, one, other).grade == "definite":
            for split in ("train", "test"):
                for own in (None, "train", "test"):
                    weighed = verdict(found, one, other, subject_split=own, other_split=split)
                    assert weighed.grade in ("definite", "possible")


@given(st.data(), worlds())
def test_who_shares_images_for_sure_shares_patients_for_sure(data: st.DataObject, world: World) -> None:
    stated = data.draw(true_claims(world))
    images, people = (build_network(stated, level=level, sizes=world.sizes) for level in LEVELS)
    assert set(sharing_pairs(images)) <= set(sharing_pairs(people))


@given(networks())
def test_a_verdict_is_the_same_from_either_side(stated: list[SituatedClaim]) -> None:
    found = build_network(stated)
    for one, other in combinations(SLUGS, 2):
        there, back = verdict(found, one, other), verdict(found, other, one)
        assert (there.grade, there.distance) == (back.grade, back.distance)


@given(st.data(), networks())
def test_the_order_of_claims_does_not_matter(data: st.DataObject, stated: list[SituatedClaim]) -> None:
    shuffled = data.draw(st.permutations(stated))
    for slug in SLUGS:
        assert verdicts(build_network(stated), slug) == verdicts(build_network(shuffled), slug)


@given(networks(), claims())
def test_one_more_claim_takes_nothing_definite_back(stated: list[SituatedClaim], more: SituatedClaim) -> None:
    assert set(sharing_pairs(build_network(stated))) <= set(sharing_pairs(build_network([*stated, more])))


@given(networks())
def test_paths_lead_from_one_dataset_to_the_other_without_a_gap(stated: list[SituatedClaim]) -> None:
    found = build_network(stated)
    for each in (each for slug in SLUGS for each in verdicts(found, slug)):
        visited = [each.subject, *(step.ends[1] for step in each.path)]
        assert [step.ends[0] for step in each.path] == visited[:-1]
        assert visited[-1] == each.other


@given(networks())
def test_all_pairs_are_those_of_the_verdicts(stated: list[SituatedClaim]) -> None:
    found = build_network(stated)
    graded = {
        grade: {(slug, each.other) for slug in SLUGS for each in verdicts(found, slug) if each.grade == grade}
        for grade in ("definite", "possible")
    }
    assert sorted(sharing_pairs(found)) == sorted(pair for pair in graded["definite"] if pair[0] < pair[1])
    assert sorted(possible_pairs(found)) == sorted(pair for pair in graded["possible"] if pair[0] < pair[1])


@given(networks())
def test_the_hubs_have_all_possible_pairs_but_those_that_are_hedged(stated: list[SituatedClaim]) -> None:
    found = build_network(stated)
    expanded = {pair for hub in hubs(found) for pair in pairs_around(found, hub)}
    possible = set(possible_pairs(found))
    hedged = {pair for pair in possible if verdict(found, *pair).mechanism == "hedge"}
    assert possible - hedged <= expanded <= possible


@given(networks())
@settings(max_examples=300)
def test_the_grades_are_those_that_enumerating_all_paths_gives(stated: list[SituatedClaim]) -> None:
    found = build_network(stated)
    for one, other in combinations(SLUGS, 2):
        assert verdict(found, one, other).grade == by_definition(stated, found, one, other)


def by_definition(stated: list[SituatedClaim], found: Network, one: str, other: str) -> str:
    """The grade of two datasets by looking at every path between their classes that visits none of them twice."""
    start, end = found.class_of(one), found.class_of(other)
    edges = walkable(stated, found)
    grades = {grade(path) for path in simple_paths(edges, start, end, {start})}
    if "definite" in grades:
        return "definite"
    wholes = wider(edges, start), wider(edges, end)
    denied = {(here, there) for here in wholes[0] for there, bond, _ in edges.get(here, ()) if bond is Bond.DISJOINT}
    if any(there in wholes[1] for _, there in denied):
        return "disjoint"
    return "possible" if "possible" in grades else "none-known"


def wider(edges: dict[str, list[Walked]], start: str) -> set[str]:
    """A class and all that it lies within."""
    found = {start}
    for _ in edges:
        found |= {there for here in found for there, bond, _ in edges.get(here, ()) if bond is Bond.WITHIN}
    return found


def walkable(stated: list[SituatedClaim], found: Network) -> dict[str, list[Walked]]:
    """Every claim on images as it can be walked, either way."""
    edges: dict[str, list[Walked]] = {}
    every = [
        (found.class_of(each.subject), found.class_of(each.claim.object or ""), extent_relation(each.claim))
        for each in stated
        if each.claim.level == "acquisition" or each.claim.relation == "disjointWith"
    ]
    directed = {Bond.WITHIN, Bond.CONTAINS, Bond.MEETS}
    for one, other, means in every:
        if means is None or one == other or means.bond not in {*directed, Bond.PERHAPS, Bond.DISJOINT}:
            continue
        same_pair = [(here, each) for here, there, each in every if each and {here, there} == {one, other}]
        flows = {each.flow if here == one else each.flow.reverse() for here, each in same_pair if each.bond in directed}
        lent = flows - {Flow.UNKNOWN}
        flow = next(iter(lent)) if means.flow is Flow.UNKNOWN and len(lent) == 1 else means.flow
        edges.setdefault(one, []).append((other, means.bond, flow))
        edges.setdefault(other, []).append((one, reversed_bond(means.bond), flow.reverse()))
    return edges


def simple_paths(edges: dict[str, list[Walked]], here: str, end: str, seen: set[str]) -> Iterator[list[Walked]]:
    if here == end:
        yield []
        return
    for edge in edges.get(here, ()):
        if edge[0] not in seen:
            for rest in simple_paths(edges, edge[0], end, seen | {edge[0]}):
                yield [edge, *rest]


def grade(path: list[Walked]) -> str:
    """What one path says, by the words of the rules."""
    word = [bond for _, bond, _ in path]
    hedges = word.count(Bond.PERHAPS)
    if Bond.DISJOINT in word:
        return "none-known"
    plain = [Bond.MEETS if bond is Bond.PERHAPS else bond for bond in word]
    broken = [
        index
        for index, pair in enumerate(pairwise(plain))
        if pair[0] in (Bond.WITHIN, Bond.MEETS) and pair[1] in (Bond.CONTAINS, Bond.MEETS)
    ]
    if len(broken) + hedges != 1:
        return "none-known" if broken or hedges else "definite"
    is_blocked = bool(broken) and path[broken[0]][2] is Flow.AWAY and path[broken[0] + 1][2] is Flow.HERE
    return "none-known" if is_blocked else "possible"


PLAIN = ("within", "contains", "sameExtent", "meets")
NAMES = {Bond.WITHIN: PLAIN[0], Bond.CONTAINS: PLAIN[1], Bond.SAME: PLAIN[2], Bond.MEETS: PLAIN[3]}
PATH = """
PREFIX : <https://example.org/>
SELECT DISTINCT ?a ?b WHERE {
  ?a (:contains|:sameExtent)* / :meets? / (:within|:sameExtent)* ?b FILTER(?a != ?b)
}
"""


@given(networks())
def test_one_property_path_over_plain_triples_finds_the_same_definite_pairs(stated: list[SituatedClaim]) -> None:
    store = Store()
    for each in stated:
        means = extent_relation(each.claim)
        if means and means.bond in NAMES and each.claim.level == "acquisition":
            ends = iri(each.subject), iri(each.claim.object or "")
            store.add(Quad(ends[0], iri(NAMES[means.bond]), ends[1]))
            store.add(Quad(ends[1], iri(NAMES[reversed_bond(means.bond)]), ends[0]))
    found = {(row["a"], row["b"]) for row in store.query(PATH)}  # type: ignore[union-attr]
    expected = set(sharing_pairs(build_network(stated)))
    assert found == {(iri(one), iri(other)) for pair in expected for one, other in (pair, pair[::-1])}


def iri(name: str) -> NamedNode:
    return NamedNode(f"https://example.org/{name}")
