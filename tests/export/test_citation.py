"""BibTeX of datasets and papers: what is known, and nothing made up."""

from __future__ import annotations

import re

from pyoxigraph import Literal, NamedNode, Quad, Store

from medkg.export.citation import bibtex, paper
from medkg.model import prefixes as iris
from tests import real

DCTERMS, DCAT, RDFS = "http://purl.org/dc/terms/", "http://www.w3.org/ns/dcat#", "http://www.w3.org/2000/01/rdf-schema#"


def graph(*statements: tuple[str, str, str]) -> Store:
    """A graph of statements; what begins with `http` is an IRI."""
    store = Store()
    for subject, predicate, value in statements:
        term = NamedNode(value) if value.startswith("http") else Literal(value)
        store.add(Quad(NamedNode(subject), NamedNode(predicate), term))
    return store


def written(store: Store, *slugs: str) -> str:
    return bibtex(store, real.context().prefixes, slugs)


def test_a_dataset_is_cited_by_what_is_known_of_it() -> None:
    slug = iris.dataset("lits").value
    store = graph((slug, f"{DCTERMS}title", "LiTS"), (slug, f"{DCTERMS}issued", "2017-06"))
    assert written(store, "lits") == (
        "@misc{lits,\n  title = {{LiTS}},\n  year = {2017},\n  url = {https://w3id.org/medkg/dataset/lits}\n}\n"
    )


def test_papers_follow_by_the_numbers_that_a_reference_manager_looks_up() -> None:
    found = written(real.store(), "lits", "brats-tcga-gbm")
    assert "eprint = {1901.04056},\n  archiveprefix = {arxiv}" in found
    assert "doi = {10.1038/sdata.2017.117}" in found
    assert "author" not in found


def test_a_paper_of_several_datasets_comes_once() -> None:
    found = written(real.store(), "brats-tcga-gbm", "brats-tcga-lgg")
    assert found.count("doi = {10.1038/sdata.2017.117}") == 1


def test_every_key_is_used_once_and_every_brace_is_closed() -> None:
    slugs = sorted(real.context().register.labels)
    found = written(real.store(), *slugs)
    keys = re.findall(r"^@misc\{(.*),$", found, re.MULTILINE)
    assert len(keys) > 600
    assert len(keys) == len(set(keys))
    assert found.count("{") == found.count("}")


def test_what_is_special_to_tex_is_escaped_in_texts_and_left_in_addresses() -> None:
    slug = iris.dataset("a").value
    store = graph(
        (slug, f"{DCTERMS}title", "50% {of} A_B & \\x"),
        (slug, f"{DCAT}landingPage", "https://example.org/a_b?c=50%25&d"),
    )
    found = written(store, "a")
    assert r"title = {{50\% \textbraceleft{}of\textbraceright{} A\_B \& \textbackslash{}x}}" in found
    assert "howpublished = {https://example.org/a_b?c=50%25&d}" in found


def test_a_paper_is_cited_by_itself() -> None:
    address = "https://example.org/a-paper"
    store = graph((address, f"{RDFS}label", "MIA'2023"))
    assert paper(store, real.context().prefixes, NamedNode(address)).bibtex() == (
        '@misc{paper-example-org-a-paper,\n  note = {listed as "MIA\'2023"},\n  url = {https://example.org/a-paper}\n}\n'
    )
