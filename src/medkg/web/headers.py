"""What every answer says: that any page may read it, and that it means to a browser only what it says."""

from __future__ import annotations

from medkg.web.messages import Answer, Headers

EVERYWHERE: Headers = (
    ("access-control-allow-origin", "*"),
    ("access-control-expose-headers", "ETag, Link, Location, Medkg-Revision, Retry-After"),
    ("content-security-policy", "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'self'"),
    ("cross-origin-resource-policy", "cross-origin"),
    ("referrer-policy", "strict-origin-when-cross-origin"),
    ("x-content-type-options", "nosniff"),
)

# https://fetch.spec.whatwg.org/#cors-preflight-fetch. Authorization is not among the headers, so that no page of
# another origin can write with a token that it got hold of.
_PREFLIGHT: Headers = (
    ("access-control-allow-headers", "Accept, Content-Type, If-None-Match"),
    ("access-control-max-age", "86400"),
)


def preflight(methods: str, from_elsewhere: str) -> Answer:
    """The answer to OPTIONS on a resource: its methods, and those that pages of other origins may use."""
    allowed = ("allow", methods), ("access-control-allow-methods", from_elsewhere)
    return Answer(status=204, headers=(*allowed, *_PREFLIGHT))


def complete(answer: Answer) -> Answer:
    """An answer with what every answer says, after what it says itself."""
    if answer.headers[-len(EVERYWHERE) :] == EVERYWHERE:
        return answer
    own = {name for name, _ in answer.headers}
    return answer.with_headers(*(header for header in EVERYWHERE if header[0] not in own))
