"""Numbers as catalogues write them: `4,500`, `327.680`, `88.3K`, `1.1M`, `3 million`, `~3500`, `2,000+`, `12万`."""

from __future__ import annotations

import re
from dataclasses import dataclass

NUMBER = re.compile(
    r"(?P<about>~|≈|>|约|超过|\b(?:n\s*=|over|more than|about|around|approximately|nearly|almost)\s*)?\s*"
    r"(?<![a-z0-9.\-])(?<!\d/)(?P<digits>\d{1,3}(?:[,.]\d{3}){1,4}(?!\d)|\d{1,12}(?:\.\d{1,6})?)\s?(?P<scale>k|m|万|million|thousand)?(?P<plus>\+)?"
    r"(?![a-z%\d]|[-‐–]\w|\s*(?:%|mm|cm|tesla|度)|\.\d)"
)
"""A number in a folded text, with the words and marks that round it."""

_SCALE = {"k": 1_000, "thousand": 1_000, "m": 1_000_000, "million": 1_000_000, "万": 10_000, None: 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number met in a text; unit, role and modality are None where the text does not say."""

    value: int
    unit: str | None = None
    role: str | None = None
    modality: str | None = None
    is_approximate: bool = False


def value(digits: str, scale: str | None = None) -> int:
    """The integer meant by digits with separators and a scale.

    >>> value("327.680"), value("88.3", "k"), value("4,500")
    (327680, 88300, 4500)
    """
    if re.fullmatch(r"\d{1,3}([,.]\d{3})+", digits):
        return int(re.sub(r"[,.]", "", digits)) * _SCALE[scale]
    whole, _, fraction = digits.replace(",", "").partition(".")
    scaled: float = int(whole + fraction) * _SCALE[scale] / 10 ** len(fraction)
    return round(scaled)


def is_rounded(match: re.Match[str]) -> bool:
    """Whether a number's own form says that it is not exact; `n = 80` is."""
    about = (match["about"] or "").strip()
    return bool(match["scale"] or match["plus"] or (about and not re.match(r"n\s*=", about)))
