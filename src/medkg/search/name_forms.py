"""The names by which the index finds things, out of the records, and whose word each of them is.

The ways to read a name as people write it: as it stands, without words that name nothing, its edition set apart.

The tokens of names: what the search index finds a name by when only a part of it is asked for.

Latin words are kept whole, in letters and digits apart, and joined to their neighbours, so that
`ChestX-ray14`, `chest xray 14` and `chestxray14` meet; Chinese has no spaces, so its characters and
pairs of characters are the tokens. A year of this century is found by its last two digits as well.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, pairwise

from medkg.model.beliefs import entries_of
from medkg.model.collection import Records
from medkg.model.names import folded, key
from medkg.model.records import Challenge, Dataset
from medkg.model.vocabularies import Concept

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


SLUG, LABEL, ALIAS, WRITTEN, TITLE, SHARED = range(6)
"""Whose word a name is: the address, the label, another name we know, a catalogue's spelling; beyond the dataset's own
names the title of a challenge that uses it, which it may share with a whole that it is part of.
"""

PROPER, HIDDEN = range(2)
"""Whether a concept's name is one to show or a catalogue's spelling."""

Named = tuple[str, int]
"""A name and its standing."""

Edition = tuple[str, str, int]
"""The key of a name, an edition of it, and the name's standing."""

_MEETING = re.compile(r"\s+(?:at\s.+|\(.+\))$")


def dataset_names(slug: str, dataset: Dataset, records: Records) -> set[Named]:
    """Every name of a dataset."""
    return {*_names(slug, dataset), *_written(dataset, records)}


def retired_names(records: Records) -> dict[str, list[Named]]:
    """The names of replaced datasets, by the slug of the dataset that took their place in the end."""
    found: dict[str, list[Named]] = {}
    for slug, dataset in records.datasets.items():
        target, passed = dataset.replaced_by, {slug}
        while target and target not in passed and (after := records.datasets[target].replaced_by):
            passed.add(target)
            target = after
        if target:
            names = ((text, max(standing, ALIAS)) for text, standing in _names(slug, dataset))
            found.setdefault(target, []).extend(names)
    return found


def title_names(records: Records) -> Mapping[str, list[Named]]:
    """The titles of the challenges that use each dataset."""
    found: dict[str, list[Named]] = defaultdict(list)
    for challenge in records.challenges.values():
        for slug in filter(records.datasets.__contains__, challenge.datasets):
            standing = SHARED if _is_part(records.datasets[slug], challenge.datasets) else TITLE
            found[slug] += [(title, standing) for title in _titles(challenge)]
    return found


def editions(dataset: Dataset, names: Collection[Named], years: Collection[int], records: Records) -> Iterator[Edition]:
    """The editions that a dataset is, of each of its names and of the series it is in; a series is edition `""`.

    Its years are those in its names, else those in which it came out or a challenge used it.
    """
    if dataset.kind == "series":
        yield from ((key(core(text)), "", standing) for text, standing in names if standing < TITLE)
        return
    apart = [(each, standing) for text, standing in names for form in forms(text) for each in splits(form)]
    own = {each.edition for each, standing in apart if standing < TITLE and each.is_year}
    labelled = {each.edition for each, standing in apart if standing == LABEL}
    said = (dataset.version or "", *map(str, () if own else years))
    known = own | labelled | {*filter(None, map(edition, said))}
    series = _names(dataset.series, records.datasets[dataset.series]) if dataset.series else ()
    bare = [(text, max(standing, LABEL)) for text, standing in (*names, *series)]
    for split, standing in apart:
        bare.append((split.base, standing))
        if standing < TITLE or not split.is_year:
            yield key(split.base), split.edition, standing
    yield from ((key(text), each, standing) for text, standing in bare if standing < TITLE for each in known)


def concept_names(concept: Concept) -> dict[str, int]:
    """The folded names of a concept, each with its standing."""
    hidden = {folded(each): HIDDEN for each in concept.hidden}
    proper = (concept.key, concept.label, concept.label_zh or "", *concept.synonyms, *concept.synonyms_zh)
    return {text: each for text, each in (hidden | {folded(name): PROPER for name in proper}).items() if text}


def challenge_names(slug: str, challenge: Challenge) -> tuple[str, ...]:
    """The names of a challenge edition."""
    return slug, challenge.label, *challenge.alternative


def _titles(challenge: Challenge) -> Iterator[str]:
    """The titles of a challenge edition, in full, without its meeting, and without words that name nothing."""
    for title in (challenge.label, *challenge.alternative):
        short = _MEETING.sub("", title)
        yield from (title, short, core(short))


def _is_part(dataset: Dataset, wholes: Collection[str]) -> bool:
    """Whether a dataset is part of one of some others."""
    return any(each.relation == "partOf" and each.object in wholes for each in dataset.claims)


def _names(slug: str, dataset: Dataset) -> Iterator[Named]:
    """The names a dataset's own file gives it."""
    yield slug, SLUG
    yield dataset.label, LABEL
    others = (dataset.title_zh, dataset.expansion, *dataset.alternative, *dataset.alternative_zh)
    yield from ((name, ALIAS) for name in others if name)


def _written(dataset: Dataset, records: Records) -> Iterator[Named]:
    """The names under which catalogues list a dataset, less those that a correction calls wrong."""
    for entry, corrections in entries_of(dataset, records.entries):
        wrong = {each.field for each in corrections if each.field in ("name", "expansion")}
        if "name" not in wrong:
            yield entry.name, WRITTEN
        if entry.expansion and "expansion" not in wrong:
            yield entry.expansion, WRITTEN


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
