"""The revision, which names a state of the graph: the snapshot's digest, a running hash of its updates, their number.

Two states have the same revision if, and only if, they have the same snapshot and the same updates in the same order,
also after updates were discarded or a journal was restored, and on every replica.
"""

from __future__ import annotations

import hashlib

_HASH_DIGITS = 32
"""Hexadecimal digits of the running hash."""

_SHORT_DIGITS = 12
"""Digits of a digest or a hash that are enough for people to tell revisions apart."""


def state_after(state: str, sha256: str) -> str:
    """The running hash after an update whose rows have a SHA-256; it is empty before the first update."""
    return hashlib.sha256(f"{state} {sha256}".encode()).hexdigest()[:_HASH_DIGITS]


def revision(digest: str, state: str, updates: int) -> str:
    """The revision of the graph with a digest after a number of updates whose running hash is `state`.

    >>> revision("36b58b", "", 0), revision("36b58b", "0c2f", 7)
    ('36b58b', '36b58b.0c2f.7')
    """
    return f"{digest}.{state}.{updates}" if updates else digest


def updates_of(name: str) -> int:
    """The number of updates in a revision.

    >>> updates_of("36b58b"), updates_of("36b58b.0c2f.7")
    (0, 7)
    """
    return int(name.rpartition(".")[2]) if "." in name else 0


def short(name: str) -> str:
    """A revision shortened for people: the beginnings of the digest and of the running hash.

    >>> short("36b58bcf025d3e2d1c46"), short("36b58bcf025d3e2d1c46.0c2f34e5f6a7b8c9.7")
    ('36b58bcf025d', '36b58bcf025d.0c2f34e5f6a7')
    """
    return ".".join(part[:_SHORT_DIGITS] for part in name.split(".")[:2])
