"""Reconciling: candidates with reasons for entries that stand for no dataset yet; nothing is decided."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medkg.curation.reconcile import Candidate, Proposal, reconcile
from medkg.curation.traces import identity
from medkg.errors import UnknownName
from medkg.model.collection import Records
from medkg.model.entries import Catalog, Count, Entry, Link
from medkg.model.records import Correction, Dataset, EntryMatch
from medkg.model.vocabularies import Concept, Vocabulary

CODALAB = "https://competitions.codalab.org/competitions/17094"
VOCABULARIES = {
    "modality": Vocabulary(
        title="Modality",
        definition="How.",
        concepts=(
            Concept(key="ct", label="CT"),
            Concept(key="cta", label="CT angiography", broader=("ct",)),
            Concept(key="mr", label="MR"),
        ),
    ),
    "anatomy": Vocabulary(
        title="Anatomy",
        definition="Where.",
        concepts=(Concept(key="liver", label="liver"), Concept(key="heart", label="heart")),
    ),
}


def link(url: str, role: str = "homepage") -> Link:
    return Link(role=role, url=url)


NORTH = (
    Entry(
        key="lits",
        line=1,
        name="LiTS",
        expansion="Liver Tumor Segmentation",
        modality=("ct",),
        anatomy=("liver",),
        counts=(Count(value=131, unit="case", role="train"),),
        links=(link(CODALAB), link("https://arxiv.org/pdf/1901.04056.pdf", "paper")),
    ),
    Entry(
        key="acdc", line=2, name="ACDC", modality=("mr",), anatomy=("heart",), links=(link("https://acdc.example.org"),)
    ),
    Entry(key="kits19", line=3, name="KiTS19", links=(link("https://kits.example.org/2019"),)),
    Entry(key="copied", line=4, name="Copied", links=(link("https://acdc.example.org"),)),
)
DATASETS = {
    "lits": Dataset(label="LiTS"),
    "acdc": Dataset(label="ACDC"),
    "kits19": Dataset(label="KiTS19"),
    "copied": Dataset(label="Copied"),
}


def held(slug: str) -> Dataset:
    standing = EntryMatch(catalog="north", key=slug, basis="catalog", reason="So.")
    wrong = Correction(
        catalog="north",
        key="copied",
        defect="foreign-link",
        field="links",
        stated="https://acdc.example.org",
        basis="catalog",
        reason="So.",
    )
    return Dataset(label=DATASETS[slug].label, entries=(standing,), corrections=(wrong,) if slug == "copied" else ())


def records(*entries: Entry) -> Records:
    """Four resolved entries of one catalogue, and those of another that are not."""
    return Records(
        catalogs={"north": Catalog(title="North", entries=NORTH), "south": Catalog(title="South", entries=entries)},
        datasets={slug: held(slug) for slug in DATASETS},
        vocabularies=VOCABULARIES,
    )


def proposed(**fields: object) -> list[Candidate]:
    """The candidates of one unresolved entry."""
    (proposal,) = reconcile(records(Entry(**{"key": "new", "line": 9, "name": "Something", **fields})))  # type: ignore[arg-type]
    return list(proposal.candidates)


def test_only_unresolved_entries_are_proposed_for() -> None:
    proposals = reconcile(records(Entry(key="lits-2", line=5, name="LITS")))
    assert [(each.catalog, each.entry.key, each.stands_for) for each in proposals] == [("south", "lits-2", None)]
    assert reconcile(records()) == []


def test_a_name_finds_its_dataset_whatever_its_case_and_hyphens() -> None:
    (best,) = proposed(name="li-ts")
    assert best.slug == "lits"
    assert best.score > 0.8
    assert best.reasons == ("name li-ts as in datasets/lits",)


def test_an_expansion_finds_its_dataset() -> None:
    (best,) = proposed(name="肝脏肿瘤分割", expansion="Liver tumor segmentation")
    assert best.reasons == ("name Liver tumor segmentation as in north/lits",)


def test_a_name_much_alike_is_a_weaker_reason_and_another_edition_a_weak_one() -> None:
    (alike,) = proposed(name="LiTSS")
    assert alike.slug == "lits"
    assert 0.4 < alike.score < 0.8
    (edition,) = proposed(name="KiTS 2021")
    assert edition.slug == "kits19"
    assert edition.score < 0.3


def test_an_address_finds_its_dataset_however_it_is_written() -> None:
    (best,) = proposed(links=(link("http://www.competitions.codalab.org/competitions/17094/?utm_source=x#results"),))
    assert best.slug == "lits"
    assert "address competitions.codalab.org/competitions/17094 as in north/lits" in best.reasons


def test_one_address_under_two_names_is_a_warning() -> None:
    (best,) = proposed(name="ZZZ", links=(link(CODALAB),))
    assert best.warnings == ("same address, but a name unlike LiTS",)


def test_a_paper_finds_its_dataset_by_any_of_its_addresses() -> None:
    (best,) = proposed(links=(link("https://doi.org/10.48550/arXiv.1901.04056", "paper"),))
    assert best.reasons == ("paper https://arxiv.org/abs/1901.04056 as in north/lits",)


def test_an_equal_count_adds_to_other_reasons() -> None:
    (plain,) = proposed(name="LITS")
    (counted,) = proposed(name="LITS", counts=(Count(value=131, unit="case", role="train"),))
    assert counted.score > plain.score
    assert "count 131 case train as in north/lits" in counted.reasons


def test_a_narrower_modality_is_the_same_kind_of_image() -> None:
    (best,) = proposed(name="LiTS", modality=("cta",), anatomy=("liver",))
    assert best.reasons[1:] == ("same modality", "same anatomy")
    assert best.warnings == ()


def test_one_name_with_two_modalities_is_a_warning() -> None:
    (homonym,) = proposed(name="ACDC", modality=("ct",))
    assert homonym.warnings == ("other modality: CT here, MR there",)
    (same,) = proposed(name="ACDC", modality=("mr",))
    assert homonym.score < same.score


def test_a_link_that_is_known_to_be_wrong_is_no_evidence() -> None:
    found = proposed(name="Cardiac", links=(link("https://acdc.example.org/"),))
    assert [each.slug for each in found] == ["acdc"]


def test_an_entry_without_a_trace_has_no_candidate() -> None:
    assert proposed(name="一个新的数据集") == []


def test_a_resolved_entry_is_compared_with_what_others_say() -> None:
    (proposal,) = reconcile(records(), entry="north/lits")
    assert proposal.stands_for == "lits"
    assert [each.reasons for each in proposal.candidates] == [("name LiTS as in datasets/lits",)]


def test_an_entry_may_be_named_by_its_key_alone() -> None:
    assert isinstance(reconcile(records(), entry="acdc")[0], Proposal)
    with pytest.raises(UnknownName, match="2 catalogues have an entry 'acdc'; say north/acdc or south/acdc"):
        reconcile(records(Entry(key="acdc", line=1, name="ACDC")), entry="acdc")
    with pytest.raises(UnknownName, match="no entry has the key 'acdcc'; did you mean 'acdc'"):
        reconcile(records(), entry="acdcc")
    with pytest.raises(UnknownName, match="no catalogue is called 'nort'; did you mean 'north'"):
        reconcile(records(), catalog="nort")


def test_one_catalogue_can_be_asked_for() -> None:
    found = records(Entry(key="a", line=1, name="LiTS"))
    assert reconcile(found, catalog="north") == []
    assert len(reconcile(found, catalog="south")) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://www.example.org/data/", "https://example.org/data"),
        ("https://example.org/index.html", "https://example.org"),
        ("https://example.org/a?utm_source=x&id=1", "https://example.org/a?id=1"),
        ("https://luna16.grand-challenge.org/Home/", "https://LUNA16.grand-challenge.org/data/"),
        ("https://www.kaggle.com/c/rsna/overview", "https://www.kaggle.com/competitions/rsna"),
        ("https://www.kaggle.com/datasets/a/b", "https://www.kaggle.com/a/b?select=x.jpg"),
        ("https://github.com/a/b/tree/main", "https://github.com/a/b.git"),
        ("https://zenodo.org/record/3715942#.XvBr7GgzaUk", "https://zenodo.org/records/3715942"),
        (
            "https://www.synapse.org/#!Synapse:syn3193805/wiki/217789",
            "https://www.synapse.org/#!Synapse:syn3193805/files/",
        ),
        ("https://physionet.org/content/mimic-cxr/2.0.0/", "https://physionet.org/content/mimic-cxr"),
    ],
)
def test_addresses_of_one_thing_are_one(one: str, other: str) -> None:
    assert identity(one) == identity(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/a?id=1", "https://example.org/a?id=2"),
        ("https://www.synapse.org/#!Synapse:syn3193805", "https://www.synapse.org/#!Synapse:syn3378972"),
        ("https://a.grand-challenge.org", "https://b.grand-challenge.org"),
        ("https://github.com/a/b", "https://github.com/a/c"),
    ],
)
def test_addresses_of_two_things_are_two(one: str, other: str) -> None:
    assert identity(one) != identity(other)


@given(
    st.text(st.characters(codec="utf-8")).map("https://{}".format)
    | st.sampled_from(["https://[::1/", "https://a%5Bb@c/"])
)
def test_an_address_that_is_none_is_compared_as_it_is(url: str) -> None:
    assert isinstance(identity(url), str)
