"""A graph of any terms reads back from every format as it was, or is refused."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree

import pytest
import rdflib
from hypothesis import given, settings
from pyoxigraph import CanonicalizationAlgorithm, Dataset, DefaultGraph, Literal, Quad, RdfFormat, Store, Triple, parse

from medkg.errors import FormatError, QueryError
from medkg.evaluation import GRAPHS, Format, evaluate, serialize
from medkg.evaluation.formats import JSON_LD, N_QUADS, N_TRIPLES, RDF_XML, TRIG, TURTLE
from medkg.evaluation.serialization import UNBOUNDED, dump
from tests.evaluation.terms_at_random import TRIPLES

PREFIXES = {"x": "http://x.org/", "p": "http://x.org/p#", "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#"}
LANG_STRING = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#langString>"

LONG = f"'{'x' * 49_000}'"


def canonical(triples: list[Triple]) -> list[str]:
    dataset = Dataset(Quad(each.subject, each.predicate, each.object, DefaultGraph()) for each in triples)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(map(str, dataset))


def is_rdf_11(triple: Triple) -> bool:
    """Whether there is nothing new of RDF 1.2 in a triple, which rdflib knows not."""
    value = triple.object
    return not isinstance(value, Triple) and not (isinstance(value, Literal) and value.direction)


@settings(deadline=None, max_examples=150)
@given(TRIPLES)
@pytest.mark.parametrize("form", GRAPHS, ids=lambda form: form.name)
def test_any_graph_reads_back_from_any_format_or_is_refused(form: Format, triples: list[Triple]) -> None:
    store = Store()
    store.extend(Quad(each.subject, each.predicate, each.object, DefaultGraph()) for each in triples)
    found = [quad.triple for quad in store]  # numbers in the engine's normal form
    writers: tuple[Callable[[], bytes], ...] = (
        lambda: dump(store, DefaultGraph(), form, PREFIXES, UNBOUNDED),
        lambda: serialize(evaluate(store, "CONSTRUCT WHERE { ?s ?p ?o }"), form, prefixes=PREFIXES),
    )
    for write in writers:
        try:
            document = write()
        except FormatError:
            assert form in (RDF_XML, JSON_LD)
            return
        assert isinstance(form.engine, RdfFormat)
        assert canonical([quad.triple for quad in parse(document, form.engine)]) == canonical(found)
        if form == RDF_XML:
            ElementTree.fromstring(document)
            if all(map(is_rdf_11, found)):
                assert len(rdflib.Graph().parse(data=document, format="xml")) == len(found)


@pytest.mark.parametrize("form", [TURTLE, N_TRIPLES, TRIG, N_QUADS], ids=lambda form: form.name)
@pytest.mark.parametrize(
    "term",
    [f"STRDT('x', {LANG_STRING})", "BNODE('a:b')", f"STRDT(CONCAT({LONG}, {LONG}, 'a tail'), {LANG_STRING})"],
    ids=["a language-tagged string without a tag", "a label with a colon", "the same in a long document"],
)
def test_terms_that_no_document_can_hold_are_the_askers_mistake(form: Format, term: str) -> None:
    found = evaluate(Store(), f"CONSTRUCT {{ <http://x.org/s> <http://x.org/p> ?o }} {{ BIND({term} AS ?o) }}")
    with pytest.raises(QueryError, match="no document can hold these triples"):
        serialize(found, form, prefixes=PREFIXES)
