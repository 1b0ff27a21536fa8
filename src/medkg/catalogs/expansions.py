"""What an acronym stands for, where a text spells it out: `Duke Liver DataSet (DLDS)`, or a clause of its initials."""

from __future__ import annotations

import re
from functools import lru_cache

from medkg.model.vocabularies import fold

_CLAUSE = re.compile(r"[^.:;()（）\u3000-\u303f\u3400-\u9fff\uff00-\uffef]+")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_MINOR = frozenset({"of", "the", "and", "for", "in", "on", "with", "from", "to", "a", "an", "at", "by", "as"})
_GENERIC = frozenset({"challenge", "dataset", "data", "set", "database", "collection", "segmentation", "benchmark"})
_LIMIT = 400  # characters of a text in which a name is spelled out, if it is


def expansion(name: str, text: str) -> str | None:
    """What the name stands for by a text, None where the text does not spell it out.

    >>> expansion("DLDS", "Duke Liver DataSet (DLDS). 2,000 series"), expansion("BHSD", "Brain Hemorrhage Segmentation Dataset")
    ('Duke Liver DataSet', 'Brain Hemorrhage Segmentation Dataset')
    """
    letters = re.sub(r"[\W_]", "", fold(name))
    if len(letters) < 3 or not letters.isascii() or " " in name.strip():
        return None
    text = text[:_LIMIT]
    return _before_brackets(name, letters, text) or _clause(letters, text) or _clause(re.split(r"[\W_]", fold(name))[0], text)


def _before_brackets(name: str, letters: str, text: str) -> str | None:
    """The words before `(NAME)` that its letters run through, the first of them opening a word."""
    match = re.search(rf"(?P<before>[^.:;()（）]+?)\s*[(（]\s*{re.escape(name)}\s*[)）]", text, re.IGNORECASE)
    if match is None:
        return None
    before = match["before"].strip()
    position = len(before)
    for index, letter in enumerate(reversed(letters)):
        position = before.casefold().rfind(letter, 0, position)
        while index == len(letters) - 1 and position > 0 and before[position - 1].isalnum():
            position = before.casefold().rfind(letter, 0, position)
        if position < 0:
            return before if match.group() == text.strip() and before[:1].isupper() else None
    found = before[position:]
    return found if len(found.split()) <= 2 * len(letters) else None


def _clause(letters: str, text: str) -> str | None:
    """A clause whose words begin with the letters in turn; generic words may follow, or one other behind mere initials."""
    if len(letters) < 3:
        return None
    for clause in _CLAUSE.finditer(text):
        words = list(_WORD.finditer(clause.group()))
        folded = tuple(word.group().casefold() for word in words)
        end = _spelled(letters, folded)
        if end is None:
            continue
        rest = [word for word in folded[end:] if word not in _GENERIC]
        is_initials = sum(word not in _MINOR for word in folded[:end]) == len(letters)
        if len(rest) <= is_initials:
            return clause.group()[words[0].start() : words[end - 1].end()]
    return None


def _spelled(letters: str, words: tuple[str, ...]) -> int | None:
    """How many words, from the first, use up the letters by their beginnings, two at least; None where they do not."""

    @lru_cache(maxsize=None)
    def used(letter: int, word: int) -> int | None:
        if letter == len(letters):
            return word
        if word == len(words):
            return None
        longest = next((n for n, (a, b) in enumerate(zip(letters[letter:], words[word], strict=False)) if a != b), None)
        reach = min(len(letters) - letter, len(words[word])) if longest is None else longest
        ends = (used(letter + length, word + 1) for length in range(reach, 0, -1))
        found = next((end for end in ends if end is not None), None)
        return used(letter, word + 1) if found is None and word and words[word] in _MINOR else found

    end = used(0, 0)
    return end if end is not None and end > 1 else None
