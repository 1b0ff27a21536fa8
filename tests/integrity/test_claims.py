"""Lineage claims of the repository's own data: each says what its source says, of what it is true of, and no more."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from medkg.lineage.claims import SituatedClaim, claims_in_layer
from medkg.lineage.relations import Bond, extent_relation
from medkg.model.collection import Records
from medkg.model.entries import Count
from medkg.rdf.lineage_register import situated_claims

ROOT = Path(__file__).parents[2]

INHERITED: dict[str, str] = {}
"""Claims that all of a set with parts lies in another, with the reason why each part does."""

SPLITS = {
    "brats2017": "285 cases for training, beside those for validation and test.",
    "chexpert": "Validation and test sets of 234 and 668 images; the catalogues count the total.",
    "cholect50": "Videos for training, validation and test in its README.",
    "hecktor2021": "The edition's test data are named in the datasheet of 2022.",
    "isic2018": "Task 3 has 10,015 training images.",
    "isic2019": "25,331 training images and a test set of its own.",
    "msd-liver": "Those of LiTS, whose images it has.",
}
"""Datasets whose splits are known and counted in no entry or decision."""

OTHERWISE_COUNTED = {
    "atlas-v2 expansionOf atlas-stroke": "1,271 is the size of the later release.",
    "camelyon17 disjointWith camelyon16": "Nothing is shared.",
    "chest-x-ray-pd derivedFrom augmented-covid-19-xray": "1,525 images come from six sources together.",
    "chest-x-ray-pd derivedFrom ieee8023": "1,525 images come from six sources together.",
    "chest-x-ray-pd derivedFrom radiopaedia": "1,525 images come from six sources together.",
    "chest-x-ray-pd derivedFrom sirm-covid-19": "1,525 images come from six sources together.",
    "covid19-radiography-database derivedFrom ieee8023": "559 images come from four sources together.",
    "covid19-radiography-database derivedFrom sirm-covid-19": "559 images come from four sources together.",
    "endoscapes2023 disjointWith cholecseg8k": "Nothing is shared.",
    "flare21 derivedFrom kits19": "511 is the size of the set.",
    "flare21 derivedFrom lits": "511 is the size of the set.",
    "flare21 derivedFrom msd-pancreas": "511 is the size of the set.",
    "flare21 derivedFrom msd-spleen": "511 is the size of the set.",
    "flare21 derivedFrom pancreas-ct": "511 is the size of the set.",
    "flare23 derivedFrom abdomenct-1k": "4,500 is the size of the set.",
    "flare23 derivedFrom autopet": "4,500 is the size of the set.",
    "flare23 derivedFrom flare22": "4,500 is the size of the set.",
    "flare23 derivedFrom lits": "4,500 is the size of the set.",
    "flare23 derivedFrom totalsegmentator": "4,500 is the size of the set.",
    "m2cai16-tool disjointWith cholecseg8k": "Nothing is shared.",
    "multi-label-retinal-diseases derivedFrom aria": "2,208 is the size of the set.",
    "multi-label-retinal-diseases derivedFrom rfmid": "2,208 is the size of the set.",
    "multi-label-retinal-diseases derivedFrom stare": "2,208 is the size of the set.",
    "pathvqa derivedFrom peir": "4,998 images come from three sources together.",
}
"""Claims whose note has a number that is not how many are shared, with what it counts."""

QUANTITY = re.compile(r"(?<![\w.,-])(\d{2}\b|\d{3}\b|\d{1,3}(,\d{3})+)(?!x\b|[\d%.-])")
NO_QUANTITY = re.compile(r"\b(19|20)\d\d\b|\btask \d+|\bversion \d+|\bnumbers? \d+|\barXiv \d+\S*|\d+x\b|\bM2CAI \d+")


@pytest.fixture(scope="module")
def claims(records: Records) -> list[SituatedClaim]:
    """The claims that no other one replaces."""
    return list(claims_in_layer(situated_claims(records), "all", "acquisition"))


def statement(each: SituatedClaim) -> str:
    return f"{each.subject} {each.claim.relation} {each.claim.object}"


def contained(each: SituatedClaim) -> Iterator[str]:
    """The datasets that a claim puts wholly into another."""
    means = extent_relation(each.claim)
    if means and each.claim.object and each.claim.relation != "partOf":
        if means.bond in (Bond.WITHIN, Bond.SAME):
            yield each.subject
        if means.bond in (Bond.CONTAINS, Bond.SAME):
            yield each.claim.object


def test_what_is_said_of_a_whole_holds_of_each_of_its_parts(records: Records, claims: list[SituatedClaim]) -> None:
    wholes = {each.claim.object for each in claims if each.claim.relation == "partOf"}
    wholes |= {dataset.series for dataset in records.datasets.values()}
    found = {statement(each) for each in claims if wholes.intersection(contained(each))}
    assert found == set(INHERITED)


def test_a_claim_that_names_a_split_names_one_that_its_object_has(
    records: Records, claims: list[SituatedClaim]
) -> None:
    without = []
    for each in claims:
        if each.claim.split and each.claim.object and each.claim.object not in SPLITS:
            counts = records.beliefs[each.claim.object].facts.get("counts", ())
            if each.claim.split not in {count.role for count in counts if isinstance(count, Count)}:
                without.append(f"{statement(each)} {each.claim.split}")
    assert without == []


def test_a_number_that_a_source_gives_stands_in_the_claim(claims: list[SituatedClaim]) -> None:
    found = {
        statement(each)
        for each in claims
        if each.claim.cases is None and each.claim.relation != "partOf" and not each.is_challenge
        if QUANTITY.search(NO_QUANTITY.sub("", each.claim.note or ""))
    }
    assert found == set(OTHERWISE_COUNTED)


def test_no_more_is_shared_than_either_has(records: Records, claims: list[SituatedClaim]) -> None:
    more = []
    for each in claims:
        for slug in (each.subject, each.claim.object or ""):
            if each.claim.cases and slug in records.datasets:
                counts = records.beliefs[slug].facts.get("counts", ())
                more += [
                    f"{statement(each)}: {each.claim.cases} of {slug}'s {count.value}"
                    for count in counts
                    if isinstance(count, Count) and not count.approximate and count.modality is None
                    if count.unit == (each.claim.unit or "case") and count.value < each.claim.cases
                    if count.role == "total" or (slug == each.claim.object and count.role == each.claim.split)
                ]
    assert more == []


def test_the_decathlon_liver_atlas_is_made_of_training_cases(claims: list[SituatedClaim]) -> None:
    taken = [each.claim for each in claims if each.subject == "abdomenatlas" and "msd-" in (each.claim.object or "")]
    assert {claim.split for claim in taken} == {"train"}
    assert sum(claim.cases or 0 for claim in taken) == 945


@pytest.mark.parametrize(
    "statement",
    [
        "3d-ircadb subsetOf lits",
        "brats2015 usesImagesOf brats-tcga-gbm",
        "brats2015 usesImagesOf brats-tcga-lgg",
        "seg-a-2023 derivedFrom kits",
        "ct-org overlaps lits",
        "abdomenatlas derivedFrom msd",
    ],
)
def test_what_a_better_source_says_more_exactly_takes_part_no_longer(
    statement: str, records: Records, claims: list[SituatedClaim]
) -> None:
    assert any(statement in each.statements for each in situated_claims(records))
    assert not any(statement in each.statements for each in claims)


def test_a_source_that_the_page_names_is_not_written_as_unnamed(claims: list[SituatedClaim]) -> None:
    unnamed = {each.subject for each in claims if each.claim.object is None}
    assert not unnamed & {"covid-19-ct-seg-benchmark", "blood-cells-kaggle", "patchcamelyon", "paxray"}
    named = {each.claim.object for each in claims if each.subject == "covid-19-ct-seg-benchmark"}
    assert named == {"covid19-ct-scans", "structseg2019", "plethora", "msd-lung"}
