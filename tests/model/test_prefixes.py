"""The prefix map and the IRIs of things."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from medkg.errors import UnreadableFile
from medkg.model import prefixes as iris

PREFIXES = iris.load(Path(__file__).parents[2] / "ontology")


def test_a_curie_expands_and_compacts_back() -> None:
    iri = PREFIXES.expand("dcterms:title")
    assert iri == NamedNode("http://purl.org/dc/terms/title")
    assert PREFIXES.compact(iri.value) == "dcterms:title"


def test_the_longest_namespace_compacts() -> None:
    assert PREFIXES.compact("https://w3id.org/medkg/dataset/lits") == "dataset:lits"
    assert PREFIXES.compact("https://example.org/x") == "https://example.org/x"


def test_an_unknown_prefix_is_an_error() -> None:
    with pytest.raises(KeyError):
        PREFIXES.expand("nope:title")


def test_things_live_under_the_base() -> None:
    assert iris.record("openmedlab", "lits").value == "https://w3id.org/medkg/catalog/openmedlab/record/lits"
    assert iris.concept("anatomy", "liver").value == "https://w3id.org/medkg/anatomy/liver"
    assert iris.fragment(iris.dataset("lits"), "x").value == "https://w3id.org/medkg/dataset/lits#x"


@pytest.mark.parametrize("text", ["- a list", "medkg: [", "medkg: 1", ""])
def test_a_file_that_is_no_prefix_map_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "prefixes.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableFile, match=r"prefixes\.yaml"):
        iris.load(tmp_path)
