"""What an answer leads to: every address in a page, a feed, a picture, a list or a header."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urldefrag, urljoin

from bs4 import BeautifulSoup, Tag
from werkzeug.test import TestResponse

_ATTRIBUTES = ("href", "src", "action", "data-address", "data-copy-from", "data-lineage", "data-root")
_IN_HEADERS = re.compile(r"<([^<>]*)>")


def links(answer: TestResponse, address: str) -> set[str]:
    """The addresses that an answer, had at an address, leads to; without what follows a `#`."""
    found = {*_in_headers(answer), *_in_body(answer)}
    whole = (urldefrag(urljoin(address, each))[0] for each in found)
    return {each for each in whole if each.startswith(("http://", "https://"))}


def _in_headers(answer: TestResponse) -> Iterator[str]:
    """What the headers lead to."""
    for name in ("Location", "Content-Location"):
        yield from answer.headers.getlist(name)
    for value in answer.headers.getlist("Link"):
        yield from _IN_HEADERS.findall(value)


def _in_body(answer: TestResponse) -> Iterator[str]:
    """What the body leads to, as its media type has it."""
    match (answer.mimetype or "").partition("/")[2]:
        case "html" | "xml" | "atom+xml" | "svg+xml" as kind:
            yield from _in_markup(BeautifulSoup(answer.text, "html.parser" if kind == "html" else "xml"))
        case "json":
            yield from _in_json(answer.get_json(force=True))
        case "plain":
            yield from re.findall(r"^Sitemap: (\S+)$", answer.text, re.MULTILINE)


def _in_markup(markup: BeautifulSoup) -> Iterator[str]:
    for element in markup.find_all(lambda _: True):
        assert isinstance(element, Tag)
        yield from (str(element[name]) for name in _ATTRIBUTES if element.has_attr(name))
        if element.name == "loc":
            yield element.text
        if str(element.get("property", "")) in {"og:url", "og:image"}:
            yield str(element["content"])


def _in_json(value: Any) -> Iterator[str]:
    match value:
        case dict():
            yield from (each for name, each in value.items() if name in {"url", "href"} and isinstance(each, str))
            for each in value.values():
                yield from _in_json(each)
        case list():
            for each in value:
                yield from _in_json(each)
