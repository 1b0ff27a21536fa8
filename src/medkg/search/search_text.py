"""The words of a search text, each with the FTS5 expression of names that hold it and the concepts that it names.

A dataset answers a word by either. The longest run of words that names a concept is one word (`optic disc`, `肝脏`).
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from medkg.model.names import fold_accents
from medkg.search.name_forms import HIDDEN, PROPER, RUN, atoms, is_chinese, pairs, pieces, singulars

_MOST_ATOMS = 60  # words or Chinese characters of a text that are looked up
_LONGEST_CONCEPT_ATOMS = 12  # words or characters
_SHORTEST_PREFIX_LENGTH = 3
_MOST_SIMILAR_WORDS = 12
_STOP_WORDS = frozenset(
    ("a", "an", "and", "challenge", "data", "dataset", "datasets", "for", "from", "in", "of", "on", "or", "set", "the")
) | frozenset(("with", "的", "和", "与", "数据", "数据集", "挑战赛"))
"""Words that distinguish no datasets; they count only where a text has no others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConceptMatch:
    """A concept that a word names: its number in the index, its vocabulary and its English label."""

    number: int
    scheme: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word or phrase of a search text: a dataset answers it by a name that holds it, or by any of its concepts.

    `similar` are words of names that it may be a misspelling of.
    """

    text: str
    concepts: tuple[ConceptMatch, ...] = ()
    similar: tuple[str, ...] = ()

    @property
    def expression(self) -> str:
        """The FTS5 expression that finds the datasets with a name that holds it."""
        parts = [_expression(run) for run in _runs(self.text)]
        either = [" AND ".join(parts), *(f'"{token}"' for token in self.similar)]
        return " OR ".join(f"({expression})" for expression in either if expression)

    def is_in(self, tokens: Collection[str]) -> bool:
        """Whether names of these tokens hold it, as `expression` finds them."""
        return all(_is_in(run, tokens) for run in _runs(self.text)) or any(token in tokens for token in self.similar)


def words(connection: sqlite3.Connection, text: str) -> tuple[Word, ...]:
    """The words of a text, in its order; stop words are left out where others remain."""
    plain = fold_accents(text)
    places = [match.span() for match in atoms(plain)][:_MOST_ATOMS]
    slices = {
        (first, last): plain[places[first][0] : places[last][1]]
        for first in range(len(places))
        for last in range(first, min(first + _LONGEST_CONCEPT_ATOMS, len(places)))
    }
    concepts = _concepts_by_text(connection, slices.values())
    pieces: list[Word] = []
    first = 0
    while first < len(places):
        last = max((end for begin, end in slices if begin == first and slices[begin, end] in concepts), default=first)
        piece = slices[first, last]
        pieces.append(Word(text=piece, concepts=concepts.get(piece, ())))
        first = last + 1
    distinctive = [word for word in _join_characters(pieces) if word.text not in _STOP_WORDS]
    return tuple(distinctive or pieces)


def with_misspellings(connection: sqlite3.Connection, word: Word) -> Word:
    """The word with the words of names and the concepts whose spelling is a few edits away."""
    edits = 0 if word.text.isdigit() or is_chinese(word.text) else min(len(word.text) // 3, 3)
    if not edits:
        return word
    lengths = [len(word.text) - edits, len(word.text) + edits]
    terms = connection.execute("SELECT texts FROM terms WHERE length BETWEEN ? AND ? ORDER BY length", lengths)
    names = connection.execute(
        "SELECT DISTINCT n.text FROM value_name n JOIN value v ON v.id = n.value"
        " WHERE v.is_searched AND n.standing = ? AND length(n.text) BETWEEN ? AND ?",
        [PROPER, *lengths],
    )
    concepts = _concepts_by_text(connection, _similar(word.text, (text for (text,) in names), edits)).values()
    return replace(
        word,
        similar=tuple(_similar(word.text, (text for (texts,) in terms for text in texts.split("\n")), edits)),
        concepts=(*word.concepts, *(concept for group in concepts for concept in group)),
    )


def _runs(text: str) -> list[str]:
    return [match.group() for match in re.finditer(RUN, text)]


def _expression(run: str) -> str:
    """The expression for names that hold a word: whole, as a prefix, or its letters and digits apart."""
    if is_chinese(run):
        return "(" + " AND ".join(f'"{pair}"' for pair in pairs(run)) + ")"
    whole = f'"{run}"' + ("*" if len(run) >= _SHORTEST_PREFIX_LENGTH else "")
    apart = " AND ".join(f'"{token}"' for token in _apart(run))
    return f"({whole} OR ({apart}))" if apart else whole


def _is_in(run: str, tokens: Collection[str]) -> bool:
    """Whether tokens are those of names that hold a word."""
    if is_chinese(run):
        return all(pair in tokens for pair in pairs(run))
    is_prefix = len(run) >= _SHORTEST_PREFIX_LENGTH and any(token.startswith(run) for token in tokens)
    return run in tokens or is_prefix or (bool(_apart(run)) and all(token in tokens for token in _apart(run)))


def _apart(run: str) -> list[str]:
    """The letters and digits of a word that can be looked for apart; none where one of them is a single character."""
    apart = pieces(run)
    return apart if len(apart) > 1 and all(len(token) > 1 for token in apart) else []


def _concepts_by_text(connection: sqlite3.Connection, texts: Iterable[str]) -> dict[str, tuple[ConceptMatch, ...]]:
    """The concepts that each text names, where it names any."""
    read_as = {form: text for text in texts for form in reversed(singulars(text))}
    marks = ",".join("?" * len(read_as))
    rows = connection.execute(
        "SELECT n.text, n.standing, v.id, v.scheme, v.label FROM value_name n JOIN value v ON v.id = n.value"
        f" WHERE v.is_searched AND n.text IN ({marks}) ORDER BY v.id",
        list(read_as),
    )
    by_text: dict[str, dict[ConceptMatch, None]] = {}
    for text, standing, number, scheme, label in rows:
        if standing == HIDDEN and " " in text:
            continue  # a catalogue's phrase such as `chest X-ray` says more than its concept
        by_text.setdefault(read_as[text], {})[ConceptMatch(number=number, scheme=scheme, label=label)] = None
    return {text: tuple(concepts) for text, concepts in by_text.items()}


def _join_characters(pieces: Sequence[Word]) -> list[Word]:
    """The words, neighbouring Chinese characters that name no concept made one."""
    joined: list[Word] = []
    for word in pieces:
        previous = joined[-1] if joined else None
        if (
            previous
            and not word.concepts
            and not previous.concepts
            and is_chinese(word.text)
            and is_chinese(previous.text)
        ):
            joined[-1] = Word(text=previous.text + word.text)
        else:
            joined.append(word)
    return joined


def _similar(word: str, candidates: Iterable[str], edits: int) -> list[str]:
    """The texts at most so many edits away from a word; digits must be right."""
    from rapidfuzz import process  # only a mistake needs it
    from rapidfuzz.distance import OSA

    near = process.extract(word, list(candidates), scorer=OSA.distance, score_cutoff=edits, limit=_MOST_SIMILAR_WORDS)
    digits = re.sub(r"\D", "", word)
    return [text for text, _, _ in near if text != word and re.sub(r"\D", "", text) == digits]
