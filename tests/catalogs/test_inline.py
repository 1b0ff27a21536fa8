from __future__ import annotations

import pytest

from medkg.catalogs.inline import Anchor, join, split_leading_brackets, split_lines
from medkg.catalogs.markdown import read_inline
from medkg.catalogs.markdown import read_inline as inline


def test_text_keeps_what_is_seen_and_what_stands_behind_links() -> None:
    text = inline("**Name** (see [this](https://a.org) and [that](https://b.org))")
    assert text.plain == "Name (see this and that)"
    assert text.own == "Name (see and )"
    assert text.bold == "Name"
    assert [(anchor.url, anchor.before) for anchor in text.anchors] == [
        ("https://a.org", "Name (see"),
        ("https://b.org", "and"),
    ]


def test_breaks_part_lines_and_images_are_icons() -> None:
    text = inline('a<br>b <a href="https://a.org"> ![paper](src/p.png) More</a> ![](src/CcLogo.png) CC0')
    assert text.lines == ("a", "b More CC0")
    assert text.anchors == (Anchor(url="https://a.org", text="More", icons=("paper",), before="a b"),)
    assert text.icons == ("CcLogo",)


def test_links_that_touch_are_seen_apart() -> None:
    assert inline("Set [01](https://a.org)[02](https://b.org)").plain == "Set 01 02"


@pytest.mark.parametrize("source", ["<https://a.org/x>", "https://a.org/x", "see https://a.org/x."])
def test_bare_addresses_are_links(source: str) -> None:
    assert [anchor.url for anchor in inline(source).anchors] == ["https://a.org/x"]


@pytest.mark.parametrize("url", ["www.a.org/x", "ftp://a.org/x", "htps://a.org/x", "s3://bucket/x"])
def test_bare_addresses_of_other_forms_are_links_too(url: str) -> None:
    assert [anchor.url for anchor in inline(f"数据：{url}, or no").anchors] == [url]


@pytest.mark.parametrize("source", ["[A](javascript:x)", "[A](file:///x)", "[A](<https://[::1/ x>)"])
def test_a_link_is_one_wherever_it_leads_and_as_it_is_written(source: str) -> None:
    (anchor,) = inline(source).anchors
    assert anchor.text == "A"
    assert anchor.url in source


def test_what_nobody_sees_is_left_out() -> None:
    text = inline('Li\x07TS [a\x01](https://a.org) <b>b\ufffe</b> <img alt="c\x1b" src="d">')
    assert (text.plain, text.bold, text.icons) == ("LiTS a b", "b", ("c",))
    assert text.anchors[0].text == "a"


@pytest.mark.parametrize("source", ["[A](x)", "🔥 [A](x)", "[ ] [A](x)", "[x] **[A](x)**", "| [A](x)"])
def test_a_link_opens_a_text_whatever_marks_stand_before_it(source: str) -> None:
    opening = inline(source).opening
    assert opening is not None
    assert opening.text == "A"


@pytest.mark.parametrize("source", ["see [A](x)", "数据 [A](x)", "[![badge](b.svg)](x)", "A"])
def test_words_or_badges_open_a_text_without_a_link(source: str) -> None:
    assert inline(source).opening is None


def test_joined_texts_are_read_one_after_the_other() -> None:
    text = join([inline("a [b](x)"), inline("c")])
    assert (text.plain, text.own, len(text.anchors)) == ("a b c", "a c", 1)


def lines(markdown: str) -> list[str]:
    return [piece.plain for piece in split_lines(read_inline(markdown))]


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("a <br>\nb<br/>c", ["a", "b", "c"]),
        ("a\nb", ["a", "b"]),
        ("(a\nb) c\nd", ["(a b) c", "d"]),
        ("a, b,\nc\nd", ["a, b, c", "d"]),
        ("[a\nb](https://a.org)\nc", ["a b", "c"]),
        ("a ***Keyboard:*** b", ["a", "Keyboard: b"]),
        ("a ![licence](x.png) CC0", ["a", "CC0"]),
        ("", [""]),
    ],
)
def test_lines_end_where_their_writer_meant_them_to(markdown: str, expected: list[str]) -> None:
    assert lines(markdown) == expected


@pytest.mark.parametrize(
    ("text", "inside", "rest"),
    [
        ("(a (b) c) d", "a (b) c", "d"),
        ("（甲）乙", "甲", "乙"),
        ("a (b)", None, "a (b)"),
        ("(a", None, "(a"),
        ("() a", None, "a"),
        ("", None, ""),
    ],
)
def test_brackets_are_taken_whole(text: str, inside: str | None, rest: str) -> None:
    assert split_leading_brackets(text) == (inside, rest)
