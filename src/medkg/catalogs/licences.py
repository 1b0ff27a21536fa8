"""Terms of use: a known licence by the deed that a cell links to, then by its name; otherwise the text alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from bs4 import BeautifulSoup

from medkg.catalogs.links import address
from medkg.model.entries import Licence
from medkg.model.fields import printable
from medkg.model.names import fold
from medkg.model.vocabularies import Vocabulary

_DEED = re.compile(
    r"creativecommons\.org/(?:licenses/(?P<kind>[a-z-]+)/(?P<version>\d\.\d)|publicdomain/(?P<public>zero|mark)/)"
)
_SURROUNDING_WORDS = re.compile(
    r"^(?:licen[cs]ed? ?(?:under)?:?|under|the) |[ .,;:()]+$| (?:licen[cs]e|international|unported|generic|igo)$"
)
_PARTS = {
    "attribution": "by",
    "noncommercial": "nc",
    "non commercial": "nc",
    "sharealike": "sa",
    "share alike": "sa",
} | {
    "noderivatives": "nd",
    "noderivs": "nd",
    "no derivatives": "nd",
    "creative commons": "cc",
}

_NO_LICENCE = frozenset({"无", "没有", "暂无", "none"})
_BADGE = re.compile(r"shields\.io/badge/(?P<words>[^?#]+)")


def says_none(text: str) -> bool:
    """Whether a text says that there is no licence."""
    return fold(text) in _NO_LICENCE


def badges(html: str) -> Iterator[str]:
    """The names on the images of a cell: the message of a badge, the alternative text.

    >>> list(badges('<img alt="cc" src="https://img.shields.io/badge/License-CC%20BY--NC%204.0-green.svg">'))
    ['CC BY-NC 4.0', 'cc']
    """
    for image in BeautifulSoup(html, "html.parser").find_all("img"):
        badge = _BADGE.search(str(image.get("src", "")))
        parts = re.split(r"(?<!-)-(?!-)", badge["words"])[:-1] if badge else []
        alternative = str(image.get("alt", "")).strip()
        yield from (unquote(part).replace("--", "-").replace("_", " ").strip() for part in parts[-1:])
        yield from (alternative,) if alternative else ()


def licence(text: str, url: str | None, vocabulary: Vocabulary) -> Licence:
    """The terms as written, with the known licence where deed or name identify it exactly."""
    page = address(url) if url else None
    return Licence(
        text=printable(text), key=_deed_licence(page or "", vocabulary) or _by_name(text, vocabulary), url=page
    )


def _deed_licence(url: str, vocabulary: Vocabulary) -> str | None:
    match = _DEED.search(url)
    if match is None:
        return None
    if match["public"]:
        return "cc0-1-0" if match["public"] == "zero" else None
    key = f"cc-{match['kind']}-{match['version'].replace('.', '-')}"
    return key if key in vocabulary.by_key else None


def _by_name(text: str, vocabulary: Vocabulary) -> str | None:
    """The licence of exactly this name, without words such as 'license', parts of Creative Commons in any spelling."""
    bare = fold(text)
    while (less := _SURROUNDING_WORDS.sub("", bare)) != bare:
        bare = less
    concept = vocabulary.find(text) or vocabulary.find(bare) or vocabulary.find(_abbreviation(bare))
    return concept.key if concept else None


def _abbreviation(folded: str) -> str:
    """The name of a Creative Commons licence in letters.

    >>> _abbreviation("creative commons license: attribution non commercial 4.0")
    'cc by nc 4.0'
    """
    spelled = re.sub(r"\blicen[cs]es?\b|[:,]", " ", folded)
    for name, part in _PARTS.items():
        spelled = spelled.replace(name, f" {part} ")
    short = " ".join(spelled.split())
    return short if short.startswith("cc") else f"cc {short}" if short.startswith("by") else folded
