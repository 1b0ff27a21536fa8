"""`medkg leak`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from medkg.settings import Settings
from tests.cli.conftest import Medkg, started


def test_a_pair_that_leaks_fails_and_says_by_what_path(kin: Medkg) -> None:
    ran = kin("leak", "--train", "Draw A", "Clear", "--test", "Pool", "Apart")
    assert ran.status == 1
    assert ran.lines == [
        "train\ttest\tgrade\twhy",
        "Draw A\tPool\tdefinite\tDraw A is drawn from Pool (in part, 60 cases)  [north:5]",
        "Draw A\tApart\tnone-known\t",
        "Clear\tPool\tnone-known\t",
        "Clear\tApart\tnone-known\t",
    ]
    assert ran.err.splitlines()[-1] == "1 of 4 pairs leak"


def test_pairs_that_are_not_known_to_leak_pass_and_prove_nothing(kin: Medkg) -> None:
    ran = kin("leak", "--train", "Clear", "--test", "Apart")
    assert ran.status == 0
    assert ran.err == "none of 1 pairs is known to leak, which is no proof that none does\n"


def test_a_possible_leak_is_a_warning_unless_it_is_to_fail(kin: Medkg) -> None:
    ran = kin("leak", "--train", "draw-a", "--test", "draw-c")
    assert ran.status == 0
    assert "warning: Draw A and Draw C may share images" in ran.err
    ran = kin("leak", "--train", "draw-a", "--test", "draw-c", "--fail-on", "possible")
    assert ran.status == 1
    assert "warning" not in ran.err


def test_json_holds_every_pair_with_its_path(kin: Medkg) -> None:
    ran = kin("leak", "--train", "draw-a", "--test", "pool", "apart", "--json", "--evidence", "catalogs")
    assert ran.status == 1
    first, second = json.loads(ran.out)["pairs"]
    assert (first["train"], first["test"], first["grade"]) == ("draw-a", "pool", "definite")
    assert [step["relation"] for step in first["path"]] == ["derivedFrom"]
    assert (second["grade"], second["path"]) == ("none-known", [])


def test_what_is_stated_to_be_disjoint_is_called_that(kin: Medkg) -> None:
    (pair,) = json.loads(kin("leak", "--train", "pool", "--test", "apart", "--json").out)["pairs"]
    assert (pair["grade"], pair["path"][0]["relation"]) == ("disjoint", "disjointWith")


@pytest.mark.parametrize(
    ("train", "test", "grade"),
    [
        ("Pool", "pool", "definite"),
        ("Pool:train", "Pool", "definite"),
        ("Pool:train", "Pool:test", "none-known"),
        ("Pool:Training", "pool:train", "definite"),
        ("draw-c", "Pool:train", "definite"),
        ("draw-c", "Pool:test", "none-known"),
        ("draw-a", "Pool:test", "possible"),
        ("draw-a:test", "Pool", "possible"),
        ("twin", "Pool:test", "definite"),
    ],
)
def test_a_split_is_told_apart_where_the_claims_do(kin: Medkg, train: str, test: str, grade: str) -> None:
    (pair,) = json.loads(kin("leak", "--train", train, "--test", test, "--json").out)["pairs"]
    assert pair["grade"] == grade


def test_a_number_that_follows_from_the_size_of_a_split_is_told(kin: Medkg) -> None:
    ran = kin("leak", "--train", "draw-a", "--test", "Pool:train")
    assert ran.lines[1].split("\t")[2:] == [
        "definite",
        "Draw A is drawn from Pool (in part, 60 cases)  [north:5]; at least 15 (case) shared",
    ]


def test_a_verdict_on_a_split_that_no_claim_names_says_so(kin: Medkg) -> None:
    ran = kin("leak", "--train", "draw-a", "--test", "Pool:test")
    assert ran.lines[1].endswith("said of the whole dataset: no claim tells which split is meant")
    ran = kin("leak", "--train", "draw-c", "--test", "Pool:train")
    assert ran.lines[1].endswith("[north:9]")


def test_patients_synthesis_and_open_provenance_are_warned_of(kin: Medkg) -> None:
    ran = kin("leak", "--train", "Pool", "--test", "Clear", "Fake", "open-set")
    assert ran.status == 0
    patients, synthesis, provenance = ran.err.splitlines()[:-1]
    assert patients.startswith("warning: Pool and Clear may share patients: ")
    assert synthesis.endswith(
        "Pool and Fake share no image by it, but images of one were synthesised from the other's."
    )
    assert provenance == "warning: The provenance of Open is open: not all of its sources are named."


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("splits.yaml", "train: [Draw A]\ntest:\n- Pool\n- Apart\n"),
        ("splits.json", '{"train": "Draw A", "test": ["Pool", "Apart"]}'),
    ],
)
def test_splits_are_read_from_a_file(kin: Medkg, tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    ran = kin("leak", "--file", str(tmp_path / name))
    assert ran.status == 1
    assert len(ran.lines) == 3
    ran = kin("leak", "--file", str(tmp_path / name), "--train", "Twin")
    assert [line.split("\t")[0] for line in ran.lines[1:]] == ["Twin", "Twin", "Draw A", "Draw A"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("trian: [Draw A]\ntest: [Pool]\n", "must hold lists of names under `train` and `test`, and nothing else"),
        ("train: [2021]\ntest: [Pool]\n", "train must be a list of names; put a name that is a number in quotes"),
        ("train: [Draw A\n", "is neither YAML nor JSON"),
        ("", "must hold lists of names"),
        ("train: [Draw A]\n", "name at least one dataset"),
    ],
)
def test_a_file_of_another_form_is_a_usage_error(kin: Medkg, tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "splits.yaml").write_text(text, encoding="utf-8")
    ran = kin("leak", "--file", str(tmp_path / "splits.yaml"))
    assert ran.status == 2
    assert message in ran.err


def test_a_file_that_is_not_there_is_a_usage_error(kin: Medkg, tmp_path: Path) -> None:
    ran = kin("leak", "--file", str(tmp_path / "none.yaml"))
    assert ran.status == 2
    assert "No such file" in ran.err


def test_every_name_that_is_not_understood_is_told_at_once_and_is_no_leak(kin: Medkg) -> None:
    ran = kin("leak", "--train", "draw", "nothing of the kind", "--test", "Pool")
    assert ran.status == 2
    assert "say which: draw-a (Draw A), draw-b (Draw B)" in ran.err
    assert "no dataset is called 'nothing of the kind'" in ran.err


def test_both_sides_are_asked_for(kin: Medkg) -> None:
    assert kin("leak", "--train", "Pool").status == 2
    assert kin("leak", "--train", "--test", "Pool").status == 2


def test_the_status_gates_a_script(family: Settings) -> None:
    failing = started(family, "leak", "--train", "Draw A", "--test", "Pool")
    passing = started(family, "leak", "--train", "Clear", "--test", "Pool")
    assert (failing.wait(), passing.wait()) == (1, 0)
    for process in (failing, passing):
        process.communicate()


def test_a_split_that_there_is_not_is_told_with_those_that_there_are(kin: Medkg) -> None:
    ran = kin("leak", "--train", "Pool:dev", "--test", "Draw A")
    assert ran.status == 2
    assert "'dev' is no split; the splits are Pool:train, Pool:validation, Pool:test" in ran.err


def test_a_split_is_for_this_command_alone(kin: Medkg) -> None:
    ran = kin("overlap", "Pool:test")
    assert ran.status == 1
    assert "'Pool:test' names a split, which `medkg leak` alone takes: ask for 'Pool'" in ran.err
