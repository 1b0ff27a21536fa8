"""The repository's own lineage, asked by command: what the catalogues say, and what everybody says together."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from itertools import combinations, product
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from medkg.cli import medkg
from medkg.snapshots.snapshot import Snapshot
from tests.lineage.questions import CANDIDATES, EXTERNAL

ROOT = Path(__file__).parents[2]

Ask = Callable[..., Any]


@pytest.fixture(scope="module")
def environment(snapshot: Snapshot) -> dict[str, str]:
    """The environment of commands that ask the graph of the repository's data."""
    return {"MEDKG_HOME": str(snapshot.path.parents[1]), "MEDKG_RESOURCES": str(ROOT)}


@pytest.fixture
def ask(environment: dict[str, str]) -> Ask:
    """Asks a command and gives what its JSON holds; by the catalogues alone unless it is said otherwise."""

    def ask(*arguments: str, evidence: str = "catalogs") -> Any:
        ran = CliRunner().invoke(medkg, [*arguments, "--evidence", evidence, "--json"], env=environment)
        assert ran.exit_code in (0, 1), ran.output
        return json.loads(ran.stdout)

    return ask


def sharing(found: Any, *grades: str) -> list[str]:
    return sorted(each["dataset"] for each in found["verdicts"] if not grades or each["grade"] in grades)


def test_lits_shares_images_directly_with_four(ask: Ask) -> None:
    assert sharing(ask("overlap", "LiTS", "--direct")) == ["3d-ircadb", "abdomenct-1k", "ct-org", "msd"]


def test_two_of_four_pairs_of_training_and_test_sets_leak(ask: Ask) -> None:
    found = ask("leak", "--train", "AbdomenCT-1K", "CT-ORG", "--test", "LiTS", "BTCV")
    assert {(each["train"], each["test"]): each["grade"] for each in found["pairs"]} == {
        ("abdomenct-1k", "lits"): "definite",
        ("abdomenct-1k", "btcv"): "none-known",
        ("ct-org", "lits"): "definite",
        ("ct-org", "btcv"): "none-known",
    }


def test_chexmask_segments_the_images_of_four_sets_and_of_others_unnamed(ask: Ask) -> None:
    found = ask("overlap", "CheXmask", "--direct")
    assert sharing(found) == ["candid-ptx", "chexpert", "padchest", "vindr-cxr"]
    assert {step["relation"] for each in found["verdicts"] for step in each["path"]} == {"annotates"}
    assert found["open_provenance"]


def test_twelve_liver_sets_can_test_a_model_trained_on_lits(ask: Ask) -> None:
    found = ask("safe", "--test-for", "LiTS", "--among", *CANDIDATES.split())
    assert sorted(each["dataset"] for each in found["no_known_shared_images"]) == EXTERNAL.split()
    assert [each["dataset"] for each in found["open_provenance"]] == ["abdomenatlas"]


@pytest.mark.parametrize(
    ("one", "other", "grade"),
    [
        ("ChestX-Det", "RSNA Pneumonia Detection", "possible"),
        ("CheXpert", "PadChest", "none-known"),
        ("DRIVE", "RITE", "definite"),
        ("3D-IRCADb-01", "MSD", "definite"),
        ("LiTS", "KiTS19", "possible"),
        ("LiTS", "SLIVER07", "none-known"),
        ("COVIDx", "ChestX-ray14", "definite"),
        ("CheXlocalize", "CheXmask", "possible"),
        ("BraTS 2021", "BraTS 2023", "possible"),
        ("MSD Lung", "MSD Liver", "none-known"),
    ],
)
def test_the_catalogues_tell_whether_two_share_images(ask: Ask, one: str, other: str, grade: str) -> None:
    assert ask("explain", one, other)["grade"] == grade
    assert ask("explain", other, one)["grade"] == grade


def test_who_overlaps_densevnet_who_labels_jsrt_and_who_reuses_the_colonography(ask: Ask) -> None:
    assert sharing(ask("overlap", "DenseVNet"), "definite") == ["btcv", "pancreas-ct"]
    assert sharing(ask("overlap", "JSRT")) == ["scr"]
    assert sharing(ask("overlap", "CT COLONOGRAPHY")) == ["ctspine1k"]


def test_rows_of_one_dataset_under_two_names_are_one_dataset(environment: dict[str, str]) -> None:
    for names in (("BCIHM", "TBI-ICH"), ("BUID", "BUSI")):
        ran = CliRunner().invoke(medkg, ["explain", *names], env=environment)
        assert ran.exit_code == 2
        assert "mean one dataset" in ran.output


def test_which_pairs_of_a_pooled_training_set_need_attention(ask: Ask) -> None:
    pool = ("lits", "msd-liver", "3d-ircadb-01", "ct-org", "abdomenct-1k", "sliver07", "chaos")
    found = ask("leak", "--train", *pool, "--test", *pool)
    grades = {(each["train"], each["test"]): each["grade"] for each in found["pairs"]}
    definite = {*combinations(pool[:3], 2), *product(("lits", "msd-liver"), ("ct-org", "abdomenct-1k"))}
    possible = {("3d-ircadb-01", "ct-org"), ("3d-ircadb-01", "abdomenct-1k"), ("ct-org", "abdomenct-1k")}
    assert {pair for pair in combinations(pool, 2) if grades[pair] == "definite"} == definite
    assert {pair for pair in combinations(pool, 2) if grades[pair] == "possible"} == possible


def test_3d_ircadb_is_in_the_training_cases_of_lits_alone(ask: Ask) -> None:
    found = ask("leak", "--train", "3D-IRCADb-01", "--test", "LiTS:train", "LiTS:test", "LiTS")
    assert [each["grade"] for each in found["pairs"]] == ["definite", "none-known", "definite"]


def test_abdomenatlas_took_the_training_cases_of_lits_and_abdomenct_1k_all(ask: Ask) -> None:
    for train, grades in (
        ("AbdomenAtlas", ["definite", "possible", "definite"]),
        ("AbdomenCT-1K", ["definite", "definite", "definite"]),
    ):
        found = ask("leak", "--train", train, "--test", "LiTS:train", "LiTS:test", "LiTS", evidence="all")
        assert [each["grade"] for each in found["pairs"]] == grades, train


def test_the_second_part_of_3d_ircadb_is_not_in_lits_by_the_literature(ask: Ask) -> None:
    assert "3d-ircadb-02" not in sharing(ask("overlap", "LiTS", evidence="all"))
    assert ask("explain", "3D-IRCADb-02", "LiTS")["grade"] == "definite"


def test_a_model_trained_on_a_series_has_seen_its_editions(ask: Ask) -> None:
    for series, edition in (
        ("brats", "brats2021"),
        ("kits", "kits19"),
        ("isic", "isic2017"),
        ("flare", "flare23"),
        ("hecktor", "hecktor2021"),
        ("refuge-series", "refuge2"),
    ):
        found = ask("leak", "--train", series, "--test", edition, evidence="all")
        assert {each["grade"] for each in found["pairs"]} >= {"definite"}, series


def test_the_literature_tells_more_than_the_catalogues(ask: Ask) -> None:
    found = ask("explain", "AbdomenAtlas", "FLARE 2023", evidence="all")
    assert found["by_evidence"] == {"all": "definite", "catalogs": "none-known"}


@pytest.mark.parametrize(
    ("name", "candidates"),
    [
        ("ACDC", ["acdc", "acdc-lunghp"]),
        ("ATLAS", ["atlas-liver-2023", "atlas-stroke"]),
        ("COVID-CT", ["covid-ct-harvard", "covid-ct-ucsd"]),
    ],
)
def test_a_name_that_means_several_lists_them(environment: dict[str, str], name: str, candidates: list[str]) -> None:
    said = str(CliRunner().invoke(medkg, ["overlap", name], env=environment).exception)
    assert "say which" in said
    assert [each for each in candidates if each not in said] == []
    for slug in candidates:
        assert CliRunner().invoke(medkg, ["overlap", slug], env=environment).exit_code == 0


@pytest.mark.parametrize("series", ["brats", "kits", "flare", "hecktor"])
def test_a_series_stands_for_its_editions(environment: dict[str, str], ask: Ask, series: str) -> None:
    """A series is never told as a stranger to its editions, by slug or by label, and is no test set to take."""
    label = {"brats": "BraTS", "kits": "KiTS", "flare": "FLARE", "hecktor": "HECKTOR"}[series]
    editions = ask("overlap", label)["editions"]
    assert len(editions) > 1
    for edition in editions:
        for train, test in ((series, edition), (edition, label)):
            ran = CliRunner().invoke(medkg, ["leak", "--train", train, "--test", test], env=environment)
            assert (ran.exit_code, "definite" in ran.stdout) == (1, True)
    safe = ask("safe", "--test-for", editions[0])
    offered = {each["dataset"] for each in (*safe["no_known_shared_images"], *safe["open_provenance"])}
    assert not offered & {series, *editions}


@pytest.mark.parametrize(
    "name", ["LiTS", "MSD", "BTCV", "MIMIC-CXR", "TotalSegmentator", "Messidor", "3D-IRCADb", "MSD Task 1", "TCGA"]
)
def test_a_name_that_others_go_on_from_means_its_dataset(environment: dict[str, str], name: str) -> None:
    assert CliRunner().invoke(medkg, ["overlap", name], env=environment).exit_code == 0


@pytest.mark.skipif(os.name == "nt", reason="the example is a shell script")
def test_the_example_of_a_pipeline_fails_and_passes(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "medkg").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m medkg.cli "$@"\n', encoding="utf-8")
    (tmp_path / "medkg").chmod(0o755)
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    given = {**os.environ, **environment, "PATH": path, "PYTHONPATH": str(ROOT / "src")}

    def checked(splits: str) -> subprocess.CompletedProcess[str]:
        command = ["sh", "examples/check-splits.sh", splits]
        return subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, check=False)

    failing = checked("examples/splits.yaml")
    assert (failing.returncode, failing.stdout.splitlines()[-1]) == (1, "not trained: images are trained and tested on")
    passing = checked("examples/splits-apart.yaml")
    assert (passing.returncode, passing.stdout.splitlines()[-1]) == (0, "training")
    assert checked("examples/no-such-file.yaml").returncode == 2
