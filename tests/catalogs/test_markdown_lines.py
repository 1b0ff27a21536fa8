from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medkg.catalogs.markdown_lines import physical, visible


def shown(source: str) -> dict[int, str]:
    return {line.number: line.text for line in visible(source)[0] if line.text.strip()}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_as_editors_do(end: str) -> None:
    assert physical(end.join(["a", "b\x0cc\u2028d", ""])) == ["a", "b\x0cc\u2028d"]


def test_front_matter_is_taken_out() -> None:
    assert shown("---\ntitle: x\ntags:\n  - a\n---\n# T") == {6: "# T"}


def test_a_rule_at_the_top_is_no_front_matter() -> None:
    assert 3 in shown("---\n\nSome words.\n\n---\n")


def test_comments_are_taken_out_over_lines_and_within_them() -> None:
    assert shown("a <!-- b --> c\n<!-- d\ne --> f <!-- g -->\nh") == {1: "a  c", 3: " f ", 4: "h"}


def test_a_comment_that_never_closes_hides_nothing() -> None:
    assert shown("a <!-- b\nc") == {1: "a  b", 2: "c"}


def test_comments_within_code_are_code() -> None:
    assert shown("```\n<!--\n```\na\n<!-- b -->") == {1: "```", 2: "<!--", 3: "```", 4: "a"}


def test_a_fence_that_never_closes_makes_no_code() -> None:
    assert shown("```\n| a | b |") == {2: "| a | b |"}


@given(st.text(st.sampled_from("ab |-:`<!>\n\r\t#*")))
def test_no_line_gets_a_number_it_does_not_have(source: str) -> None:
    numbers = range(1, len(physical(source)) + 1)
    assert {line.number for line in visible(source)[0]} <= set(numbers)
