"""Answers kept for those who ask again: so many bytes of them, the least recently wanted thrown out first."""

from __future__ import annotations

from hashlib import blake2b

from cachetools import LRUCache

from medkg.http.messages import Answer

HEADERS = ("host", "accept", "accept-encoding")
"""The headers of a request that decide what is answered."""

Asked = tuple[str | None, ...]
"""A request by GET as it stands: the revision it meets, its query string, and its `HEADERS`."""

_OVERHEAD = 1_000  # bytes an answer takes besides its body
_LARGEST_SHARE = 6  # an answer larger than this part of the whole is not kept
_SHORTCUTS = 2_000
_LONGEST_SHORTCUT = 4_000  # characters of a request; of what is longer, reading it is the least


class Answers:
    """Answers by their validators, which name revision and representation too; an old one is never given for new.

    Shortcuts lead from requests as they stand to validators, so that those who ask the very same are answered
    without their request being read.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._kept: LRUCache[str, Answer] = LRUCache(max(most_bytes, 1), getsizeof=_size)
        self._shortcuts: LRUCache[bytes, str] = LRUCache(_SHORTCUTS)

    def at_once(self, asked: Asked) -> Answer | None:
        """The answer to a request that has been answered before, word for word."""
        validator = self._shortcuts.get(_digest(asked))
        return None if validator is None else self._kept.get(validator)

    def get(self, validator: str) -> Answer | None:
        """The answer with a validator."""
        return self._kept.get(validator)

    def keep(self, validator: str, answer: Answer) -> None:
        """Keep an answer that is not too large to be kept."""
        if _size(answer) * _LARGEST_SHARE <= self._most_bytes:
            self._kept[validator] = answer

    def lead(self, asked: Asked, validator: str) -> None:
        """Remember which answer a request leads to."""
        if sum(len(each or "") for each in asked) <= _LONGEST_SHORTCUT and validator in self._kept:
            self._shortcuts[_digest(asked)] = validator

    @property
    def bytes(self) -> int:
        """What the answers kept take."""
        return int(self._kept.currsize)


def _digest(asked: Asked) -> bytes:
    """A short name of a request, so that what strangers wrote need not be kept."""
    return blake2b(repr(asked).encode(errors="surrogatepass"), digest_size=16).digest()


def _size(answer: Answer) -> int:
    """The bytes an answer takes."""
    return len(answer.body) + _OVERHEAD
