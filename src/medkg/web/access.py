"""Who may write: the bearer of the token that the operator has set, and nobody where there is none."""

from __future__ import annotations

import hmac

from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, Unauthorized

from medkg.web.messages import Request


def bears(authorization: str, token: str | None) -> bool:
    """Whether a header bears the token, of which nothing is told by the time this takes."""
    scheme, _, credentials = authorization.partition(" ")
    given, expected = (text.encode("utf-8", "surrogateescape") for text in (credentials.strip(), token or ""))
    return scheme.lower() == "bearer" and bool(token) and hmac.compare_digest(given, expected)


def authorize(request: Request, token: str | None) -> None:
    """Refuse a request that may not write: 403 where nobody may, 401 where it does not bear the token.

    https://www.rfc-editor.org/rfc/rfc6750
    """
    if not token:
        raise Forbidden("This endpoint only answers queries; the graph is changed by editing its data files.")
    if not bears(request.headers.get("authorization", ""), token):
        # a realm of two words, for such are quoted, as all are to be: https://www.rfc-editor.org/rfc/rfc9110#section-11.5
        challenge = WWWAuthenticate("bearer", {"realm": "medkg updates"})
        raise Unauthorized(
            "Writing needs the header 'Authorization: Bearer …' with our token.", www_authenticate=challenge
        )
