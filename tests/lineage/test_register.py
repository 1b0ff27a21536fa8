"""A register knows its datasets: what it does not know is refused, and is never a dataset without relatives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from medkg.errors import UnknownName
from medkg.lineage import (
    Side,
    account,
    ancestors,
    build_network,
    derivatives,
    descendants,
    explain,
    family,
    independent_verdicts,
    leaks,
    open_provenance,
    overlap,
    patients,
    safe,
    verdict,
    verdicts,
    with_splits,
)
from medkg.lineage.examples import examples
from medkg.lineage.leakage import surroundings
from medkg.lineage.register import Register, View
from medkg.lineage.relatives import claims_by_pair
from tests.lineage.claim_lines import claims_in

REGISTER = Register(
    claims=tuple(claims_in(["kits21 includesAllOf kits19", "kits23 overlaps kits21 train"])),
    labels={"kits19": "KiTS19", "kits21": "KiTS21", "kits23": "KiTS23", "stranger": "A set without claims"},
)
VIEW = REGISTER.view("all")

Ask = Callable[[View, str], object]

ABOUT_A_DATASET: dict[str, Ask] = {
    "class of": lambda view, slug: view.images.class_of(slug),
    "exclude": lambda view, slug: view.exclude("kits19", slug),
    "verdict": lambda view, slug: verdict(view.images, slug, "kits19"),
    "verdict, the other": lambda view, slug: verdict(view.images, "kits19", slug),
    "verdict, splits": lambda view, slug: verdict(view.images, slug, slug, subject_split="train", other_split="test"),
    "verdicts": lambda view, slug: verdicts(view.images, slug),
    "patients": lambda view, slug: patients(view.images, view.people, slug),
    "with splits": lambda view, slug: with_splits(view.images, [(slug, "train")]),
    "ancestors": lambda view, slug: ancestors(view.images, slug),
    "descendants": lambda view, slug: descendants(view.people, slug),
    "derivatives": lambda view, slug: derivatives(view.images, slug),
    "open provenance": lambda view, slug: open_provenance(view.images, slug),
    "explain": lambda view, slug: explain(view.images, slug, "kits19"),
    "independent": lambda view, slug: list(independent_verdicts(view.images, "kits19", slug)),
    "overlap": lambda view, slug: overlap(view, slug),
    "family": lambda view, slug: family(view, slug),
    "family, neither way": lambda view, slug: family(view, slug, up=False, down=False),
    "surroundings": lambda view, slug: surroundings(view, slug),
    "surroundings, the other": lambda view, slug: surroundings(view, "kits19").verdict(slug),
    "examples": lambda view, slug: examples(view, [slug]),
    "leaks, train": lambda view, slug: leaks(view, [Side(dataset=slug)], [Side(dataset="kits19")]),
    "leaks, test": lambda view, slug: leaks(view, [Side(dataset="kits19")], [Side(dataset=slug, split="test")]),
    "leaks, both": lambda view, slug: leaks(view, [Side(dataset=slug)], [Side(dataset=slug)]),
    "leaks, train alone": lambda view, slug: leaks(view, [Side(dataset=slug)], []),
    "leaks, test alone": lambda view, slug: leaks(view, [], [Side(dataset=slug)]),
    "safe, trained": lambda view, slug: safe(view, [slug], ["kits19"]),
    "safe, candidate": lambda view, slug: safe(view, ["kits19"], [slug]),
    "account": lambda view, slug: account(REGISTER, slug, "kits19", layer=view.layer),
    "account, the other": lambda view, slug: account(REGISTER, "kits19", slug, layer=view.layer),
}


@pytest.mark.parametrize("ask", ABOUT_A_DATASET.values(), ids=ABOUT_A_DATASET)
def test_a_dataset_that_the_register_does_not_know_is_refused_with_the_one_that_was_meant(ask: Ask) -> None:
    for layer in ("all", "catalogs"):
        with pytest.raises(UnknownName, match=r"no dataset is called 'kits-21'.*did you mean 'kits21'\?"):
            ask(REGISTER.view(layer), "kits-21")


@pytest.mark.parametrize("ask", ABOUT_A_DATASET.values(), ids=ABOUT_A_DATASET)
def test_a_dataset_without_any_claim_is_known(ask: Ask) -> None:
    ask(VIEW, "stranger")


def test_a_dataset_that_nothing_is_known_of_shares_nothing_known() -> None:
    assert verdict(VIEW.images, "kits19", "stranger").grade == "none-known"
    assert overlap(VIEW, "stranger").verdicts == ()


ABOUT_SOMETHING_ELSE: dict[str, tuple[str, Callable[[Any], object]]] = {
    "layer of a view": ("layer of claims", lambda name: REGISTER.view(name)),
    "layer of an account": ("layer of claims", lambda name: account(REGISTER, "kits19", "kits21", layer=name)),
    "layer of claims": ("layer of claims", lambda name: claims_by_pair(REGISTER, name)),
    "layer of a network": ("layer of claims", lambda name: build_network(REGISTER.claims, layer=name)),
    "level of a network": ("level of claims", lambda name: build_network(REGISTER.claims, level=name)),
    "grade of an overlap": ("grade of sharing", lambda name: overlap(VIEW, "kits19", grade=name)),
    "split of a side": ("split", lambda name: Side(dataset="kits19", split=name)),
    "split of the one": ("split", lambda name: verdict(VIEW.images, "kits19", "kits21", subject_split=name)),
    "split of the other": ("split", lambda name: verdict(VIEW.images, "kits19", "kits21", other_split=name)),
    "split of itself": (
        "split",
        lambda name: verdict(VIEW.images, "kits19", "kits19", subject_split=name, other_split="test"),
    ),
    "split of a network": ("split", lambda name: with_splits(VIEW.images, [("kits19", name)])),
}


@pytest.mark.parametrize(("kind", "ask"), ABOUT_SOMETHING_ELSE.values(), ids=ABOUT_SOMETHING_ELSE)
@pytest.mark.parametrize("name", ["catalogue", "images", "sure", "training", "ALL", "all ", "hedged"])
def test_a_layer_level_grade_or_split_that_does_not_exist_is_refused_with_those_that_do(
    kind: str, ask: Callable[[str], object], name: str
) -> None:
    with pytest.raises(UnknownName, match=f"no {kind} is called '{name}'; there is [a-z]+, "):
        ask(name)


@pytest.mark.parametrize("depth", [0, -1])
def test_a_depth_below_one_claim_is_a_mistake_and_not_any_depth(depth: int) -> None:
    with pytest.raises(ValueError, match="depth is a number of claims from 1 up"):
        family(VIEW, "kits19", depth=depth)
