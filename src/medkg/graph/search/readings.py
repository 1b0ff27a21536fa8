"""The ways to read a name as people write it: as it stands, without words that name nothing, its edition set apart."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice

from medkg.model.names import folded, key

_MOST_EDITIONS = 4  # numbers of a text that are tried as an edition
_IDLE = ("at", "challenge", "competition", "contest", "database", "dataset", "datasets", "series", "the")
_IDLE_CHINESE = "数据集|数据库|挑战赛|竞赛|比赛|年"
_OUTER_IDLE = re.compile(rf"^the\b\s*|\s*(?:\b(?:{'|'.join(_IDLE)})|{_IDLE_CHINESE})$")
_FOLDER = re.compile(r"(?:task|dataset) ?(?P<number>\d+) (?P<name>.*\D.*)")
"""How nnU-Net names a folder: a number of its own, then the dataset's name."""
_EDITION = re.compile(
    r"(?:(?:\b(?:edition|release|rel|version|ver|v|r)[ .]*|(?P<glued>(?<=[a-z])v))?"
    r"(?<![\d.])(?P<number>20\d\d(?![.\d])|\d{1,9}(?:\.\d{1,9})+(?!\d)|\d{1,9}(?![a-z\d]))(?!\.\d)"
    r"|(?<= )(?P<roman>i{1,3}|iv)$)"
)
"""A year or version: `2021`, `'21`, `v1.1`, `r2.0`, `II`; a short number that letters follow (`1k`, `3d`) is none."""
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}
_YEAR = re.compile(r"20\d\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """A name and an edition beside it: the folded text without the edition, its normal form, and how it is written."""

    base: str
    edition: str
    written: str

    @property
    def is_year(self) -> bool:
        """Whether the edition is written as a year of four digits."""
        return _YEAR.fullmatch(self.written) is not None


def forms(name: str, venues: Collection[str] = ()) -> list[str]:
    """The folded texts that a name may stand for, the most literal first; venues are words to leave out.

    >>> forms("The LiTS dataset")
    ['the lits dataset', 'lits']
    >>> forms("MICCAI BraTS 2020", venues=["miccai"])
    ['miccai brats 2020', 'brats 2020']
    >>> forms("Cell Tracking Challenge dataset")
    ['cell tracking challenge dataset', 'cell tracking challenge', 'cell tracking']
    >>> forms("Dataset003_Liver")
    ['dataset003 liver', 'task003 liver', 'liver']
    """
    plain = folded(name)
    found = [plain, _OUTER_IDLE.sub("", plain), core(plain), core(plain, venues)]
    for folder in filter(None, map(_FOLDER.fullmatch, tuple(found))):
        found += [f"task{folder['number']} {folder['name']}", folder["name"]]
    return list(dict.fromkeys(each for each in found if key(each)))


def core(text: str, venues: Collection[str] = ()) -> str:
    """A text without the words that name nothing.

    >>> core("The LiTS Challenge"), core("BraTS series")
    ('LiTS', 'BraTS')
    """
    idle = rf"\b(?:{'|'.join(map(re.escape, (*_IDLE, *venues)))})\b|{_IDLE_CHINESE}"
    return _squeezed(re.sub(idle, " ", text, flags=re.IGNORECASE))


def splits(form: str) -> Iterator[Split]:
    """Each way to set an edition apart from the rest of a folded text, the last edition first.

    >>> [(each.base, each.edition) for each in splits("brats2021")]
    [('brats', '21')]
    >>> [(each.base, each.edition) for each in splits("btcv2015")]
    [('btc', '15'), ('btcv', '15')]
    >>> [(each.base, each.edition) for each in splits("mimic cxr v2.0.0")]
    [('mimic cxr', '2')]
    """
    for match in reversed(list(_EDITION.finditer(form))[-_MOST_EDITIONS:]):
        written = match["number"] or match["roman"].upper()
        # the last letter is a mark of the version in `TotalSegmentatorV2`, and the name's own in `BTCV2015`
        for end in (match.start(), match.end("glued")) if match["glued"] else (match.start(),):
            base = _squeezed(f"{form[:end]} {form[match.end() :]}")
            if re.search(r"[^\W\d]", base):
                yield Split(base=base, edition=_normal(_ROMAN.get(match["roman"], written)), written=written)


def beginnings(form: str) -> Iterator[str]:
    """The beginnings of a folded text that end with an edition, where more follows.

    >>> list(beginnings("brats 2020 training data"))
    ['brats 2020']
    """
    found = islice(_EDITION.finditer(form), _MOST_EDITIONS)
    yield from (form[: match.end()] for match in found if key(form[match.end() :]))


def edition(version: str) -> str | None:
    """The normal form of a year or version; None for a text that is neither.

    >>> edition("2021"), edition("v2.0"), edition("MICCAI")
    ('21', '2', None)
    """
    match = _EDITION.fullmatch(folded(version))
    return _normal(match["number"]) if match else None


def _normal(number: str) -> str:
    """A number as numbers are compared: a year by its last two digits, a version without zeros that say nothing."""
    parts = [int(each) for each in (number[2:] if _YEAR.fullmatch(number) else number).split(".")]
    while len(parts) > 1 and not parts[-1]:
        parts.pop()
    return ".".join(map(str, parts))


def _squeezed(text: str) -> str:
    return " ".join(text.split())
