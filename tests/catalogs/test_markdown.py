from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from medkg.catalogs.markdown import Heading, Item, Table, blocks
from medkg.catalogs.markdown_lines import physical_lines

_PIECES = (
    *("# T\n", "Head\n====\n", "---\n", "\n", "\n\n", "\r\n", "\t", "    ", "- ", "  - ", "1. ", "> ", "words ", "例"),
    *("| a | b |\n", "|---|---|\n", "|", "\\|", "**b**", "[x](http://y)", "[x][1]", "]: ", "http://[", "![i](s)"),
    *("<br>", "<a href='u'>", "</a>", "<li>", "<p>", "<ul><li>i</li></ul>\n", "&amp;", "<!--", "-->", "```\n", "~~~"),
    *("<details>\n", "<summary>s</summary>\n", "</details>\n", "<table>", "<tr><td>c</td></tr>\n", "</table>\n", "\0"),
)
MARKDOWN = st.lists(st.sampled_from(_PIECES) | st.text(max_size=8)).map("".join)


def lines_of(source: str, kind: type) -> list[int]:
    return [block.line for block in blocks(source) if isinstance(block, kind)]


def test_headings_of_every_make_have_their_line_and_level() -> None:
    source = "# A #\n\nB\n---\n\n<h3 align='center'>C</h3>\n\n<details>\n<summary><b>D</b></summary>\n\n</details>\n"
    found = [(block.line, block.level, block.text) for block in blocks(source) if isinstance(block, Heading)]
    assert found == [(1, 1, "A"), (3, 2, "B"), (6, 3, "C"), (9, 7, "D"), (11, 7, "")]


def test_a_table_keeps_every_cell_and_the_line_of_every_row() -> None:
    (table,) = (each for each in blocks("\n| a | b |\n|:-:|---|\n| 1 | 2 | 3 |\n| 4 |\n") if isinstance(each, Table))
    assert (table.line, table.header) == (2, ("a", "b"))
    assert [(row.line, [cell.plain for cell in row.cells]) for row in table.rows] == [(4, ["1", "2", "3"]), (5, ["4"])]


def test_a_paragraph_is_known_line_by_line_and_a_link_over_two_is_whole() -> None:
    (item,) = blocks("[a](x) one\n[b\nc](y) two\n")
    assert isinstance(item, Item)
    assert [(part.line, part.text.plain) for part in item.parts] == [(1, "a one"), (2, "b c two")]


def test_bullets_are_told_from_what_follows_in_them() -> None:
    found = [item for item in blocks("- a\n\n  b\n  - c\n\nd\n") if isinstance(item, Item)]
    assert [(item.text.plain, item.depth, item.is_bullet) for item in found] == [
        ("a", 1, True),
        ("b", 1, False),
        ("c", 2, True),
        ("d", 0, False),
    ]


def test_references_are_resolved_wherever_they_are_defined() -> None:
    table, item = blocks("| a | b |\n|---|---|\n| [x][1] | y |\n\n[z][1]\n\n[1]: https://a.org\n")
    assert isinstance(table, Table)
    assert isinstance(item, Item)
    assert [each.anchors[0].url for each in (table.rows[0].cells[0], item.text)] == ["https://a.org"] * 2


def test_tables_of_html_are_tables_also_over_blank_lines() -> None:
    source = "x\n\n<table>\n<tr><th>a</th><th>b</th></tr>\n\n<tr>\n<td>1</td>\n\n<td>**2**</td>\n</tr>\n</table>\n\ny\n"
    (table,) = (each for each in blocks(source) if isinstance(each, Table))
    assert table.header == ("a", "b")
    assert [(row.line, [cell.plain for cell in row.cells]) for row in table.rows] == [(6, ["1", "2"])]
    assert lines_of(source, Item) == [1, 13]


def test_tables_stand_in_lists_quotes_and_behind_tabs_too() -> None:
    table = ("| a | b |", "|---|---|", "| 1 | 2 |")
    for prefix, first in (("  ", "- "), ("> ", "> "), ("\t", "\t"), ("", "")):
        source = "\n".join((first if index == 0 else prefix) + line for index, line in enumerate(table))
        (found,) = blocks(source)
        assert isinstance(found, Table)
        assert [row.line for row in found.rows] == [3]


def test_markdown_that_html_has_swallowed_is_read() -> None:
    source = "<details>\n<summary>S</summary>\n| a | b |\n|---|---|\n| 1 | 2 |\n- c\n</details>\n"
    assert (lines_of(source, Table), lines_of(source, Item)) == ([3], [6])


def test_code_behind_a_fence_is_not_read_but_indented_text_is() -> None:
    assert lines_of("```\n- a\n```\n\nwords\n\n    - b\n", Item) == [5, 7]


@settings(deadline=None)
@given(MARKDOWN)
def test_blocks_of_any_text_have_lines_of_that_text(source: str) -> None:
    last = len(physical_lines(source))
    assert all(1 <= block.line <= last for block in blocks(source))


def test_the_line_of_a_bullet_is_that_of_its_mark() -> None:
    assert lines_of("-\n  a\n\n1.\n   b\n", Item) == [1, 4]
