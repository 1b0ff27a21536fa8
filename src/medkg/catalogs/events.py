"""Meetings at which datasets and challenges were presented: `MICCAI'2022 & 2023` is two, `RSNA-MICCAI'2021` too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from medkg.model.entries import Event
from medkg.model.vocabularies import Vocabulary, fold

_YEAR = r"(?:19|20)\d{2}"


def events(scheme: Vocabulary, text: str) -> Iterator[Event]:
    """The meetings a text names with their years; a venue without a year beside it is no event."""
    for match in _pattern(tuple(scheme.by_name)).finditer(fold(text)):
        for year in re.findall(_YEAR, match["years"]):
            yield from (Event(venue=key, year=int(year)) for key in scheme.keys_in(match["venues"]))


def challenge(scheme: Vocabulary, text: str) -> tuple[tuple[Event, ...], str | None]:
    """The meetings of a challenge cell, and the challenge's own name where the cell gives one.

    A venue without a year, such as `Kaggle`, is kept as a name.
    """
    found = tuple(events(scheme, text))
    named = re.search(r"(?<=['’])[A-Z]\w*[A-Za-z]\w*", text)
    return found, named.group() if named else None if found else text


@lru_cache(maxsize=4)
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    """Venues by their folded names, one or several joined, with the years behind them."""
    venue = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)) or r"(?!)"
    years = rf"(?P<years>{_YEAR}(?: ?(?:&|,|and) ?{_YEAR})*)(?!\d)"
    return re.compile(rf"\b(?P<venues>(?:{venue})(?: (?:{venue}))*)(?: ?['’][a-z]*| )?{years}")
