"""Pages and documents compressed on their way out, for those who take them so.

In a coding a page is a representation of its own with a validator of its own: what is `"abc"` as it stands is
`"abc-br"` in Brotli, as style sheets and scripts have it too.
https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3.3
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from werkzeug.http import parse_set_header

from medkg.evaluation import encodings
from medkg.web.messages import Answer, Headers, Request

_CODED = "content-encoding"


def coded(answer_to: Callable[[Request], Answer], request: Request) -> Answer:
    """The answer to a request in the coding that the client likes best, where it is worth one and has none yet."""
    coding = encodings.chosen(request.headers.get("accept-encoding", ""))
    answer = answer_to(_with_plain_validators(request, coding) if coding else request)
    if not answer.body and answer.status != 304:
        return answer
    headers = _varied(answer.headers)
    if answer.status == 304:
        held = request.headers.get("if-none-match", "")
        named = _named(headers, coding) if coding else headers
        return replace(answer, headers=named if _validator(named) in held else headers)
    if coding is None or len(answer.body) < encodings.WORTHWHILE or _CODED in dict(headers):
        return replace(answer, headers=headers)
    return Answer(
        status=answer.status,
        headers=(*_named(headers, coding), (_CODED, coding)),
        body=encodings.compress(answer.body, coding),
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
