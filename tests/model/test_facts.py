"""Facts of an entry, their text form, and totals."""

from __future__ import annotations

import pytest

from medkg.model.entries import Count, Entry, Event, Licence, Link
from medkg.model.facts import Fact, facts, read, text, totals


def count(value: int, role: str = "total", unit: str = "case", modality: str | None = None) -> Count:
    return Count(value=value, unit=unit, role=role, modality=modality)


def test_facts_leave_out_what_is_about_the_record_and_what_is_not_said() -> None:
    entry = Entry(key="a", line=3, name="A", section=("S",), modality=("ct",), released="2020")
    assert facts(entry) == {"modality": ("ct",), "released": ("2020",)}


@pytest.mark.parametrize(
    ("fact", "written"),
    [
        (count(131, "train"), "131 case train"),
        (count(40, modality="ct"), "40 case total ct"),
        (count(201), "201 case"),
        (Event(venue="miccai", year=2022), "miccai 2022"),
        (Event(venue="kaggle"), "kaggle"),
        (Link(role="paper", url="https://arxiv.org/abs/1901.04056", label="LiTS"), "https://arxiv.org/abs/1901.04056"),
        (Licence(text="CC BY 4.0", key="cc-by-4-0"), "cc-by-4-0"),
        (Licence(text="Other"), "Other"),
        (14, "14"),
        ("liver", "liver"),
    ],
)
def test_a_fact_has_one_text_form(fact: Fact, written: str) -> None:
    assert text(fact) == written


def test_what_is_written_of_a_field_reads_back() -> None:
    assert read("counts", "40 case test ct") == Count(value=40, unit="case", role="test", modality="ct")
    facts_of: dict[str, list[Fact]] = {
        "counts": [count(131, "train"), count(40, modality="ct"), count(201)],
        "events": [Event(venue="miccai", year=2022), Event(venue="kaggle")],
        "links": [Link(role="homepage", url="https://example.org")],
        "licence": [Licence(text="cc-by-4-0", key="cc-by-4-0")],
        "label_categories": [14],
        "released": ["2022-04"],
        "modality": ["ct"],
        "expansion": ["Liver Tumor Segmentation"],
    }
    assert [fact for field, known in facts_of.items() for fact in known if read(field, text(fact)) != fact] == []


def test_a_stated_total_wins_over_a_sum() -> None:
    assert totals((count(131, "train"), count(70, "test"), count(200)))["case"].value == 200


@pytest.mark.parametrize(
    "roles", [("train", "test"), ("train", "validation", "test"), ("class", "class"), ("subset",) * 3]
)
def test_shares_that_make_a_whole_are_summed(roles: tuple[str, ...]) -> None:
    parts = tuple(count(10 + nth, role) for nth, role in enumerate(roles))
    assert totals(parts)["case"].value == sum(part.value for part in parts)


@pytest.mark.parametrize(
    "parts",
    [
        (count(131, "train"),),
        (count(40, modality="ct"), count(120, modality="mr")),
        (count(3, "real"), count(4, "simulated")),
    ],
)
def test_a_single_share_parts_by_modality_and_other_roles_make_no_total(parts: tuple[Count, ...]) -> None:
    assert totals(parts) == {}
