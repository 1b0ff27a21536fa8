from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medkg.catalogs.document import is_frame, repair_encoding, section_blocks
from medkg.catalogs.markdown import Item


def sections(source: str) -> list[tuple[str, ...]]:
    return [each.section for each in section_blocks(source) if isinstance(each.block, Item)]


def test_blocks_stand_under_their_headings_and_not_under_the_title() -> None:
    assert sections("# Title\n\n## A\n\nx\n\n### B\n\ny\n\n## C\n\nz\n") == [("A",), ("A", "B"), ("C",)]


def test_the_first_of_several_top_headings_is_a_title_only_if_nothing_stands_under_it() -> None:
    assert sections("# Title\n\n# A\n\n- x\n\n# B\n\n- y\n") == [("A",), ("B",)]
    assert sections("# A\n\n- x\n\n# B\n\n- y\n") == [("A",), ("B",)]


def test_the_end_of_a_fold_ends_its_section() -> None:
    source = "## A\n\nw\n\n<details>\n<summary>B</summary>\n\nx\n\n</details>\n\ny\n"
    assert sections(source) == [("A",), ("A", "B"), ("A",)]


@pytest.mark.parametrize("fold", ["<details>\n<summary>{}</summary>", "<details>\n\n<summary>{}</summary>"])
def test_a_fold_right_below_a_heading_is_no_section_of_its_own(fold: str) -> None:
    source = "# Title\n\n## A\n\n" + fold + "\n\nx\n\n</details>\n\ny\n"
    assert sections(source.format("Click to open")) == [("A",), ("A",)]
    assert sections(source.format("References")) == [("A", "References"), ("A",)]


def test_a_fold_without_a_summary_makes_no_section() -> None:
    assert sections("## A\n\n<details>\n\n<summary> </summary>\n\nx\n\n</details>\n") == [("A",)]


@pytest.mark.parametrize(
    "heading",
    [
        *("Table of Contents", "📖 Contents:", "Introduction", "Notes and Contributions", "How to Contribute"),
        *("Other Medical Awesome Collection Projects", "Dataset Platforms", "Evaluation Benchmark", "SOTA Methods"),
        *("Related Foundation Toolbox Projects", "Related work", "Useful links", "Star History", "Release Note"),
        *("目录", "前言", "交流群", "医学影像数据库", "参考项目/列表", "贡献者", "相关资源"),
    ],
)
def test_what_frames_the_list_is_known_by_its_heading(heading: str) -> None:
    assert is_frame(heading)


@pytest.mark.parametrize(
    "heading", ["Brain", "Benchmark Datasets", "Image text dataset", "Tools in Surgery", "肝脏", "Eyes (3)"]
)
def test_sections_of_datasets_are_no_frame(heading: str) -> None:
    assert not is_frame(heading)


CLEAN = st.text(
    st.characters(min_codepoint=32, max_codepoint=126) | st.sampled_from("肝脏分割，。（）眼底照片112例\n\t")
)
"""Text of one script that nobody can take for another encoding."""


def test_chinese_behind_latin_letters_comes_back() -> None:
    assert repair_encoding("images, 112ä¾‹") == "images, 112例"


def test_punctuation_of_full_width_comes_back_as_it_was() -> None:
    assert repair_encoding("imagesï¼Œ33126 Cases") == "images，33126 Cases"


def test_line_ends_stay_so_that_lines_keep_their_numbers() -> None:
    assert repair_encoding("PHÂ²\r\n112ä¾‹\r\n") == "PH²\r\n112例\r\n"


def test_quotes_ligatures_and_width_are_not_tidied() -> None:
    assert repair_encoding("“ﬁne” ＣＴ &amp; it’s") == "“ﬁne” ＣＴ &amp; it’s"


@given(CLEAN)
def test_clean_text_is_left_alone(text: str) -> None:
    assert repair_encoding(text) == text


@given(st.text())
def test_no_line_is_added_or_lost(text: str) -> None:
    assert repair_encoding(text).count("\n") == text.count("\n")
