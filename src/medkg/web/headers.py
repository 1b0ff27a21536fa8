"""What every answer says: that any page may read it, and that it means to a browser only what it says."""

from __future__ import annotations

import re

from medkg.web.messages import Answer, Headers

# Nothing inline and nothing from elsewhere, without exception: no page has a style or a script within it; the editor
# and the graph set styles through the CSSOM, which https://www.w3.org/TR/CSP3/#directive-style-src leaves alone; what
# their libraries would write as style elements is in their style sheets instead (ui/src/editor, ui/src/lineage).
POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
"""What a browser may load for a page of ours."""

EVERYWHERE: Headers = (
    ("access-control-allow-origin", "*"),
    ("access-control-expose-headers", "Allow, Content-Disposition, ETag, Link, Location, Medkg-Revision, Retry-After"),
    ("content-security-policy", POLICY),
    ("cross-origin-resource-policy", "cross-origin"),
    ("referrer-policy", "strict-origin-when-cross-origin"),
    ("x-content-type-options", "nosniff"),
)

_USUAL = ("accept", "content-type", "if-none-match")
_CREDENTIALS = "authorization"
# https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2, less the asterisk, which alone would stand for all headers
_NAME = re.compile(r"[!#$%&'+.^_`|~0-9A-Za-z-]+")

_PREFLIGHT: Headers = (("access-control-max-age", "86400"), ("vary", "Access-Control-Request-Headers"))


def preflight(methods: str, from_elsewhere: str, requested: str) -> Answer:
    """The answer to OPTIONS on a resource: its methods, and the methods and headers for pages of other origins.

    https://fetch.spec.whatwg.org/#cors-preflight-fetch: `requested` are the headers that such a page wants to send.
    """
    allowed = ("access-control-allow-methods", from_elsewhere), ("access-control-allow-headers", _allowed(requested))
    return Answer(status=204, headers=(("allow", methods), *allowed, *_PREFLIGHT))


def _allowed(requested: str) -> str:
    """The headers that pages of other origins may send: any but the one by which they could write with a stolen token.

    >>> _allowed("queryid, Authorization, x-requested-with")
    'accept, content-type, if-none-match, queryid, x-requested-with'
    """
    names = (each.strip().lower() for each in requested.split(","))
    return ", ".join(
        dict.fromkeys((*_USUAL, *(each for each in names if _NAME.fullmatch(each) and each != _CREDENTIALS)))
    )


def complete(answer: Answer) -> Answer:
    """An answer with what every answer says, after what it says itself."""
    if answer.headers[-len(EVERYWHERE) :] == EVERYWHERE:
        return answer
    own = {name for name, _ in answer.headers}
    return answer.with_headers(*(header for header in EVERYWHERE if header[0] not in own))
