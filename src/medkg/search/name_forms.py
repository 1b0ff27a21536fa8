"""The ways to read a name: folded forms, its edition set apart, and the tokens by which a part of it is found.

Latin words are kept whole, in letters and digits apart, and joined to their neighbours, so that `ChestX-ray14`,
`chest xray 14` and `chestxray14` meet. Chinese has no spaces: its characters and pairs of characters are the tokens.
A year of this century is found by its last two digits as well.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice, pairwise

from medkg.model.names import fold_accents, key

SLUG, LABEL, ALIAS, WRITTEN, TITLE, SHARED = range(6)
"""The standing of a name: the slug, the label, another name in the record, a catalogue's spelling; then the title of a
challenge that uses the dataset, and such a title shared with a whole that the dataset is part of.
"""

PROPER, HIDDEN = range(2)
"""Whether a concept's name is one to show or a catalogue's spelling."""


_MOST_EDITIONS = 4  # numbers of a text that are tried as an edition
_GENERIC_WORDS = ("at", "challenge", "competition", "contest", "database", "dataset", "datasets", "series", "the")
_GENERIC_CHINESE = "数据集|数据库|挑战赛|竞赛|比赛|年"
_OUTER_GENERIC = re.compile(rf"^the\b\s*|\s*(?:\b(?:{'|'.join(_GENERIC_WORDS)})|{_GENERIC_CHINESE})$")
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
class EditionSplit:
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
    plain = fold_accents(name)
    texts = [plain, _OUTER_GENERIC.sub("", plain), core(plain), core(plain, venues)]
    for folder in filter(None, map(_FOLDER.fullmatch, tuple(texts))):
        texts += [f"task{folder['number']} {folder['name']}", folder["name"]]
    return list(dict.fromkeys(text for text in texts if key(text)))


def core(text: str, venues: Collection[str] = ()) -> str:
    """A text without the words that name nothing.

    >>> core("The LiTS Challenge"), core("BraTS series")
    ('LiTS', 'BraTS')
    """
    generic = rf"\b(?:{'|'.join(map(re.escape, (*_GENERIC_WORDS, *venues)))})\b|{_GENERIC_CHINESE}"
    return _collapse_spaces(re.sub(generic, " ", text, flags=re.IGNORECASE))


def splits(form: str) -> Iterator[EditionSplit]:
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
            base = _collapse_spaces(f"{form[:end]} {form[match.end() :]}")
            if re.search(r"[^\W\d]", base):
                yield EditionSplit(base=base, edition=_normal(_ROMAN.get(match["roman"], written)), written=written)


def beginnings(form: str) -> Iterator[str]:
    """The beginnings of a folded text that end with an edition, where more follows.

    >>> list(beginnings("brats 2020 training data"))
    ['brats 2020']
    """
    editions = islice(_EDITION.finditer(form), _MOST_EDITIONS)
    yield from (form[: match.end()] for match in editions if key(form[match.end() :]))


def edition(version: str) -> str | None:
    """The normal form of a year or version; None for a text that is neither.

    >>> edition("2021"), edition("v2.0"), edition("MICCAI")
    ('21', '2', None)
    """
    match = _EDITION.fullmatch(fold_accents(version))
    return _normal(match["number"]) if match else None


def _normal(number: str) -> str:
    """A number as numbers are compared: a year by its last two digits, a version without zeros that say nothing."""
    parts = [int(part) for part in (number[2:] if _YEAR.fullmatch(number) else number).split(".")]
    while len(parts) > 1 and not parts[-1]:
        parts.pop()
    return ".".join(map(str, parts))


def _collapse_spaces(text: str) -> str:
    return " ".join(text.split())


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
    runs = RUN.findall(fold_accents(name))
    latin = [run for run in runs if not is_chinese(run)]
    joined = {"".join(pair) for pair in pairwise(latin)} | {"".join(latin)}
    latin_tokens = {part for run in (*latin, *joined) if run for part in (run, *pieces(run))}
    return (
        latin_tokens
        | _years(latin_tokens)
        | {token for run in runs if is_chinese(run) for token in (*run, *pairs(run))}
    )


def pieces(word: str) -> list[str]:
    """A word's letters and digits apart.

    >>> pieces("brats2021")
    ['brats', '2021']
    """
    return _PIECE.findall(word)


def pairs(run: str) -> list[str]:
    """Each two neighbours of a run of Chinese characters; a single character is its own token."""
    return [run[place : place + 2] for place in range(len(run) - 1)] or [run]


def _years(words: set[str]) -> set[str]:
    """The other way to write each token that may be a year: `2019` for `19` and `19` for `2019`."""
    short = {token for token in words if _SHORT_YEAR.fullmatch(token)}
    long = {token for token in words if token.startswith("20") and _SHORT_YEAR.fullmatch(token[2:])}
    return {f"20{token}" for token in short} | {token[2:] for token in long}


def singulars(text: str) -> list[str]:
    """A folded text and those it may be the plural of."""
    return [text, *(text.removesuffix(end) for end in ("s", "es") if text.endswith(end) and len(text) > len(end) + 2)]
