"""Which representation a client gets, and the validator that names it.

Pages and documents compressed on their way out, for those who take them so.

In a coding a page is a representation of its own with a validator of its own: what is `"abc"` as it stands is
`"abc-br"` in Brotli, as style sheets and scripts have it too.
https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3.3

What every answer says: that any page may read it, and that it means to a browser only what it says.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from werkzeug.datastructures import MIMEAccept
from werkzeug.exceptions import BadRequest, NotAcceptable
from werkzeug.http import parse_set_header

from medkg.evaluation import Format, find_format, formats, negotiate
from medkg.http.messages import Answer, Headers, Request

_TOLD = 60  # characters of a name in a message
_BY_ACCEPT = frozenset({"", "auto"})


def format_name(given: Iterable[str | None]) -> str | None:
    """The first format that a request names; None where it names none, and Accept decides.

    An empty name is none, as in the addresses that Virtuoso's form makes; its default is `auto`.

    >>> format_name(["", "auto", "csv"])
    'csv'
    """
    return next((each for each in given if each is not None and each.strip().lower() not in _BY_ACCEPT), None)


def chosen(formats: Sequence[Format], name: str | None, accept: MIMEAccept) -> tuple[Format, str]:
    """The format asked for, by `?format=` or else by Accept, and the media type to call it."""
    wanted = format_name((name,))
    if wanted is None:
        found = negotiate(accept, formats)
        if found is None:
            raise NotAcceptable(f"The Accept header admits none of {', '.join(each.media_type for each in formats)}.")
        return found
    form = find_format(wanted, formats)
    if form is None:
        raise BadRequest(f"No format {wanted[:_TOLD]!r} for this; there is {', '.join(each.name for each in formats)}.")
    return form, form.media_type


def etag(*parts: str) -> str:
    """A strong validator that no other parts have: https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3."""
    return f'"{hashlib.blake2b(repr(parts).encode(), digest_size=16).hexdigest()}"'


_CODED = "content-encoding"


def coded(answer_to: Callable[[Request], Answer], request: Request) -> Answer:
    """The answer to a request in the coding that the client likes best, where it is worth one and has none yet."""
    coding = formats.preferred_coding(request.headers.get("accept-encoding", ""))
    answer = answer_to(_with_plain_validators(request, coding) if coding else request)
    if not answer.body and answer.status != 304:
        return answer
    headers = _varied(answer.headers)
    if answer.status == 304:
        held = request.headers.get("if-none-match", "")
        named = _named(headers, coding) if coding else headers
        return replace(answer, headers=named if _validator(named) in held else headers)
    if coding is None or len(answer.body) < formats.MIN_COMPRESSED_BYTES or _CODED in dict(headers):
        return replace(answer, headers=headers)
    return Answer(
        status=answer.status,
        headers=(*_named(headers, coding), (_CODED, coding)),
        body=formats.compress(answer.body, coding),
    )


def _with_plain_validators(request: Request, coding: str) -> Request:
    """A request that names what its client holds in a coding by the validators of what was coded as well."""
    held = request.headers.get("if-none-match", "")
    plain = re.findall(rf'"([^"]*)-{coding}"', held)
    named = ", ".join([held, *(f'"{each}"' for each in plain)])
    return replace(request, headers={**request.headers, "if-none-match": named}) if plain else request


def _named(headers: Headers, coding: str) -> Headers:
    """The headers with the validator of the representation in a coding."""
    return tuple((name, f'{value[:-1]}-{coding}"' if name == "etag" else value) for name, value in headers)


def _validator(headers: Headers) -> str:
    """The validator among some headers, as it is compared weakly; an impossible one where there is none."""
    return dict(headers).get("etag", "none").removeprefix("W/")


def _varied(headers: Headers) -> Headers:
    """The headers saying that the coding depends on what the client takes, besides all else that depends.

    https://www.rfc-editor.org/rfc/rfc9110#section-12.5.5
    """
    said = [part for name, value in headers if name == "vary" for part in parse_set_header(value)]
    if "accept-encoding" not in map(str.lower, said):
        said.append("Accept-Encoding")
    return (*(each for each in headers if each[0] != "vary"), ("vary", ", ".join(said)))


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
