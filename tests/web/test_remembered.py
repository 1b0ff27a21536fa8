"""What pages work out once: for one graph, and anew for the next."""

from __future__ import annotations

from dataclasses import replace

from medkg.web.remembered import around, remembered, views
from medkg.web.served import Served
from tests.web import real

asked: list[str] = []


@remembered
def revision(now: Served) -> str:
    asked.append(now.revision)
    return now.revision


def test_an_answer_is_worked_out_once_for_one_graph_and_anew_for_the_next() -> None:
    one, other = (replace(real.served(), revision=name) for name in ("one", "other"))
    assert [revision(one), revision(one), revision(other), revision(one)] == ["one", "one", "other", "one"]
    assert asked == ["one", "other"]


def test_both_layers_are_made_once() -> None:
    now = replace(real.served())
    assert views(now)["all"] is views(now)["all"]
    assert views(now)["catalogs"].layer == "catalogs"


def test_what_is_around_a_dataset_is_found_once_for_one_graph_and_layer() -> None:
    now, later = replace(real.served()), replace(real.served(), revision="later")
    found = around(now)(views(now)["all"], "lits")
    assert around(now)(views(now)["all"], "lits") is found
    assert around(now)(views(now)["catalogs"], "lits") is not found
    assert around(later)(views(later)["all"], "lits") is not found
