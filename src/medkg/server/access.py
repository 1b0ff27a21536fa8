"""Who may do what: write by a bearer token alone, and read, where that needs a token, by Basic authentication as well.

Browsers ask a person for the password of Basic and send it by themselves from then on, which Bearer has no way for; a
page of another site could have a browser write by it, so that no write is let in by Basic.
"""

from __future__ import annotations

import binascii
from base64 import b64decode

from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, Unauthorized

from medkg.web.messages import Request
from medkg.web.tokens import Tokens


def writer(authorization: str, tokens: Tokens) -> str:
    """The name of who bears a token of writers; empty where nobody does: https://www.rfc-editor.org/rfc/rfc6750."""
    scheme, _, credentials = authorization.partition(" ")
    return tokens.bearer(credentials.strip()) if scheme.lower() == "bearer" else ""


def authorize(request: Request, *, is_writable: bool) -> None:
    """Refuse a request that may not write: 403 where nobody may, 401 where it does not bear a token of writers."""
    if not is_writable:
        raise Forbidden("This endpoint only answers queries; the graph is changed by editing its data files.")
    if not request.writer:
        # a realm of two words, for such are quoted, as all are to be: https://www.rfc-editor.org/rfc/rfc9110#section-11.5
        challenge = WWWAuthenticate("bearer", {"realm": "medkg updates"})
        raise Unauthorized(
            "Writing needs the header 'Authorization: Bearer …' with our token.", www_authenticate=challenge
        )


def require_reader(authorization: str, readers: Tokens, writers: Tokens) -> None:
    """Refuse by 401 a request that bears no token of readers or writers, nor has one as the password of Basic."""
    scheme, _, credentials = authorization.partition(" ")
    token = _password(credentials) if scheme.lower() == "basic" else credentials.strip()
    is_borne = scheme.lower() in {"basic", "bearer"}
    if not (is_borne and (readers.bearer(token) or writers.bearer(token))):
        challenges = [WWWAuthenticate(each, {"realm": "medkg reading"}) for each in ("bearer", "basic")]
        raise Unauthorized(
            "Reading needs the header 'Authorization: Bearer …' with a token; a browser asks for it as a password.",
            www_authenticate=challenges,
        )


def _password(credentials: str) -> str:
    """The password of Basic authentication, none where it cannot be read: https://www.rfc-editor.org/rfc/rfc7617."""
    try:
        return b64decode(credentials.strip(), validate=True).decode().partition(":")[2]
    except (binascii.Error, ValueError):
        return ""
