"""`medkg rollback`, and `medkg build` over updates."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from medkg.settings import Settings
from medkg.snapshots.build import open_current
from tests.changes import stating
from tests.cli.conftest import Medkg

QUESTION = "SELECT ?it { <https://example.org/it> <https://example.org/says> ?it } ORDER BY ?it"


def edit(own: Settings, label: str) -> None:
    """A change of the data."""
    path = own.resources / "data" / "datasets" / "acdc.yaml"
    first, _, rest = path.read_text(encoding="utf-8").partition("\n")
    assert first.startswith("label:")
    path.write_text(f"label: {label}\n{rest}", encoding="utf-8")


def update(own: Settings, text: str) -> None:
    open_current(own).journal.append(stating(text))


def label(my_medkg: Medkg) -> str:
    return my_medkg("query", "SELECT ?title { dataset:acdc dcterms:title ?title }").lines[1]


def listed(my_medkg: Medkg) -> list[list[str]]:
    """The rows of the list, without the time."""
    rows = [line.split("\t") for line in my_medkg("rollback", "--list").lines[1:]]
    return [[digest, updates, serves] for digest, _, _, updates, serves in rows]


@pytest.fixture
def built(my_medkg: Medkg, own: Settings) -> list[str]:
    """The digests of three graphs, of which the last serves."""
    digests = []
    for name in ("One", "Two", "Three"):
        edit(own, name)
        digests.append(Path(my_medkg("build").out.rpartition(": ")[2].strip()).name)
    return digests


def test_the_graph_before_serves_again_and_then_the_one_before_that(my_medkg: Medkg, built: list[str]) -> None:
    ran = my_medkg("rollback")
    assert (ran.status, ran.err) == (0, "")
    assert f"/{built[1]}\n" in ran.out
    assert label(my_medkg) == "Two"
    my_medkg("rollback")
    assert label(my_medkg) == "One"
    ran = my_medkg("rollback")
    assert (ran.status, ran.err.startswith("medkg: no intact snapshot is older")) == (1, True)
    assert label(my_medkg) == "One"


def test_a_graph_is_named_by_the_beginning_of_its_digest(my_medkg: Medkg, built: list[str]) -> None:
    assert my_medkg("rollback", built[0][:12]).status == 0
    assert label(my_medkg) == "One"
    assert my_medkg("rollback", built[2][:12].upper()).status == 0
    assert label(my_medkg) == "Three"


def test_a_beginning_that_none_has_or_several_have_is_a_mistake(
    my_medkg: Medkg, built: list[str], own: Settings
) -> None:
    ran = my_medkg("rollback", "xyz")
    assert (ran.status, "no snapshot's digest begins with 'xyz'; `medkg rollback --list`" in ran.err) == (1, True)
    (own.home / "snapshots" / (built[0][:10] + "0" * 54)).mkdir()
    ran = my_medkg("rollback", built[0][:10])
    assert (ran.status, "2 snapshots' digests begin with" in ran.err) == (1, True)
    assert my_medkg("rollback", "--list", built[0]).status == 2
    assert label(my_medkg) == "Three"


def test_what_is_there_is_listed_the_newest_first(my_medkg: Medkg, built: list[str], own: Settings) -> None:
    update(own, "it")
    assert listed(my_medkg) == [[built[2], "1", "yes"], [built[1], "0", ""], [built[0], "0", ""]]
    my_medkg("rollback")
    assert listed(my_medkg) == [[built[2], "1", ""], [built[1], "0", "yes"], [built[0], "0", ""]]


def test_where_nothing_was_built_there_is_nothing_to_go_back_to(my_medkg: Medkg) -> None:
    assert my_medkg("rollback", "--list").lines == ["digest\tbuilt\tquads\tupdates\tserves"]
    assert my_medkg("rollback").status == 1


def test_nothing_is_built_until_the_data_change(my_medkg: Medkg, built: list[str], own: Settings) -> None:
    my_medkg("rollback", built[0])
    assert [label(my_medkg) for _ in range(2)] == ["One", "One"]
    edit(own, "Four")
    assert label(my_medkg) == "Four"
    assert my_medkg("rollback").status == 0
    assert label(my_medkg) == "One"  # which served before


def test_a_build_goes_forward_again(my_medkg: Medkg, built: list[str]) -> None:
    my_medkg("rollback", built[0])
    assert my_medkg("build").status == 0
    assert label(my_medkg) == "Three"
    assert listed(my_medkg)[0] == [built[2], "0", "yes"]


def test_a_damaged_graph_is_not_gone_back_to(my_medkg: Medkg, built: list[str], own: Settings) -> None:
    graph = own.home / "snapshots" / built[1] / "graph.nq"
    graph.write_bytes(graph.read_bytes().replace(b"Two", b"Six"))
    ran = my_medkg("rollback", built[1])
    assert (ran.status, "is damaged: graph.nq is not what was written" in ran.err) == (1, True)
    assert label(my_medkg) == "Three"
    my_medkg("rollback")  # the last that is intact
    assert label(my_medkg) == "One"


@pytest.mark.parametrize("file", ["search.sqlite", "lineage.json"])
def test_a_graph_that_another_version_made_is_not_gone_back_to(
    my_medkg: Medkg, built: list[str], own: Settings, file: str
) -> None:
    made = own.home / "snapshots" / built[1] / file
    if made.suffix == ".json":
        made.write_text('{"claims": []}')
    else:
        with closing(sqlite3.connect(made)) as index:
            index.execute("PRAGMA user_version = 1")
    for ran in (my_medkg("rollback"), my_medkg("rollback", built[1])):
        assert ran.status == 1
        assert "that cannot be read here; it was made by medkg" in ran.err
        assert "run `medkg build`" in ran.err
    assert label(my_medkg) == "Three"
    assert my_medkg("rollback", built[0]).status == 0


def test_updates_stay_with_their_graph(my_medkg: Medkg, built: list[str], own: Settings) -> None:
    update(own, "it")
    ran = my_medkg("rollback")
    assert ran.err == f"1 update stays with {built[2]}\n"
    assert my_medkg("query", QUESTION).lines == ["it"]
    assert my_medkg("build").status == 0
    assert my_medkg("query", QUESTION).lines == ["it", "it"]


def test_a_graph_whose_journal_is_damaged_can_be_left_and_not_be_gone_back_to(
    my_medkg: Medkg, built: list[str], own: Settings
) -> None:
    update(own, "it")
    journal = own.home / "snapshots" / f"{built[2]}.rdfp"
    journal.write_bytes(journal.read_bytes().replace(b'"it"', b'"at"'))
    ran = my_medkg("query", QUESTION)
    assert (ran.status, f"{journal} is damaged in update 1, at byte 0" in ran.err) == (1, True)
    assert listed(my_medkg)[0] == [built[2], "damaged", "yes"]
    assert my_medkg("rollback").status == 0
    assert label(my_medkg) == "Two"
    assert my_medkg("rollback", built[2]).status == 1
    assert label(my_medkg) == "Two"


# ---- Building over updates


def test_verbs_answer_from_the_updated_graph(my_medkg: Medkg, own: Settings) -> None:
    update(own, "it")
    assert my_medkg("query", QUESTION).lines == ["it", "it"]
    assert "<https://example.org/it>" in my_medkg("export", "--format", "nquads").out
    assert " graphs and 1 update since: " in my_medkg("build").out


def test_a_build_over_updates_wants_to_be_told_what_becomes_of_them(my_medkg: Medkg, own: Settings) -> None:
    update(own, "it")
    edit(own, "Another")
    ran = my_medkg("build")
    assert ran.status == 1
    assert ran.err.startswith("medkg: 1 update of the graph that serves would be lost: `medkg build --keep-updates` ")
    ran = my_medkg("query", QUESTION)
    assert (ran.status, ran.lines) == (0, ["it", "it"])
    assert "would be lost" in ran.err
    assert my_medkg("build", "--keep-updates").status == 0
    assert label(my_medkg) == "Another"
    assert my_medkg("query", QUESTION).lines == ["it", "it"]


def test_updates_are_discarded_when_that_is_said(my_medkg: Medkg, own: Settings) -> None:
    update(own, "it")
    edit(own, "Another")
    assert my_medkg("build", "--discard-updates").status == 0
    assert label(my_medkg) == "Another"
    assert my_medkg("query", QUESTION).lines == ["it"]


def test_to_keep_and_to_discard_is_a_usage_error(my_medkg: Medkg) -> None:
    ran = my_medkg("build", "--keep-updates", "--discard-updates")
    assert ran.status == 2
    assert "--keep-updates and --discard-updates exclude each other" in ran.err
