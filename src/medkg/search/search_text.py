"""A search text as the index understands it: a list of words, each with the ways in which a dataset can answer it.

A word is answered by a name that holds it or by a concept it names; the longest run of words that names a
concept is one word (`optic disc`, `肝脏`). What names hold is written as an FTS5 expression, which alone decides.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from medkg.model.names import folded
from medkg.search.names import HIDDEN, PROPER, RUN, atoms, is_chinese, pairs, pieces

_MOST_ATOMS = 60  # words or Chinese characters of a text that are read
_LONGEST_CONCEPT = 12  # words or characters
_SHORTEST_PREFIX = 3
_MOST_SIMILAR = 12
_EMPTY = frozenset(
    ("a", "an", "and", "challenge", "data", "dataset", "datasets", "for", "from", "in", "of", "on", "or", "set", "the")
) | frozenset(("with", "的", "和", "与", "数据", "数据集", "挑战赛"))
"""Words that tell no dataset from another; they count only where nothing else is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """A concept of the index: its number, its vocabulary and its English label."""

    number: int
    scheme: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One thing a text asks for: the tokens a name must hold, or else the concepts any of which will do."""

    text: str
    concepts: tuple[Concept, ...] = ()
    similar: tuple[str, ...] = ()

    @property
    def named(self) -> str:
        """The expression that finds the datasets with a name that holds it."""
        parts = [_held(run) for run in _runs(self.text)]
        either = [" AND ".join(parts), *(f'"{each}"' for each in self.similar)]
        return " OR ".join(f"({each})" for each in either if each)

    def is_held(self, tokens: Collection[str]) -> bool:
        """Whether names of these tokens hold it, as `named` finds them."""
        return all(_is_held(run, tokens) for run in _runs(self.text)) or any(each in tokens for each in self.similar)


def words(connection: sqlite3.Connection, text: str) -> tuple[Word, ...]:
    """What a text asks for, in its order; words that tell nothing are left out if others remain."""
    plain = folded(text)
    places = [match.span() for match in atoms(plain)][:_MOST_ATOMS]
    slices = {
        (first, last): plain[places[first][0] : places[last][1]]
        for first in range(len(places))
        for last in range(first, min(first + _LONGEST_CONCEPT, len(places)))
    }
    known = _concepts_named(connection, slices.values())
    found: list[Word] = []
    first = 0
    while first < len(places):
        last = max((end for begin, end in slices if begin == first and slices[begin, end] in known), default=first)
        piece = slices[first, last]
        found.append(Word(text=piece, concepts=known.get(piece, ())))
        first = last + 1
    telling = [word for word in _with_characters_joined(found) if word.text not in _EMPTY]
    return tuple(telling or found)


def nearly(connection: sqlite3.Connection, word: Word) -> Word:
    """The word, open to names and concepts whose spelling is a few slips of the finger away."""
    slips = 0 if word.text.isdigit() or is_chinese(word.text) else min(len(word.text) // 3, 3)
    if not slips:
        return word
    lengths = [len(word.text) - slips, len(word.text) + slips]
    terms = connection.execute("SELECT texts FROM terms WHERE length BETWEEN ? AND ? ORDER BY length", lengths)
    names = connection.execute(
        "SELECT DISTINCT n.text FROM value_name n JOIN value v ON v.id = n.value"
        " WHERE v.is_searched AND n.standing = ? AND length(n.text) BETWEEN ? AND ?",
        [PROPER, *lengths],
    )
    concepts = _concepts_named(connection, _similar(word.text, (text for (text,) in names), slips)).values()
    return replace(
        word,
        similar=tuple(_similar(word.text, (text for (texts,) in terms for text in texts.split("\n")), slips)),
        concepts=(*word.concepts, *(concept for each in concepts for concept in each)),
    )


def _runs(text: str) -> list[str]:
    return [match.group() for match in re.finditer(RUN, text)]


def _held(run: str) -> str:
    """The expression for names that hold a word: whole, at its beginning, or in letters and digits apart."""
    if is_chinese(run):
        return "(" + " AND ".join(f'"{each}"' for each in pairs(run)) + ")"
    whole = f'"{run}"' + ("*" if len(run) >= _SHORTEST_PREFIX else "")
    apart = " AND ".join(f'"{each}"' for each in _apart(run))
    return f"({whole} OR ({apart}))" if apart else whole


def _is_held(run: str, tokens: Collection[str]) -> bool:
    """Whether tokens are those of names that hold a word."""
    if is_chinese(run):
        return all(each in tokens for each in pairs(run))
    begun = len(run) >= _SHORTEST_PREFIX and any(token.startswith(run) for token in tokens)
    return run in tokens or begun or (bool(_apart(run)) and all(each in tokens for each in _apart(run)))


def _apart(run: str) -> list[str]:
    """The letters and digits of a word that can be looked for apart; none where one of them is a single character."""
    apart = pieces(run)
    return apart if len(apart) > 1 and all(len(each) > 1 for each in apart) else []


def _concepts_named(connection: sqlite3.Connection, texts: Iterable[str]) -> dict[str, tuple[Concept, ...]]:
    """The concepts that each text names, where it names any."""
    read_as = {form: text for text in texts for form in reversed(forms(text))}
    marks = ",".join("?" * len(read_as))
    rows = connection.execute(
        "SELECT n.text, n.standing, v.id, v.scheme, v.label FROM value_name n JOIN value v ON v.id = n.value"
        f" WHERE v.is_searched AND n.text IN ({marks}) ORDER BY v.id",
        list(read_as),
    )
    found: dict[str, dict[Concept, None]] = {}
    for text, standing, number, scheme, label in rows:
        if standing == HIDDEN and " " in text:
            continue  # a catalogue's phrase such as `chest X-ray` says more than its concept
        found.setdefault(read_as[text], {})[Concept(number=number, scheme=scheme, label=label)] = None
    return {text: tuple(concepts) for text, concepts in found.items()}


def forms(text: str) -> list[str]:
    """A text and what it may be the plural of."""
    return [text, *(text.removesuffix(end) for end in ("s", "es") if text.endswith(end) and len(text) > len(end) + 2)]


def _with_characters_joined(found: Sequence[Word]) -> list[Word]:
    """The words, neighbouring Chinese characters that name no concept made one."""
    joined: list[Word] = []
    for word in found:
        before = joined[-1] if joined else None
        if before and not word.concepts and not before.concepts and is_chinese(word.text) and is_chinese(before.text):
            joined[-1] = Word(text=before.text + word.text)
        else:
            joined.append(word)
    return joined


def _similar(word: str, found: Iterable[str], slips: int) -> list[str]:
    """The texts at most so many slips away from a word; digits must be right."""
    from rapidfuzz import process  # only a mistake needs it
    from rapidfuzz.distance import OSA

    near = process.extract(word, list(found), scorer=OSA.distance, score_cutoff=slips, limit=_MOST_SIMILAR)
    digits = re.sub(r"\D", "", word)
    return [text for text, _, _ in near if text != word and re.sub(r"\D", "", text) == digits]
