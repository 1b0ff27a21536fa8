"""Who may do what: write by a bearer token alone, and read, where that needs a token, by Basic authentication as well.

Browsers ask a person for the password of Basic and send it by themselves from then on, which Bearer has no way for; a
page of another site could have a browser write by it, so that no write is let in by Basic.

Which requests are let in at all: those for the host of the site, and where reading needs a token, those with one.
"""

from __future__ import annotations

import binascii
import ipaddress
import logging
from base64 import b64decode
from http import HTTPStatus

from granian.rsgi import Scope
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, HTTPException, Unauthorized

from medkg.errors import MedkgError
from medkg.http.messages import Request
from medkg.server import requests
from medkg.server.config import Config
from medkg.server.requests import Forwarding
from medkg.server.tokens import Tokens


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


PROBES = frozenset({"/livez", "/readyz"})
"""Paths that are answered whoever asks, and by whichever host."""

_BY_ANY_HOST = PROBES | {"/metrics"}
_log = logging.getLogger("medkg.server")


class MisdirectedRequest(HTTPException):
    """A request for a host that is none of ours: https://www.rfc-editor.org/rfc/rfc9110#section-15.5.20."""

    code = HTTPStatus.MISDIRECTED_REQUEST.value


class Admission:
    """The door of a server: what its config asks of requests, and the tokens as they are in their files now."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._told = Forwarding(proxies=config.proxies)  # what a request says, whatever the address that is set
        self.writers = Tokens(config.token, config.token_file)
        self._readers = Tokens(config.read_token, config.read_token_file)
        self.load()

    def load(self) -> None:
        """Read the files of tokens; those of one that cannot be read stay as they were."""
        for tokens in (self.writers, self._readers):
            try:
                tokens.load()
            except MedkgError as error:
                _log.error("tokens stay as they were: %s", error)

    @property
    def is_open(self) -> bool:
        """Whether every request is let in."""
        return self._config.public is None and not self._config.is_private

    def writer(self, scope: Scope) -> str:
        """The name of the token of writers that a request bears; empty where it bears none."""
        return writer(scope.headers.get("authorization") or "", self.writers)

    def require(self, scope: Scope, path: str) -> None:
        """Refuse a request for a path of the site: 421 for the host of another site, 401 without a token to read."""
        if self._config.public is not None and path not in _BY_ANY_HOST:
            self._require_host(scope)
        if self._config.is_private and path not in PROBES:
            require_reader(scope.headers.get("authorization") or "", self._readers, self.writers)

    def _require_host(self, scope: Scope) -> None:
        """Refuse a request that was sent to another name than the site's, as by a page that has its own name lead here.

        An address is nobody's name: by it ask those who know where the server is, and proxies that name no host.
        """
        assert self._config.public is not None  # or there is nothing to compare with
        # ports aside, for proxies hand on the name with one or without
        host, own = requests.address(scope, self._told).host, self._config.public.host
        if host != own and not _is_address(host):
            raise MisdirectedRequest(f"This is {own}; there is no {host} here.")


def _is_address(host: str) -> bool:
    """Whether a host is an address, or this machine's own name.

    >>> _is_address("127.0.0.1"), _is_address("::1"), _is_address("localhost"), _is_address("127.0.0.1.example.org")
    (True, True, True, False)
    """
    try:
        return host == "localhost" or bool(ipaddress.ip_address(host))
    except ValueError:
        return False
