"""Datasets that are alike, and how much, in words that anyone can check."""

from __future__ import annotations

from medkg.views.similarity import ConceptIndex, concept_index, similar
from tests import real

WIDER = {"liver": {"abdomen"}, "spleen": {"abdomen"}}
KNOWN = ConceptIndex(
    of={
        "one": {"liver", "abdomen", "ct", "segmentation"},
        "same": {"liver", "abdomen", "ct", "segmentation"},
        "near": {"spleen", "abdomen", "ct", "segmentation"},
        "far": {"brain", "mr", "segmentation"},
        "apart": {"retina"},
    },
    bearers={
        "liver": {"one", "same"},
        "abdomen": {"one", "same", "near"},
        "ct": {"one", "same", "near"},
        "segmentation": {"one", "same", "near", "far"},
        "spleen": {"near"},
        "brain": {"far"},
        "mr": {"far"},
        "retina": {"apart"},
    },
    wider=WIDER,
)


def test_the_likest_come_first_with_what_they_have_in_common() -> None:
    first, second = similar(KNOWN, "one")
    assert (first.slug, first.score, first.common) == ("same", 1.0, ("ct", "liver", "segmentation"))
    assert (second.slug, second.shared, second.of, second.common) == ("near", 3, 5, ("abdomen", "ct", "segmentation"))


def test_one_concept_in_common_makes_nothing_alike() -> None:
    assert "far" not in {each.slug for each in similar(KNOWN, "one")}


def test_those_left_out_are_left_out() -> None:
    assert [each.slug for each in similar(KNOWN, "one", without={"same"})] == ["near"]


def test_a_dataset_without_concepts_is_like_none() -> None:
    assert similar(KNOWN, "nothing") == []


def test_wider_concepts_count_in_the_graph() -> None:
    known = concept_index(real.store(), real.context().prefixes)
    assert "https://w3id.org/medkg/anatomy/abdomen" in known.of["lits"]
    assert "lits" in known.bearers["https://w3id.org/medkg/anatomy/digestive-system"]
    assert not any("#" in slug for slug in known.of)
