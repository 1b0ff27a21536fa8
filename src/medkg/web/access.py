"""Who may write: the bearer of the token that the operator has set, and nobody where there is none."""

from __future__ import annotations

import hmac

from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, Unauthorized

from medkg.web.messages import Request


def authorize(request: Request, token: str | None) -> None:
    """Refuse a request that may not write: 403 where nobody may, 401 where it does not bear the token.

    https://www.rfc-editor.org/rfc/rfc6750
    """
    if not token:
        raise Forbidden("This endpoint only answers queries; the graph is changed by editing its data files.")
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not hmac.compare_digest(credentials.strip().encode(), token.encode()):
        # a realm of two words, for such are quoted, as all are to be: https://www.rfc-editor.org/rfc/rfc9110#section-11.5
        challenge = WWWAuthenticate("bearer", {"realm": "medkg updates"})
        raise Unauthorized(
            "Writing needs the header 'Authorization: Bearer …' with our token.", www_authenticate=challenge
        )
