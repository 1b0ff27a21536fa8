"""Cells of closed columns, which allow only certain words: whether they fit, and what they say.

Such a cell must be understood whole; what is left over is recorded as a residue.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from medkg.catalogs import counts, licences
from medkg.catalogs.draft import Draft
from medkg.catalogs.inline import Text
from medkg.model.vocabularies import Vocabulary, fold

Vocabularies = Mapping[str, Vocabulary]

VOCABULARY_OF = {
    "task": "task",
    "modality": "modality",
    "dimensionality": "dimensionality",
    "label_format": "format",
    "file_format": "format",
    "access": "access",
}
"""The vocabulary that a closed column's cells are made of."""

DATE = re.compile(r"(\d{4})(?:[-/.](\d{1,2}))?(?:[-/.](\d{1,2}))?")

_SEPARATORS = re.compile(r"[,，、/;；+&()（）:：|.]|\band\b|\bor\b|\bof\b|\bthe\b|\s")
_EMPTY = re.compile(r"[-—–\s*]*|n/?a|none|tba")


def is_blank(cell: Text) -> bool:
    """Whether a cell is blank or a sign for that, such as a dash."""
    return _EMPTY.fullmatch(fold(cell.plain)) is not None


def fits(vocabularies: Vocabularies, role: str, cell: Text) -> bool:
    """Whether a cell can be what a column of a role asks for; open kinds take anything."""
    text = cell.plain
    if is_blank(cell):
        return True
    if role == "released":
        return DATE.fullmatch(text) is not None
    if role == "challenge":
        return DATE.fullmatch(text) is None
    return (role not in VOCABULARY_OF and role != "count") or belongs(vocabularies, role, cell)


def belongs(vocabularies: Vocabularies, role: str, cell: Text) -> bool:
    """Whether a cell is plainly what a column of a closed role asks for, so that it may be moved there."""
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
    """The address a cell links to first."""
    return cell.anchors[0].url if cell.anchors else None


def _is_of_kind(vocabularies: Vocabularies, role: str, keys: tuple[str, ...]) -> bool:
    """Whether format keys are of the column's kind: labels under label formats, files under file formats."""
    kinds = {"label_format": "file-format", "file_format": "label-format"}
    if role not in kinds:
        return True
    formats = vocabularies["format"]
    return not any(kinds[role] in formats.wider(key) for key in keys)


def read_closed_cell(draft: Draft, vocabularies: Vocabularies, role: str, header: str, cell: Text) -> None:
    """Add the concepts of a closed cell; leave it as a residue where words remain that are none."""
    if is_blank(cell):
        return
    draft.cells += 1
    keys, remainder = _split(vocabularies[VOCABULARY_OF[role]], cell.plain)
    draft.add(role, keys)
    if remainder:
        draft.add_residue(header, cell.plain)


def _split(vocabulary: Vocabulary, text: str) -> tuple[tuple[str, ...], str]:
    """The concepts a text is made of, and the words left over that are neither concept nor exclusion."""
    return vocabulary.keys_in(text), _SEPARATORS.sub("", vocabulary.rest(text))
