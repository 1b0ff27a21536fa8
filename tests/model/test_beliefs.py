"""What is believed of a dataset where its entries agree, differ or are wrong."""

from __future__ import annotations

from collections import Counter

import pytest

from medkg.model.beliefs import Belief, Entries, belief
from medkg.model.collection import Records
from medkg.model.entries import Catalog, Count, Entry, Link
from medkg.model.records import Correction, Dataset, Decision, EntryMatch
from medkg.settings import Settings
from medkg.snapshots.build import build


def entry(key: str, **fields: object) -> Entry:
    return Entry(key=key, line=1, name=key, **fields)  # type: ignore[arg-type]


def believed(*entries: Entry, **fields: object) -> Belief:
    """What is believed of one dataset that the given entries of one catalogue stand for."""
    standings = tuple(EntryMatch(catalog="c", key=each.key, basis="catalog", reason="same name") for each in entries)
    dataset = Dataset(label="A", entries=standings, **fields)  # type: ignore[arg-type]
    return Records(catalogs={"c": Catalog(title="C", entries=entries)}, datasets={"a": dataset}).beliefs["a"]


def correction(key: str, field: str, stated: str | None, instead: str | None = None) -> Correction:
    return Correction(
        catalog="c",
        key=key,
        defect="wrong-modality",
        field=field,
        stated=stated,
        instead=instead,
        basis="catalog",
        reason="r",
    )


def test_many_values_are_the_union_in_order() -> None:
    found = believed(entry("x", modality=("ct", "mr")), entry("y", modality=("mr", "pet")))
    assert found.facts["modality"] == ("ct", "mr", "pet")


def test_a_defect_is_taken_out_of_the_entry_that_has_it_and_what_is_right_put_in() -> None:
    entries = entry("x", modality=("mr",)), entry("y", modality=("echocardiography",))
    found = believed(*entries, corrections=(correction("x", "modality", "mr", "echocardiography"),))
    assert found.facts["modality"] == ("echocardiography",)


def test_a_value_stays_where_another_entry_states_it_too() -> None:
    found = believed(
        entry("x", task=("segmentation",)),
        entry("y", task=("segmentation",)),
        corrections=(correction("x", "task", "segmentation"),),
    )
    assert found.facts["task"] == ("segmentation",)


def test_a_link_is_corrected_in_its_role() -> None:
    wrong = Link(role="paper", url="https://example.org/wrong")
    found = believed(
        entry("x", links=(wrong,)), corrections=(correction("x", "links", wrong.url, "https://example.org/right"),)
    )
    assert found.facts["links"] == (Link(role="paper", url="https://example.org/right"),)


def test_one_address_is_believed_once_whatever_its_last_slash() -> None:
    plain, slashed = (Link(role="homepage", url=f"https://example.org/a{end}") for end in ("", "/"))
    found = believed(entry("x", links=(plain,)), entry("y", links=(slashed,)))
    assert found.facts["links"] == (plain,)


def test_counts_that_agree_are_believed_with_the_total_of_their_shares() -> None:
    shares = Count(value=131, unit="case", role="train"), Count(value=70, unit="case", role="test")
    found = believed(entry("x", counts=(Count(value=201, unit="case"),)), entry("y", counts=shares))
    assert set(found.facts["counts"]) == {Count(value=201, unit="case"), *shares}
    assert found.disputed == ()


def test_counts_that_differ_are_disputed_and_absent() -> None:
    found = believed(
        entry("x", counts=(Count(value=20, unit="case"),)), entry("y", counts=(Count(value=22, unit="case"),))
    )
    assert "counts" not in found.facts
    assert found.disputed == (("counts", "case", "total", None),)


def test_counts_of_different_units_do_not_dispute_each_other() -> None:
    found = believed(
        entry("x", counts=(Count(value=349, unit="image"),)), entry("y", counts=(Count(value=216, unit="patient"),))
    )
    assert found.disputed == ()


def test_a_decision_settles_a_dispute() -> None:
    decision = Decision(field="counts", value="22", unit="case", basis="knowledge", reason="both parts together")
    found = believed(
        entry("x", counts=(Count(value=20, unit="case"),)),
        entry("y", counts=(Count(value=22, unit="case"),)),
        decisions=(decision,),
    )
    assert found.facts["counts"] == (Count(value=22, unit="case"),)
    assert found.disputed == ()


def decided(field: str, value: str) -> Decision:
    return Decision(field=field, value=value, basis="literature", reason="r", source="https://example.org")


def test_a_decision_on_a_concept_adds_to_what_the_entries_state() -> None:
    found = believed(entry("x", modality=("ct",)), decisions=(decided("modality", "mr"), decided("modality", "ct")))
    assert found.facts["modality"] == ("ct", "mr")
    assert found.disputed == ()


def test_a_dataset_without_entries_has_what_is_decided_of_it() -> None:
    assert believed(decisions=(decided("modality", "mr"),)).facts == {"modality": ("mr",)}


@pytest.mark.parametrize("role", ["class", "subset", "total"])
def test_a_number_that_one_rounds_and_another_does_not_is_believed_once_as_exact(role: str) -> None:
    exact = Count(value=100, unit="case", role=role)
    rounded = Count(value=100, unit="case", role=role, approximate=True)
    found = believed(entry("x", counts=(rounded,)), entry("y", counts=(exact,)))
    assert found.facts["counts"] == (exact,)


def test_a_build_evaluates_what_is_believed_of_a_dataset_once(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    evaluated: Counter[str] = Counter()

    def counting(dataset: Dataset, entries: Entries) -> Belief:
        evaluated[dataset.label] += 1
        return belief(dataset, entries)

    monkeypatch.setattr("medkg.model.collection.belief", counting)
    build(settings)
    assert evaluated == {"LiTS": 1, "ACDC": 1}
