from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medkg.catalogs.markdown_lines import Line, physical_lines, repair_tables, split_row, visible_lines


def shown(source: str) -> dict[int, str]:
    return {line.number: line.text for line in visible_lines(source)[0] if line.text.strip()}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_as_editors_do(end: str) -> None:
    assert physical_lines(end.join(["a", "b\x0cc\u2028d", ""])) == ["a", "b\x0cc\u2028d"]


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
    numbers = range(1, len(physical_lines(source)) + 1)
    assert {line.number for line in visible_lines(source)[0]} <= set(numbers)


def lines(source: str) -> list[Line]:
    return list(repair_tables(*visible_lines(source)))


def texts(source: str) -> list[str]:
    return [line.text for line in lines(source)]


def test_a_delimiter_row_is_made_as_wide_as_its_header() -> None:
    assert texts("| a | b | c |\n|---|---|\n| 1 | 2 | 3 |")[1] == "|---|---|---|"


def test_rows_behind_a_blank_line_join_their_table() -> None:
    source = "| a | b |\n|---|---|\n| 1 | 2 |\n\n| 3 | 4 |\n"
    assert [line.number for line in lines(source)][:4] == [1, 1, 3, 5]


def test_a_line_without_pipes_is_put_behind_the_table_it_touches() -> None:
    found = lines("| a | b |\n|---|---|\n| 1 | 2 |\nwords\n| 3 | 4 |\n")
    assert [line for line in found if line.text][2:] == [Line(3, "| 1 | 2 |"), Line(5, "| 3 | 4 |"), Line(4, "words")]


def test_a_table_of_its_own_is_not_joined_to_the_one_above() -> None:
    source = "| a | b |\n|---|---|\n| 1 | 2 |\n\n| c | d |\n|---|---|\n| 3 | 4 |\n"
    assert texts(source)[3:5] == ["", ""]


def test_cells_keep_surplus_ones_and_escaped_pipes() -> None:
    assert split_row(r"| a \| b | c || d |") == ["a | b", "c", "", "d"]


def test_a_header_without_delimiter_row_gets_one_where_a_row_of_its_width_follows() -> None:
    assert texts("| a | b |\n| 1 | 2 |")[:3] == ["| a | b |", "|---|---|", "| 1 | 2 |"]
    assert texts("| [a](x) | b |\n| 1 | 2 |") == ["| [a](x) | b |", "| 1 | 2 |"]


def test_code_is_left_as_it_is() -> None:
    source = "```\n| a | b | c |\n|---|\n```"
    assert texts(source) == source.split("\n")


@given(st.text(st.sampled_from("ab |-:`<!>\n\r\t#*")))
def test_no_line_with_words_is_lost_or_comes_from_nowhere(source: str) -> None:
    before = [line for line in visible_lines(source)[0] if any(letter in "ab" for letter in line.text)]
    after = [line for line in lines(source) if any(letter in "ab" for letter in line.text)]
    assert sorted(before, key=lambda line: line.number) == sorted(after, key=lambda line: line.number)
    assert {line.number for line in lines(source)} <= set(range(1, len(physical_lines(source)) + 1))
