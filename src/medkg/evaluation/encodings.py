"""Content codings: what a document is compressed with on its way.

https://www.rfc-editor.org/rfc/rfc9110#section-8.4.1
"""

from __future__ import annotations

import gzip
from collections.abc import Callable

import brotli

from medkg.caches import cached_if_short

WORTHWHILE = 1_000
"""Documents of fewer bytes are sent as they are."""

_CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda document: brotli.compress(document, quality=4),
    "gzip": lambda document: gzip.compress(document, compresslevel=5, mtime=0),
}


def compress(document: bytes, coding: str) -> bytes:
    """A document in a coding of `chosen`."""
    return _CODINGS[coding](document)


@cached_if_short(entries=256, longest=500)
def chosen(accept_encoding: str) -> str | None:
    """The coding a client likes best, of those we have; None where the document goes as it is.

    https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3

    >>> chosen("gzip, deflate, br"), chosen("gzip;q=1.0, br;q=0.5"), chosen("identity"), chosen("*")
    ('br', 'gzip', None, 'br')
    """
    qualities = dict(map(_quality, accept_encoding.lower().split(",")))
    anything = qualities.get("*", 0.0)
    best = max(_CODINGS, key=lambda coding: qualities.get(coding, anything))
    quality = qualities.get(best, anything)
    return best if quality > 0 and quality >= qualities.get("identity", 0.0) else None


def _quality(part: str) -> tuple[str, float]:
    """A coding of the header and how much it is liked, 0 where that is no number."""
    coding, _, parameters = part.partition(";")
    name, _, value = parameters.strip().partition("=")
    try:
        return coding.strip(), float(value) if name == "q" else 1.0
    except ValueError:
        return coding.strip(), 0.0
