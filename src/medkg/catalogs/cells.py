"""Cells of columns with a closed vocabulary, and the terms of use that a cell names.

Such a cell is read completely or recorded as a residue.

A licence is known by the deed that a cell links to, then by its name; otherwise the text alone is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from bs4 import BeautifulSoup

from medkg.catalogs import counts
from medkg.catalogs.draft import Draft
from medkg.catalogs.inline import Text
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


Vocabularies = Mapping[str, Vocabulary]

VOCABULARY_OF = {
    "task": "task",
    "modality": "modality",
    "dimensionality": "dimensionality",
    "label_format": "format",
    "file_format": "format",
    "access": "access",
}
"""The vocabulary of a closed column's cells."""

DATE = re.compile(r"(\d{4})(?:[-/.](\d{1,2}))?(?:[-/.](\d{1,2}))?")

_SEPARATORS = re.compile(r"[,，、/;；+&()（）:：|.]|\band\b|\bor\b|\bof\b|\bthe\b|\s")
_EMPTY = re.compile(r"[-—–\s*]*|n/?a|none|tba")


def is_blank(cell: Text) -> bool:
    """Whether a cell is empty or has a sign for that, such as a dash."""
    return _EMPTY.fullmatch(fold(cell.plain)) is not None


def fits(vocabularies: Vocabularies, role: str, cell: Text) -> bool:
    """Whether a cell may be in a column of a role; open columns take any cell."""
    text = cell.plain
    if is_blank(cell):
        return True
    if role == "released":
        return DATE.fullmatch(text) is not None
    if role == "challenge":
        return DATE.fullmatch(text) is None
    return (role not in VOCABULARY_OF and role != "count") or belongs(vocabularies, role, cell)


def belongs(vocabularies: Vocabularies, role: str, cell: Text) -> bool:
    """Whether a cell plainly belongs in a column of a closed role, so that it may be moved there."""
    text = cell.plain
    if role == "released":
        return DATE.fullmatch(text) is not None
    if role == "licence":
        return licence(text, first_address(cell), vocabularies["licence"]).key is not None
    if role == "count":
        return counts.numbers_in_cell(text, vocabularies) is not None
    keys, remainder = _split(vocabularies[VOCABULARY_OF[role]], text)
    return (bool(keys) or not remainder) and _is_of_kind(vocabularies, role, keys)


def first_address(cell: Text) -> str | None:
    """The address of the first link of a cell."""
    return cell.anchors[0].url if cell.anchors else None


def _is_of_kind(vocabularies: Vocabularies, role: str, keys: tuple[str, ...]) -> bool:
    """Whether format keys fit a column: formats of labels, or formats of files."""
    kinds = {"label_format": "file-format", "file_format": "label-format"}
    if role not in kinds:
        return True
    formats = vocabularies["format"]
    return not any(kinds[role] in formats.wider(key) for key in keys)


def read_closed_cell(draft: Draft, vocabularies: Vocabularies, role: str, header: str, cell: Text) -> None:
    """Add the concepts of a closed cell, and the cell as a residue where other words remain."""
    if is_blank(cell):
        return
    draft.cells += 1
    keys, remainder = _split(vocabularies[VOCABULARY_OF[role]], cell.plain)
    draft.add(role, keys)
    if remainder:
        draft.add_residue(header, cell.plain)


def _split(vocabulary: Vocabulary, text: str) -> tuple[tuple[str, ...], str]:
    """The keys of the concepts in a text, and its words that are neither concept nor exclusion."""
    return vocabulary.keys_in(text), _SEPARATORS.sub("", vocabulary.rest(text))
