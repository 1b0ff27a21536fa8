"""Where catalogues differ: in values that neither say, not in words, roundings or silence."""

from __future__ import annotations

import pytest
from pyoxigraph import RdfFormat, Store

from medkg.views.differences import CatalogDifference, catalog_differences
from medkg.views.graph_reader import GraphReader
from tests import real

VOCABULARY = """
modality:mr skos:prefLabel "MR"@en .
modality:t1 skos:prefLabel "T1"@en ; skos:broader modality:mr .
modality:ct skos:prefLabel "CT"@en .
<https://w3id.org/medkg/unit/case> skos:prefLabel "Case"@en ; medkg:totalProperty medkg:caseCount .
<https://w3id.org/medkg/count-role/train> skos:prefLabel "Train"@en .
<https://w3id.org/medkg/count-role/test> skos:prefLabel "Test"@en .
catalog:a dcat:record <https://w3id.org/medkg/catalog/a/record/x> .
catalog:b dcat:record <https://w3id.org/medkg/catalog/b/record/y> .
<https://w3id.org/medkg/catalog/a/record/x> dcterms:isPartOf catalog:a ; rdfs:label "X" ; medkg:sourceLine 7 ;
    foaf:primaryTopic dataset:x .
<https://w3id.org/medkg/catalog/b/record/y> dcterms:isPartOf catalog:b ; rdfs:label "Y" ; medkg:sourceLine 9 ;
    foaf:primaryTopic dataset:x .
dataset:x dcterms:title "X"@en .
"""


def differing(first: str, second: str, catalog: str = "a") -> list[CatalogDifference]:
    """Where two entries differ of which each states something of one dataset."""
    prefixes = real.context().prefixes
    declared = "\n".join(f"@prefix {name}: <{space}> ." for name, space in prefixes.items())
    records = ("a/record/x", first), ("b/record/y", second)
    graphs = (f"<https://w3id.org/medkg/catalog/{name}> {{ {text} }}" for name, text in records)
    store = Store()
    store.load("\n".join((declared, VOCABULARY, *graphs)).encode(), RdfFormat.TRIG)
    return catalog_differences(GraphReader(store=store, prefixes=prefixes), catalog)


def count(number: int, fragment: str, role: str = "total", approximate: bool = False) -> str:
    node = f"<https://w3id.org/medkg/dataset/x#{fragment}>"
    return (
        f"dataset:x medkg:count {node} . {node} medkg:value {number} ; medkg:unit <https://w3id.org/medkg/unit/case> ;"
        f" medkg:role <https://w3id.org/medkg/count-role/{role}> ; medkg:approximate {str(approximate).lower()} ."
    )


def test_values_that_have_nothing_in_common_differ() -> None:
    (found,) = differing("dataset:x medkg:modality modality:ct", "dataset:x medkg:modality modality:mr")
    assert (found.line, found.entry, found.field, found.kind, found.own) == (7, "X", "modality", "other", ("CT",))
    assert [(each.place, each.values) for each in found.theirs] == [("b:9", ("MR",))]


def test_a_narrower_value_does_not_differ() -> None:
    assert differing("dataset:x medkg:modality modality:t1", "dataset:x medkg:modality modality:mr") == []


@pytest.mark.parametrize(("catalog", "kind", "own"), [("a", "more", ("CT",)), ("b", "less", ())])
def test_one_that_says_more_is_told_from_both_sides(catalog: str, kind: str, own: tuple[str, ...]) -> None:
    (found,) = differing(
        "dataset:x medkg:modality modality:ct, modality:mr", "dataset:x medkg:modality modality:mr", catalog
    )
    assert (found.kind, found.own) == (kind, own)


def test_silence_contradicts_nobody() -> None:
    assert differing("dataset:x medkg:modality modality:ct", "dataset:x dcterms:title 'X'") == []


def test_numbers_of_one_kind_differ_and_others_are_not_compared() -> None:
    (found,) = differing(count(282, "a", "train"), count(281, "b", "train"))
    assert (found.field, found.own, found.theirs[0].values) == ("counts", ("282 cases, train",), ("281 cases, train",))
    assert differing(count(282, "a", "train"), count(139, "b", "test")) == []


@pytest.mark.parametrize(("rounded", "differ"), [(3500, False), (3400, True)])
def test_a_rounded_number_agrees_with_those_it_may_be_rounded_from(rounded: int, differ: bool) -> None:
    assert bool(differing(count(rounded, "a", approximate=True), count(3512, "b"))) is differ


def test_a_total_that_shares_make_up_is_compared_too() -> None:
    (found,) = differing(f"{count(282, 'a', 'train')} {count(139, 'c', 'test')}", count(420, "b"))
    assert (found.own, found.theirs[0].values) == (("421 cases",), ("420 cases",))


def test_a_year_agrees_with_any_day_in_it() -> None:
    assert differing("dataset:x dcterms:issued '2022'", "dataset:x dcterms:issued '2022-07-15'") == []
    assert len(differing("dataset:x dcterms:issued '2022'", "dataset:x dcterms:issued '2021-07'")) == 1
