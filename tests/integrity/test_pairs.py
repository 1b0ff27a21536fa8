"""Pairs of datasets that a source has looked at, in `pairs.tsv`, against the verdicts on the repository's own data."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from medkg.lineage import verdict
from medkg.lineage.register import View
from tests import real

ROOT = Path(__file__).parents[2]
TABLE = Path(__file__).parent / "pairs.tsv"
PAIRS = [
    (row["one"], row["other"], row["grade"])
    for row in csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines(), delimiter="\t")
]


@pytest.fixture(scope="module")
def view() -> View:
    return real.register().view("all")


def grade(view: View, one: str, other: str) -> str:
    return verdict(view.images, one, other, exclude=view.exclude).grade


def test_each_pair_has_the_verdict_that_its_source_gives_whichever_is_asked_first(view: View) -> None:
    wrong = {
        (one, other): found
        for first, second, expected in PAIRS
        for one, other in ((first, second), (second, first))
        if (found := grade(view, one, other)) != expected
    }
    assert wrong == {}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("refuge", "refuge2"),
        ("brats2015", "brats2017"),
        ("brats2016", "brats2021"),
        ("isic2017", "isic2018"),
        ("isic2017", "isic2020"),
        ("hecktor2020", "hecktor2022"),
        ("rfmid", "rfmid-2"),
    ],
)
def test_two_editions_of_which_nothing_is_recorded_possibly_share_images(one: str, other: str, view: View) -> None:
    assert grade(view, one, other) == "possible"
