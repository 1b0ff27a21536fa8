"""The expansion of an acronym where a text gives it: `Duke Liver DataSet (DLDS)`, or a clause with its initials."""

from __future__ import annotations

import re
from functools import cache

from medkg.model.names import fold

_CLAUSE = re.compile(r"[^.:;()（）\u3000-\u303f\u3400-\u9fff\uff00-\uffef]+")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_MINOR_WORDS = frozenset({"of", "the", "and", "for", "in", "on", "with", "from", "to", "a", "an", "at", "by", "as"})
_GENERIC_WORDS = frozenset(
    {"challenge", "dataset", "data", "set", "database", "collection", "segmentation", "benchmark"}
)
_SEARCHED_CHARACTERS = 400  # at the start of a text


def expansion(name: str, text: str) -> str | None:
    """The expansion of a name by a text; None where the text has none.

    >>> expansion("DLDS", "Duke Liver DataSet (DLDS). 2,000 series")
    'Duke Liver DataSet'
    >>> expansion("BHSD", "Brain Hemorrhage Segmentation Dataset")
    'Brain Hemorrhage Segmentation Dataset'
    """
    letters = _letters(name)
    if len(letters) < 3 or not letters.isascii() or " " in name.strip():
        return None
    text = text[:_SEARCHED_CHARACTERS]
    first = _letters(re.split(r"[\W_]", name)[0])
    candidate = (
        _before_brackets(name, letters, text) or _clause_that_spells(letters, text) or _clause_that_spells(first, text)
    )
    return candidate if candidate and _letters(candidate) != letters else None


def _letters(name: str) -> str:
    return re.sub(r"[\W_]", "", fold(name))


def _before_brackets(name: str, letters: str, text: str) -> str | None:
    """The words before `(NAME)` whose beginnings or letters spell it, or the whole text before."""
    match = re.search(rf"(?P<before>[^.:;()（）]+?)\s*[(（]\s*{re.escape(name)}\s*[)）]", text, re.IGNORECASE)
    if match is None:
        return None
    before = match["before"].strip()
    words = list(_WORD.finditer(before))
    folded = [word.group().casefold() for word in words]
    for start in range(len(words) - 1, -1, -1):
        if _words_that_spell(letters, tuple(folded[start:]), is_whole=True):
            return before[words[start].start() :]
    is_whole = match.group() == text.strip() and before[:1].isupper()
    return _words_with_letters(letters, before) or (before if is_whole else None)


def _words_with_letters(letters: str, before: str) -> str | None:
    """The end of a text that contains the letters in order, from the start of a word, without a generic last word."""
    position = len(before)
    folded = before.lower()
    for index, letter in enumerate(reversed(letters)):
        position = folded.rfind(letter, 0, max(position, 0))
        while index == len(letters) - 1 and position > 0 and before[position - 1].isalnum():
            position = folded.rfind(letter, 0, position)
    candidate = re.sub(r" (?:challenge|dataset)$", "", before[position:]) if position >= 0 else ""
    return candidate if 1 < len(candidate.split()) <= 2 * len(letters) else None


def _clause_that_spells(letters: str, text: str) -> str | None:
    """A clause whose words begin with the letters in turn; generic words may follow, after initials any one."""
    if len(letters) < 3:
        return None
    for clause in _CLAUSE.finditer(text):
        words = list(_WORD.finditer(clause.group()))
        folded = tuple(word.group().casefold() for word in words)
        end = _words_that_spell(letters, folded, is_whole=True) or _words_that_spell(letters, folded)
        if end is None:
            continue
        other_words = [word for word in folded[end:] if word not in _GENERIC_WORDS]
        is_initials = sum(word not in _MINOR_WORDS for word in folded[:end]) == len(letters)
        candidate = clause.group()[words[0].start() : words[end - 1].end()]
        if len(other_words) <= is_initials and _letters(candidate) != letters:
            return candidate
    return None


def _words_that_spell(letters: str, words: tuple[str, ...], *, is_whole: bool = False) -> int | None:
    """The number of words, two at least, whose beginnings spell the letters; None where they do not.

    With `is_whole`, all words have to take part.
    """

    @cache
    def word_count(letter: int, word: int) -> int | None:
        if letter == len(letters):
            return word if not is_whole or word == len(words) else None
        if word == len(words):
            return None
        longest = next((n for n, (a, b) in enumerate(zip(letters[letter:], words[word], strict=False)) if a != b), None)
        reach = min(len(letters) - letter, len(words[word])) if longest is None else longest
        ends = (word_count(letter + length, word + 1) for length in range(reach, 0, -1))
        word_end = next((end for end in ends if end is not None), None)
        return word_count(letter, word + 1) if word_end is None and word and words[word] in _MINOR_WORDS else word_end

    end = word_count(0, 0)
    return end if end is not None and end > 1 else None
