"""Editions and their series, in the repository's own data: a name with a number is in the series of that name."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest

from medkg.model.collection import Records
from medkg.model.names import key

ROOT = Path(__file__).parents[2]
NUMBER = re.compile(r"[\s_'’-]*v?\d+(\.\d+)*$", re.IGNORECASE)

UNRELATED = {
    "acrin-6688": "Numbers of trials: FLT in breast cancer, and colonography.",
    "atlas-liver-2023": "Livers; the ATLAS of stroke lesions is another.",
    "bbbc003": "A number of the Broad's collection, as is each BBBC: other cells and microscopes.",
    "bbbc024": "A number of the Broad's collection.",
    "bbbc039": "A number of the Broad's collection.",
    "covid-ct-harvard": "CTs of Harvard's dataverse; that of San Diego is another set of the name.",
    "dsb2017": "Lung CTs; the Data Science Bowl of 2018 is of nuclei.",
    "flyai-covid": "A contest's own radiographs; ChestXray02 is its name for a file.",
    "isic-archive": "The archive that the challenges draw from, and no edition of them.",
}
"""Datasets that share a name and differ in a number from others, and are no edition of one series with them."""


def families(records: Records) -> dict[str, set[str]]:
    """Datasets by each of their names without its number; parts of a collection and the unrelated left out."""
    found: dict[str, set[str]] = defaultdict(set)
    for slug, dataset in records.datasets.items():
        is_part = any(claim.relation == "partOf" for claim in dataset.claims) and not dataset.series
        if dataset.kind == "series" or dataset.replaced_by or is_part or slug in UNRELATED:
            continue
        for name in (dataset.label, *dataset.alternative):
            found[key(NUMBER.sub("", name))].add(slug)
    return {name: slugs for name, slugs in found.items() if len(slugs) > 1}


def test_datasets_of_one_name_and_different_numbers_are_editions_of_one_series(records: Records) -> None:
    apart = {
        name: sorted(slugs)
        for name, slugs in families(records).items()
        if len(series := {records.datasets[slug].series for slug in slugs}) > 1 or None in series
    }
    assert apart == {}


def test_a_dataset_called_unrelated_shares_its_name_and_no_series(records: Records) -> None:
    names = defaultdict(set)
    for slug, dataset in records.datasets.items():
        for name in (dataset.label, *dataset.alternative):
            names[key(NUMBER.sub("", name))].add(slug)
    for slug in UNRELATED:
        assert records.datasets[slug].series is None, slug
        assert any(slug in slugs and len(slugs) > 1 for slugs in names.values()), slug


def test_what_succeeds_another_is_an_edition_of_its_series(records: Records) -> None:
    apart = [
        f"{slug} {claim.object}"
        for slug, dataset in records.datasets.items()
        for claim in dataset.claims
        if claim.relation == "successorOf"
        if dataset.series is None or records.datasets[claim.object or ""].series != dataset.series
    ]
    assert apart == []


def test_every_series_has_editions_and_is_none_itself(records: Records) -> None:
    series = {slug for slug, dataset in records.datasets.items() if dataset.kind == "series"}
    assert series == {dataset.series for dataset in records.datasets.values() if dataset.series}
    assert [slug for slug in series if records.datasets[slug].series] == []


@pytest.mark.parametrize(
    ("series", "editions"),
    [
        ("brats", ["brats2013", "brats2015", "brats2016", "brats2017", "brats2021", "brats2023"]),
        ("hecktor", ["hecktor2020", "hecktor2021", "hecktor2022"]),
        ("isic", ["isic2017", "isic2018", "isic2019", "isic2020"]),
        ("refuge-series", ["refuge", "refuge2"]),
        ("chestx-ray", ["chestx-ray14", "chestx-ray8"]),
        ("totalsegmentator-series", ["totalsegmentator", "totalsegmentator-v2"]),
    ],
)
def test_a_series_has_its_editions(series: str, editions: list[str], records: Records) -> None:
    assert sorted(slug for slug, each in records.datasets.items() if each.series == series) == editions
