"""With whom answers are shared: the pages of which origins may read them, and whether caches may keep them for others.

https://fetch.spec.whatwg.org/#http-cors-protocol and https://www.rfc-editor.org/rfc/rfc9111#section-5.2.2.7
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from medkg.web.messages import Answer

ANY_ORIGIN = frozenset({"*"})
"""The origins whose pages may read where all may."""

_OF_CORS, _ALLOW_ORIGIN = "access-control-", "access-control-allow-origin"
_RESOURCE_POLICY, _CACHE_CONTROL = "cross-origin-resource-policy", "cache-control"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharing:
    """The origins whose pages may read, and whether each answer is for its reader alone."""

    origins: frozenset[str] = ANY_ORIGIN
    is_private: bool = False

    def restricted(self, answer: Answer, header: Callable[[str], str | None]) -> Answer:
        """An answer, which says by itself that everybody may have it, as a request with some headers gets it."""
        if self.origins == ANY_ORIGIN and not self.is_private:
            return answer
        return Answer(status=answer.status, headers=tuple(self._headers(answer, header("origin"))), body=answer.body)

    def _headers(self, answer: Answer, origin: str | None) -> Iterator[tuple[str, str]]:
        """The headers of an answer, those of sharing as they are to be."""
        for name, value in answer.headers:
            if name.startswith(_OF_CORS):
                yield from self._of_cors(name, value, origin)
            elif name == _RESOURCE_POLICY:
                yield name, "same-origin"
            elif name != _CACHE_CONTROL or not self.is_private:
                yield name, value
        if self.is_private:
            yield _CACHE_CONTROL, _private(dict(answer.headers).get(_CACHE_CONTROL, ""))
        if self.origins and self.origins != ANY_ORIGIN:
            yield "vary", "Origin"

    def _of_cors(self, name: str, value: str, origin: str | None) -> Iterator[tuple[str, str]]:
        """A header of CORS, where the origin may read."""
        if self.origins == ANY_ORIGIN:
            yield name, value
        elif origin is not None and origin in self.origins:
            yield name, origin if name == _ALLOW_ORIGIN else value


def _private(directives: str) -> str:
    """Directives for caches that keep an answer for one reader alone.

    >>> _private("public, max-age=60"), _private("no-store"), _private("")
    ('private, max-age=60', 'private, no-store', 'private')
    """
    rest = [each.strip() for each in directives.split(",") if each.strip() not in {"", "public", "private"}]
    return ", ".join(["private", *rest])
