"""Terms of use, recognised by the deed they link to, then by name; a vague one keeps only its text."""

from __future__ import annotations

import re

from medkg.model.entries import Licence
from medkg.model.vocabularies import Vocabulary, fold

_DEED = re.compile(
    r"creativecommons\.org/(?:licenses/(?P<kind>[a-z-]+)/(?P<version>\d\.\d)|publicdomain/(?P<public>zero|mark)/)"
)
_AROUND = re.compile(
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


def licence(text: str, url: str | None, vocabulary: Vocabulary) -> Licence:
    """The terms as written, with the known licence where deed or name tells it exactly."""
    address = url if url and url.startswith(("http://", "https://")) else None
    return Licence(text=text, key=_by_deed(address or "", vocabulary) or _by_name(text, vocabulary), url=address)


def _by_deed(url: str, vocabulary: Vocabulary) -> str | None:
    match = _DEED.search(url)
    if match is None:
        return None
    if match["public"]:
        return "cc0-1-0" if match["public"] == "zero" else None
    key = f"cc-{match['kind']}-{match['version'].replace('.', '-')}"
    return key if key in vocabulary.by_key else None


def _by_name(text: str, vocabulary: Vocabulary) -> str | None:
    """The licence of exactly this name, words such as 'license' left aside, Creative Commons' parts in any spelling."""
    bare = fold(text)
    while (less := _AROUND.sub("", bare)) != bare:
        bare = less
    concept = vocabulary.find(text) or vocabulary.find(bare) or vocabulary.find(_abbreviated(bare))
    return concept.key if concept else None


def _abbreviated(folded: str) -> str:
    """The name of a Creative Commons licence in letters.

    >>> _abbreviated("creative commons license: attribution non commercial 4.0")
    'cc by nc 4.0'
    """
    words = re.sub(r"\blicen[cs]es?\b|[:,]", " ", folded)
    for name, part in _PARTS.items():
        words = words.replace(name, f" {part} ")
    short = " ".join(words.split())
    return short if short.startswith("cc") else f"cc {short}" if short.startswith("by") else folded
