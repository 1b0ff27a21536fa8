"""What every page owes its readers, however they read: checked on the HTML alone."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from bs4 import BeautifulSoup, Tag

HEAVIEST = 100_000
"""Bytes that the HTML of a page may have."""


def faults(html: str) -> list[str]:
    """What is wrong with a page; nothing where it is sound."""
    page = BeautifulSoup(html, "html.parser")
    return [
        *(["too heavy"] if len(html.encode()) > HEAVIEST else []),
        *([f"{len(page.find_all('h1'))} first headings"] if len(page.find_all("h1")) != 1 else []),
        *(f"the id {each!r} twice" for each in _repeated(page)),
        *(f"no element {each!r} to be labelled by" for each in _missing(page)),
        *(f"a heading of level {level} after one of {before}" for before, level in _leaps(page)),
        *(f"a picture without words: {each.get('src')}" for each in page.find_all("img") if not each.get("alt")),
        *(f"a field without a label: {each.get('name')}" for each in page.select("input, select") if _bare(each, page)),
        *(f"a link without words to {each.get('href')}" for each in page.find_all("a") if not _words(each)),
        *(f"inline {name}" for name in ("style", "onclick") if page.find(attrs={name: True})),
        *("an inline script" for each in page.find_all("script") if not each.get("src") and _runs(each)),
        *(f"a way off the web: {each['href']}" for each in page.select("a[href^='javascript:'], a[href^='data:']")),
    ]


def _repeated(page: BeautifulSoup) -> set[str]:
    return {each for each, times in Counter(_ids(page)).items() if times > 1}


def _ids(page: BeautifulSoup) -> list[str]:
    return [str(each["id"]) for each in page.find_all(id=True)]


def _missing(page: BeautifulSoup) -> set[str]:
    named = {str(each["aria-labelledby"]) for each in page.find_all(attrs={"aria-labelledby": True})}
    inside = {str(each["href"])[1:] for each in page.select("a[href^='#']")}
    return {each for each in (named | inside).difference(_ids(page)) if each}


def _leaps(page: BeautifulSoup) -> list[tuple[int, int]]:
    levels = [int(each.name[1]) for each in page.find_all(["h1", "h2", "h3", "h4"])]
    return [(before, level) for before, level in pairwise(levels) if level > before + 1]


def _bare(field: Tag, page: BeautifulSoup) -> bool:
    is_shown = field.get("type") not in ("hidden", "submit")
    return is_shown and not field.get("aria-label") and page.find("label", attrs={"for": field.get("id")}) is None


def _words(link: Tag) -> bool:
    return bool(link.get_text(strip=True) or link.find("img", alt=True) or link.get("aria-label"))


def _runs(script: Tag) -> bool:
    """Whether a script is more than data: https://html.spec.whatwg.org/multipage/scripting.html#data-block."""
    return script.get("type") not in ("application/ld+json", "application/json")
