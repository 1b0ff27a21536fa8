"""Preconditions of writes, If-Match and If-None-Match: https://www.rfc-editor.org/rfc/rfc9110#section-13.

They are evaluated last, while no other write can come between, so that a request that would fail anyway fails for its
own reason (section 13.2.1). No resource has a modification date, so If-Unmodified-Since is ignored.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from werkzeug.datastructures import ETags
from werkzeug.exceptions import BadRequest, PreconditionFailed
from werkzeug.http import parse_etags

from medkg.http.messages import Request
from medkg.http.negotiation import entity_tag

# https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3; a list may have empty members, as section 5.6.1.2 says
_ENTITY_TAGS = re.compile(r'[\t ,]*+(?:(?:W/)?"[\x21\x23-\x7e\x80-\xff]*+"[\t ]*+(?:,[\t ,]*+|$))++')


@dataclass(frozen=True, slots=True, kw_only=True)
class Preconditions:
    """The preconditions of a request; None stands for a header that is absent."""

    if_match: ETags | None = None
    if_none_match: ETags | None = None

    @classmethod
    def of(cls, request: Request) -> Preconditions:
        """The preconditions that a request states; 400 if one cannot be parsed, for to ignore it would be unsafe."""
        return cls(if_match=_entity_tags(request, "if-match"), if_none_match=_entity_tags(request, "if-none-match"))

    def require(self, states: frozenset[str], *, exists: bool) -> None:
        """Raise 412 unless the resource, if it exists, is in a state that the client allows.

        If-Match compares strongly and If-None-Match weakly (sections 13.1.1 and 13.1.2).
        """
        if self.if_match is not None and not (exists and _matches(self.if_match, states, is_strong=True)):
            raise PreconditionFailed("It is not, or no more, in the state that 'If-Match' names; read it again first.")
        if self.if_none_match is not None and exists and _matches(self.if_none_match, states, is_strong=False):
            raise PreconditionFailed("It is there already, in a state that 'If-None-Match' excludes.")


def store_states(revision: str) -> frozenset[str]:
    """The state of all graphs together: the revision, as in `Medkg-Revision`."""
    return frozenset({revision})


def graph_states(revision: str, graph: str | None) -> frozenset[str]:
    """The state of one graph (None is the default graph): that of its entity tags, and that of all graphs together."""
    return frozenset({revision, _graph_state(revision, graph)})


def graph_entity_tag(revision: str, graph: str | None, media_type: str, coding: str | None) -> str:
    """The entity tag of one representation of a graph: its state, a hyphen, and the representation."""
    return f'"{_graph_state(revision, graph)}-{_digest(media_type, coding or "")}"'


def _graph_state(revision: str, graph: str | None) -> str:
    """The state of a graph; every write changes it, also one to another graph."""
    return _digest(revision, "graph", graph or "")


def _digest(*parts: str) -> str:
    """An entity tag without its quotes."""
    return entity_tag(*parts).strip('"')


def _matches(tags: ETags, states: frozenset[str], *, is_strong: bool) -> bool:
    """Whether a list of entity tags names one of some states.

    The part after the first hyphen, which a proxy may have added, tells representations of a state apart.
    """
    named = (tag.partition("-")[0] for tag in tags.as_set(include_weak=not is_strong) if tag)
    return tags.star_tag or not states.isdisjoint(named)


def _entity_tags(request: Request, name: str) -> ETags | None:
    """The entity tags of a header; None if the request does not have it."""
    value = request.headers.get(name)
    if value is None:
        return None
    if value.strip() != "*" and not _ENTITY_TAGS.fullmatch(value):
        raise BadRequest(f"{name.title()} is '*' or a list of entity tags in double quotes.")
    return parse_etags(value)
