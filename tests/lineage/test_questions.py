"""Questions that users ask, answered by what the catalogues say."""

from __future__ import annotations

from itertools import combinations, product
from pathlib import Path

import pytest

from medkg.lineage import Network, build_network, derivatives, open_provenance, verdict, verdicts
from tests.lineage.claim_lines import claims_in
from tests.lineage.questions import CANDIDATES, EXTERNAL, GRADES


@pytest.fixture(scope="module")
def catalogues() -> Network:
    lines = (Path(__file__).parent / "catalogues.txt").read_text(encoding="utf-8")
    return build_network(claims_in(lines), layer="catalogs", editions={"brats": ("brats2021", "brats2023")})


def direct(catalogues: Network, slug: str) -> list[str]:
    return sorted(each.other for each in verdicts(catalogues, slug) if each.is_direct)


def test_which_datasets_share_images_with_lits_by_one_claim(catalogues: Network) -> None:
    assert direct(catalogues, "lits") == ["3d-ircadb", "abdomenct-1k", "ct-org", "msd"]


def test_which_pairs_of_training_and_test_sets_may_leak(catalogues: Network) -> None:
    found = {pair: verdict(catalogues, *pair).grade for pair in product(("abdomenct-1k", "ct-org"), ("lits", "btcv"))}
    assert found == {
        ("abdomenct-1k", "lits"): "definite",
        ("abdomenct-1k", "btcv"): "none-known",
        ("ct-org", "lits"): "definite",
        ("ct-org", "btcv"): "none-known",
    }


def test_whose_images_does_chexmask_segment(catalogues: Network) -> None:
    assert direct(catalogues, "chexmask") == ["candid-ptx", "chexpert", "padchest", "vindr-cxr"]
    assert open_provenance(catalogues, "chexmask")


def test_which_liver_sets_can_test_a_model_trained_on_lits(catalogues: Network) -> None:
    found = (slug for slug in CANDIDATES.split() if verdict(catalogues, "lits", slug).grade == "none-known")
    assert sorted(slug for slug in found if not open_provenance(catalogues, slug)) == EXTERNAL.split()


@pytest.mark.parametrize(("one", "other", "grade"), GRADES)
def test_do_two_share_images(catalogues: Network, one: str, other: str, grade: str) -> None:
    assert verdict(catalogues, one, other).grade == grade
    assert verdict(catalogues, other, one).grade == grade


def test_which_sets_does_densevnet_overlap(catalogues: Network) -> None:
    assert direct(catalogues, "densevnet") == ["btcv", "pancreas-ct"]


def test_who_labels_jsrt_and_who_reuses_the_colonography(catalogues: Network) -> None:
    assert direct(catalogues, "jsrt") == ["scr"]
    assert direct(catalogues, "ct-colonography") == ["ctspine1k"]


def test_which_pairs_of_a_pooled_training_set_need_attention(catalogues: Network) -> None:
    pool = ("lits", "msd-liver", "3d-ircadb-01", "ct-org", "abdomenct-1k", "sliver07", "chaos")
    found = {pair: verdict(catalogues, *pair).grade for pair in combinations(pool, 2)}
    possible = {("3d-ircadb-01", "ct-org"), ("3d-ircadb-01", "abdomenct-1k"), ("ct-org", "abdomenct-1k")}
    definite = {*combinations(("lits", "msd-liver", "3d-ircadb-01"), 2)}
    definite |= {*product(("lits", "msd-liver"), ("ct-org", "abdomenct-1k"))}
    assert {pair for pair, grade in found.items() if grade == "possible"} == possible
    assert {pair for pair, grade in found.items() if grade == "definite"} == definite


def test_a_model_of_synthetic_ultrasound_has_learnt_from_kits19(catalogues: Network) -> None:
    assert [each.other for each in derivatives(catalogues, "ct2us")] == ["kits19", "abdomenct-1k"]


def test_no_challenge_edition_is_ever_reported(catalogues: Network) -> None:
    reported = {each.other for slug in catalogues.classes for each in verdicts(catalogues, slug)}
    assert reported.isdisjoint(catalogues.challenges)
    assert catalogues.challenges


def test_3d_ircadb_is_in_the_training_cases_of_lits_alone(catalogues: Network) -> None:
    assert verdict(catalogues, "3d-ircadb-01", "lits", other_split="train").grade == "definite"
    assert verdict(catalogues, "3d-ircadb-01", "lits", other_split="test").grade == "none-known"
