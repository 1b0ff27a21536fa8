"""Cells made of facts between commas, `3D CT, 140 Cases, 6 Categories`: whether each of them is understood."""

from __future__ import annotations

import re

from medkg.catalogs import facts
from medkg.catalogs.closed import Vocabularies
from medkg.catalogs.draft import Draft

_COMMA = re.compile(r",(?!\d{3})|[，、]")
_ALSO = ("unit", "format")


def judge(made: Draft, vocabularies: Vocabularies, header: str, text: str) -> None:
    """Count a text of several segments as a cell, a residue where one of them tells no fact; pass over sentences."""
    found = segments(text)
    if len(found) > 1:
        made.cells += 1
        if not all(tells(each, vocabularies) for each in found):
            made.leave(header, text)


def segments(text: str) -> tuple[str, ...]:
    """The words between the commas of a text.

    >>> segments("3D CT, 1,204 Cases, 6 Categories.")
    ('3D CT', '1,204 Cases', '6 Categories.')
    """
    return tuple(each.strip() for each in _COMMA.split(text) if re.search(r"\w", each))


def tells(words: str, vocabularies: Vocabularies) -> bool:
    """Whether words state a fact of any kind."""
    probe = Draft(line=0, section=(), name="")
    facts.sentence(probe, vocabularies, words, kinds=facts.STATED)
    return bool(
        any(map(probe.has, probe.concepts))
        or (probe.numbers or probe.label_categories or probe.events)
        or any(vocabularies[name].keys_in(words) for name in _ALSO)
    )
