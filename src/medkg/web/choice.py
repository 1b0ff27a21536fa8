"""Which representation a client gets, and the validator that names it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from werkzeug.datastructures import MIMEAccept
from werkzeug.exceptions import BadRequest, NotAcceptable

from medkg.evaluation import Format, named, negotiate


def chosen(formats: Sequence[Format], name: str | None, accept: MIMEAccept) -> tuple[Format, str]:
    """The format asked for, by `?format=` or else by Accept, and the media type to call it."""
    if name is None:
        found = negotiate(accept, formats)
        if found is None:
            raise NotAcceptable(f"The Accept header admits none of {', '.join(each.media_type for each in formats)}.")
        return found
    form = named(name, formats)
    if form is None:
        raise BadRequest(f"No format {name!r} for this; there is {', '.join(each.name for each in formats)}.")
    return form, form.media_type


def etag(*parts: str) -> str:
    """A strong validator that no other parts have: https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3."""
    return f'"{hashlib.blake2b(repr(parts).encode(), digest_size=16).hexdigest()}"'
