"""The lookup of names: the datasets that a text names by a name, a name with an edition, or a challenge's title.

A search ranks these datasets first; the resolver takes no others.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from medkg.model.names import fold_accents, key
from medkg.search.name_forms import LABEL, RUN, TITLE, EditionSplit, beginnings, forms, splits

_LONGEST_NAME_CHARACTERS = 300
_BRACKETED = re.compile(r"(?P<outer>[^()]+)\((?P<inner>[^()]+)\)\s*")
_COLUMNS = "d.id, d.slug, d.label, n.standing"


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedDataset:
    """A dataset with one of its names."""

    number: int
    slug: str
    label: str
    standing: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionLookup:
    """A name and an edition: the datasets that are that edition, if any, and all datasets of the name.

    The series, or the dataset with the bare name, comes first.
    """

    name: str
    edition: str
    matches: tuple[NamedDataset, ...]
    known: tuple[NamedDataset, ...]

    @property
    def absence(self) -> str:
        """A sentence that the edition is missing; empty where it is not."""
        return "" if self.matches else f"the graph has no edition {self.edition!r} of {self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """The datasets that a text names, best standing first, or else an edition of a name.

    `form` is the part of the text that is the name, folded.
    """

    form: str = ""
    names: tuple[NamedDataset, ...] = ()
    editions: EditionLookup | None = None

    @property
    def absence(self) -> str:
        """A sentence that the graph lacks the edition; empty where it does not."""
        return self.editions.absence if self.editions else ""

    @property
    def datasets(self) -> tuple[NamedDataset, ...]:
        """The datasets that are named, or all of the name where the edition is missing."""
        return self.names if self.editions is None else self.editions.matches or self.editions.known

    def __bool__(self) -> bool:
        return bool(self.names or self.editions)


def lookup(connection: sqlite3.Connection, text: str) -> Lookup:
    """The datasets that a whole text names: a dataset's own names decide before editions, and these before titles."""
    if len(text) > _LONGEST_NAME_CHARACTERS:
        return Lookup()
    texts = forms(text, _venues(connection, text))
    return (
        _first_lookup(connection, texts, is_title=False)
        or _edition(connection, texts)
        or _lookup_in_brackets(connection, text)
        or _first_lookup(connection, texts, is_title=True)
    )


def lookup_beginning(connection: sqlite3.Connection, text: str) -> Lookup:
    """The datasets that the beginning of a text names, where that ends with an edition and more follows."""
    text = text[:_LONGEST_NAME_CHARACTERS]
    for form in forms(text, _venues(connection, text)):
        for beginning in beginnings(form):
            if named := _first_lookup(connection, [beginning], is_title=False) or _edition(connection, [beginning]):
                return named
    return Lookup()


def _first_lookup(connection: sqlite3.Connection, texts: Iterable[str], *, is_title: bool) -> Lookup:
    """The datasets named by the first of some texts that is a name."""
    return next(
        (Lookup(form=text, names=rows) for text in texts if (rows := _names(connection, text, is_title=is_title))),
        Lookup(),
    )


def _names(connection: sqlite3.Connection, text: str, *, is_title: bool = False) -> tuple[NamedDataset, ...]:
    """The datasets with a name, once for each spelling; by their own names, or by challenges' titles."""
    rows = connection.execute(
        f"SELECT {_COLUMNS}, n.text FROM name n JOIN dataset d ON d.id = n.dataset"
        " WHERE n.key = ? AND (n.standing >= ?) = ? ORDER BY n.standing, d.id",
        [key(text), TITLE, is_title],
    )
    return tuple(_row(*row) for row in rows)


def _edition(connection: sqlite3.Connection, texts: Iterable[str]) -> Lookup:
    """The edition that the first of some texts means, if it is one of a known name, whether or not the graph has it."""
    for text in texts:
        for split in splits(text):
            if editions := _editions(connection, split):
                return Lookup(editions=editions)
    return Lookup()


def _editions(connection: sqlite3.Connection, split: EditionSplit) -> EditionLookup | None:
    """The datasets of a name and those of an edition of it; None for a name of no dataset, or of a mere concept."""
    bare = _names(connection, split.base)
    rows = connection.execute(
        f"SELECT {_COLUMNS}, n.edition FROM edition n JOIN dataset d ON d.id = n.dataset WHERE n.name = ?"
        " ORDER BY n.standing, d.label, d.id",
        [key(split.base)],
    )
    editions = [_row(*row) for row in rows]
    is_own = any(dataset.standing <= LABEL for dataset in bare)
    own = [dataset for dataset in editions if dataset.standing < TITLE]
    if not (bare or own) or (not is_own and _is_concept(connection, split.base)):
        return None
    matches = tuple(dataset for dataset in editions if dataset.text == split.edition)
    labelled = sorted(bare, key=lambda dataset: (dataset.standing != LABEL, dataset.standing))
    known: dict[int, NamedDataset] = {}
    for dataset in (*labelled, *sorted(own, key=lambda dataset: dataset.label)):
        known.setdefault(dataset.number, dataset)
    name = labelled[0].label if labelled else split.base
    return EditionLookup(name=name, edition=split.written, matches=matches, known=tuple(known.values()))


def _lookup_in_brackets(connection: sqlite3.Connection, text: str) -> Lookup:
    """The datasets that are named both before and within brackets, as in `Liver Tumor Segmentation (LiTS)`."""
    match = _BRACKETED.fullmatch(text)
    if match is None:
        return Lookup()
    outer, inner = lookup(connection, match["outer"]).names, lookup(connection, match["inner"]).names
    numbers = {row.number for row in inner}
    names = tuple(replace(row, text=text) for row in outer if row.number in numbers)
    return Lookup(form=fold_accents(text), names=names)


def _row(number: int, slug: str, label: str, standing: int, text: str) -> NamedDataset:
    return NamedDataset(number=number, slug=slug, label=label, standing=standing, text=text)


def _venues(connection: sqlite3.Connection, text: str) -> list[str]:
    """The words of a text that name a meeting or an organiser."""
    return _concepts(connection, RUN.findall(fold_accents(text)), "= 'venue'")


def _is_concept(connection: sqlite3.Connection, text: str) -> bool:
    return bool(_concepts(connection, [text], "IS NOT NULL"))


def _concepts(connection: sqlite3.Connection, texts: Sequence[str], schemes: str) -> list[str]:
    """Those of some texts that name a concept of such schemes."""
    marks = ",".join("?" * len(texts))
    rows = connection.execute(
        "SELECT DISTINCT n.text FROM value_name n JOIN value v ON v.id = n.value"
        f" WHERE v.is_searched AND v.scheme {schemes} AND n.text IN ({marks})",
        list(texts),
    )
    return [text for (text,) in rows]
