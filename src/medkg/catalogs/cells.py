"""Cells of closed columns, whose content is a vocabulary's or a date: whether they fit a column, and their concepts.

Such a cell is read completely or recorded as a residue.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from medkg.catalogs import counts, licences
from medkg.catalogs.draft import Draft
from medkg.catalogs.inline import Text
from medkg.model.names import fold
from medkg.model.vocabularies import Vocabulary

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
        return licences.licence(text, first_address(cell), vocabularies["licence"]).key is not None
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
