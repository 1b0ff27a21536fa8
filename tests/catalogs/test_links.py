from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medkg.catalogs.inline import Anchor
from medkg.catalogs.links import (
    address,
    is_datasheet,
    is_external,
    is_mended,
    is_paper,
    link,
    link_problem,
    role_in_text,
    role_of_name,
)


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


@pytest.mark.parametrize(
    ("url", "mended"),
    [
        ("https://a.org/`[]|^{}<>%", "https://a.org/%60%5B%5D%7C%5E%7B%7D%3C%3E%25"),
        ("http:/a.org/x", "http://a.org/x"),
        (r"https:\\a.org\x", "https://a.org/x"),
        ("HTTP://a.org", "http://a.org"),
        ("https://a.org/\u3000", "https://a.org/%E3%80%80"),
    ],
)
def test_an_address_is_mended_as_browsers_mend_it(url: str, mended: str) -> None:
    assert address(url) == mended
    assert is_mended(url)


@pytest.mark.parametrize(
    ("url", "whole"),
    [
        ("https://a.org/肝?x=1#y", "https://a.org/肝?x=1#y"),
        ("www.a.org/x", "https://www.a.org/x"),
        ("www.数据.org", "https://www.数据.org"),
        ("//a.org/x", "https://a.org/x"),
        ("a.org:8080/x", "https://a.org:8080/x"),
        ("r/A.md", "https://b.org/r/A.md"),
    ],
)
def test_an_address_that_is_only_completed_is_not_called_mended(url: str, whole: str) -> None:
    assert address(url, "https://b.org/") == whole
    assert not is_mended(url, "https://b.org/")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://a.org/x", "ftp is no scheme of the web"),
        ("mailto:a@b.org", "mailto is no scheme of the web"),
        ("javascript:alert(1)", "javascript is no scheme of the web"),
        ("htps://a.org", "no scheme is called htps; was https meant?"),
        ("HTP://a.org", "no scheme is called htp; was http meant?"),
        ("https://[::1/", "'[::1' is no host"),
        ("https://", "it names no host"),
        ("https//a.org", "it does not begin with https:// or http://"),
        ("http;//a.org", "it does not begin with https:// or http://"),
        ("data/a.zip", "it is part of an address that is not known"),
        ("", None),
        ("#top", None),
        ("https://a.org", None),
        ("www.a.org", None),
    ],
)
def test_a_link_that_leads_nowhere_says_why(url: str, reason: str | None) -> None:
    assert link_problem(url) == reason


@pytest.mark.parametrize("url", ["https//a.org", "htps://a.org", "ftp:a"])
def test_a_mistyped_address_is_no_place_beside_the_catalogue(url: str) -> None:
    assert address(url, "https://b.org/") is None


@pytest.mark.parametrize(
    "url", ["http://a.org", "ftp://a.org", "htps://a.org", "//a.org", "www.a.org", "a.org/x", "ftp:a"]
)
def test_links_to_other_sites_are_such_however_they_are_written(url: str) -> None:
    assert is_external(url)


@pytest.mark.parametrize("url", ["", "#top", "README.md", "./a/b.md", "mailto:a@b.org", "/a/b"])
def test_other_links_lead_to_no_other_site(url: str) -> None:
    assert not is_external(url)


@given(st.text(), st.none() | st.just("https://a.org/b/"))
def test_no_address_is_lost_without_a_word(url: str, base: str | None) -> None:
    is_kept, is_silent = address(url, base) is not None, not url.strip() or url.startswith("#")
    assert (link_problem(url, base) is None) == (is_kept or is_silent)
