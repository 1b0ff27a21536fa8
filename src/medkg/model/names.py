"""Names in the form in which they are compared: case, accents, width, hyphens and spaces make no difference."""

from __future__ import annotations

import re
import unicodedata

_PLUS = re.compile(r"(?<=[^\W_])\+")
_LONG_YEAR = re.compile(r"(?<!\d)20(?=\d\d(?!\d))")


def fold(text: str) -> str:
    """The text as vocabularies compare it: NFKC, lower case, hyphens and runs of space as one space.

    >>> fold("X－Ray  images")
    'x ray images'
    """
    return re.sub(r"[\s\-‐-―_]+", " ", unicodedata.normalize("NFKC", text).casefold()).strip()


def fold_accents(text: str) -> str:
    """The text without case, accents and width, hyphens and runs of space as one space.

    >>> fold_accents("Naïve－Set")
    'naive set'
    """
    plain = unicodedata.normalize("NFKD", fold(text))
    return "".join(character for character in plain if not unicodedata.combining(character))


def key(name: str) -> str:
    """The letters and digits of a name, a plus after them as a word, years of this century by their last two digits.

    >>> key("KiTS 2019"), key("BraTS'21"), key("PH²"), key("fastMRI+")
    ('kits19', 'brats21', 'ph2', 'fastmriplus')
    """
    return re.sub(r"[\W_]+", "", _PLUS.sub("plus", _LONG_YEAR.sub("", fold_accents(name))))
