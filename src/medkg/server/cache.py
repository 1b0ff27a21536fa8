"""The response cache: least recently used responses are evicted beyond a number of bytes."""

from __future__ import annotations

from hashlib import blake2b

from cachetools import LRUCache

from medkg.http.messages import Response

HEADERS = ("host", "accept", "accept-encoding")
"""The headers of a request that its response depends on."""

RequestKey = tuple[str | None, ...]
"""A GET request as sent: the revision of the graph, the query string, and the values of `HEADERS`."""

_OVERHEAD_BYTES = 1_000  # of a response besides its body
_LARGEST_PART = 6  # a response of more than a sixth of the cache is not stored
_MAX_SHORTCUTS = 2_000
_MAX_SHORTCUT_CHARACTERS = 4_000  # of a request; parsing a longer one takes less time than the rest


class ResponseCache:
    """Responses by their entity tags, which name revision and representation, so that no stale one is ever served.

    Shortcuts lead from requests as sent to entity tags, so that a repeated request need not be parsed.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._responses: LRUCache[str, Response] = LRUCache(max(max_bytes, 1), getsizeof=_size)
        self._shortcuts: LRUCache[bytes, str] = LRUCache(_MAX_SHORTCUTS)

    def get_by_request(self, request: RequestKey) -> Response | None:
        """The response to a request that was sent before, word for word."""
        etag = self._shortcuts.get(_digest(request))
        return None if etag is None else self._responses.get(etag)

    def get(self, etag: str) -> Response | None:
        """The response with an entity tag."""
        return self._responses.get(etag)

    def store(self, etag: str, response: Response) -> None:
        """Store a response, unless it is too large."""
        if _size(response) * _LARGEST_PART <= self._max_bytes:
            self._responses[etag] = response

    def add_shortcut(self, request: RequestKey, etag: str) -> None:
        """Have a request lead to a response that is stored."""
        if sum(len(part or "") for part in request) <= _MAX_SHORTCUT_CHARACTERS and etag in self._responses:
            self._shortcuts[_digest(request)] = etag

    @property
    def bytes(self) -> int:
        """The size of all responses."""
        return int(self._responses.currsize)


def _digest(request: RequestKey) -> bytes:
    """A digest of a request, so that the texts of strangers are not stored."""
    return blake2b(repr(request).encode(errors="surrogatepass"), digest_size=16).digest()


def _size(response: Response) -> int:
    """The bytes that a response takes."""
    return len(response.body) + _OVERHEAD_BYTES
