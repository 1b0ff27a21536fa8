from __future__ import annotations

import pytest

from medkg.catalogs.inline import balanced, pieces
from medkg.catalogs.markdown import read_inline


def lines(markdown: str) -> list[str]:
    return [piece.plain for piece in pieces(read_inline(markdown))]


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
    assert balanced(text) == (inside, rest)
