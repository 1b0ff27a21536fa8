"""Web addresses as IRIs."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import NamedNode

from medkg.model.papers import paper_iri
from medkg.model.urls import escape, web_iri


@pytest.mark.parametrize(
    ("url", "iri"),
    [
        ("https://example.org/a b", "https://example.org/a%20b"),
        ('https://example.org/`[]|^{}"<>', "https://example.org/%60%5B%5D%7C%5E%7B%7D%22%3C%3E"),
        ("https://example.org/?q=[1]|{2}", "https://example.org/?q=%5B1%5D%7C%7B2%7D"),
        ("https://example.org/100%", "https://example.org/100%25"),
        ("https://example.org/%zz%20", "https://example.org/%25zz%20"),
        (r"https://example.org\a\b?c=\d", "https://example.org/a/b?c=%5Cd"),
        ("https://example.org/#a#b", "https://example.org/#a%23b"),
        ("https://a@b@example.org/", "https://a%40b@example.org/"),
        ("https://example.org/\u00a0\u3000", "https://example.org/%C2%A0%E3%80%80"),
        ("https://example.org/\u202egro", "https://example.org/%E2%80%AEgro"),
        ("https://example.org/\x01\ufffe", "https://example.org/%01%EF%BF%BE"),
        ("https://example.org/a\n\tb ", "https://example.org/ab"),
        ("HTTPS://Example.org/A", "https://Example.org/A"),
    ],
)
def test_what_an_iri_cannot_hold_is_percent_encoded_as_browsers_do(url: str, iri: str) -> None:
    assert web_iri(url) == iri


@pytest.mark.parametrize(
    "iri",
    [
        "https://example.org",
        "https://example.org/肝脏?x=é#𝔏",
        "https://é.org:8080/",
        "http://user:pass@example.org/%41",
        "https://[::1]:80/",
        "https://example.org/?#",
        "https://example.org/~(a)!$&'*+,;=:@",
        "https://a_b.example.org.",
    ],
)
def test_an_iri_stays_as_it_is(iri: str) -> None:
    assert web_iri(iri) == iri


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("https://[::1/", "'[::1' is no host"),
        ("https://[::g]/", "'[::g]' is no host"),
        ("https://a|b/", "'a|b' is no host"),
        ("https://exa mple.org/", "'exa mple.org' is no host"),
        ("https://%41.org/", "'%41.org' is no host"),
        ("https://℀.org/", "'℀.org' is no host"),
        ("https://example.org:port/", "'example.org:port' is no host"),
        ("https://example.org:65536/", "'example.org:65536' is no host"),
        (f"https://example.org:{'9' * 5000}/", "is no host"),
        ("https://", "it names no host"),
        ("https:///a", "it names no host"),
        ("https://:80/", "it names no host"),
        ("ftp://example.org/", "it does not begin with https:// or http://"),
        ("www.example.org", "it does not begin with https:// or http://"),
        ("https://example.org/\ud800", "it holds half of a surrogate pair"),
    ],
)
def test_what_no_browser_could_open_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=re.escape(reason)):
        web_iri(text)
    assert escape(text) == text


_ADDRESSES = st.builds(
    "{}{}".format, st.sampled_from(["https://example.org", "http://[::1]:80", "https://a@"]), st.text()
)


@given(_ADDRESSES | st.text())
def test_whatever_is_escaped_is_an_iri_to_the_engine_and_escaped_once(url: str) -> None:
    try:
        iri = web_iri(url)
    except ValueError:
        return
    assert NamedNode(iri).value == web_iri(iri) == iri


@given(_ADDRESSES | st.builds("https://doi.org/10.1002/{}".format, st.text()))
def test_a_papers_iri_is_one_to_the_engine_whatever_its_address_holds(url: str) -> None:
    try:
        web_iri(url)
    except ValueError:
        return
    assert paper_iri(NamedNode(paper_iri(url)).value) == paper_iri(url)
