from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from medkg.catalogs.document import repair

CLEAN = st.text(
    st.characters(min_codepoint=32, max_codepoint=126) | st.sampled_from("肝脏分割，。（）眼底照片112例\n\t")
)
"""Text of one script that nobody can take for another encoding."""


def test_chinese_behind_latin_letters_comes_back() -> None:
    assert repair("images, 112ä¾‹") == "images, 112例"


def test_punctuation_of_full_width_comes_back_as_it_was() -> None:
    assert repair("imagesï¼Œ33126 Cases") == "images，33126 Cases"


def test_line_ends_stay_so_that_lines_keep_their_numbers() -> None:
    assert repair("PHÂ²\r\n112ä¾‹\r\n") == "PH²\r\n112例\r\n"


def test_quotes_ligatures_and_width_are_not_tidied() -> None:
    assert repair("“ﬁne” ＣＴ &amp; it’s") == "“ﬁne” ＣＴ &amp; it’s"


@given(CLEAN)
def test_clean_text_is_left_alone(text: str) -> None:
    assert repair(text) == text


@given(st.text())
def test_no_line_is_added_or_lost(text: str) -> None:
    assert repair(text).count("\n") == text.count("\n")
