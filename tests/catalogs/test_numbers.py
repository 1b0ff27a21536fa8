from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medkg.catalogs.counts import NUMBER, is_rounded, value
from medkg.model.vocabularies import fold

WHOLE = st.integers(min_value=0, max_value=10**12 - 1)


@given(WHOLE)
def test_a_number_reads_back_as_it_is_written(number: int) -> None:
    assert value(str(number)) == number
    assert value(f"{number:,}") == number
    assert value(f"{number:,}".replace(",", ".")) == number


@given(st.integers(min_value=1, max_value=999_999), st.sampled_from([("k", 1_000), ("m", 1_000_000), ("万", 10_000)]))
def test_a_scaled_number_reads_back_up_to_its_digits(number: int, scale: tuple[str, int]) -> None:
    name, factor = scale
    assert value(str(number), name) == number * factor
    assert value(f"{number // 10}.{number % 10}", name) == number * factor // 10


@pytest.mark.parametrize("text", ["3T", "1.5T", "10%", "b2", "T1", "v1.2.3", "7 Tesla", "0/1"])
def test_measures_and_names_are_no_numbers_of_things(text: str) -> None:
    assert [match["digits"] for match in NUMBER.finditer(fold(text)) if match["digits"] not in ("0",)] == []


@pytest.mark.parametrize(
    ("text", "rounded"),
    [("~3500", True), ("over 40", True), ("112k", True), ("5+", True), ("n = 80", False), ("80", False)],
)
def test_rounding_is_told_by_the_form(text: str, rounded: bool) -> None:
    match = NUMBER.search(text)
    assert match is not None
    assert is_rounded(match) is rounded
