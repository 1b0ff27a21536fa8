"""The tokens of names: what the search index finds a name by when only a part of it is asked for.

Latin words are kept whole, in letters and digits apart, and joined to their neighbours, so that
`ChestX-ray14`, `chest xray 14` and `chestxray14` meet; Chinese has no spaces, so its characters and
pairs of characters are the tokens. A year of this century is found by its last two digits as well.
"""

from __future__ import annotations

import re
from itertools import pairwise

from medkg.model.names import folded

_CHINESE = "\u3400-\u9fff"
RUN = re.compile(rf"[{_CHINESE}]+|[^\W_{_CHINESE}]+")
"""A word, or Chinese characters without anything between."""
_ATOM = re.compile(rf"[{_CHINESE}]|[^\W_{_CHINESE}]+")
_PIECE = re.compile(r"\d+|\D+")
_SHORT_YEAR = re.compile(r"[012]\d")


def is_chinese(text: str) -> bool:
    """Whether a text begins with a Chinese character."""
    return re.match(f"[{_CHINESE}]", text) is not None


def atoms(text: str) -> list[re.Match[str]]:
    """The places of the words and Chinese characters of a folded text."""
    return list(_ATOM.finditer(text))


def tokens(name: str) -> set[str]:
    """Every token under which a name is found."""
    runs = RUN.findall(folded(name))
    latin = [run for run in runs if not is_chinese(run)]
    joined = {"".join(pair) for pair in pairwise(latin)} | {"".join(latin)}
    found = {part for run in (*latin, *joined) if run for part in (run, *pieces(run))}
    return found | _years(found) | {token for run in runs if is_chinese(run) for token in (*run, *pairs(run))}


def pieces(word: str) -> list[str]:
    """A word's letters and digits apart.

    >>> pieces("brats2021")
    ['brats', '2021']
    """
    return _PIECE.findall(word)


def pairs(run: str) -> list[str]:
    """Each two neighbours of a run of Chinese characters; a single character is its own token."""
    return [run[place : place + 2] for place in range(len(run) - 1)] or [run]


def _years(found: set[str]) -> set[str]:
    """The other way to write each token that may be a year: `2019` for `19` and `19` for `2019`."""
    short = {token for token in found if _SHORT_YEAR.fullmatch(token)}
    long = {token for token in found if token.startswith("20") and _SHORT_YEAR.fullmatch(token[2:])}
    return {f"20{token}" for token in short} | {token[2:] for token in long}
