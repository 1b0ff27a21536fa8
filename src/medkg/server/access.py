"""Access control: writing needs a bearer token, reading may need one, and a site may answer to its host name only.

A read token may also be the password of Basic authentication, which browsers ask for and then send by themselves.
Writing does not accept it, or a page of another site could have a browser write.
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
from medkg.http.routes import LIVENESS, METRICS, READINESS
from medkg.server import requests
from medkg.server.config import Config
from medkg.server.requests import TrustedProxies
from medkg.server.tokens import Tokens

_PUBLIC_PATHS = frozenset({LIVENESS.path, READINESS.path})  # without a token
_PATHS_ON_ANY_HOST = _PUBLIC_PATHS | {METRICS.path}
_log = logging.getLogger("medkg.server")


class MisdirectedRequest(HTTPException):
    """A request for the host of another site: https://www.rfc-editor.org/rfc/rfc9110#section-15.5.20."""

    code = HTTPStatus.MISDIRECTED_REQUEST.value


def require_writer(request: Request, *, is_writable: bool) -> None:
    """Refuse a request that may not write: 403 if the endpoint is read-only, 401 without a write token."""
    if not is_writable:
        raise Forbidden("This endpoint only answers queries; the graph is changed by editing its data files.")
    if not request.writer:
        # a realm of two words, for such are quoted, as all are to be: https://www.rfc-editor.org/rfc/rfc9110#section-11.5
        challenge = WWWAuthenticate("bearer", {"realm": "medkg updates"})
        raise Unauthorized(
            "Writing needs the header 'Authorization: Bearer …' with our token.", www_authenticate=challenge
        )


class AccessControl:
    """The access rules of a server, and the tokens that its files hold at present."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._proxies = TrustedProxies(number=config.proxies)  # without the public address, to compare with it
        self._writers = Tokens(config.token, config.token_file)
        self._readers = Tokens(config.read_token, config.read_token_file)
        self.load()

    def load(self) -> None:
        """Read the token files again; the tokens of a file that cannot be read remain valid."""
        for tokens in (self._writers, self._readers):
            try:
                tokens.load()
            except MedkgError as error:
                _log.error("the tokens stay as they were: %s", error)

    @property
    def is_open(self) -> bool:
        """Whether every request is admitted."""
        return self._config.public is None and not self._config.is_private

    def writer(self, scope: Scope) -> str:
        """The name of the write token that a request bears; empty if it bears none."""
        scheme, credentials = _credentials(scope)
        return self._writers.bearer(credentials) if scheme == "bearer" else ""

    def require(self, scope: Scope, path: str) -> None:
        """Refuse a request: 421 for the host of another site, 401 without a token if reading needs one."""
        if self._config.public is not None and path not in _PATHS_ON_ANY_HOST:
            self._require_host(scope, self._config.public.host)
        if self._config.is_private and path not in _PUBLIC_PATHS:
            self._require_reader(scope)

    def _require_host(self, scope: Scope, own: str) -> None:
        """Refuse a request for another host name, such as that of a page which has its own name resolve to this server.

        An IP address is accepted: clients that know where the server is use it, and proxies that name no host.
        """
        # without the port, for proxies pass the name on with or without it
        host = requests.address(scope, self._proxies).host
        if host != own and not _is_address(host):
            raise MisdirectedRequest(f"This is {own}; there is no {host} here.")

    def _require_reader(self, scope: Scope) -> None:
        """Refuse by 401 a request that bears neither a read token nor a write token, by Bearer or by Basic."""
        scheme, credentials = _credentials(scope)
        token = {"bearer": credentials, "basic": _password(credentials)}.get(scheme, "")
        if not (self._readers.bearer(token) or self._writers.bearer(token)):
            challenges = [WWWAuthenticate(scheme, {"realm": "medkg reading"}) for scheme in ("bearer", "basic")]
            raise Unauthorized(
                "Reading needs the header 'Authorization: Bearer …' with a token; a browser asks for it as a password.",
                www_authenticate=challenges,
            )


def _credentials(scope: Scope) -> tuple[str, str]:
    """The authentication scheme of a request, in lower case, and the credentials."""
    scheme, _, credentials = (scope.headers.get("authorization") or "").partition(" ")
    return scheme.lower(), credentials.strip()


def _password(credentials: str) -> str:
    """The password of Basic authentication, empty if it cannot be decoded: https://www.rfc-editor.org/rfc/rfc7617."""
    try:
        return b64decode(credentials, validate=True).decode().partition(":")[2]
    except (binascii.Error, ValueError):
        return ""


def _is_address(host: str) -> bool:
    """Whether a host is an IP address, or `localhost`.

    >>> _is_address("127.0.0.1"), _is_address("::1"), _is_address("localhost"), _is_address("127.0.0.1.example.org")
    (True, True, True, False)
    """
    try:
        return host == "localhost" or bool(ipaddress.ip_address(host))
    except ValueError:
        return False
