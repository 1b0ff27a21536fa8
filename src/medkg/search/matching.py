"""What a text finds: kinds of matches, each looser than the one before, in the order in which people want them.

Exact names come first, or the editions of a name where the text has an edition beside it; then names that hold every
word, then datasets that answer some words by a concept. Only where few of these are found are near misses looked for,
and only where there are none, datasets that answer some words, of which a rare one weighs more.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from itertools import islice
from operator import or_

from medkg.graph.search import reading, sets
from medkg.graph.search.kinds import Exact, Kind, Listed, Match, Worded
from medkg.graph.search.lookup import Lookup, lookup, lookup_beginning
from medkg.graph.search.question import Word, nearly, words
from medkg.graph.search.readings import splits
from medkg.graph.search.sets import Members
from medkg.graph.search.weighing import partial
from medkg.model.names import folded

_FEW = 5  # hits below which near misses are looked for as well, and answers below which a word may be mistyped then
_MOST_MENDED = 8  # words of a text that may be mistyped; each takes its time
_MOST_RESPELT = 12  # spellings of a text that are looked up
_AS_WRITTEN, _IN_PART, _NEARLY = 0.95, 0.75, 0.55
"""The best scores of what is as written, of another edition or by the text's beginning, and of what is nearly so."""


def match(connection: sqlite3.Connection, text: str) -> Match:
    """What a text finds."""
    asked = words(connection, text)
    if not asked:
        return Match(text=text, kinds=())
    named = lookup(connection, text)
    best = _AS_WRITTEN if not named.absence else _NEARLY
    kinds = [_named(named, _AS_WRITTEN), _worded(connection, asked, best)]
    if not _joined(kinds):
        named = lookup_beginning(connection, text)
        kinds.append(_listed(named, _IN_PART))
    as_written = _joined(kinds)
    if not named and as_written.bit_count() < _FEW:
        wider = tuple(_mended(connection, asked, _FEW if as_written else 1))
        named = _respelt(connection, text, wider)
        kinds += [_listed(named, _NEARLY), _worded(connection, wider, _NEARLY)]
        if not _joined(kinds):
            kinds.append(partial(connection, wider))
    found = _joined(kinds)
    is_near = bool(found) and not as_written
    return Match(text=text, kinds=tuple(kinds), is_near=is_near, absence=named.absence, members=found)


def _named(named: Lookup, best: float) -> Kind:
    """The datasets that a text names."""
    if not named.names:
        return _listed(named, best)
    names: dict[int, tuple[int, str]] = {}
    for each in named.names:
        names.setdefault(each.number, (each.standing, each.text))
    return Exact(names=names)


def _listed(named: Lookup, best: float) -> Listed:
    """The datasets that something looked up names, or all of its name where it is an edition that is missing."""
    numbers = tuple(dict.fromkeys(each.number for each in named.datasets))
    if named.absence and named.editions:
        why = f"its name, not edition {named.editions.edition}"
        return Listed(numbers=numbers, why=why, best=min(best, _IN_PART))
    return Listed(numbers=numbers, why="its name and edition" if named.editions else "its name", best=best)


def _joined(kinds: Iterable[Kind]) -> Members:
    """All that is found by some kinds."""
    return reduce(or_, (each.members for each in kinds), 0)


def _respelt(connection: sqlite3.Connection, text: str, wider: Iterable[Word]) -> Lookup:
    """What a name with an edition means where one of its words is spelt as a word of a name that is like it."""
    plain = folded(text)
    if not any(splits(plain)):
        return Lookup()
    texts = (plain.replace(word.text, similar) for word in wider for similar in word.similar)
    first = islice(texts, _MOST_RESPELT)
    return next((found for each in first if (found := lookup(connection, each)).editions), Lookup())


def answering(connection: sqlite3.Connection, word: Word) -> Members:
    """The datasets that answer a word, by a name or a concept."""
    return reading.named(connection, word.named) | _bearing(connection, word)


def _bearing(connection: sqlite3.Connection, word: Word) -> Members:
    """The datasets that bear a concept which a word names."""
    return reading.bearers(connection, [concept.number for concept in word.concepts])


def _mended(connection: sqlite3.Connection, asked: Sequence[Word], few: int) -> Iterator[Word]:
    """The words of a text, those open to what they may be meant for that fewer datasets answer; the first of them."""
    left = _MOST_MENDED
    for word in asked:
        is_mended = bool(left) and answering(connection, word).bit_count() < few
        left -= is_mended
        yield nearly(connection, word) if is_mended else word


def _worded(connection: sqlite3.Connection, asked: Sequence[Word], best: float) -> Worded:
    """The datasets that answer every word."""
    held = [reading.named(connection, word.named) for word in asked]
    found = reading.everything(connection)
    for word, named in zip(asked, held, strict=True):
        found &= named | _bearing(connection, word)
    return Worded(words=tuple(asked), levels=tuple(sets.levels(held, found)), best=best)
