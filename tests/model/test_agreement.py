"""The rule of agreement at its bounds: each comparison of it decides a case here, so that a change of one is seen."""

from __future__ import annotations

import pytest

from medkg.model.agreement import agree, agreed_value, without_rounded_values
from medkg.model.entries import Count, Licence, Link
from medkg.model.facts import Fact

CC_BY = Licence(text="CC 4.0", key="cc-by-4-0")
OTHER = Licence(text="Other")


def images(value: int, *, approximate: bool = False) -> Count:
    return Count(value=value, unit="image", approximate=approximate)


def about(value: int) -> Count:
    return images(value, approximate=True)


AGREEING: list[tuple[Fact, Fact]] = [
    (images(282), images(282)),
    (about(3500), images(3500)),
    (about(3500), images(3600)),  # by one unit of its last digit that is no zero
    (about(3500), images(3400)),
    (about(3512), images(3513)),
    (about(112_000), about(112_500)),  # by the coarser of two roundings
    ("2022", "2022-07"),
    ("2022", "2022-07-15"),
    ("2022-07", "2022-07-15"),
    ("2022-07", "2022-07"),
    (CC_BY, Licence(text="CC BY 4.0", key="cc-by-4-0")),
    (OTHER, Licence(text="Other", url="https://example.org")),
    (2, 2),
]
DIFFERING: list[tuple[Fact, Fact]] = [
    (images(282), images(281)),
    (images(3500), images(3512)),  # neither is rounded, whatever their zeros
    (about(3500), images(3601)),
    (about(3500), images(3399)),
    (about(3512), images(3514)),
    (about(3500), images(35)),
    (about(112_500), about(112_700)),
    ("2022", "2021-07"),
    ("2022-05", "2022-04"),
    ("2022-0", "2022-07"),  # no date
    ("2022", "2022-7"),
    ("ab", "ab-c"),
    (CC_BY, OTHER),
    (CC_BY, Licence(text="CC 4.0")),  # the same text, which is not known to name the same licence
    (CC_BY, Licence(text="CC 4.0", key="cc-by-sa-4-0")),
    (OTHER, Licence(text="Another")),
    (2, 3),
    (images(2), 2),
    ("2", 2),
]


def test_equal_values_and_less_exact_forms_agree_whichever_comes_first() -> None:
    assert [pair for pair in AGREEING if not (agree(*pair) and agree(*reversed(pair)))] == []


def test_all_other_values_differ_whichever_comes_first() -> None:
    assert [pair for pair in DIFFERING if agree(*pair) or agree(*reversed(pair))] == []


@pytest.mark.parametrize(
    ("stated", "value"),
    [
        (["2022", "2022-04"], "2022-04"),
        (["2022-04", "2022"], "2022-04"),
        (["2022-05", "2022-04"], None),
        (["2022", "2022-05", "2022-04"], None),
        ([about(112_000), images(112_120)], images(112_120)),
        ([images(112_120), about(112_000)], images(112_120)),
        ([about(112_000), images(112_120), images(112_121)], None),
        ([about(100_000), images(312_120)], None),
        ([CC_BY, Licence(text="CC BY 4.0", key="cc-by-4-0")], CC_BY),
        ([OTHER, CC_BY], None),
        ([2, 2], 2),
        ([2, 3], None),
        ([], None),
    ],
)
def test_the_most_exact_of_agreeing_values_is_believed(stated: list[Fact], value: Fact | None) -> None:
    assert agreed_value(stated) == value


def test_a_rounded_number_goes_where_the_same_number_is_exact() -> None:
    link = Link(role="homepage", url="https://example.org")
    train = Count(value=100, unit="image", role="train", approximate=True)
    assert [*without_rounded_values([about(100), images(100), about(200), train, link])] == [
        images(100),
        about(200),
        train,
        link,
    ]
