"""Every format reads back to the same RDF dataset, in readers by others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import rdflib
from hypothesis import given, settings
from pyoxigraph import BaseDirection, BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, Triple

from medkg.errors import FormatError, UnknownName
from medkg.evaluation import Format
from medkg.export import FORMATS, export
from medkg.model import prefixes
from tests.export.rdf_datasets import TRIG, canonical, rdf_datasets, read_by_pyld, read_by_pyoxigraph, read_by_rdflib

Term = NamedNode | BlankNode | Literal | Triple

PREFIXES = prefixes.load(Path(__file__).parents[2] / "ontology")
WITH_GRAPHS = ("trig", "nquads", "jsonld")

in_every_format = pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
by_every_reader = pytest.mark.parametrize("read", [read_by_pyoxigraph, read_by_rdflib])


@pytest.fixture(scope="module")
def store() -> Store:
    store = Store()
    store.load(TRIG.encode(), RdfFormat.TRIG)
    return store


@pytest.fixture(autouse=True)
def literals_as_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing; rdflib keeps `007` as it is."""
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)


def written(store: Store, name: str, *, dataset: str | None = None) -> bytes:
    return b"".join(export(store, name, PREFIXES, dataset=dataset))


@in_every_format
@by_every_reader
def test_document_reads_back_to_the_same_rdf_dataset(
    store: Store, form: Format, read: Callable[[bytes, Format], list[Quad]]
) -> None:
    found = read(written(store, form.name), form)
    assert canonical(found) == canonical(store, with_graphs=form.name in WITH_GRAPHS)


@settings(deadline=None, max_examples=60)
@given(quads=rdf_datasets)
@in_every_format
def test_any_rdf_dataset_survives_every_format_and_reader(form: Format, quads: list[Quad]) -> None:
    store = Store()
    store.extend(quads)
    document = written(store, form.name)
    expected = canonical(store, with_graphs=form.name in WITH_GRAPHS)
    assert canonical(read_by_pyoxigraph(document, form)) == expected
    assert canonical(read_by_rdflib(document, form)) == expected
    if form.name == "jsonld":
        assert canonical(read_by_pyld(document)) == expected


@in_every_format
def test_order_of_insertion_leaves_no_trace(store: Store, form: Format) -> None:
    other = Store()
    other.extend(sorted(store, key=str, reverse=True))
    assert written(other, form.name) == written(store, form.name)


@pytest.mark.parametrize("name", ["ntriples", "nquads"])
def test_lines_are_sorted_by_their_bytes(store: Store, name: str) -> None:
    lines = written(store, name).splitlines()
    assert lines == sorted(lines)


@pytest.mark.parametrize("name", ["turtle", "trig", "rdfxml"])
def test_document_declares_the_prefixes_it_uses_and_no_others(store: Store, name: str) -> None:
    document = written(store, name, dataset="other").decode()
    assert "dcterms" in document
    assert "uberon" not in document


def test_thing_comes_before_its_parts(store: Store) -> None:
    document = written(store, "turtle").decode()
    assert document.index("\ndataset:lits a ") < document.index("\ndataset:lits\\#count-case-total-201 a ")


def test_format_goes_by_its_aliases_too(store: Store) -> None:
    assert written(store, "ttl") == written(store, "turtle")


def test_unknown_format_is_told_with_those_there_are(store: Store) -> None:
    with pytest.raises(UnknownName, match=r"'xls'; there is turtle, jsonld, ntriples, rdfxml, trig, nquads"):
        export(store, "xls", PREFIXES)


class TestOfOneDataset:
    def test_holds_its_parts_papers_and_records_with_their_parts(self, store: Store) -> None:
        turtle = next(form for form in FORMATS if form.name == "turtle")
        quads = read_by_pyoxigraph(written(store, "turtle", dataset="lits"), turtle)
        subjects = {str(quad.subject)[1:-1].removeprefix("https://w3id.org/medkg/") for quad in quads}
        assert subjects == {
            "catalog/a/record/lits",
            "catalog/a/record/lits#defect-1",
            "dataset/lits",
            "dataset/lits#count-case-total-201",
            "https://doi.org/10.1000/lits",
        }

    @pytest.mark.parametrize("name", WITH_GRAPHS)
    def test_holds_what_its_records_state_and_no_others(self, store: Store, name: str) -> None:
        form = next(form for form in FORMATS if form.name == name)
        quads = read_by_pyoxigraph(written(store, name, dataset="lits"), form)
        graphs = {quad.graph_name.value for quad in quads if hasattr(quad.graph_name, "value")}
        assert graphs == {"https://w3id.org/medkg/catalog/a/record/lits"}

    def test_unknown_slug_is_told_with_its_neighbours(self, store: Store) -> None:
        with pytest.raises(UnknownName, match=r"no dataset has the slug 'lit'; did you mean lits\?"):
            export(store, "turtle", PREFIXES, dataset="lit")


@pytest.mark.parametrize(
    ("name", "object_"),
    [
        ("rdfxml", Literal("a\x01b")),
        ("rdfxml", None),
        ("jsonld", Triple(NamedNode("a:s"), NamedNode("a:p"), Literal("v"))),
    ],
    ids=["a control character", "a property without a name", "a triple within a triple"],
)
def test_a_format_that_cannot_hold_the_graph_is_told_before_the_first_part(name: str, object_: Term | None) -> None:
    store = Store()
    property_ = NamedNode("http://x.org/123" if object_ is None else "http://x.org/p")
    store.add(Quad(NamedNode("a:s"), property_, object_ or Literal("v"), DefaultGraph()))
    with pytest.raises(FormatError, match=f"{name} cannot hold this: .*; ask for turtle"):
        next(export(store, name, PREFIXES))
    for other in ("turtle", "ntriples", "trig", "nquads"):
        assert written(store, other)


@in_every_format
def test_texts_keep_their_direction_and_their_line_ends(form: Format) -> None:
    store = Store()
    texts = [Literal("a\rb\r\n"), Literal("שלום", language="he", direction=BaseDirection.RTL)]
    store.extend(Quad(NamedNode("a:s"), NamedNode("http://purl.org/dc/terms/title"), each) for each in texts)
    assert canonical(read_by_pyoxigraph(written(store, form.name), form)) == canonical(store)
