"""The whole graph, written in every format, reads back to itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, Store

from medkg.evaluation import Format
from medkg.export import FORMATS, export
from medkg.model import prefixes
from tests.export.rdf_datasets import canonical, read_by_pyld, read_by_pyoxigraph, read_by_rdflib

ROOT = Path(__file__).parents[2]
PREFIXES = prefixes.load(ROOT / "ontology")
BY_NAME = {form.name: form for form in FORMATS}


@pytest.mark.parametrize("read", [read_by_pyoxigraph, read_by_rdflib])
@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_graph_reads_back_to_itself(graph: Store, form: Format, read: Callable[[bytes, Format], list[Quad]]) -> None:
    document = b"".join(export(graph, form.name, PREFIXES))
    with_graphs = form.name in ("trig", "nquads", "jsonld")
    assert canonical(read(document, form)) == canonical(graph, with_graphs=with_graphs)


def test_jsonld_reads_back_in_pyld(graph: Store) -> None:
    assert canonical(read_by_pyld(b"".join(export(graph, "jsonld", PREFIXES)))) == canonical(graph)


def test_nquads_are_those_whose_digest_names_the_snapshot(graph: Store, nquads: bytes) -> None:
    assert b"".join(export(graph, "nquads", PREFIXES)) == nquads


def test_export_of_a_dataset_says_nothing_that_the_graph_does_not(graph: Store) -> None:
    document = b"".join(export(graph, "jsonld", PREFIXES, dataset="lits"))
    quads = read_by_pyoxigraph(document, BY_NAME["jsonld"])
    assert set(quads) < set(graph)


def test_export_of_a_dataset_has_the_claims_on_it_and_what_the_catalogues_alone_say(graph: Store) -> None:
    quads = read_by_pyoxigraph(b"".join(export(graph, "nquads", PREFIXES, dataset="lits")), BY_NAME["nquads"])
    lits, ircad = (NamedNode(f"https://w3id.org/medkg/dataset/{slug}") for slug in ("lits", "3d-ircadb"))
    claims = {quad.subject for quad in quads if quad.predicate == PREFIXES.expand("rdf:object") and quad.object == lits}
    assert Quad(lits, PREFIXES.expand("medkg:contains"), ircad, prefixes.LINEAGE_BY_CATALOGS) in quads
    assert claims & {quad.subject for quad in quads if quad.predicate == PREFIXES.expand("rdf:subject")}


def test_a_claim_goes_by_plain_names_in_jsonld(graph: Store) -> None:
    document = json.loads(b"".join(export(graph, "jsonld", PREFIXES, dataset="3d-ircadb")))
    (claim,) = (node for node in document["@graph"] if node.get("predicate") == "subsetOf")
    assert (claim["subject"], claim["object"], claim["split"]) == ("dataset:3d-ircadb", "dataset:lits", "train")
