"""The two layers: all claims in the default graph, those of the catalogues in their own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, NamedNode, Store

from medkg.model import prefixes
from medkg.model.collection import Records
from medkg.model.entries import Catalog, Entry
from medkg.model.prefixes import LINEAGE_BY_CATALOGS
from medkg.model.records import Dataset, EntryMatch
from medkg.model.vocabularies import Concept, Vocabulary
from medkg.rdf.lineage import lineage
from medkg.rdf.lineage_register import register
from tests.lineage.claim_lines import claims_in

PREFIXES = prefixes.load(Path(__file__).parents[2] / "ontology")
MODALITY = Vocabulary(
    title="Modality", definition="", concepts=(Concept(key="ct", label="CT"), Concept(key="mr", label="MR"))
)
CLAIMS = """
part partOf whole by x/part
whole overlaps other by x/whole
copy derivedFrom - by x/copy
crop derivedFrom copy part by x/crop
copy derivedFrom whole whole refines (copy derivedFrom unnamed) by https://doi.org/10.1000/one
twin overlaps part by https://doi.org/10.1000/two
scan derivedFrom whole part by x/scan
draw derivedFrom whole part by x/draw
"""


def records(**modalities: str) -> Records:
    """Datasets that make the claims above, some of them of one modality."""
    claims = claims_in(CLAIMS)
    slugs = {each.subject for each in claims} | {each.claim.object for each in claims if each.claim.object}
    datasets = {slug: Dataset(label=slug) for slug in sorted(slugs)}
    for each in claims:
        dataset = datasets[each.subject]
        datasets[each.subject] = replace(dataset, claims=(*dataset.claims, each.claim))
    for slug in modalities:
        standing = EntryMatch(catalog="x", key=slug, basis="catalog", reason="The name.")
        datasets[slug] = replace(datasets[slug], entries=(standing,))
    entries = tuple(Entry(key=slug, line=1, name=slug, modality=(key,)) for slug, key in modalities.items())
    return Records(
        catalogs={"x": Catalog(title="x", entries=entries)}, datasets=datasets, vocabularies={"modality": MODALITY}
    )


@pytest.fixture
def graph() -> Store:
    made = Store()
    made.extend(lineage(register(records()), PREFIXES))
    return made


def others(graph: Store, slug: str, curie: str, layer: NamedNode | DefaultGraph | None = None) -> list[str]:
    quads = graph.quads_for_pattern(
        NamedNode(f"https://w3id.org/medkg/dataset/{slug}"), PREFIXES.expand(curie), None, layer or DefaultGraph()
    )
    return sorted(quad.object.value.rpartition("/")[2] for quad in quads if isinstance(quad.object, NamedNode))


def test_what_follows_is_said_of_both_ends(graph: Store) -> None:
    assert others(graph, "part", "medkg:sharesImagesWith") == ["twin", "whole"]
    assert others(graph, "twin", "medkg:sharesImagesWith") == ["part", "whole"]
    assert "draw" in others(graph, "scan", "medkg:mayShareImagesWith")
    assert "scan" in others(graph, "draw", "medkg:mayShareImagesWith")


def test_the_layer_of_the_catalogues_knows_no_literature(graph: Store) -> None:
    assert others(graph, "copy", "medkg:sharesImagesWith") == ["crop", "whole"]
    assert others(graph, "copy", "medkg:sharesImagesWith", LINEAGE_BY_CATALOGS) == ["crop"]
    assert others(graph, "part", "medkg:meets", LINEAGE_BY_CATALOGS) == []


def test_a_refined_claim_holds_for_the_catalogues_alone(graph: Store) -> None:
    pattern = (None, PREFIXES.expand("medkg:openProvenance"), None)
    assert [quad.subject for quad in graph.quads_for_pattern(*pattern, DefaultGraph())] == []
    (quad,) = graph.quads_for_pattern(*pattern, LINEAGE_BY_CATALOGS)
    assert quad.subject == NamedNode("https://w3id.org/medkg/dataset/copy")


def test_an_open_provenance_is_inherited_from_the_dataset_that_has_it(graph: Store) -> None:
    assert others(graph, "crop", "medkg:inheritsOpenProvenanceFrom") == []
    assert others(graph, "crop", "medkg:inheritsOpenProvenanceFrom", LINEAGE_BY_CATALOGS) == ["copy"]


def test_images_of_two_kinds_of_machine_are_not_said_to_be_shared_perhaps() -> None:
    made = Store()
    made.extend(lineage(register(records(scan="ct", draw="mr")), PREFIXES))
    assert "draw" not in others(made, "scan", "medkg:mayShareImagesWith")


def test_claims_are_told_in_the_default_graph_alone(graph: Store) -> None:
    quads = graph.quads_for_pattern(None, PREFIXES.expand("rdf:subject"), None)
    assert {quad.graph_name for quad in quads} == {DefaultGraph()}


def test_the_order_of_the_records_changes_nothing() -> None:
    given = records()
    turned = replace(given, datasets=dict(reversed(list(given.datasets.items()))))
    assert set(lineage(register(given), PREFIXES)) == set(lineage(register(turned), PREFIXES))
