"""Lineage in the graph of the real data: two ways to one answer, questions that users ask, claims by the number."""

from __future__ import annotations

import hashlib
from collections import Counter
from itertools import combinations, permutations, product
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from medkg.lineage import verdicts
from medkg.lineage.claims import Layer
from medkg.model import prefixes
from medkg.model.collection import Records
from medkg.rdf.lineage_register import register
from tests.lineage.questions import CANDIDATES, EXTERNAL, GRADES

ROOT = Path(__file__).parents[2]
PREFIXES = prefixes.load(ROOT / "ontology")
DATASET = "https://w3id.org/medkg/dataset/"
GRAPHS: dict[Layer, str] = {"all": "{ %s }", "catalogs": "{ GRAPH lineage:catalogs { %s } }"}
DEFINITE = "(medkg:contains|medkg:sameExtent)*/medkg:meets?/(medkg:within|medkg:sameExtent)*"
BY_ONE_CLAIM = "medkg:sameExtent*/(medkg:contains|medkg:within|medkg:meets)/medkg:sameExtent*"

Pair = tuple[str, str]

each_layer = pytest.mark.parametrize("layer", GRAPHS)


def rows(graph: Store, query: str) -> list[tuple[str, ...]]:
    """The rows of a query, datasets by their slugs, other IRIs as CURIEs, nothing as an empty text."""
    solutions = graph.query(query, prefixes=PREFIXES)
    assert isinstance(solutions, QuerySolutions)
    return [tuple(shown(term) for term in solution) for solution in solutions]


def shown(term: object) -> str:
    if isinstance(term, NamedNode):
        return PREFIXES.compact(term.value).removeprefix("dataset:")
    return term.value if isinstance(term, Literal) else ""


def pairs(graph: Store, path: str, layer: Layer) -> set[Pair]:
    """The datasets that a path joins in a layer."""
    joined = GRAPHS[layer] % f"?one {path} ?other"
    query = f"SELECT DISTINCT ?one ?other {{ ?one a dcat:Dataset . {joined} ?other a dcat:Dataset }}"
    return {(one, other) for one, other in rows(graph, query) if one != other}


def of(graph: Store, slug: str, path: str) -> list[str]:
    """The datasets that a path leads to from one, by the catalogues alone."""
    joined = GRAPHS["catalogs"] % f"dataset:{slug} {path} ?other"
    found = rows(graph, f"SELECT DISTINCT ?other {{ {joined} ?other a dcat:Dataset }}")
    return sorted({other for (other,) in found} - {slug})


def grade(graph: Store, one: str, other: str, layer: Layer = "catalogs") -> str:
    """The grade at which two datasets share images."""
    for curie, name in (("medkg:sharesImagesWith", "definite"), ("medkg:mayShareImagesWith", "possible")):
        if graph.query(f"ASK {GRAPHS[layer] % f'dataset:{one} {curie} dataset:{other}'}", prefixes=PREFIXES):
            return name
    return "none-known"


# ---- Two ways to one answer


@each_layer
def test_the_property_path_gives_what_is_inferred_less_what_is_counted(
    layer: Layer, graph: Store, records: Records
) -> None:
    view = register(records).view(layer)
    found = [each for slug in view.images.classes for each in verdicts(view.images, slug, exclude=view.exclude)]
    counted = {(each.subject, each.other) for each in found if each.mechanism == "count"}
    inferred = pairs(graph, "medkg:sharesImagesWith", layer)
    by_path = pairs(graph, DEFINITE, layer)
    assert len(by_path) > 100
    assert inferred - by_path <= counted
    assert by_path <= inferred


@each_layer
def test_what_is_inferred_is_what_is_answered(layer: Layer, graph: Store, records: Records) -> None:
    view = register(records).view(layer)
    datasets = view.images.classes.keys() - view.images.challenges
    found = [each for slug in datasets for each in verdicts(view.images, slug, exclude=view.exclude)]
    for name, curie in (("definite", "medkg:sharesImagesWith"), ("possible", "medkg:mayShareImagesWith")):
        assert pairs(graph, curie, layer) == {(each.subject, each.other) for each in found if each.grade == name}


@each_layer
@pytest.mark.parametrize(
    ("curie", "inverse"),
    [
        ("sharesImagesWith", "sharesImagesWith"),
        ("mayShareImagesWith", "mayShareImagesWith"),
        ("overlaps", "overlaps"),
        ("possiblyOverlaps", "possiblyOverlaps"),
        ("sameImagesAs", "sameImagesAs"),
        ("sameExtent", "sameExtent"),
        ("meets", "meets"),
        ("subsetOf", "includesAllOf"),
        ("partOf", "hasPart"),
        ("within", "contains"),
    ],
)
def test_a_relation_is_said_from_both_ends(layer: Layer, curie: str, inverse: str, graph: Store) -> None:
    there, back = (pairs(graph, f"medkg:{name}", layer) for name in (curie, inverse))
    assert there
    assert {(other, one) for one, other in there} == back


@each_layer
@pytest.mark.parametrize(
    ("curie", "wider"),
    [
        ("medkg:derivedFrom", "prov:wasDerivedFrom"),
        ("medkg:partOf", "dcterms:isPartOf"),
        ("medkg:hasPart", "dcterms:hasPart"),
        ("medkg:successorOf", "dcat:prev"),
        ("medkg:expansionOf", "dcat:previousVersion"),
    ],
)
def test_who_knows_standard_terms_alone_finds_the_same(layer: Layer, curie: str, wider: str, graph: Store) -> None:
    assert pairs(graph, curie, layer) == pairs(graph, wider, layer) != set()


# ---- Questions that users ask, by what the catalogues alone say


def test_which_datasets_share_images_with_lits_by_one_claim(graph: Store) -> None:
    assert of(graph, "lits", BY_ONE_CLAIM) == ["3d-ircadb", "abdomenct-1k", "ct-org", "msd"]


def test_which_pairs_of_training_and_test_sets_may_leak(graph: Store) -> None:
    found = {pair: grade(graph, *pair) for pair in product(("abdomenct-1k", "ct-org"), ("lits", "btcv"))}
    assert found == {
        ("abdomenct-1k", "lits"): "definite",
        ("abdomenct-1k", "btcv"): "none-known",
        ("ct-org", "lits"): "definite",
        ("ct-org", "btcv"): "none-known",
    }


def test_whose_images_does_chexmask_segment(graph: Store) -> None:
    assert of(graph, "chexmask", "medkg:annotates") == ["candid-ptx", "chexpert", "padchest", "vindr-cxr"]


def test_which_liver_sets_can_test_a_model_trained_on_lits(graph: Store) -> None:
    values = " ".join(f"dataset:{slug}" for slug in CANDIDATES.split())
    query = f"""SELECT ?candidate {{ VALUES ?candidate {{ {values} }} ?candidate a dcat:Dataset
        FILTER NOT EXISTS {{ GRAPH lineage:catalogs {{
          dataset:lits medkg:sharesImagesWith|medkg:mayShareImagesWith ?candidate }} }}
        FILTER NOT EXISTS {{ GRAPH lineage:catalogs {{
          ?candidate medkg:openProvenance|medkg:inheritsOpenProvenanceFrom ?open }} }} }}"""
    assert sorted(slug for (slug,) in rows(graph, query)) == EXTERNAL.split()


@pytest.mark.parametrize(("one", "other", "expected"), GRADES)
def test_do_two_share_images(one: str, other: str, expected: str, graph: Store) -> None:
    assert grade(graph, one, other) == grade(graph, other, one) == expected


def test_two_draws_on_one_dataset_no_longer_tell_of_each_other_once_it_is_known_to_draw_on_both(graph: Store) -> None:
    assert grade(graph, "lits", "kits19", "catalogs") == "possible"
    assert grade(graph, "lits", "kits19", "all") == "none-known"


def test_which_sets_does_densevnet_overlap(graph: Store) -> None:
    assert of(graph, "densevnet", "medkg:overlaps") == ["btcv", "pancreas-ct"]


def test_which_entries_are_one_dataset_under_two_names(graph: Store) -> None:
    query = """SELECT ?dataset { VALUES (?one ?other) { (21 175) (30 32) }
        ?dataset foaf:isPrimaryTopicOf ?first, ?second .
        ?first dcterms:isPartOf catalog:biomedical-imaging-datasets ; medkg:sourceLine ?one .
        ?second dcterms:isPartOf catalog:biomedical-imaging-datasets ; medkg:sourceLine ?other }"""
    assert sorted(rows(graph, query)) == [("bcihm",), ("busi",)]


def test_who_labels_jsrt_and_who_reuses_the_colonography(graph: Store) -> None:
    assert of(graph, "jsrt", "^medkg:annotates") == ["scr"]
    assert of(graph, "ct-colonography", "^medkg:derivedFrom|^medkg:annotates") == ["ctspine1k"]


def test_which_pairs_of_a_pooled_training_set_need_attention(graph: Store) -> None:
    pool = ("lits", "msd-liver", "3d-ircadb-01", "ct-org", "abdomenct-1k", "sliver07", "chaos")
    found = {pair: grade(graph, *pair) for pair in combinations(pool, 2)}
    definite = {*combinations(("lits", "msd-liver", "3d-ircadb-01"), 2)}
    definite |= {*product(("lits", "msd-liver"), ("ct-org", "abdomenct-1k"))}
    possible = {("3d-ircadb-01", "ct-org"), ("3d-ircadb-01", "abdomenct-1k"), ("ct-org", "abdomenct-1k")}
    assert {pair for pair, each in found.items() if each == "definite"} == definite
    assert {pair for pair, each in found.items() if each == "possible"} == possible


def test_synthesised_images_are_told_and_not_shared(graph: Store) -> None:
    assert of(graph, "ct2us", "medkg:synthesizedFrom") == ["kits19"]
    assert of(graph, "ct2us", "medkg:sharesImagesWith|medkg:mayShareImagesWith") == []


# ---- Claims

COUNTS = {
    "annotates": (18, 41),
    "derivedFrom": (25, 168),
    "disjointWith": (1, 3),
    "expansionOf": (1, 7),
    "includesAllOf": (0, 14),
    "overlaps": (7, 8),
    "partOf": (45, 26),
    "possiblyOverlaps": (1, 0),
    "sameImagesAs": (3, 4),
    "subsetOf": (2, 7),
    "successorOf": (15, 0),
    "synthesizedFrom": (1, 0),
    "usesImagesOf": (19, 2),
}
"""Of each relation, the claims that rest on catalogues and those that rest on literature; some rest on both."""


def test_there_are_as_many_claims_as_were_read(graph: Store) -> None:
    query = """SELECT ?relation ?basis (COUNT(?claim) AS ?claims) {
        ?claim a medkg:LineageClaim ; rdf:predicate ?relation ; medkg:basis ?basis } GROUP BY ?relation ?basis"""
    found = {(relation, basis): int(claims) for relation, basis, claims in rows(graph, query)}
    expected = {f"medkg:{relation}": each for relation, each in COUNTS.items()}
    assert {relation for relation, _ in found} == expected.keys()
    for relation, (of_catalogs, of_literature) in expected.items():
        assert found.get((relation, "catalog"), 0) >= of_catalogs, relation
        assert found.get((relation, "literature"), 0) >= of_literature, relation


def test_every_claim_of_the_files_is_a_node_of_its_own(graph: Store, records: Records) -> None:
    made = [claim for each in (records.datasets, records.challenges) for one in each.values() for claim in one.claims]
    ((number,),) = rows(graph, "SELECT (COUNT(?claim) AS ?n) { ?claim a medkg:LineageClaim, rdf:Statement }")
    assert int(number) == len(made)


def test_the_name_of_a_claim_can_be_worked_out_from_what_it_says(graph: Store) -> None:
    query = """SELECT (STR(?claim) AS ?name)
        (CONCAT(STR(?subject), "\\n", STR(?predicate), "\\n", COALESCE(STR(?object), ""), "\\n",
          COALESCE(?extent, ""), "\\n", ?certainty, "\\n", COALESCE(?split, ""),
          COALESCE(CONCAT("\\n", ?of_the_subject), "")) AS ?said) {
        ?claim rdf:subject ?subject ; rdf:predicate ?predicate ; medkg:certainty ?certainty .
        OPTIONAL { ?claim rdf:object ?object } OPTIONAL { ?claim medkg:extent ?extent }
        OPTIONAL { ?claim medkg:split ?split } OPTIONAL { ?claim medkg:subjectSplit ?of_the_subject } }"""
    found = rows(graph, query)
    assert len(found) > 300
    for name, said in found:
        assert name == f"https://w3id.org/medkg/claim/{hashlib.sha256(said.encode()).hexdigest()[:16]}"


def test_a_symmetric_claim_of_no_split_stands_in_the_order_of_its_ends(graph: Store) -> None:
    query = """SELECT ?subject ?object { ?claim rdf:subject ?subject ; rdf:predicate ?relation ; rdf:object ?object .
        ?relation a owl:SymmetricProperty FILTER NOT EXISTS { ?claim medkg:split ?of_the_object } }"""
    found = rows(graph, query)
    assert len(found) > 10
    assert [ends for ends in found if ends[0] > ends[1]] == []


def test_evidence_is_a_record_of_a_catalogue_or_a_page(graph: Store) -> None:
    query = """SELECT ?source (EXISTS { ?source a dcat:CatalogRecord } AS ?is_record) {
        ?claim a medkg:LineageClaim ; dcterms:source ?source }"""
    kinds = Counter((source.startswith("catalog:"), is_record) for source, is_record in rows(graph, query))
    assert set(kinds) == {(True, "true"), (False, "false")}


def test_a_replaced_claim_relates_nothing_but_for_the_catalogues(graph: Store) -> None:
    query = """SELECT ?subject ?relation ?object { ?claim medkg:refinedBy|medkg:correctedBy ?better ;
        rdf:subject ?subject ; rdf:predicate ?relation ; rdf:object ?object ; medkg:basis "catalog" }"""
    replaced = rows(graph, query)
    assert ("messidor", "medkg:subsetOf", "riga") in replaced
    for subject, relation, object_ in replaced:
        triple = f"dataset:{subject} {relation} dataset:{object_}"
        assert graph.query(f"ASK {GRAPHS['catalogs'] % triple}", prefixes=PREFIXES), triple
        assert not graph.query(f"ASK {GRAPHS['all'] % triple}", prefixes=PREFIXES), triple


def test_nothing_is_inferred_of_a_challenge(graph: Store) -> None:
    for curie in ("medkg:sharesImagesWith", "medkg:mayShareImagesWith"):
        found = rows(graph, f"SELECT ?one {{ {{ ?one {curie} ?x }} UNION {{ GRAPH ?g {{ ?one {curie} ?x }} }} }}")
        assert [one for (one,) in found if one.startswith("challenge:")] == []


def test_no_dataset_is_related_to_itself(graph: Store) -> None:
    for layer, curie in product(GRAPHS, ("sharesImagesWith", "mayShareImagesWith", "within", "meets", "sameExtent")):
        assert rows(graph, f"SELECT ?one {GRAPHS[layer] % f'?one medkg:{curie} ?one'}") == []


@each_layer
def test_what_is_sure_is_not_said_to_be_possible_too(layer: Layer, graph: Store) -> None:
    sure, possible = (pairs(graph, f"medkg:{name}", layer) for name in ("sharesImagesWith", "mayShareImagesWith"))
    assert sure & possible == set()


def test_parts_of_one_collection_are_brought_no_closer_by_it(graph: Store) -> None:
    parts = ("msd-lung", "msd-spleen", "msd-cardiac", "msd-hippocampus")
    assert {grade(graph, *pair) for pair in permutations(parts, 2)} == {"none-known"}
