"""What every answer says: that any page may read it, and that it means to a browser only what it says."""

from __future__ import annotations

from medkg.web.messages import Answer, Headers

# Nothing inline and nothing from elsewhere, without exception: no page has a style or a script within it; the editor
# and the graph set styles through the CSSOM, which https://www.w3.org/TR/CSP3/#directive-style-src leaves alone; what
# their libraries would write as style elements is in their style sheets instead (ui/src/editor, ui/src/lineage).
POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
"""What a browser may load for a page of ours."""

EVERYWHERE: Headers = (
    ("access-control-allow-origin", "*"),
    ("access-control-expose-headers", "ETag, Link, Location, Medkg-Revision, Retry-After"),
    ("content-security-policy", POLICY),
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
