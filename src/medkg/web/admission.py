"""Which requests are let in at all: those for the host of the site, and where reading needs a token, those with one."""

from __future__ import annotations

import ipaddress
import logging
from http import HTTPStatus

from granian.rsgi import Scope
from werkzeug.exceptions import HTTPException

from medkg.errors import MedkgError
from medkg.web import access, incoming
from medkg.web.config import Config
from medkg.web.forwarding import Forwarding
from medkg.web.tokens import Tokens

PROBES = frozenset({"/livez", "/readyz"})
"""Paths that are answered whoever asks, and by whichever host."""

_BY_ANY_HOST = PROBES | {"/metrics"}
_log = logging.getLogger("medkg.web")


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
        return access.writer(scope.headers.get("authorization") or "", self.writers)

    def require(self, scope: Scope, path: str) -> None:
        """Refuse a request for a path of the site: 421 for the host of another site, 401 without a token to read."""
        if self._config.public is not None and path not in _BY_ANY_HOST:
            self._require_host(scope)
        if self._config.is_private and path not in PROBES:
            access.require_reader(scope.headers.get("authorization") or "", self._readers, self.writers)

    def _require_host(self, scope: Scope) -> None:
        """Refuse a request that was sent to another name than the site's, as by a page that has its own name lead here.

        An address is nobody's name: by it ask those who know where the server is, and proxies that name no host.
        """
        assert self._config.public is not None  # or there is nothing to compare with
        # ports aside, for proxies hand on the name with one or without
        host, own = incoming.address(scope, self._told).host, self._config.public.host
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
