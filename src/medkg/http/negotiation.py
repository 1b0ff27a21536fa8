"""Which representation a client gets, and the validator that names it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from werkzeug.datastructures import MIMEAccept
from werkzeug.exceptions import BadRequest, NotAcceptable

from medkg.evaluation import Format, named, negotiate

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
    form = named(wanted, formats)
    if form is None:
        raise BadRequest(f"No format {wanted[:_TOLD]!r} for this; there is {', '.join(each.name for each in formats)}.")
    return form, form.media_type


def etag(*parts: str) -> str:
    """A strong validator that no other parts have: https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3."""
    return f'"{hashlib.blake2b(repr(parts).encode(), digest_size=16).hexdigest()}"'
