from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medkg.catalogs.inline import Anchor
from medkg.catalogs.links import address, is_datasheet, is_paper, link, role_in_text, role_of_name


def anchor(url: str = "https://a.org", text: str = "A", *, icons: tuple[str, ...] = (), before: str = "") -> Anchor:
    return Anchor(url=url, text=text, icons=icons, before=before)


@pytest.mark.parametrize(
    ("found", "role"),
    [
        (anchor(icons=("Leaderboard",)), "leaderboard"),
        (anchor(icons=("paper",), text="Clinical Background"), "paper"),
        (anchor(text="Aistudio下载"), "download"),
        (anchor(text="Part1", before="Aistudio下载"), "download"),
        (anchor(text="A title", before="介绍论文："), "paper"),
        (anchor("https://arxiv.org/abs/1", "A title"), "paper"),
        (anchor(text="镜像"), "mirror"),
        (anchor(text="CheXmask", before="Segmentations from"), "related-project"),
    ],
)
def test_icons_words_and_what_stands_before_tell_the_role_of_a_link(found: Anchor, role: str) -> None:
    assert role_in_text(found) == role


@pytest.mark.parametrize(
    ("url", "role"),
    [
        ("./resources/A.md", "datasheet"),
        ("resource/A%20B.md", "datasheet"),
        ("https://github.com/a/b/blob/main/resources/A.md", "datasheet"),
        ("https://doi.org/10.1/x", "paper"),
        ("https://a.org/paper.pdf", "paper"),
        ("https://a.org", "homepage"),
        ("README_zh.md", "homepage"),
    ],
)
def test_the_link_of_a_name_leads_to_a_datasheet_a_paper_or_a_homepage(url: str, role: str) -> None:
    assert role_of_name(anchor(url)) == role
    assert is_datasheet(anchor(url)) is (role == "datasheet")


def test_hosts_are_compared_whole() -> None:
    assert is_paper("https://www.nature.com/articles/x")
    assert not is_paper("https://nature.com.example.org/x")


@pytest.mark.parametrize(
    "url", ["", "#top", "mailto:a@b.org", "x.png", "javascript:x", "http://", "http://[", "ftp://a.org"]
)
def test_what_leads_nowhere_on_the_web_is_no_link(url: str) -> None:
    assert link(anchor(url), "homepage") is None


def test_an_address_without_scheme_or_with_blanks_is_mended() -> None:
    assert address("data.example.org/x") == "https://data.example.org/x"
    assert address("https://a.org/a b") == "https://a.org/a%20b"


@pytest.mark.parametrize(("text", "label"), [("link", None), ("", None), ("LiTS", None), ("Github", "Github")])
def test_a_label_is_kept_where_it_says_something(text: str, label: str | None) -> None:
    found = link(anchor(text=text), "homepage", name="LiTS")
    assert found is not None
    assert found.label == label


@given(st.text(), st.none() | st.just("https://a.org/b/"))
def test_any_address_is_one_word_of_the_web_or_none(url: str, base: str | None) -> None:
    found = address(url, base)
    assert found is None or re.fullmatch(r"https?://\S+", found)
