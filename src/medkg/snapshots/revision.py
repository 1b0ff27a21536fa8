"""The name of a state of the graph, made of what is in it: the digest, and a running hash of the updates since.

Two states bear the same name if, and only if, they have the same snapshot and the same updates in the same order:
after updates were discarded, a journal was restored or cut off, and on every replica. The number of updates stands
at the end for people and for pages that say it.
"""

from __future__ import annotations

import hashlib

_DIGITS = 32
"""Hexadecimal digits of the running hash."""

_SHORT = 12
"""Digits of a digest or of a hash that tell one from all others there are, to be read by people."""


def state_after(state: str, sha256: str) -> str:
    """The running hash after an update whose rows have a SHA-256; before the first it is empty."""
    return hashlib.sha256(f"{state} {sha256}".encode()).hexdigest()[:_DIGITS]


def revision(digest: str, state: str, updates: int) -> str:
    """What names the graph with a digest after so many updates, whose running hash is `state`.

    >>> revision("36b58b", "", 0), revision("36b58b", "0c2f", 7)
    ('36b58b', '36b58b.0c2f.7')
    """
    return f"{digest}.{state}.{updates}" if updates else digest


def updates_of(name: str) -> int:
    """The number of updates that a revision has.

    >>> updates_of("36b58b"), updates_of("36b58b.0c2f.7")
    (0, 7)
    """
    return int(name.rpartition(".")[2]) if "." in name else 0


def short(name: str) -> str:
    """A revision as a person may copy it, of which the digest and the running hash are cut off.

    >>> short("36b58bcf025d3e2d1c46"), short("36b58bcf025d3e2d1c46.0c2f34e5f6a7b8c9.7")
    ('36b58bcf025d', '36b58bcf025d.0c2f34e5f6a7')
    """
    return ".".join(part[:_SHORT] for part in name.split(".")[:2])
