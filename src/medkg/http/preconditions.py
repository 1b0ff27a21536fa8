"""What a client requires of the state it is about to change: https://www.rfc-editor.org/rfc/rfc9110#section-13.

Only writes are judged here, while no other write can come between, and once all else is known to be in order, so that
a request that would fail anyway fails for its own reason (section 13.2.1). Nothing here bears a date, so that
`If-Unmodified-Since` says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from werkzeug.exceptions import BadRequest, PreconditionFailed

from medkg.http.messages import Request
from medkg.http.negotiation import etag

# https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3; a list may have empty members, as section 5.6.1.2 says
_TAG = re.compile(r'[\t ,]*(W/)?"([\x21\x23-\x7e\x80-\xff]*)"[\t ]*(?=,|$)')
_REST = re.compile(r"[\t ,]*")


@dataclass(frozen=True, slots=True)
class Tag:
    """An entity tag that a client names: of what state, and whether it is a weak one.

    What follows the first hyphen tells one representation of a state from the other, or a proxy has put it there.
    """

    state: str
    is_weak: bool


Condition = tuple[Tag, ...] | None
"""The tags of a header; none at all is `*`, which means any; None where there is no such header."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preconditions:
    """The conditions of one request."""

    if_match: Condition = None
    if_none_match: Condition = None

    @classmethod
    def of(cls, request: Request) -> Preconditions:
        """Those that a request sets; 400 where one cannot be read, for one that is ignored protects nobody."""
        return cls(if_match=_condition(request, "if-match"), if_none_match=_condition(request, "if-none-match"))

    def require(self, states: frozenset[str], *, is_there: bool) -> None:
        """Raise 412 unless what is to be changed, where it is there, is in a state that the client allows.

        `If-Match` compares strongly and `If-None-Match` weakly (sections 13.1.1 and 13.1.2).
        """
        if self.if_match is not None and not (is_there and _fits(self.if_match, states, is_strong=True)):
            raise PreconditionFailed("It is not, or no more, what 'If-Match' names; read it again first.")
        if self.if_none_match is not None and is_there and _fits(self.if_none_match, states):
            raise PreconditionFailed("It is there already, as 'If-None-Match' says it must not be.")


def store_states(revision: str) -> frozenset[str]:
    """The state of all graphs together: the revision, as `Medkg-Revision` tells it."""
    return frozenset({revision})


def graph_states(revision: str, graph: str | None) -> frozenset[str]:
    """The state of one graph, None being the default graph, by its own tags and by that of all graphs together."""
    return frozenset({revision, _state(revision, graph)})


def graph_tag(revision: str, graph: str | None, media_type: str, coding: str | None) -> str:
    """The entity tag of one representation of one graph."""
    return f'"{_state(revision, graph)}-{_plain(media_type, coding or "")}"'


def _state(revision: str, graph: str | None) -> str:
    """What names the state of a graph; any write changes it, also one to another graph."""
    return _plain(revision, "graph", graph or "")


def _plain(*parts: str) -> str:
    """A tag without its quotes."""
    return etag(*parts).strip('"')


def _fits(condition: tuple[Tag, ...], states: frozenset[str], *, is_strong: bool = False) -> bool:
    """Whether a condition allows for one of some states."""
    return not condition or any(each.state in states for each in condition if not (is_strong and each.is_weak))


def _condition(request: Request, name: str) -> Condition:
    """What a header says."""
    given = request.headers.get(name)
    if given is None or given.strip() == "*":
        return None if given is None else ()
    return tuple(_tags(given, name))


def _tags(given: str, name: str) -> Iterator[Tag]:
    """The entity tags of a list."""
    place = 0
    while match := _TAG.match(given, place):
        yield Tag(match[2].partition("-")[0], is_weak=match[1] is not None)
        place = match.end()
    if not place or not _REST.fullmatch(given, place):
        raise BadRequest(f"{name.title()} is '*' or a list of entity tags in double quotes.")
